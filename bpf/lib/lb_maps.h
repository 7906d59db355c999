/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the agent tells of services, in the layouts that operators' tools read. */
#pragma once

#include "lib/ip.h"

/* lb4_key.scope: who sees these backends of a service that has two sets of them */
enum lb_scope {
	LB_SCOPE_EXT = 0,
	LB_SCOPE_INT = 1,
};

/* lb_service.flags */
enum {
	SVC_FLAG_EXTERNAL_IP = 1,
	SVC_FLAG_NODEPORT = 2,
	SVC_FLAG_EXT_LOCAL_SCOPE = 4,
	SVC_FLAG_HOSTPORT = 8,
	SVC_FLAG_AFFINITY = 16,
	SVC_FLAG_LOADBALANCER = 32,
	SVC_FLAG_ROUTABLE = 64,
	SVC_FLAG_SOURCE_RANGE = 128,
};

/* lb_service.flags2 */
enum {
	SVC_FLAG_LOCALREDIRECT = 1,
	SVC_FLAG_NAT_46X64 = 2,
	SVC_FLAG_L7_LOADBALANCER = 4,
	SVC_FLAG_LOOPBACK = 8,
	SVC_FLAG_INT_LOCAL_SCOPE = 16,
	SVC_FLAG_TWO_SCOPES = 32,
};

/* lb4_backend.flags */
enum backend_state {
	BE_STATE_ACTIVE = 0,
	BE_STATE_TERMINATING = 1,
	BE_STATE_QUARANTINED = 2,
	BE_STATE_MAINTENANCE = 3,
};

struct lb4_key {
	__be32 address;
	__be16 dport;
	__u16 backend_slot;
	__u8 proto; /* always 0: a service is found whatever the protocol */
	__u8 scope; /* enum lb_scope */
	__u8 pad[2];
};

struct lb6_key {
	struct in6_addr address;
	__be16 dport;
	__u16 backend_slot;
	__u8 proto;
	__u8 scope;
	__u8 pad[2];
};

/* Slot 0 of a frontend is the service, slots 1..count name its backends. */
struct lb_service {
	union {
		__u32 backend_id;	/* of slots 1..count */
		__u32 affinity_timeout; /* of slot 0; seconds */
		__u32 l7_lb_proxy_port; /* of slot 0; network byte order */
	};
	__u16 count; /* of slot 0 */
	__u16 rev_nat_index;
	__u8 flags;
	__u8 flags2;
	__u8 pad[2];
};

struct lb4_backend {
	__be32 address;
	__be16 port;
	__u8 proto;
	__u8 flags; /* enum backend_state */
	__u16 cluster_id;
	__u8 zone;
	__u8 pad;
};

struct lb6_backend {
	struct in6_addr address;
	__be16 port;
	__u8 proto;
	__u8 flags;
	__u16 cluster_id;
	__u8 zone;
	__u8 pad;
};

struct lb4_reverse_nat {
	__be32 address;
	__be16 port;
} __attribute__((packed));

struct lb6_reverse_nat {
	struct in6_addr address;
	__be16 port;
} __attribute__((packed));

struct lb4_affinity_key {
	__be32 client_ip;
	__u32 pad0; /* client_ip and it are one 64-bit client_id */
	__u16 rev_nat_id;
	__u8 netns_cookie : 1, reserved : 7;
	__u8 pad1;
	__u32 pad2;
};

struct lb6_affinity_key {
	struct in6_addr client_ip;
	__u16 rev_nat_id;
	__u8 netns_cookie : 1, reserved : 7;
	__u8 pad1;
	__u32 pad2;
};

struct lb_affinity_val {
	__u64 last_used; /* seconds of bpf_ktime_get_ns() */
	__u32 backend_id;
	__u32 pad;
};

struct lb_affinity_match {
	__u32 backend_id;
	__u16 rev_nat_id;
	__u16 pad;
};

struct lb4_src_range_key {
	__u32 prefixlen; /* 32 for what is in front of the address, and the address's */
	__u16 rev_nat_id;
	__u16 pad;
	__be32 addr;
};

struct lb6_src_range_key {
	__u32 prefixlen;
	__u16 rev_nat_id;
	__u16 pad;
	struct in6_addr addr;
};

