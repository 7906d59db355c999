/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * IPv4 fragments: only the first has ports; the others find them here. Nothing is reassembled, and
 * a fragment that overtakes the first is dropped.
 */
#pragma once

#include "lib/ip.h"
#include "lib/metrics.h"

struct ipv4_frag_id {
	__be32 daddr;
	__be32 saddr;
	__be16 id;
	__u8 proto;
	__u8 pad;
} __attribute__((packed));

struct ipv4_frag_l4ports {
	__be16 sport;
	__be16 dport;
};

_Static_assert(sizeof(struct ipv4_frag_id) == 12, "struct ipv4_frag_id");
_Static_assert(sizeof(struct ipv4_frag_l4ports) == 4, "struct ipv4_frag_l4ports");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct ipv4_frag_id);
	__type(value, struct ipv4_frag_l4ports);
	__uint(max_entries, MAP_ENTRIES_FLOWS);
	MAP_OF_NODE;
} cilium_ipv4_frag_datagrams SEC(".maps");

/* What the fragment @id was first sent with, into @ports. */
static __always_inline long fragment_lookup(struct ctx_buff *ctx, const struct ipv4_frag_id *id,
					    struct ipv4_frag_l4ports *ports)
{
	const struct ipv4_frag_l4ports *known =
		bpf_map_lookup_elem(&cilium_ipv4_frag_datagrams, id);

	metrics_count(ctx, REASON_FRAG_PACKET, METRIC_EGRESS);
	if (!known)
		return drop(DROP_FRAG_NOT_FOUND);
	*ports = *known;
	return 0;
}

/* The first fragment goes on even where the others will not find it. */
static __always_inline void fragment_remember(struct ctx_buff *ctx, const struct ipv4_frag_id *id,
					      const struct ipv4_frag_l4ports *ports)
{
	metrics_count(ctx, REASON_FRAG_PACKET, METRIC_EGRESS);
	if (bpf_map_update_elem(&cilium_ipv4_frag_datagrams, id, ports, BPF_ANY))
		metrics_count(ctx, REASON_FRAG_PACKET_UPDATE, METRIC_EGRESS);
}
