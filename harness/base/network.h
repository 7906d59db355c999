/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A node's network as plain data, in the terms of ip(8): what a scenario says and kernel/ makes.
 * Addresses are in network order. Every part knows its place in the text, for messages.
 */
#pragma once

#include "base/diag.h"

#include <stdint.h>
#include <sys/socket.h>

struct ip_address {
	uint8_t family; /* AF_INET, AF_INET6; AF_UNSPEC: none is given */
	uint8_t bytes[16];
};

struct ip_prefix {
	struct ip_address address;
	uint8_t bits;
};

/* Bytes of an address of @family: 4, 16, or 0 for AF_UNSPEC. */
size_t ip_address_size(uint8_t family);
/* Notation of IPv4 or IPv6 (RFC 4291). Returns 0, or -EINVAL with *a as it was. */
int ip_address_parse(const char *s, size_t len, struct ip_address *a);
/* 224.0.0.0/4 or ff00::/8. */
bool ip_address_is_multicast(const struct ip_address *a);
/* Whether a bit behind the prefix is set: 10.0.0.1/8. */
bool ip_prefix_has_host_bits(const struct ip_prefix *p);

/* What an address is called. */
struct host_name {
	const char *name;
	struct ip_address address;
};

/* The name of @a among @n; NULL: it has none. */
const char *host_name_find(const struct host_name *hosts, size_t n, const struct ip_address *a);

enum device_kind {
	DEVICE_VETH,
	DEVICE_BRIDGE,
	DEVICE_DUMMY,
	DEVICE_IFB,
	DEVICE_TUN,
	DEVICE_TAP,
	DEVICE_VLAN,
	DEVICE_VXLAN,
	DEVICE_GENEVE,
	DEVICE_MACVLAN,
	DEVICE_IPVLAN,
	DEVICE_VRF,
	DEVICE_IPIP,
	DEVICE_GRE,
	DEVICE_GRETAP,
	N_DEVICE_KINDS
};

/* What a kind of device is told besides name, addresses and the like. */
enum {
	DEVICE_LINK = 1 << 0,	  /* the device below */
	DEVICE_PORTS = 1 << 1,	  /* devices that belong to it */
	DEVICE_ID = 1 << 2,	  /* VLAN ID, VNI */
	DEVICE_LOCAL = 1 << 3,	  /* outer source address */
	DEVICE_REMOTE = 1 << 4,	  /* outer destination address */
	DEVICE_PORT = 1 << 5,	  /* outer UDP destination port */
	DEVICE_EXTERNAL = 1 << 6, /* tunnel keys from the packet: bpf_skb_set_tunnel_key() */
	DEVICE_TABLE = 1 << 7,	  /* routing table */
	DEVICE_MAC = 1 << 8,	  /* Ethernet, with an address of its own choice */
	DEVICE_GROUP = 1 << 9,	  /* a multicast group may be the remote */
	DEVICE_IPV4 = 1 << 10,	  /* the outer addresses are IPv4 */
	DEVICE_QUEUES = 1 << 11	  /* as many receive queues as it is told */
};

struct device_kind_row {
	const char *name;   /* as ip-link(8) has it */
	unsigned int takes; /* DEVICE_LINK and so on */
	unsigned int needs; /* of these; DEVICE_ID and DEVICE_REMOTE not where `external` is said */
	uint32_t id_max;
	const char *help;
};

extern const struct device_kind_row device_kinds[N_DEVICE_KINDS];

struct device_address {
	struct ip_prefix prefix; /* the address itself, host bits and all */
	struct span where;
};

/* A device that another names. */
struct device_name {
	const char *name; /* NULL: none */
	struct span where;
};

struct device_spec {
	const char *name;  /* 1 to 15 bytes, as dev_valid_name() takes them */
	struct span where; /* of the name */
	enum device_kind kind;
	uint32_t ifindex;	/* 0: the first free one, from 2 */
	struct span kind_where; /* or of the name, where no kind is given */
	uint32_t mtu;		/* bytes; 0: 1500 for a veth, else what the kernel gives */
	bool down;		/* not brought up */
	bool has_mac;		/* without: 02:00:00:00:hi:lo of its position in the list, from 1 */
	uint8_t mac[6];
	struct device_address *addresses;
	size_t n_addresses;

	/* As its kind takes them. */
	struct device_name link; /* made before this one */
	struct device_name *ports;
	size_t n_ports;
	struct ip_address local, remote;
	bool has_id;
	bool external;
	uint16_t port; /* 0: the kernel's */
	uint32_t id;
	uint32_t table;	 /* 0: none given */
	uint32_t queues; /* to receive from and to send to; 0: 1 */
};

struct route_spec {
	struct span where;
	struct ip_prefix to; /* its family is the route's */
	uint8_t type;	     /* RTN_UNICAST, RTN_BLACKHOLE, .. of rtnetlink(7) */
	struct ip_address via, src;
	const char *dev; /* or NULL */
	uint32_t table;	 /* RT_TABLE_MAIN unless said */
	uint32_t metric; /* 0: the kernel's */
	uint32_t mtu;	 /* bytes; 0: the device's */
	bool onlink;	 /* the gateway is on the device though no address says so */
};

struct neighbour_spec {
	struct span where;
	const char *dev;
	struct ip_address address;
	bool has_mac;
	uint8_t mac[6];
	uint16_t state; /* NUD_PERMANENT, .. */
};

struct rule_spec {
	struct span where;
	uint8_t family;
	struct ip_prefix from, to; /* AF_UNSPEC: any */
	const char *iif, *oif;	   /* or NULL */
	bool has_mark, has_priority;
	uint32_t mark, mask;
	uint32_t table; /* RT_TABLE_MAIN unless said */
	uint32_t priority;
	uint8_t action; /* FR_ACT_TO_TBL, FR_ACT_BLACKHOLE, .. of linux/fib_rules.h */
};

struct sysctl_spec {
	struct span where; /* of the name */
	const char *name;  /* as written */
	const char *path;  /* below /proc/sys: "net/ipv4/ip_forward" */
	const char *value;
};

/*
 * The path of a sysctl below /proc/sys, as sysctl(8) reads its name: where the first separator is
 * '.', a '/' stands for a '.' in a name ("net.ipv4.conf.eth0/7.rp_filter"); otherwise the text is
 * the path. NULL: it is none.
 */
const char *sysctl_path(struct arena *arena, const char *name);

struct network_spec {
	struct device_spec *devices;
	size_t n_devices;
	struct route_spec *routes;
	size_t n_routes;
	struct neighbour_spec *neighbours;
	size_t n_neighbours;
	struct rule_spec *rules;
	size_t n_rules;
	struct sysctl_spec *sysctls;
	size_t n_sysctls;
};
