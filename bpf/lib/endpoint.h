/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who has an address: the endpoints of this node, and the identity of everyone. */
#pragma once

#include "lib/ip.h"

/* Numbers of those who are no pods of the cluster; 256 and up are the cluster's own. */
enum identity {
	IDENTITY_UNKNOWN = 0,
	IDENTITY_HOST = 1,
	IDENTITY_WORLD = 2,
	IDENTITY_HEALTH = 4,
	IDENTITY_REMOTE_NODE = 6,
	IDENTITY_KUBE_APISERVER = 7,
};

/* As in other maps that hold addresses of both families. */
enum endpoint_family {
	ENDPOINT_KEY_IPV4 = 1,
	ENDPOINT_KEY_IPV6 = 2,
};

struct endpoint_key {
	union {
		__be32 ip4;
		struct in6_addr ip6;
	};
	__u8 family; /* enum endpoint_family */
	__u8 key;
	__u16 cluster_id;
} __attribute__((packed));

/* endpoint_info.flags */
enum {
	ENDPOINT_F_HOST = 1
};

struct endpoint_info {
	__u32 ifindex;
	__u16 unused;
	__u16 lxc_id;
	__u32 flags;
	__u32 pad0;
	__u8 mac[ETH_ALEN]; /* the pod's */
	__u8 pad1[2];
	__u8 node_mac[ETH_ALEN];
	__u8 pad2[2];
	__u32 sec_id;
	__u32 pad[3];
};

struct ipcache_key {
	__u32 prefixlen; /* 32 for what is in front of the address, and the address's */
	__u16 cluster_id;
	__u8 pad1;
	__u8 family; /* enum endpoint_family */
	union {
		__be32 ip4;
		struct in6_addr ip6;
	};
} __attribute__((packed));

struct remote_endpoint_info {
	__u32 sec_identity;
	__be32 tunnel_endpoint; /* its node; 0: no tunnel leads there */
	__u16 pad;
	__u8 key;
	__u8 flag_skip_tunnel : 1, pad2 : 7;
};

_Static_assert(sizeof(struct endpoint_key) == 20, "struct endpoint_key");
_Static_assert(sizeof(struct endpoint_info) == 48, "struct endpoint_info");
_Static_assert(offsetof(struct endpoint_info, sec_id) == 32, "endpoint_info.sec_id");
_Static_assert(sizeof(struct ipcache_key) == 24, "struct ipcache_key");
_Static_assert(sizeof(struct remote_endpoint_info) == 12, "struct remote_endpoint_info");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct endpoint_key);
	__type(value, struct endpoint_info);
	__uint(max_entries, MAP_ENTRIES_ENDPOINTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	MAP_OF_NODE;
} cilium_lxc SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct ipcache_key);
	__type(value, struct remote_endpoint_info);
	__uint(max_entries, 512000);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	MAP_OF_NODE;
} cilium_ipcache SEC(".maps");

/* The endpoint of this node that has @addr, or NULL. */
static __always_inline const struct endpoint_info *endpoint_lookup(const bool v6,
								   const union ip_addr *addr)
{
	struct endpoint_key key = { .family = v6 ? ENDPOINT_KEY_IPV6 : ENDPOINT_KEY_IPV4 };

	if (v6)
		key.ip6 = addr->ip6;
	else
		key.ip4 = addr->ip4;
	return bpf_map_lookup_elem(&cilium_lxc, &key);
}

/* What is known of @addr, by the longest prefix that has it, or NULL. */
static __always_inline const struct remote_endpoint_info *ipcache_lookup(const bool v6,
									 const union ip_addr *addr)
{
	struct ipcache_key key = {
		.prefixlen = 32 + 8 * (v6 ? IPV6_ADDR_LEN : IPV4_ADDR_LEN),
		.family = v6 ? ENDPOINT_KEY_IPV6 : ENDPOINT_KEY_IPV4,
	};

	if (v6)
		key.ip6 = addr->ip6;
	else
		key.ip4 = addr->ip4;
	return bpf_map_lookup_elem(&cilium_ipcache, &key);
}

/* The identity of @info's address. Whom the cluster does not know is the world. */
static __always_inline __u32 ipcache_identity(const struct remote_endpoint_info *info)
{
	return info && info->sec_identity ? info->sec_identity : IDENTITY_WORLD;
}

static __always_inline __u32 identity_of(const bool v6, const union ip_addr *addr)
{
	return ipcache_identity(ipcache_lookup(v6, addr));
}

static __always_inline bool identity_is_remote_node(__u32 identity)
{
	return identity == IDENTITY_REMOTE_NODE || identity == IDENTITY_KUBE_APISERVER;
}
