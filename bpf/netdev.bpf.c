/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A device that leads out of the node.
 *
 *	cil_from_netdev		tc ingress: calls of services from outside, replies, packets for
 *pods cil_to_netdev		tc egress: translates what leaves
 */
#include "lib/ctx_tc.h"

#define CALLS_MAP cilium_calls_netdev

#include "lib/delivery.h"
#include "lib/l2_announce.h"
#include "lib/nodeport_stages.h"
#include "lib/proxy.h"
#include "lib/snat_forward.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* What the XDP program has left in front of the packet: XFER_*. */
static __always_inline __u32 xfer_flags(struct __sk_buff *ctx)
{
	const __u32 *meta = ctx_pointer(ctx, data_meta);
	const void *data = ctx_pointer(ctx, data);

	return (const void *)(meta + 1) > data ? 0 : *meta;
}

static __always_inline bool vlan_passes(struct __sk_buff *ctx)
{
	__u16 id = ctx->vlan_tci & 0xfff, i;

	if (!ctx->vlan_present)
		return true;
#pragma unroll
	for (i = 0; i < sizeof(VLAN_BYPASS) / sizeof(VLAN_BYPASS[0]); i++) {
		if (VLAN_BYPASS[i] && VLAN_BYPASS[i] == id)
			return true;
	}
	return false;
}

SEC("tc")
int cil_from_netdev(struct __sk_buff *ctx)
{
	struct trace t = { .reason = TRACE_REASON_UNKNOWN, .ifindex = ctx->ifindex };
	long ret = eth_type(ctx);
	__u32 xfer;

	if (ctx->vlan_present)
		return vlan_passes(ctx) ? CTX_OK
					: stage_end(ctx, drop(DROP_VLAN_FILTERED), METRIC_INGRESS,
						    IDENTITY_UNKNOWN);
	ctx_meta_clear(ctx);
	xfer = xfer_flags(ctx);
	if (xfer & XFER_PKT_NO_SVC)
		ctx_skip_nodeport_set(ctx);
	if (xfer & XFER_PKT_SNAT_DONE)
		ctx_snat_done_set(ctx);
	trace(ctx, ret == ETH_P_IPV6, TRACE_FROM_NETWORK, &t);
	if (ret == ETH_P_ARP)
		ret = l2_announce(ctx);
	else if (ret == ETH_P_IP)
		ret = stage_call(ctx, CALL_IPV4);
	else if (ret == ETH_P_IPV6 && ENABLE_IPV6)
		ret = stage_call(ctx, CALL_IPV6);
	else
		ret = CTX_OK; /* the stack's to judge */
	return stage_end(ctx, ret, METRIC_INGRESS, IDENTITY_UNKNOWN);
}

static __always_inline long from_netdev(struct __sk_buff *ctx, const bool v6)
{
	const enum stage cont = v6 ? CALL_IPV6_CONT : CALL_IPV4_CONT;
	struct packet p = {};
	long ret;

	if (!ENABLE_NODEPORT || ctx_skip_nodeport(ctx))
		return stage_call(ctx, cont);
	ret = packet_load(ctx, v6, &p);
	/* neighbours are the stack's */
	if (v6 && !ret && p.proto == IPPROTO_ICMPV6 &&
	    (p.icmp_type == NDISC_NEIGHBOUR_SOLICITATION ||
	     p.icmp_type == NDISC_NEIGHBOUR_ADVERTISEMENT))
		return CTX_OK;
	return ret ? ret : nodeport_lb(ctx, v6, &p);
}

SEC("tc")
int tail_handle_ipv4_from_netdev(struct __sk_buff *ctx)
{
	return stage_end(ctx, from_netdev(ctx, false), METRIC_INGRESS, IDENTITY_UNKNOWN);
}

SEC("tc")
int tail_handle_ipv6_from_netdev(struct __sk_buff *ctx)
{
	return stage_end(ctx, from_netdev(ctx, true), METRIC_INGRESS, IDENTITY_UNKNOWN);
}

