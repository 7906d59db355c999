/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Options: read-only globals, set before load. The verifier knows their values and walks only the
 * code that they leave alive.
 *
 * The defaults are those of the project's scenarios: pod netpod on node k8s-s, native routing, BPF
 * host routing, endpoint routes, BPF masquerade. Every object has all of them, so that one set of
 * values serves all programs of a node.
 */
#pragma once

#include "lib/bpf.h"

enum {
	IPV4_ADDR_LEN = 4,
	IPV6_ADDR_LEN = 16,
};

/* ---- the device that the program is on */

/* The number its events carry: the endpoint's. */
const volatile __u16 LXC_ID = 663;
/* Its security identity. */
const volatile __u32 SECLABEL = 11370;
/* The only addresses that the pod may send from. */
const volatile __be32 LXC_IPV4 = bpf_htonl(0xac1000fb); /* 172.16.0.251 */
const volatile __u8 LXC_IPV6[IPV6_ADDR_LEN] = { 0xfd, 0x00, 0x17, 0x20, [15] = 0xfb };
/* The device's own MAC: what a pod knows as everyone's. */
const volatile __u8 THIS_INTERFACE_MAC[ETH_ALEN] = { 0x2e, 0xe6, 0x8a, 0xa2, 0x06, 0x1e };
/* Bytes of an IP packet that it sends. */
const volatile __u32 THIS_MTU = 9001;

/* ---- the node */

const volatile bool ENABLE_IPV6 = true;
/* cilium_host, the device of the host's own side. */
const volatile __u32 CILIUM_IFINDEX = 3;
/* The router's address: the node's own in the pods' network. */
const volatile __u8 ROUTER_IPV6[IPV6_ADDR_LEN] = { 0xfd, 0x00, 0x17, 0x20, [15] = 0xbe };
/* VLAN tags that a frame from the network may have; 0 ends the list. */
const volatile __u16 VLAN_BYPASS[4] = {};

/* ---- routing */

/* Ask the kernel's FIB and go to the device directly, instead of handing to the stack. */
const volatile bool ENABLE_HOST_ROUTING = true;
/* Routes lead to each pod's device, whose egress program applies policy to what the stack sends. */
const volatile bool ENABLE_ENDPOINT_ROUTES = true;
/* Encapsulate what goes to a pod of another node. */
const volatile bool ENABLE_TUNNEL = false;
/* The VXLAN or Geneve device, in the mode where the program gives the tunnel's key. */
const volatile __u32 ENCAP_IFINDEX = 4;
/* Its UDP port: pods may not speak it. 8472 is the kernel's for VXLAN, 6081 is Geneve's. */
const volatile __u16 TUNNEL_PORT = 8472;

/* ---- services */

/* Translate services packet by packet; off where sockets do it when they connect. */
const volatile bool ENABLE_PER_PACKET_LB = true;
/* What a pod that calls itself through a service is called by. */
const volatile __be32 IPV4_LOOPBACK = bpf_htonl(0xa9fe2a01); /* 169.254.42.1 */
const volatile __u8 IPV6_LOOPBACK[IPV6_ADDR_LEN] = { 0xfd, 0x00, 0x01, 0x69,	   0x02,
						     0x54, 0x00, 0x42, [15] = 0x01 };
/* Answer for a service without backends, instead of dropping in silence. */
const volatile bool SERVICE_NO_BACKEND_RESPONSE = true;
/* Services that are called from outside: NodePort, LoadBalancer, externalIP, hostPort. */
const volatile bool ENABLE_NODEPORT = true;

enum lb_selection {
	LB_SELECTION_RANDOM,
	LB_SELECTION_MAGLEV,
	LB_SELECTION_FIRST, /* slot 1, for those who want no chance */
};

/* How a backend is chosen for a call from outside; calls of pods are always balanced by chance. */
const volatile __u8 LB_SELECTION = LB_SELECTION_RANDOM;
/* Entries of a service's table (a prime); an inner map of cilium_lb4_maglev holds as many. */
const volatile __u32 LB_MAGLEV_LUT_SIZE = 16381;

enum dsr_mode {
	DSR_NONE,   /* the reply comes back through this node */
	DSR_OPTION, /* the backend's node answers by itself; an IP option tells it as whom */
	DSR_GENEVE, /* the same, told in an option of a tunnel's header */
};

const volatile __u8 DSR_MODE = DSR_NONE;
/* With DSR_OPTION or DSR_GENEVE: only for TCP, whose first packet alone carries the option. */
const volatile bool DSR_HYBRID = false;

/* ---- addresses of the node that packets get on their way out */

