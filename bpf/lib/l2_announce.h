/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* L2 announcements: the node answers ARP for services' addresses that it was elected for. */
#pragma once

#include "lib/arp.h"
#include "lib/config.h"

struct l2_responder_v4_key {
	__be32 ip4;
	__u32 ifindex;
};

struct l2_responder_v4_stats {
	__u64 responses_sent;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct l2_responder_v4_key);
	__type(value, struct l2_responder_v4_stats);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	MAP_OF_NODE;
} cilium_l2_responder_v4 SEC(".maps");

/* When the agent was last alive, in nanoseconds of bpf_ktime_get_ns(). */
enum {
	RUNTIME_CONFIG_AGENT_LIVENESS = 0
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 256);
	MAP_OF_NODE;
} cilium_runtime_config SEC(".maps");

/* A node whose agent is gone may have lost its election, and not know. */
static __always_inline bool l2_agent_lives(void)
{
	__u32 key = RUNTIME_CONFIG_AGENT_LIVENESS;
	const __u64 *last = bpf_map_lookup_elem(&cilium_runtime_config, &key);

	return last && *last && bpf_ktime_get_ns() - *last <= L2_ANNOUNCEMENTS_MAX_LIVENESS;
}

/* An ARP packet from the network: answered, or (CTX_OK) the stack's. */
static __always_inline long l2_announce(struct ctx_buff *ctx)
{
	struct l2_responder_v4_key key = { .ifindex = ctx_ifindex(ctx) };
	struct l2_responder_v4_stats *stats;
	struct arp_request req;
	__u8 mac[ETH_ALEN];
	long ret;

	interface_mac(mac);
	if (!ENABLE_L2_ANNOUNCEMENTS || !l2_agent_lives() || !arp_is_request(ctx, mac, &req))
		return CTX_OK;
	key.ip4 = req.tip;
	stats = bpf_map_lookup_elem(&cilium_l2_responder_v4, &key);
	if (!stats)
		return CTX_OK;
	ret = arp_reply(ctx, mac, &req);
	if (ret)
		return ret;
	__sync_fetch_and_add(&stats->responses_sent, 1);
	return ctx_redirect(ctx, ctx_ifindex(ctx));
}
