/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The prefilter: drop frames by their source address, before the stack spends anything on them.
 *
 * Single hosts are in a hash, networks in a trie, so that a list of many hosts costs one lookup.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct lpm_v4_key {
	__u32 prefixlen; /* 32 in the hash */
	__be32 addr;
};

struct lpm_v6_key {
	__u32 prefixlen; /* 128 in the hash */
	struct in6_addr addr;
};

struct lpm_val {
	__u8 flags; /* none are defined */
};

_Static_assert(sizeof(struct lpm_v4_key) == 8, "struct lpm_v4_key");
_Static_assert(sizeof(struct lpm_v6_key) == 20, "struct lpm_v6_key");
_Static_assert(sizeof(struct lpm_val) == 1, "struct lpm_val");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct lpm_v4_key);
	__type(value, struct lpm_val);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_cidr_v4_fix SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct lpm_v4_key);
	__type(value, struct lpm_val);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_cidr_v4_dyn SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct lpm_v6_key);
	__type(value, struct lpm_val);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_cidr_v6_fix SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct lpm_v6_key);
	__type(value, struct lpm_val);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_cidr_v6_dyn SEC(".maps");

/* A header that is cut short is dropped: its source cannot be checked. */
static int prefilter_v4(const struct iphdr *ip4, const void *end)
{
	struct lpm_v4_key key = { .prefixlen = 32 };

	if ((const void *)(ip4 + 1) > end)
		return XDP_DROP;
	key.addr = ip4->saddr;
	if (bpf_map_lookup_elem(&cilium_cidr_v4_fix, &key) ||
	    bpf_map_lookup_elem(&cilium_cidr_v4_dyn, &key))
		return XDP_DROP;
	return XDP_PASS;
}

static int prefilter_v6(const struct ipv6hdr *ip6, const void *end)
{
	struct lpm_v6_key key = { .prefixlen = 128 };

	if ((const void *)(ip6 + 1) > end)
		return XDP_DROP;
	key.addr = ip6->saddr;
	if (bpf_map_lookup_elem(&cilium_cidr_v6_fix, &key) ||
	    bpf_map_lookup_elem(&cilium_cidr_v6_dyn, &key))
		return XDP_DROP;
	return XDP_PASS;
}

SEC("xdp")
int cil_xdp_entry(struct xdp_md *ctx)
{
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethhdr *eth = (const void *)(long)ctx->data;

	if ((const void *)(eth + 1) > end)
		return XDP_PASS;
	switch (bpf_ntohs(eth->h_proto)) {
	case ETH_P_IP:
		return prefilter_v4((const void *)(eth + 1), end);
	case ETH_P_IPV6:
		return prefilter_v6((const void *)(eth + 1), end);
	}
	return XDP_PASS;
}