const volatile bool ENABLE_MASQUERADE = true;
const volatile __be32 IPV4_MASQUERADE = bpf_htonl(0xc0a80a0a); /* 192.168.10.10 */
const volatile __u8 IPV6_MASQUERADE[IPV6_ADDR_LEN] = { 0xfd, 0x00, 0x19, 0x21, [15] = 0x0a };
/* The device towards other nodes, and its addresses. */
const volatile __u32 DIRECT_ROUTING_DEV_IFINDEX = 2;
const volatile __be32 IPV4_DIRECT_ROUTING = bpf_htonl(0xc0a80a0a);
const volatile __u8 IPV6_DIRECT_ROUTING[IPV6_ADDR_LEN] = { 0xfd, 0x00, 0x19, 0x21, [15] = 0x0a };
/* Networks where pods are known by their own addresses; a length of 0 is no such network. */
const volatile __be32 IPV4_SNAT_EXCLUSION_DST_CIDR = bpf_htonl(0xc0a80000);
const volatile __u8 IPV4_SNAT_EXCLUSION_DST_CIDR_LEN = 16;
const volatile __u8 IPV6_SNAT_EXCLUSION_DST_CIDR[IPV6_ADDR_LEN] = { 0xfd, 0x00, 0x19, 0x21 };
const volatile __u8 IPV6_SNAT_EXCLUSION_DST_CIDR_LEN = 64;
/* More of these, in cilium_ipmasq_v4 and _v6. */
const volatile bool ENABLE_IP_MASQ_AGENT = true;
/* Ports that translated packets may get. Others are for sockets and NodePort services. */
const volatile __u16 NODEPORT_PORT_MIN_NAT = 32768;
const volatile __u16 NODEPORT_PORT_MAX_NAT = 65535;
/* How often a port is tried before the packet is given up. */
enum {
	SNAT_COLLISION_RETRIES = 32,
	SNAT_SIGNAL_RETRIES = 16, /* after more than these the agent is told that ports are few */
};

/* ---- policy */

/* Tell of what policy would drop, and let it pass. */
const volatile bool POLICY_AUDIT_MODE = false;
/* "Fragmentation needed" passes whatever policy says: path MTU discovery lives on it. */
const volatile bool ALLOW_ICMP_FRAG_NEEDED = true;
/* ICMP's type stands in the port of a policy. */
const volatile bool ENABLE_ICMP_RULE = true;

/* ---- connection tracking; times in seconds */

const volatile __u32 CT_CONNECTION_LIFETIME_TCP = 8000;
const volatile __u32 CT_CONNECTION_LIFETIME_NONTCP = 60;
const volatile __u32 CT_SERVICE_LIFETIME_TCP = 8000;
const volatile __u32 CT_SERVICE_LIFETIME_NONTCP = 60;
/* TCP of which only SYNs were seen */
const volatile __u32 CT_SYN_TIMEOUT = 60;
/* closed from both sides */
const volatile __u32 CT_CLOSE_TIMEOUT = 10;
/* after which a closed connection that opens again may get another backend */
const volatile __u32 CT_SERVICE_CLOSE_REBALANCE = 30;
/* A flow is told of again after this long, */
const volatile __u32 CT_REPORT_INTERVAL = 5;
/* and when one of these TCP flags (FIN, SYN, RST) is first seen. */
const volatile __u8 CT_REPORT_FLAGS = 0x07;
/* Count each flow's packets and bytes. */
const volatile bool CONNTRACK_ACCOUNTING = true;
/* Later fragments find their ports in cilium_ipv4_frag_datagrams; else fragments are dropped. */
const volatile bool ENABLE_IPV4_FRAGMENTS = true;

/* ---- what is told */

enum aggregation {
	AGGREGATION_NONE = 0,
	AGGREGATION_RX = 1,	   /* nothing of where a packet was received */
	AGGREGATION_ACTIVE_CT = 3, /* and of the rest, what conntrack finds worth telling */
};

const volatile __u8 MONITOR_AGGREGATION = AGGREGATION_ACTIVE_CT;
/* Bytes of the packet behind an event. */
const volatile __u32 TRACE_PAYLOAD_LEN = 128;
const volatile bool DROP_NOTIFY = true;
const volatile bool TRACE_NOTIFY = true;
const volatile bool POLICY_VERDICT_NOTIFY = true;
/* Debug messages and captures. */
const volatile bool DEBUG = false;

/* ---- the device's other duties */

/* Answer ARP for the addresses in cilium_l2_responder_v4. */
const volatile bool ENABLE_L2_ANNOUNCEMENTS = true;
/* Nanoseconds after which an agent that is not seen in cilium_runtime_config counts as gone. */
const volatile __u64 L2_ANNOUNCEMENTS_MAX_LIVENESS = 3000000000;
const volatile bool ENABLE_PREFILTER = true;
