/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* To a pod of this node: past the stack, after the pod's own policy. */
#pragma once

#include "lib/endpoint.h"
#include "lib/event.h"
#include "lib/rewrite.h"

/* Each endpoint's cil_lxc_policy, by its id. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
	__uint(max_entries, 65535);
	MAP_OF_NODE;
} cilium_call_policy SEC(".maps");

struct delivery {
	__u32 src_label;     /* identity of the sender */
	enum metric_dir dir; /* as who delivers sees it */
	bool from_host, from_tunnel;
};

/*
 * Hand the packet to the endpoint @ep. With BPF host routing, or without a program at the egress of
 * the pod's device, policy is judged here and now; else that program does.
 */
static __always_inline long local_delivery(struct __sk_buff *ctx, const bool v6,
					   const struct endpoint_info *ep, const struct delivery *d)
{
	__u32 ifindex = ep->ifindex;
	__u16 lxc_id = ep->lxc_id;
	long ret = ttl_decrease(ctx, v6);

	if (!ret)
		ret = eth_write(ctx, ep->mac, ep->node_mac);
	if (ret)
		return ret;
	debug_message(ctx, DBG_LOCAL_DELIVERY, lxc_id, d->src_label);
	metrics_count(ctx, REASON_FORWARDED, d->dir);
	if (ENABLE_ENDPOINT_ROUTES && !ENABLE_HOST_ROUTING) {
		ctx->mark = identity_to_mark(d->src_label);
		return bpf_redirect(ifindex, 0);
	}
	ctx_meta_set(ctx, CB_SRC_LABEL, d->src_label);
	ctx_meta_set(ctx, CB_IFINDEX, ifindex);
	ctx_meta_set(ctx, CB_FROM_HOST, d->from_host);
	ctx_meta_set(ctx, CB_FROM_TUNNEL, d->from_tunnel);
	bpf_tail_call(ctx, &cilium_call_policy, lxc_id);
	return drop(DROP_EP_NOT_READY);
}

/*
 * Into the pod. What came in from a device goes straight to the pod's end of the pair; what has
 * been in the stack goes the normal way.
 */
static __always_inline long endpoint_redirect(struct __sk_buff *ctx, __u32 ifindex, bool from_host)
{
	if (from_host || !ENABLE_HOST_ROUTING || !ctx->ingress_ifindex)
		return bpf_redirect(ifindex, 0);
	return bpf_redirect_peer(ifindex, 0);
}
