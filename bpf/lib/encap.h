/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tunnels between nodes (VXLAN, Geneve). The device of the tunnel writes the outer headers; the
 * program says to whom, and with which key: the sender's identity.
 */
#pragma once

#include "lib/endpoint.h"
#include "lib/event.h"

enum {
	TUNNEL_TTL = 64
};

/* Kernels before 6.0 know no more of it. */
#define TUNNEL_KEY_SIZE offsetof(struct bpf_tunnel_key, local_ipv6)

/* Have the tunnel's device send the packet to @node; the caller redirects it there. */
static __always_inline long encap_key_set(struct __sk_buff *ctx, __be32 node, __u32 identity)
{
	struct bpf_tunnel_key key = {
		.tunnel_id = identity,
		.remote_ipv4 = bpf_ntohl(node),
		.tunnel_ttl = TUNNEL_TTL,
	};

	if (bpf_skb_set_tunnel_key(ctx, &key, TUNNEL_KEY_SIZE, BPF_F_ZERO_CSUM_TX))
		return drop(DROP_WRITE_ERROR);
	return 0;
}

/* Send the packet of @t->src_label to the node that has @t->dst_label: the verdict. */
static __always_inline long encap_redirect(struct __sk_buff *ctx, const bool v6, __be32 node,
					   const struct trace *t)
{
	struct trace told = *t;
	long ret = encap_key_set(ctx, node, t->src_label);

	if (ret)
		return ret;
	debug_message(ctx, DBG_ENCAP, bpf_ntohl(node), t->src_label);
	told.ifindex = ENCAP_IFINDEX;
	trace(ctx, v6, TRACE_TO_OVERLAY, &told);
	return bpf_redirect(ENCAP_IFINDEX, 0);
}

/* Whether a tunnel leads to the pod @info. */
static __always_inline bool encap_leads_to(const struct remote_endpoint_info *info)
{
	return ENABLE_TUNNEL && info && info->tunnel_endpoint && !info->flag_skip_tunnel;
}
