/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Services that are called from outside the cluster: NodePort, LoadBalancer, externalIP, hostPort.
 *
 * A call to a backend on this node is translated and delivered. A call to one on another node is
 * passed on, with this node's address, so that the reply comes back through here; or with the
 * client's own, where the backend's node answers by itself (dsr.h).
 */
#pragma once

#include "lib/dsr.h"
#include "lib/endpoint.h"
#include "lib/fib.h"
#include "lib/nat_icmp.h"
#include "lib/stage.h"

#if !CTX_IS_XDP
#include "lib/encap.h"
#include "lib/icmp.h"
#include "lib/proxy.h"
#endif

#if CTX_IS_XDP
/* What needs more than XDP has is left to the tc program: the packet is as it came. */
static __always_inline long nodeport_leave(struct ctx_buff *ctx, const enum stage stage)
{
	(void)ctx;
	(void)stage;
	return CTX_OK;
}

/* Services are done with it: the tc program delivers. */
static __always_inline long nodeport_done(struct ctx_buff *ctx, const bool v6)
{
	(void)v6;
	ctx_skip_nodeport_set(ctx);
	return CTX_OK;
}

/* The tc program does it. */
static __always_inline long nodeport_to_proxy(struct ctx_buff *ctx, const bool v6,
					      const struct packet *p, const struct lb_service *svc)
{
	(void)ctx;
	(void)v6;
	(void)p;
	(void)svc;
	return CTX_OK;
}
#else
static __always_inline long nodeport_leave(struct ctx_buff *ctx, const enum stage stage)
{
	return stage_call(ctx, stage);
}

static __always_inline long nodeport_done(struct ctx_buff *ctx, const bool v6)
{
	ctx_skip_nodeport_set(ctx);
	return stage_call(ctx, v6 ? CALL_IPV6_CONT : CALL_IPV4_CONT);
}

/* A proxy of this node serves @svc: it chooses the backend of each request. */
static __always_inline long nodeport_to_proxy(struct ctx_buff *ctx, const bool v6,
					      const struct packet *p, const struct lb_service *svc)
{
	struct trace t = { .src_label = identity_of(v6, &p->saddr),
			   .reason = TRACE_REASON_NEW,
			   .active = true };

	return proxy_through_stack(ctx, v6, &t, lb_proxy_port(svc));
}
#endif

/* XDP: how to reach who sent @p. */
static __always_inline void nodeport_neigh_learn(struct ctx_buff *ctx, const bool v6,
						 const struct packet *p)
{
	const struct ethhdr *eth = ctx_header(ctx, 0, sizeof(*eth));
	struct neigh_mac mac = {};

	if (!CTX_IS_XDP || !eth)
		return;
	__builtin_memcpy(mac.addr, eth->h_source, ETH_ALEN);
	if (v6)
		bpf_map_update_elem(&cilium_nodeport_neigh6, &p->saddr, &mac, BPF_ANY);
	else
		bpf_map_update_elem(&cilium_nodeport_neigh4, &p->saddr, &mac, BPF_ANY);
}

/* Have conntrack know the call @p, which is translated, as one to service @rev_nat_index. */
static __always_inline long nodeport_track(struct ctx_buff *ctx, const bool v6,
					   const struct packet *p, __u16 rev_nat_index)
{
	struct ct_entry *e = ct_find(v6, p, TUPLE_OF_REQUEST, TUPLE_F_OUT);
	struct ct_state state = {
		.src_sec_id = IDENTITY_WORLD,
		.rev_nat_index = rev_nat_index,
		.node_port = true,
	};
	bool active = false;

	if (e && e->node_port && e->rev_nat_index == rev_nat_index &&
	    ct_update(ctx, e, p, CT_EGRESS, &active))
		return 0;
	return ct_create(ctx, v6, p, CT_EGRESS, &state);
}

/* ---- a call */

static __always_inline bool nodeport_too_long(struct ctx_buff *ctx, const bool v6,
					      const struct packet *p)
{
#if !CTX_IS_XDP
	/* its segments are as long as the path allows; nothing is known of it here */
	if (ctx->gso_segs)
		return false;
#endif
	return ctx_len(ctx) - ETH_HLEN + dsr_overhead(v6, p) > THIS_MTU;
}