/* To a pod of this node, or to the stack. */
static __always_inline long netdev_deliver(struct __sk_buff *ctx, const bool v6)
{
	struct delivery d = { .dir = METRIC_INGRESS };
	const struct endpoint_info *ep;
	union ip_addr saddr = {}, daddr = {};
	const __u32 len = v6 ? IPV6_ADDR_LEN : IPV4_ADDR_LEN;
	__u32 off =
		ETH_HLEN + (v6 ? offsetof(struct ipv6hdr, saddr) : offsetof(struct iphdr, saddr));

	if (ctx_load(ctx, off, &saddr, len) || ctx_load(ctx, off + len, &daddr, len))
		return drop(DROP_INVALID);
	ep = endpoint_lookup(v6, &daddr);
	if (!ep || (ep->flags & ENDPOINT_F_HOST) || !ENABLE_HOST_ROUTING)
		return CTX_OK;
	d.src_label = identity_of(v6, &saddr);
	return local_delivery(ctx, v6, ep, &d);
}

SEC("tc")
int tail_handle_ipv4_cont_from_netdev(struct __sk_buff *ctx)
{
	return stage_end(ctx, netdev_deliver(ctx, false), METRIC_INGRESS, IDENTITY_UNKNOWN);
}

SEC("tc")
int tail_handle_ipv6_cont_from_netdev(struct __sk_buff *ctx)
{
	long ret = netdev_deliver(ctx, true);

	if (drop_reason(ret) == DROP_TTL_EXCEEDED)
		ret = stage_call(ctx, CALL_ICMP6_TIME_EXCEEDED);
	return stage_end(ctx, ret, METRIC_INGRESS, IDENTITY_UNKNOWN);
}

/* ---- what leaves */

static __always_inline int to_netdev_end(struct __sk_buff *ctx, const bool v6, long ret)
{
	struct trace t = { .reason = TRACE_REASON_UNKNOWN,
			   .ifindex = ctx->ifindex,
			   .active = true };

	if (ret < 0)
		return drop_notify(ctx, ret, METRIC_EGRESS, IDENTITY_UNKNOWN, IDENTITY_UNKNOWN, 0);
	trace(ctx, v6, TRACE_TO_NETWORK, &t);
	return CTX_OK;
}

SEC("tc")
int tail_handle_snat_fwd_ipv4(struct __sk_buff *ctx)
{
	return to_netdev_end(ctx, false, snat_forward(ctx, false, true));
}

SEC("tc")
int tail_handle_snat_fwd_ipv6(struct __sk_buff *ctx)
{
	return to_netdev_end(ctx, true, snat_forward(ctx, true, true));
}

SEC("tc")
int cil_to_netdev(struct __sk_buff *ctx)
{
	long ret = eth_type(ctx);

	if (ctx->vlan_present)
		return vlan_passes(ctx) ? CTX_OK
					: stage_end(ctx, drop(DROP_VLAN_FILTERED), METRIC_EGRESS,
						    IDENTITY_UNKNOWN);
	if (ret == ETH_P_IP)
		ret = stage_call(ctx, CALL_SNAT_FWD4);
	else if (ret == ETH_P_IPV6 && ENABLE_IPV6)
		ret = stage_call(ctx, CALL_SNAT_FWD6);
	else if (ret >= 0)
		return CTX_OK;
	return to_netdev_end(ctx, false, ret);
}

struct calls_map CALLS_MAP SEC(".maps") = {
	.values = {
		[CALL_IPV4] = tail_handle_ipv4_from_netdev,
		[CALL_IPV6] = tail_handle_ipv6_from_netdev,
		[CALL_IPV4_CONT] = tail_handle_ipv4_cont_from_netdev,
		[CALL_IPV6_CONT] = tail_handle_ipv6_cont_from_netdev,
		[CALL_SNAT_FWD4] = tail_handle_snat_fwd_ipv4,
		[CALL_SNAT_FWD6] = tail_handle_snat_fwd_ipv6,
		NODEPORT_STAGES,
		NODEPORT_ICMP_STAGES,
	},
};
