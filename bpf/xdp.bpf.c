/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A device that leads out of the node, in its driver: the prefilter, and services that are called
 * from outside, before the kernel has made an skb of the frame.
 */
#include "lib/ctx_xdp.h"

#define CALLS_MAP cilium_calls_xdp

#include "lib/nodeport_stages.h"
#include "lib/prefilter.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline long lb(struct xdp_md *ctx, const bool v6)
{
	struct packet p = {};
	long ret = packet_load(ctx, v6, &p);

	return ret ? ret : nodeport_lb(ctx, v6, &p);
}

SEC("xdp")
int tail_lb_ipv4(struct xdp_md *ctx)
{
	return stage_end(ctx, lb(ctx, false), METRIC_INGRESS, IDENTITY_WORLD);
}

SEC("xdp")
int tail_lb_ipv6(struct xdp_md *ctx)
{
	return stage_end(ctx, lb(ctx, true), METRIC_INGRESS, IDENTITY_WORLD);
}

SEC("xdp")
int cil_xdp_entry(struct xdp_md *ctx)
{
	long ret = eth_type(ctx);
	bool v6 = ret == ETH_P_IPV6;

	/* what is not IP is the stack's to judge */
	if (ret != ETH_P_IP && !v6)
		return CTX_OK;
	if (v6 ? !prefilter_allows(ctx, true) : !prefilter_allows(ctx, false))
		return CTX_DROP;
	if (!ENABLE_NODEPORT || (v6 && !ENABLE_IPV6))
		return CTX_OK;
	ctx_meta_clear(ctx);
	ret = stage_call(ctx, v6 ? CALL_IPV6 : CALL_IPV4);
	return stage_end(ctx, ret, METRIC_INGRESS, IDENTITY_WORLD);
}

struct calls_map CALLS_MAP SEC(".maps") = {
	.values = {
		[CALL_IPV4] = tail_lb_ipv4,
		[CALL_IPV6] = tail_lb_ipv6,
		NODEPORT_STAGES,
	},
};
