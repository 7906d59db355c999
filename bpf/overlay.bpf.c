/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tunnel between nodes: a VXLAN or Geneve device whose outer headers are the programs' to give.
 *
 *	cil_from_overlay	tc ingress: packets of other nodes' pods, with their identity
 *	cil_to_overlay		tc egress
 */
#include "lib/ctx_tc.h"

#define CALLS_MAP cilium_calls_overlay

#include "lib/delivery.h"
#include "lib/nodeport_stages.h"
#include "lib/snat_forward.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* The service that a node passed the call on for, from the tunnel's option. */
static __always_inline bool dsr_tunnel_read(struct __sk_buff *ctx, const bool v6,
					    struct dsr_service *svc)
{
	struct dsr_geneve opt = {};
	int len = bpf_skb_get_tunnel_opt(ctx, &opt, sizeof(opt));

	if (len < (int)(v6 ? sizeof(opt) : DSR_GENEVE4_SIZE) ||
	    opt.opt_class != bpf_htons(DSR_GENEVE_CLASS) || opt.type != DSR_GENEVE_TYPE)
		return false;
	svc->addr = v6 ? opt.addr : addr4(opt.addr.ip4);
	svc->port = opt.port;
	return true;
}

SEC("tc")
int cil_from_overlay(struct __sk_buff *ctx)
{
	struct bpf_tunnel_key key = {};
	struct trace t = { .reason = TRACE_REASON_UNKNOWN, .ifindex = ctx->ifindex };
	long ret = eth_type(ctx);

	ctx_meta_clear(ctx);
	if (ret != ETH_P_IP && !(ret == ETH_P_IPV6 && ENABLE_IPV6))
		return CTX_OK;
	if (bpf_skb_get_tunnel_key(ctx, &key, TUNNEL_KEY_SIZE, 0))
		return stage_end(ctx, drop(DROP_NO_TUNNEL_KEY), METRIC_INGRESS, IDENTITY_UNKNOWN);
	/* a host has no identity that another may claim */
	if (key.tunnel_id == IDENTITY_HOST)
		return stage_end(ctx, drop(DROP_INVALID_IDENTITY), METRIC_INGRESS, key.tunnel_id);
	t.src_label = key.tunnel_id;
	trace(ctx, ret == ETH_P_IPV6, TRACE_FROM_OVERLAY, &t);
	ctx_meta_set(ctx, CB_SRC_LABEL, key.tunnel_id);
	ret = stage_call(ctx, ret == ETH_P_IPV6 ? CALL_IPV6 : CALL_IPV4);
	return stage_end(ctx, ret, METRIC_INGRESS, key.tunnel_id);
}

/* Replies to calls that this node passed on through the tunnel, and calls that others did. */
static __always_inline long from_overlay(struct __sk_buff *ctx, const bool v6)
{
	struct dsr_service svc = {};
	struct packet p = {};
	long ret;

	if (!ENABLE_NODEPORT)
		return stage_call(ctx, v6 ? CALL_IPV6_CONT : CALL_IPV4_CONT);
	ret = packet_load(ctx, v6, &p);
	if (!ret && DSR_MODE == DSR_GENEVE && dsr_tunnel_read(ctx, v6, &svc)) {
		ret = dsr_remember(ctx, v6, &p, &svc);
		return ret ? ret : nodeport_done(ctx, v6);
	}
	return ret ? ret : nodeport_lb(ctx, v6, &p);
}

SEC("tc")
int tail_handle_ipv4_from_overlay(struct __sk_buff *ctx)
{
	return stage_end(ctx, from_overlay(ctx, false), METRIC_INGRESS,
			 ctx_meta(ctx, CB_SRC_LABEL));
}

SEC("tc")
int tail_handle_ipv6_from_overlay(struct __sk_buff *ctx)
{
	return stage_end(ctx, from_overlay(ctx, true), METRIC_INGRESS, ctx_meta(ctx, CB_SRC_LABEL));
}

