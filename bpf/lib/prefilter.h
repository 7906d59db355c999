/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The prefilter: drop frames by their source address, before anything is spent on them.
 *
 * Single hosts are in a hash, networks in a trie, so that a list of many hosts costs one lookup.
 */
#pragma once

#include "lib/ip.h"
#include "lib/masquerade.h"

#define CIDR_MAP(name, maptype, keytype)              \
	struct {                                      \
		__uint(type, maptype);                \
		__type(key, struct keytype);          \
		__type(value, struct lpm_val);        \
		__uint(max_entries, 1024);            \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		MAP_OF_NODE;                          \
	} name SEC(".maps")

/* Prefix lengths in the hashes are whole: 32 and 128. */
CIDR_MAP(cilium_cidr_v4_fix, BPF_MAP_TYPE_HASH, lpm_v4_key);
CIDR_MAP(cilium_cidr_v4_dyn, BPF_MAP_TYPE_LPM_TRIE, lpm_v4_key);
CIDR_MAP(cilium_cidr_v6_fix, BPF_MAP_TYPE_HASH, lpm_v6_key);
CIDR_MAP(cilium_cidr_v6_dyn, BPF_MAP_TYPE_LPM_TRIE, lpm_v6_key);

static __always_inline bool prefilter_lists(const bool v6, const void *key)
{
	if (v6)
		return bpf_map_lookup_elem(&cilium_cidr_v6_fix, key) ||
		       bpf_map_lookup_elem(&cilium_cidr_v6_dyn, key);
	return bpf_map_lookup_elem(&cilium_cidr_v4_fix, key) ||
	       bpf_map_lookup_elem(&cilium_cidr_v4_dyn, key);
}

/* Whether the frame is let through. A header that is cut short is not: its source cannot be
 * checked. */
static __always_inline bool prefilter_allows(struct ctx_buff *ctx, const bool v6)
{
	struct lpm_v4_key key4 = { .prefixlen = 32 };
	struct lpm_v6_key key6 = { .prefixlen = 128 };
	const struct ipv6hdr *ip6;
	const struct iphdr *ip4;

	if (!ENABLE_PREFILTER)
		return true;
	if (v6) {
		ip6 = ipv6_header(ctx);
		if (!ip6)
			return false;
		__builtin_memcpy(&key6.addr, &ip6->saddr, sizeof(key6.addr));
		return !prefilter_lists(v6, &key6);
	}
	ip4 = ipv4_header(ctx);
	if (!ip4)
		return false;
	key4.addr = ip4->saddr;
	return !prefilter_lists(v6, &key4);
}