/* Pass @p on with the client's own address. */
static __always_inline long nodeport_to_dsr(struct ctx_buff *ctx, const bool v6, struct packet *p,
					    const struct backend *b)
{
	union ip_addr addr = p->daddr;
	__be16 port = p->dport;
	long ret;

	if (DSR_MODE == DSR_GENEVE && p->proto != IPPROTO_TCP && p->proto != IPPROTO_UDP)
		return drop(DROP_DSR_ENCAP_UNSUPP_PROTO);
	if (nodeport_too_long(ctx, v6, p))
		return nodeport_leave(ctx, v6 ? CALL_FRAG_NEEDED6 : CALL_FRAG_NEEDED4);
	if (CTX_IS_XDP && DSR_MODE == DSR_GENEVE)
		return CTX_OK;
	ret = lb_translate(ctx, v6, p, b);
	if (ret)
		return ret;
	ctx_meta_set(ctx, CB_PORT, port);
	ctx_meta_set(ctx, CB_ADDR_1, addr.words[0]);
	ctx_meta_set(ctx, CB_ADDR_2, addr.words[1]);
	ctx_meta_set(ctx, CB_ADDR_3, addr.words[2]);
	ctx_meta_set(ctx, CB_ADDR_4, addr.words[3]);
	return stage_call(ctx, v6 ? CALL_NODEPORT_DSR6 : CALL_NODEPORT_DSR4);
}

/* The call @p of the service @svc. */
static __always_inline long nodeport_call(struct ctx_buff *ctx, const bool v6, struct packet *p,
					  union lb_key *key, const struct lb_service *svc)
{
	const struct endpoint_info *local;
	struct backend b;
	long ret = lb_backend_get(ctx, v6, p, false, key, svc, &b);

	if (drop_reason(ret) == DROP_NO_SERVICE && SERVICE_NO_BACKEND_RESPONSE)
		return nodeport_leave(ctx, v6 ? CALL_NO_SERVICE6 : CALL_NO_SERVICE4);
	if (ret)
		return ret;
	local = endpoint_lookup(v6, &b.addr);
	if (!local && (svc->flags & SVC_FLAG_HOSTPORT))
		return drop(DROP_INVALID);
	if (!local && dsr_applies(p))
		return nodeport_to_dsr(ctx, v6, p, &b);
	/* tunnels are not for XDP */
	if (!local && CTX_IS_XDP && ENABLE_TUNNEL)
		return CTX_OK;
	nodeport_neigh_learn(ctx, v6, p);
	ret = lb_translate(ctx, v6, p, &b);
	if (!ret)
		ret = nodeport_track(ctx, v6, p, svc->rev_nat_index);
	if (ret)
		return ret;
	return local ? nodeport_done(ctx, v6)
		     : stage_call(ctx, v6 ? CALL_NODEPORT_NAT_EGRESS6 : CALL_NODEPORT_NAT_EGRESS4);
}

/*
 * A packet from outside: STAGE_GO_ON if it is no call of a service, and not for NAT either; else
 * what becomes of it.
 */
static __always_inline long nodeport_lb(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	const struct lb_service *svc;
	union lb_key key;

	svc = lb_service_lookup(v6, p, false, &key);
	if (!svc)
		return stage_call(ctx,
				  v6 ? CALL_NODEPORT_NAT_INGRESS6 : CALL_NODEPORT_NAT_INGRESS4);
	if (!lb_source_allowed(v6, p, svc))
		return drop(DROP_NOT_IN_SRC_RANGE);
	if (!(svc->flags & SVC_FLAG_ROUTABLE))
		return drop(DROP_IS_CLUSTER_IP);
	if (lb_proxy_port(svc))
		return nodeport_to_proxy(ctx, v6, p, svc);
	return nodeport_call(ctx, v6, p, &key, svc);
}

/* ---- stages */

