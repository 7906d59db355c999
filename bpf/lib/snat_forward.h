/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What leaves the node: replies of its backends as the services', pods' packets as the node's. */
#pragma once

#include "lib/masquerade.h"
#include "lib/nodeport.h"

/* The node's own tunnel: nothing that comes back is to be translated. */
static __always_inline bool snat_is_tunnel(const struct packet *p)
{
	return ENABLE_TUNNEL && p->proto == IPPROTO_UDP && p->dport == bpf_htons(TUNNEL_PORT);
}

/*
 * Give the packet the source it is to leave with: 0 or a drop. Between nodes, through a tunnel,
 * packets stay those of their pods: there is no @masquerade.
 */
static __always_inline long snat_forward(struct ctx_buff *ctx, const bool v6, const bool masquerade)
{
	struct nat_target target;
	struct packet p = {};
	long ret;

	if (ctx_snat_done(ctx))
		return 0;
	ret = packet_load(ctx, v6, &p);
	if (ret)
		return ret;
	ret = nodeport_reverse(ctx, v6, &p);
	if (ret)
		return ret < 0 ? ret : 0;
	if (!masquerade || !masquerade_needed(v6, &p, &target) || snat_is_tunnel(&p))
		return 0;
	ret = p.icmp_error ? nat_icmp_forward(ctx, v6, &p) : nat_forward(ctx, v6, &p, &target);
	/* what NAT does not know has no port that it could take from a flow */
	if (ret < 0 && !target.from_local_endpoint &&
	    (drop_reason(ret) == DROP_NAT_UNSUPP_PROTO ||
	     drop_reason(ret) == DROP_UNKNOWN_ICMP_CODE))
		return 0;
	return ret < 0 ? ret : 0;
}
