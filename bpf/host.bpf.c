/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cilium_host: the device between the host's own sockets and the pods.
 *
 *	cil_from_host	tc egress: what the host sends into the pods' network
 *	cil_to_host	tc ingress: what comes from there
 */
#include "lib/ctx_tc.h"

#define CALLS_MAP cilium_calls_host

#include "lib/delivery.h"
#include "lib/encap.h"
#include "lib/packet.h"
#include "lib/proxy.h"
#include "lib/stage.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Who the host sends for: itself, or a pod whose traffic its proxy has judged. */
static __always_inline __u32 host_identity(struct __sk_buff *ctx, bool *proxy)
{
	__u32 magic = ctx->mark & MARK_MAGIC_MASK;

	*proxy = magic == MARK_MAGIC_PROXY_INGRESS || magic == MARK_MAGIC_PROXY_EGRESS;
	if (*proxy || magic == MARK_MAGIC_IDENTITY)
		return identity_from_mark(ctx->mark);
	return IDENTITY_HOST;
}

SEC("tc")
int cil_from_host(struct __sk_buff *ctx)
{
	struct trace t = { .reason = TRACE_REASON_UNKNOWN, .ifindex = ctx->ifindex };
	long ret = eth_type(ctx);
	bool proxy;

	ctx_meta_clear(ctx);
	if (ret == ETH_P_ARP)
		return CTX_OK;
	t.src_label = host_identity(ctx, &proxy);
	trace(ctx, ret == ETH_P_IPV6, proxy ? TRACE_FROM_PROXY : TRACE_FROM_HOST, &t);
	ctx_meta_set(ctx, CB_SRC_LABEL, t.src_label);
	if (ret == ETH_P_IP)
		ret = stage_call(ctx, CALL_IPV4);
	else if (ret == ETH_P_IPV6 && ENABLE_IPV6)
		ret = stage_call(ctx, CALL_IPV6);
	else if (ret >= 0)
		ret = drop(DROP_UNKNOWN_L3);
	return stage_end(ctx, ret, METRIC_EGRESS, t.src_label);
}

static __always_inline long from_host(struct __sk_buff *ctx, const bool v6)
{
	struct delivery d = { .src_label = ctx_meta(ctx, CB_SRC_LABEL),
			      .dir = METRIC_EGRESS,
			      .from_host = true };
	struct trace t = { .src_label = d.src_label,
			   .reason = TRACE_REASON_UNKNOWN,
			   .active = true };
	const __u32 len = v6 ? IPV6_ADDR_LEN : IPV4_ADDR_LEN;
	__u32 off = v6 ? offsetof(struct ipv6hdr, daddr) : offsetof(struct iphdr, daddr);
	const struct remote_endpoint_info *info;
	const struct endpoint_info *ep;
	union ip_addr daddr = {};

	if (ctx_load(ctx, ETH_HLEN + off, &daddr, len))
		return drop(DROP_INVALID);
	ep = endpoint_lookup(v6, &daddr);
	if (ep && (ep->flags & ENDPOINT_F_HOST))
		return CTX_OK;
	if (ep)
		return local_delivery(ctx, v6, ep, &d);
	info = ipcache_lookup(v6, &daddr);
	t.dst_label = ipcache_identity(info);
	if (encap_leads_to(info))
		return encap_redirect(ctx, v6, info->tunnel_endpoint, &t);
	/* routes lead here for pods only; nobody knows this one */
	return t.dst_label == IDENTITY_WORLD ? drop(DROP_UNROUTABLE) : CTX_OK;
}

SEC("tc")
int tail_handle_ipv4_from_host(struct __sk_buff *ctx)
{
	return stage_end(ctx, from_host(ctx, false), METRIC_EGRESS, ctx_meta(ctx, CB_SRC_LABEL));
}

SEC("tc")
int tail_handle_ipv6_from_host(struct __sk_buff *ctx)
{
	return stage_end(ctx, from_host(ctx, true), METRIC_EGRESS, ctx_meta(ctx, CB_SRC_LABEL));
}

/* For a proxy, if a pod's program says so: see proxy_through_host(). */
SEC("tc")
int cil_to_host(struct __sk_buff *ctx)
{
	__u32 magic = ctx_meta(ctx, CB_PROXY_MAGIC);
	struct trace t = { .reason = TRACE_REASON_UNKNOWN,
			   .ifindex = ctx->ifindex,
			   .active = true };
	long ret = eth_type(ctx);

	ctx_meta_clear(ctx);
	if ((magic & MARK_MAGIC_MASK) == MARK_MAGIC_TO_PROXY) {
		ctx->mark = magic;
		bpf_skb_change_type(ctx, SKB_PACKET_HOST);
		return CTX_OK;
	}
	if ((ctx->mark & MARK_MAGIC_MASK) == MARK_MAGIC_IDENTITY)
		t.src_label = identity_from_mark(ctx->mark);
	if (ret == ETH_P_IP || ret == ETH_P_IPV6)
		trace(ctx, ret == ETH_P_IPV6, TRACE_TO_HOST, &t);
	return CTX_OK;
}

struct calls_map CALLS_MAP SEC(".maps") = {
	.values = {
		[CALL_IPV4] = tail_handle_ipv4_from_host,
		[CALL_IPV6] = tail_handle_ipv6_from_host,
	},
};
