/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * To a proxy of this host that judges what is above L4. The stack's rules pick the packet up by its
 * mark, which carries the proxy's port.
 */
#pragma once

#include "lib/endpoint.h"
#include "lib/event.h"

enum {
	SKB_PACKET_HOST = 0
}; /* PACKET_HOST of linux/if_packet.h */

static __always_inline __u32 proxy_mark(__be16 port)
{
	return MARK_MAGIC_TO_PROXY | (__u32)port << 16;
}

static __always_inline void proxy_tell(struct __sk_buff *ctx, const bool v6, const struct trace *t,
				       __be16 port)
{
	struct trace told = *t;

	told.dst_label = IDENTITY_UNKNOWN;
	told.dst_id = bpf_ntohs(port);
	told.ifindex = CILIUM_IFINDEX;
	trace(ctx, v6, TRACE_TO_PROXY, &told);
}

/* From the ingress of a device: the stack has the packet next. */
static __always_inline long proxy_through_stack(struct __sk_buff *ctx, const bool v6,
						const struct trace *t, __be16 port)
{
	proxy_tell(ctx, v6, t, port);
	ctx->mark = proxy_mark(port);
	bpf_skb_change_type(ctx, SKB_PACKET_HOST);
	return CTX_OK;
}

/* From the egress of a device: back into the host through cilium_host, whose program sets the mark.
 */
static __always_inline long proxy_through_host(struct __sk_buff *ctx, const bool v6,
					       const struct trace *t, __be16 port)
{
	proxy_tell(ctx, v6, t, port);
	ctx_meta_set(ctx, CB_PROXY_MAGIC, proxy_mark(port));
	return bpf_redirect(CILIUM_IFINDEX, 0);
}
