/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Stages of services that are called from outside: the same behind a device and behind a tunnel. */
#pragma once

#include "lib/nodeport.h"

STAGE_SEC int tail_nodeport_nat_egress_ipv4(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_nat_egress(ctx, false), METRIC_EGRESS, IDENTITY_WORLD);
}

STAGE_SEC int tail_nodeport_nat_egress_ipv6(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_nat_egress(ctx, true), METRIC_EGRESS, IDENTITY_WORLD);
}

STAGE_SEC int tail_nodeport_nat_ingress_ipv4(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_nat_ingress(ctx, false), METRIC_INGRESS, IDENTITY_WORLD);
}

STAGE_SEC int tail_nodeport_nat_ingress_ipv6(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_nat_ingress(ctx, true), METRIC_INGRESS, IDENTITY_WORLD);
}

STAGE_SEC int tail_nodeport_dsr_ipv4(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_dsr(ctx, false), METRIC_EGRESS, IDENTITY_WORLD);
}

STAGE_SEC int tail_nodeport_dsr_ipv6(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_dsr(ctx, true), METRIC_EGRESS, IDENTITY_WORLD);
}

#if !CTX_IS_XDP
STAGE_SEC int tail_no_service_ipv4(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_no_service(ctx, false), METRIC_INGRESS, IDENTITY_WORLD);
}

STAGE_SEC int tail_no_service_ipv6(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_no_service(ctx, true), METRIC_INGRESS, IDENTITY_WORLD);
}

STAGE_SEC int tail_frag_needed_ipv4(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_frag_needed(ctx, false), METRIC_INGRESS, IDENTITY_WORLD);
}

STAGE_SEC int tail_frag_needed_ipv6(struct ctx_buff *ctx)
{
	return stage_end(ctx, nodeport_frag_needed(ctx, true), METRIC_INGRESS, IDENTITY_WORLD);
}

/* A packet whose last hop this is: IPv6 tells its sender. */
STAGE_SEC int tail_icmp6_send_time_exceeded(struct ctx_buff *ctx)
{
	struct icmp_header icmp = { .type = ICMPV6_TIME_EXCEED };
	union ip_addr router = addr6_option(ROUTER_IPV6);
	long ret = icmp_error(ctx, true, &icmp, &router);

	if (!ret)
		ret = ctx_redirect(ctx, ctx_ifindex(ctx));
	return stage_end(ctx, ret, METRIC_INGRESS, IDENTITY_WORLD);
}
#endif

/* Of CALLS_MAP. */
#define NODEPORT_STAGES                                                \
	[CALL_NODEPORT_NAT_EGRESS4] = tail_nodeport_nat_egress_ipv4,   \
	[CALL_NODEPORT_NAT_EGRESS6] = tail_nodeport_nat_egress_ipv6,   \
	[CALL_NODEPORT_NAT_INGRESS4] = tail_nodeport_nat_ingress_ipv4, \
	[CALL_NODEPORT_NAT_INGRESS6] = tail_nodeport_nat_ingress_ipv6, \
	[CALL_NODEPORT_DSR4] = tail_nodeport_dsr_ipv4,                 \
	[CALL_NODEPORT_DSR6] = tail_nodeport_dsr_ipv6

#define NODEPORT_ICMP_STAGES                                                                      \
	[CALL_NO_SERVICE4] = tail_no_service_ipv4, [CALL_NO_SERVICE6] = tail_no_service_ipv6,     \
	[CALL_FRAG_NEEDED4] = tail_frag_needed_ipv4, [CALL_FRAG_NEEDED6] = tail_frag_needed_ipv6, \
	[CALL_ICMP6_TIME_EXCEEDED] = tail_icmp6_send_time_exceeded