static __always_inline long overlay_deliver(struct __sk_buff *ctx, const bool v6)
{
	struct delivery d = { .src_label = ctx_meta(ctx, CB_SRC_LABEL),
			      .dir = METRIC_INGRESS,
			      .from_tunnel = true };
	const __u32 len = v6 ? IPV6_ADDR_LEN : IPV4_ADDR_LEN;
	__u32 off = v6 ? offsetof(struct ipv6hdr, daddr) : offsetof(struct iphdr, daddr);
	const struct endpoint_info *ep;
	union ip_addr daddr = {};

	if (ctx_load(ctx, ETH_HLEN + off, &daddr, len))
		return drop(DROP_INVALID);
	ep = endpoint_lookup(v6, &daddr);
	if (ep && !(ep->flags & ENDPOINT_F_HOST))
		return local_delivery(ctx, v6, ep, &d);
	/* the host's, or nobody's: the stack knows */
	bpf_skb_change_type(ctx, 0);
	return CTX_OK;
}

SEC("tc")
int tail_handle_ipv4_cont_from_overlay(struct __sk_buff *ctx)
{
	return stage_end(ctx, overlay_deliver(ctx, false), METRIC_INGRESS,
			 ctx_meta(ctx, CB_SRC_LABEL));
}

SEC("tc")
int tail_handle_ipv6_cont_from_overlay(struct __sk_buff *ctx)
{
	long ret = overlay_deliver(ctx, true);

	if (drop_reason(ret) == DROP_TTL_EXCEEDED)
		ret = stage_call(ctx, CALL_ICMP6_TIME_EXCEEDED);
	return stage_end(ctx, ret, METRIC_INGRESS, ctx_meta(ctx, CB_SRC_LABEL));
}

/* What leaves through the tunnel: replies of backends are the services' here too. */
static __always_inline int to_overlay_end(struct __sk_buff *ctx, const bool v6, long ret)
{
	struct trace t = { .reason = TRACE_REASON_UNKNOWN,
			   .ifindex = ctx->ifindex,
			   .active = true };

	if (ret < 0)
		return drop_notify(ctx, ret, METRIC_EGRESS, IDENTITY_UNKNOWN, IDENTITY_UNKNOWN, 0);
	trace(ctx, v6, TRACE_TO_OVERLAY, &t);
	return CTX_OK;
}

SEC("tc")
int tail_handle_snat_fwd_ipv4(struct __sk_buff *ctx)
{
	return to_overlay_end(ctx, false, snat_forward(ctx, false, false));
}

SEC("tc")
int tail_handle_snat_fwd_ipv6(struct __sk_buff *ctx)
{
	return to_overlay_end(ctx, true, snat_forward(ctx, true, false));
}

SEC("tc")
int cil_to_overlay(struct __sk_buff *ctx)
{
	long ret = eth_type(ctx);

	if (ret == ETH_P_IP)
		ret = stage_call(ctx, CALL_SNAT_FWD4);
	else if (ret == ETH_P_IPV6 && ENABLE_IPV6)
		ret = stage_call(ctx, CALL_SNAT_FWD6);
	else if (ret >= 0)
		return CTX_OK;
	return to_overlay_end(ctx, false, ret);
}

struct calls_map CALLS_MAP SEC(".maps") = {
	.values = {
		[CALL_IPV4] = tail_handle_ipv4_from_overlay,
		[CALL_IPV6] = tail_handle_ipv6_from_overlay,
		[CALL_IPV4_CONT] = tail_handle_ipv4_cont_from_overlay,
		[CALL_IPV6_CONT] = tail_handle_ipv6_cont_from_overlay,
		[CALL_SNAT_FWD4] = tail_handle_snat_fwd_ipv4,
		[CALL_SNAT_FWD6] = tail_handle_snat_fwd_ipv6,
		NODEPORT_STAGES,
		NODEPORT_ICMP_STAGES,
	},
};