_Static_assert(sizeof(struct lb4_key) == 12, "struct lb4_key");
_Static_assert(sizeof(struct lb6_key) == 24, "struct lb6_key");
_Static_assert(sizeof(struct lb_service) == 12, "struct lb_service");
_Static_assert(sizeof(struct lb4_backend) == 12, "struct lb4_backend");
_Static_assert(sizeof(struct lb6_backend) == 24, "struct lb6_backend");
_Static_assert(sizeof(struct lb4_reverse_nat) == 6, "struct lb4_reverse_nat");
_Static_assert(sizeof(struct lb6_reverse_nat) == 18, "struct lb6_reverse_nat");
_Static_assert(sizeof(struct lb4_affinity_key) == 16, "struct lb4_affinity_key");
_Static_assert(sizeof(struct lb_affinity_val) == 16, "struct lb_affinity_val");
_Static_assert(sizeof(struct lb_affinity_match) == 8, "struct lb_affinity_match");
_Static_assert(sizeof(struct lb4_src_range_key) == 12, "struct lb4_src_range_key");

#define LB_MAP(name, maptype, keytype, valuetype, mapflags) \
	struct {                                            \
		__uint(type, maptype);                      \
		__type(key, keytype);                       \
		__type(value, valuetype);                   \
		__uint(max_entries, MAP_ENTRIES_SERVICES);  \
		__uint(map_flags, mapflags);                \
		MAP_OF_NODE;                                \
	} name SEC(".maps")

#define LB_HASH(name, keytype, valuetype) \
	LB_MAP(name, BPF_MAP_TYPE_HASH, keytype, valuetype, BPF_F_NO_PREALLOC)
#define LB_LRU(name, keytype, valuetype) LB_MAP(name, BPF_MAP_TYPE_LRU_HASH, keytype, valuetype, 0)
#define LB_LPM(name, keytype, valuetype) \
	LB_MAP(name, BPF_MAP_TYPE_LPM_TRIE, keytype, valuetype, BPF_F_NO_PREALLOC)

LB_HASH(cilium_lb4_services_v2, struct lb4_key, struct lb_service);
LB_HASH(cilium_lb6_services_v2, struct lb6_key, struct lb_service);
LB_HASH(cilium_lb4_backends_v3, __u32, struct lb4_backend);
LB_HASH(cilium_lb6_backends_v3, __u32, struct lb6_backend);
LB_HASH(cilium_lb4_reverse_nat, __u16, struct lb4_reverse_nat);
LB_HASH(cilium_lb6_reverse_nat, __u16, struct lb6_reverse_nat);
LB_LRU(cilium_lb4_affinity, struct lb4_affinity_key, struct lb_affinity_val);
LB_LRU(cilium_lb6_affinity, struct lb6_affinity_key, struct lb_affinity_val);
LB_HASH(cilium_lb_affinity_match, struct lb_affinity_match, __u8);
LB_LPM(cilium_lb4_source_range, struct lb4_src_range_key, __u8);
LB_LPM(cilium_lb6_source_range, struct lb6_src_range_key, __u8);

/* A service's table: which backend a hash leads to. LB_MAGLEV_LUT_SIZE of its entries are used. */
enum {
	LB_MAGLEV_LUT_MAX = 16381
};

struct maglev_lut {
	__u32 backend_id[LB_MAGLEV_LUT_MAX];
};

struct maglev_inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	/* not the struct: of one that only a map in a map names, clang keeps just the name */
	__type(value, __u32[LB_MAGLEV_LUT_MAX]);
	__uint(max_entries, 1);
};

#define MAGLEV_MAP(name)                                   \
	struct {                                           \
		__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);   \
		__type(key, __u16); /* rev_nat_index */    \
		__uint(max_entries, MAP_ENTRIES_SERVICES); \
		__uint(map_flags, BPF_F_NO_PREALLOC);      \
		MAP_OF_NODE;                               \
		__array(values, struct maglev_inner);      \
	} name SEC(".maps")

MAGLEV_MAP(cilium_lb4_maglev);
MAGLEV_MAP(cilium_lb6_maglev);