/* The call goes to another node, as this node's. */
static __always_inline long nodeport_nat_egress(struct ctx_buff *ctx, const bool v6)
{
	struct nat_target target = {
		.addr = v6 ? addr6_option(IPV6_DIRECT_ROUTING) : addr4(IPV4_DIRECT_ROUTING),
		.from_outside = true,
	};
#if !CTX_IS_XDP
	struct trace t = { .src_label = IDENTITY_WORLD,
			   .reason = TRACE_REASON_UNKNOWN,
			   .active = true };
	const struct remote_endpoint_info *info;
#endif
	struct packet p = {};
	long ret = packet_load(ctx, v6, &p);

	if (!ret)
		ret = nat_forward(ctx, v6, &p, &target);
	if (ret < 0)
		return ret;
#if !CTX_IS_XDP
	info = ipcache_lookup(v6, &p.daddr);
	if (encap_leads_to(info)) {
		t.dst_label = ipcache_identity(info);
		return encap_redirect(ctx, v6, info->tunnel_endpoint, &t);
	}
#endif
	return fib_forward(ctx, v6, &p);
}

/*
 * The call that @p answers, or NULL. An error may come from a router on the way: it belongs to what
 * it quotes, whoever sends it.
 */
static __always_inline struct ct_entry *nodeport_call_find(struct ctx_buff *ctx, const bool v6,
							   const struct packet *p)
{
	struct packet q;

	if (!p->icmp_error)
		return ct_find(v6, p, TUPLE_OF_REPLY, TUPLE_F_OUT);
	if (quoted_load(ctx, v6, p, &q))
		return NULL;
	return ct_find(v6, &q, TUPLE_OF_REQUEST, TUPLE_F_OUT);
}

/*
 * Whether the call @e, which @p seems to answer, is over, and @p answers a connection to the
 * backend itself, which the client has opened from the same port since.
 */
static __always_inline bool nodeport_call_is_stale(const bool v6, const struct packet *p,
						   const struct ct_entry *e)
{
	const struct ct_entry *direct;

	if (!ct_closed(e))
		return false;
	direct = ct_find(v6, p, TUPLE_OF_REPLY, TUPLE_F_IN);
	return direct && !direct->node_port && !ct_closed(direct);
}

/* The backend's reply @p comes from the service, if it is one: whether it is. */
static __always_inline long nodeport_reverse(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	struct ct_entry *e = nodeport_call_find(ctx, v6, p);
	bool active = false;
	__u16 rev_nat_index;
	long ret;

	if (!e || !e->node_port || !e->rev_nat_index || nodeport_call_is_stale(v6, p, e))
		return 0;
	rev_nat_index = e->rev_nat_index;
	/* an error says nothing of how the flow goes on */
	if (!p->icmp_error)
		ct_update(ctx, e, p, CT_INGRESS, &active);
	ret = lb_reverse(ctx, v6, p, rev_nat_index, false);
	if (ret)
		return ret;
	ctx_snat_done_set(ctx);
	return 1;
}

/* No call: a reply to somebody who left as this node, a call that another node passed on, or none.
 */
static __always_inline long nodeport_nat_ingress(struct ctx_buff *ctx, const bool v6)
{
	struct dsr_service svc;
	struct packet p = {};
	long ret = packet_load(ctx, v6, &p);

	if (ret)
		return ret;
	if (DSR_MODE == DSR_OPTION) {
		if (!dsr_option_read(ctx, v6, &svc))
			dsr_forget(v6, &p);
		else if ((ret = dsr_remember(ctx, v6, &p, &svc)))
			return ret;
	}
	ret = p.icmp_error ? nat_icmp_reverse(ctx, v6, &p) : nat_reverse(ctx, v6, &p);
	if (ret == NAT_DONE)
		ret = nodeport_reverse(ctx, v6, &p);
	else if (ret == NAT_PUNT)
		ret = 0;
	if (ret < 0)
		return ret;
	return ret ? fib_forward(ctx, v6, &p) : nodeport_done(ctx, v6);
}

