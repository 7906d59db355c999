/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Structs compiled twice: for BPF into an object whose BTF the tests read, and natively
 * into the tests, so that the compiler says what the bytes should be.
 */
#pragma once

#include <linux/types.h>

enum types_proto {
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17
};

enum types_level {
	LEVEL_LOW = -1,
	LEVEL_NONE = 0,
	LEVEL_HIGH = 1
};

enum types_flag {
	FLAG_NODEPORT = 2,
	FLAG_AFFINITY = 16,
	FLAG_ROUTABLE = 64
};

/* cilium_lb4_services_v2 */
struct lb4_key {
	__be32 address;
	__be16 dport;
	__u16 backend_slot;
	__u8 proto;
	__u8 scope;
	__u8 pad[2];
};

struct lb4_service {
	union {
		__u32 backend_id;
		__u32 affinity_timeout;
		__u32 l7_lb_proxy_port;
	};
	__u16 count;
	__u16 rev_nat_index;
	__u8 flags;
	__u8 flags2;
	__u8 pad[2];
};

/* cilium_lb4_reverse_nat: packed */
struct lb4_reverse_nat {
	__be32 address;
	__be16 port;
} __attribute__((packed));

/* cilium_lb4_affinity: an address or a cookie in eight bytes, bit-fields */
union lb4_affinity_client_id {
	__u32 client_ip;
	__u64 client_cookie;
};

struct lb4_affinity_key {
	union lb4_affinity_client_id client_id;
	__u16 rev_nat_id;
	__u8 netns_cookie : 1, reserved : 7;
	__u8 pad1;
	__u32 pad2;
};

/* cilium_ct4_global */
struct ipv4_ct_tuple {
	__be32 daddr;
	__be32 saddr;
	__be16 dport;
	__be16 sport;
	__u8 nexthdr;
	__u8 flags;
} __attribute__((packed));

struct ct_entry {
	__u64 reserved0;
	__u64 backend_id;
	__u64 packets;
	__u64 bytes;
	__u32 lifetime;
	__u16 rx_closing : 1, tx_closing : 1, reserved2 : 1, lb_loopback : 1, seen_non_syn : 1,
		node_port : 1, proxy_redirect : 1, dsr : 1, from_l7lb : 1, reserved3 : 1,
		from_tunnel : 1, reserved4 : 5;
	__u16 rev_nat_index;
	__u16 ifindex;
	__u8 tx_flags_seen;
	__u8 rx_flags_seen;
	__u32 src_sec_id;
	__u32 last_tx_report;
	__u32 last_rx_report;
};

/* Addresses in several views */
union v6addr {
	struct {
		__u32 p1, p2, p3, p4;
	};
	struct {
		__u64 d1, d2;
	};
	__u8 addr[16];
};

union macaddr {
	struct {
		__u32 p1;
		__u16 p2;
	} __attribute__((packed));
	__u8 addr[6];
};

struct endpoint {
	__u32 ifindex;
	__u16 lxc_id;
	__u64 mac;
	__u64 node_mac;
	union macaddr gateway_mac;
	__u8 peer[6];
	union v6addr ip6;
	struct {
		__be32 s_addr;
	} ip4;
	char name[16];
};

/* cilium_ipcache: room for both kinds of address */
struct lpm_length {
	__u32 prefixlen;
	__u8 data[];
};

struct ipcache_key {
	struct {
		__u32 prefixlen;
	} lpm_key;
	__u16 cluster_id;
	__u8 pad1;
	__u8 family;
	union {
		struct {
			__u32 ip4, pad4, pad5, pad6;
		};
		union v6addr ip6;
	};
};

struct source_range_key {
	__u32 prefixlen;
	__u16 rev_nat_id;
	__u16 pad;
	__u32 addr;
};

struct cidr4_key {
	__u32 prefixlen;
	__u8 data[4];
};

struct cidr6_key {
	__u32 prefixlen;
	__u8 addr[16];
};

/* One of everything else */
typedef __be32 types_address;

struct inner {
	__s16 a;
	__u8 b;
};

struct everything {
	__s8 s8;
	__s16 s16;
	__s32 s32;
	__s64 s64;
	__u64 u64;
	__be64 be64;
	types_address via;
	_Bool yes;
	enum types_proto proto;
	enum types_level level;
	enum types_flag flags;
	__s32 small : 5;
	__u32 wide : 27;
	__u64 wider : 40;
	__s64 rest : 24;
	__u16 grid[2][3];
	struct inner inners[2];
	float single;
	double twice;
	void *pointer;
	__be32 addrs[4];
	__u32 table[64];
};
