/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Why packets are dropped.
 *
 * Functions of the datapath return a long: a verdict or other result (>= 0), or drop(REASON) (< 0),
 * which also says where in the source the packet was given up. The program at the hook tells of it
 * (lib/event.h), and answers the drop verdict of its kind.
 */
#pragma once

#include "lib/bpf.h"

/* The numbers that operators' tools know; those that nothing here uses are left out. */
enum drop_reason {
	DROP_INVALID_SIP = 132,
	DROP_POLICY = 133,
	DROP_INVALID = 134,
	DROP_CT_INVALID_HDR = 135,
	DROP_FRAG_NEEDED = 136,
	DROP_CT_UNKNOWN_PROTO = 137,
	DROP_UNKNOWN_L3 = 139,
	DROP_MISSED_TAIL_CALL = 140,
	DROP_WRITE_ERROR = 141,
	DROP_UNKNOWN_ICMP_CODE = 143,
	DROP_NO_TUNNEL_KEY = 147,
	DROP_UNKNOWN_TARGET = 150,
	DROP_UNROUTABLE = 151,
	DROP_CSUM_L3 = 153,
	DROP_CSUM_L4 = 154,
	DROP_CT_CREATE_FAILED = 155,
	DROP_INVALID_EXTHDR = 156,
	DROP_FRAG_NOSUPPORT = 157,
	DROP_NO_SERVICE = 158,
	DROP_UNSUPPORTED_L2 = 166,
	DROP_NAT_NO_MAPPING = 167,
	DROP_NAT_UNSUPP_PROTO = 168,
	DROP_NO_FIB = 169,
	DROP_ENCAP_PROHIBITED = 170,
	DROP_INVALID_IDENTITY = 171,
	DROP_IS_CLUSTER_IP = 174,
	DROP_FRAG_NOT_FOUND = 175,
	DROP_NOT_IN_SRC_RANGE = 177,
	DROP_POLICY_DENY = 181,
	DROP_VLAN_FILTERED = 182,
	DROP_POLICY_AUTH_REQUIRED = 189,
	DROP_DSR_ENCAP_UNSUPP_PROTO = 193,
	DROP_TTL_EXCEEDED = 196,
	DROP_RATE_LIMITED = 198,
	DROP_EP_NOT_READY = 203,
};

/* Source files, in events and metrics. Up to 127 they are the numbers that operators' tools know.
 */
enum source_file {
	FILE_UNKNOWN = 0,
	FILE_NETDEV = 1, /* bpf_host */
	FILE_LXC = 2,
	FILE_OVERLAY = 3,
	FILE_XDP = 4,
	FILE_HOST = 6, /* bpf_network */
	FILE_ARP = 101,
	FILE_ICMP = 104,
	FILE_NODEPORT = 105,
	FILE_LB = 106,
	FILE_PACKET = 108, /* ipv4 */
	FILE_CONNTRACK = 109,
	FILE_DELIVERY = 110, /* l3 */
	FILE_EVENT = 111,    /* trace */
	FILE_ENCAP = 112,
	FILE_NAT = 200,
	FILE_POLICY = 201,
	FILE_FIB = 202,
	FILE_DSR = 203,
	FILE_FRAGMENT = 204,
	FILE_REWRITE = 205,
	FILE_ETH = 206,
	FILE_NDP = 207,
	FILE_NAT_ICMP = 208,
	FILE_PROXY = 209,
	FILE_QUOTED = 210,
	FILE_STAGE = 211,
};

/* The number of the file with @name. The compiler folds this: @name is a constant. */
static __always_inline __u8 source_file(const char *name)
{
#define SOURCE_FILE(literal, number)                                 \
	do {                                                         \
		if (sizeof(literal) == __builtin_strlen(name) + 1 && \
		    !__builtin_strcmp(name, literal))                \
			return number;                               \
	} while (0)
	SOURCE_FILE("netdev.bpf.c", FILE_NETDEV);
	SOURCE_FILE("lxc.bpf.c", FILE_LXC);
	SOURCE_FILE("overlay.bpf.c", FILE_OVERLAY);
	SOURCE_FILE("xdp.bpf.c", FILE_XDP);
	SOURCE_FILE("host.bpf.c", FILE_HOST);
	SOURCE_FILE("arp.h", FILE_ARP);
	SOURCE_FILE("icmp.h", FILE_ICMP);
	SOURCE_FILE("nodeport.h", FILE_NODEPORT);
	SOURCE_FILE("lb.h", FILE_LB);
	SOURCE_FILE("packet.h", FILE_PACKET);
	SOURCE_FILE("conntrack.h", FILE_CONNTRACK);
	SOURCE_FILE("delivery.h", FILE_DELIVERY);
	SOURCE_FILE("event.h", FILE_EVENT);
	SOURCE_FILE("encap.h", FILE_ENCAP);
	SOURCE_FILE("nat.h", FILE_NAT);
	SOURCE_FILE("policy.h", FILE_POLICY);
	SOURCE_FILE("fib.h", FILE_FIB);
	SOURCE_FILE("dsr.h", FILE_DSR);
	SOURCE_FILE("fragment.h", FILE_FRAGMENT);
	SOURCE_FILE("rewrite.h", FILE_REWRITE);
	SOURCE_FILE("eth.h", FILE_ETH);
	SOURCE_FILE("ndp.h", FILE_NDP);
	SOURCE_FILE("nat_icmp.h", FILE_NAT_ICMP);
	SOURCE_FILE("proxy.h", FILE_PROXY);
	SOURCE_FILE("quoted.h", FILE_QUOTED);
	SOURCE_FILE("stage.h", FILE_STAGE);
#undef SOURCE_FILE
	return FILE_UNKNOWN;
}

/* reason: 8 bits, what else is known (an error of a helper, an index): 8, line: 16, file: 8 */
static __always_inline long drop_at(__u8 reason, __s8 ext_err, __u16 line, __u8 file)
{
	return -(long)((__u64)reason | (__u64)(__u8)ext_err << 8 | (__u64)line << 16 |
		       (__u64)file << 32);
}

#define drop_because(reason, ext_err) drop_at(reason, ext_err, __LINE__, source_file(__FILE_NAME__))
#define drop(reason)		      drop_because(reason, 0)

static __always_inline __u8 drop_reason(long ret)
{
	return ret < 0 ? -ret & 0xff : 0;
}

static __always_inline __s8 drop_ext_err(long ret)
{
	return (-ret >> 8) & 0xff;
}

static __always_inline __u16 drop_line(long ret)
{
	return (-ret >> 16) & 0xffff;
}

static __always_inline __u8 drop_file(long ret)
{
	return (-ret >> 32) & 0xff;
}