/* A pod of this node answers a call from outside. */
static __always_inline long nodeport_revnat(struct ctx_buff *ctx, const bool v6)
{
	struct packet p = {};
	long ret = packet_load(ctx, v6, &p);

	if (!ret)
		ret = nodeport_reverse(ctx, v6, &p);
	return ret < 0 ? ret : fib_forward(ctx, v6, &p);
}

#if !CTX_IS_XDP
/* Through the tunnel to the backend's node, which reads the service from the tunnel's option. */
static __always_inline long nodeport_dsr_geneve(struct ctx_buff *ctx, const bool v6,
						const struct packet *p,
						const struct dsr_service *svc)
{
	const struct remote_endpoint_info *info = ipcache_lookup(v6, &p->daddr);
	struct dsr_geneve opt = {
		.opt_class = bpf_htons(DSR_GENEVE_CLASS),
		.type = DSR_GENEVE_TYPE,
		.port = svc->port,
		.addr = svc->addr,
	};
	const __u32 size = v6 ? sizeof(opt) : DSR_GENEVE4_SIZE;
	long ret;

	if (!info || !info->tunnel_endpoint)
		return drop(DROP_UNROUTABLE);
	opt.len = (size - 4) / 4;
	ret = encap_key_set(ctx, info->tunnel_endpoint, IDENTITY_WORLD);
	if (ret)
		return ret;
	if (dsr_tells(p) && bpf_skb_set_tunnel_opt(ctx, &opt, size))
		return drop(DROP_WRITE_ERROR);
	return bpf_redirect(ENCAP_IFINDEX, 0);
}
#endif

static __always_inline long nodeport_dsr(struct ctx_buff *ctx, const bool v6)
{
	struct dsr_service svc = {};
	struct packet p = {};
	long ret = packet_load(ctx, v6, &p);

	svc.port = ctx_meta(ctx, CB_PORT);
	svc.addr.words[0] = ctx_meta(ctx, CB_ADDR_1);
	svc.addr.words[1] = ctx_meta(ctx, CB_ADDR_2);
	svc.addr.words[2] = ctx_meta(ctx, CB_ADDR_3);
	svc.addr.words[3] = ctx_meta(ctx, CB_ADDR_4);
	ctx_meta_clear(ctx);
	if (ret)
		return ret;
	ctx_snat_done_set(ctx);
#if !CTX_IS_XDP
	if (DSR_MODE == DSR_GENEVE)
		return nodeport_dsr_geneve(ctx, v6, &p, &svc);
#endif
	if (dsr_tells(&p))
		ret = v6 ? dsr_option6(ctx, &svc) : dsr_option4(ctx, &svc);
	return ret ? ret : fib_forward(ctx, v6, &p);
}

#if !CTX_IS_XDP
/* Nobody serves the service: as a host without a listener, answer port unreachable. */
static __always_inline long nodeport_no_service(struct ctx_buff *ctx, const bool v6)
{
	struct icmp_header icmp = { .type = v6 ? ICMPV6_DEST_UNREACH : ICMP_DEST_UNREACH,
				    .code = v6 ? ICMPV6_PORT_UNREACH : ICMP_PORT_UNREACH };
	long ret = icmp_error(ctx, v6, &icmp, NULL);

	return ret ? ret : ctx_redirect(ctx, ctx_ifindex(ctx));
}

/* The call would be too long with what has to be told: the client is to send less at once. */
static __always_inline long nodeport_frag_needed(struct ctx_buff *ctx, const bool v6)
{
	struct icmp_header icmp = { .type = v6 ? ICMPV6_PKT_TOOBIG : ICMP_DEST_UNREACH,
				    .code = v6 ? 0 : ICMP_FRAG_NEEDED };
	struct packet p = {};
	long ret = packet_load(ctx, v6, &p);

	if (ret)
		return ret;
	/* ICMPv6 has 32 bits for it */
	icmp.data = bpf_htons(THIS_MTU - dsr_overhead(v6, &p));
	metrics_count(ctx, DROP_FRAG_NEEDED, METRIC_EGRESS);
	ret = icmp_error(ctx, v6, &icmp, NULL);
	return ret ? ret : ctx_redirect(ctx, ctx_ifindex(ctx));
}
#endif
