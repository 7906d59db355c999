/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A pod's device: the host's end of its veth pair.
 *
 *	cil_from_container	tc ingress: what the pod sends
 *	cil_to_container	tc egress: what the stack sends to the pod
 *	cil_lxc_policy		by tail call, from whoever has a packet for the pod
 */
#include "lib/ctx_tc.h"

#define CALLS_MAP cilium_calls_lxc

#include "lib/arp.h"
#include "lib/delivery.h"
#include "lib/encap.h"
#include "lib/icmp.h"
#include "lib/ndp.h"
#include "lib/nodeport.h"
#include "lib/policy.h"
#include "lib/proxy.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* ---- what the pod sends */

SEC("tc")
int cil_from_container(struct __sk_buff *ctx)
{
	struct trace t = { .src_label = SECLABEL,
			   .ifindex = ctx->ifindex,
			   .reason = TRACE_REASON_UNKNOWN };
	long ret = eth_type(ctx);

	/* what another program left there would be taken for ours */
	ctx_meta_clear(ctx);
	ctx->queue_mapping = 0;
	trace(ctx, ret == ETH_P_IPV6, TRACE_FROM_LXC, &t);
	switch (ret) {
	case ETH_P_ARP:
		ret = stage_call(ctx, CALL_ARP);
		break;
	case ETH_P_IP:
		ret = stage_call(ctx, CALL_IPV4);
		break;
	case ETH_P_IPV6:
		ret = ENABLE_IPV6 ? stage_call(ctx, CALL_IPV6) : drop(DROP_UNKNOWN_L3);
		break;
	default:
		if (ret >= 0)
			ret = drop(DROP_UNKNOWN_L3);
	}
	return stage_end(ctx, ret, METRIC_EGRESS, SECLABEL);
}

/* What is no request for somebody else, or is not for this device, is the stack's to judge. */
SEC("tc")
int tail_handle_arp(struct __sk_buff *ctx)
{
	struct arp_request req;
	__u8 mac[ETH_ALEN];
	long ret;

	interface_mac(mac);
	if (!arp_is_request(ctx, mac, &req))
		return CTX_OK;
	/* the pod asks whether its own address is taken (RFC 5227): an answer would say that it is
	 */
	if (req.tip == LXC_IPV4)
		return CTX_OK;
	ret = arp_reply(ctx, mac, &req);
	if (!ret) {
		debug_capture(ctx, DBG_CAPTURE_DELIVERY, ctx->ifindex);
		ret = bpf_redirect(ctx->ifindex, 0);
	}
	return stage_end(ctx, ret, METRIC_EGRESS, SECLABEL);
}

/* IPv6's way of asking for a MAC. */
static __always_inline long nd_solicited(struct __sk_buff *ctx)
{
	union ip_addr target, router = addr6_option(ROUTER_IPV6), own = addr6_option(LXC_IPV6);
	struct packet p = {};
	__u8 mac[ETH_ALEN];
	bool is_router;
	long ret = packet_load(ctx, true, &p);

	if (!ret)
		ret = nd_target(ctx, &p, &target);
	if (ret)
		return ret;
	/* the pod makes sure that nobody has its address (RFC 4862 5.4) */
	if (addr_equal(true, &target, &own))
		return CTX_OK;
	is_router = addr_equal(true, &target, &router);
	if (!is_router && !endpoint_lookup(true, &target))
		return drop(DROP_UNKNOWN_TARGET);
	interface_mac(mac);
	ret = nd_advertise(ctx, &p, &target, mac, is_router);
	return ret ? ret : bpf_redirect(ctx->ifindex, 0);
}

SEC("tc")
int tail_icmp6_handle_ns(struct __sk_buff *ctx)
{
	return stage_end(ctx, nd_solicited(ctx), METRIC_EGRESS, SECLABEL);
}

/* A packet whose last hop this is: IPv6 tells its sender. */
SEC("tc")
int tail_icmp6_send_time_exceeded(struct __sk_buff *ctx)
{
	struct icmp_header icmp = { .type = ICMPV6_TIME_EXCEED };
	union ip_addr router = addr6_option(ROUTER_IPV6);
	long ret = icmp_error(ctx, true, &icmp, &router);

	if (!ret)
		ret = bpf_redirect(ctx->ifindex, 0);
	return stage_end(ctx, ret, METRIC_EGRESS, SECLABEL);
}

static __always_inline int egress_end(struct __sk_buff *ctx, const bool v6, long ret,
				      __u32 dst_label)
{
	if (v6 && drop_reason(ret) == DROP_TTL_EXCEEDED)
		ret = stage_call(ctx, CALL_ICMP6_TIME_EXCEEDED);
	return ret < 0 ? drop_notify(ctx, ret, METRIC_EGRESS, SECLABEL, dst_label, 0) : ret;
}

static __always_inline bool source_is_own(struct __sk_buff *ctx, const bool v6)
{
	union ip_addr own = v6 ? addr6_option(LXC_IPV6) : addr4(LXC_IPV4), saddr = {};
	__u32 off = v6 ? offsetof(struct ipv6hdr, saddr) : offsetof(struct iphdr, saddr);

	/* a header that is cut short is refused as such, later */
	if (ctx_load(ctx, ETH_HLEN + off, &saddr, v6 ? IPV6_ADDR_LEN : IPV4_ADDR_LEN))
		return true;
	return addr_equal(v6, &saddr, &own);
}

/* Translate a packet to a service: 0, or a drop. */
static __always_inline long service_call(struct __sk_buff *ctx, const bool v6, struct packet *p)
{
	union ip_addr loopback = addr_loopback(v6);
	const struct lb_service *svc;
	bool hairpin;
	union lb_key key;
	struct backend b;
	long ret;

	svc = lb_service_lookup(v6, p, true, &key);
	if (!svc)
		return 0;
	if (lb_proxy_port(svc)) {
		ctx_meta_set(ctx, CB_PROXY_PORT, lb_proxy_port(svc));
		return 0;
	}
	ret = lb_backend_get(ctx, v6, p, true, &key, svc, &b);
	if (drop_reason(ret) == DROP_NO_SERVICE && SERVICE_NO_BACKEND_RESPONSE)
		return stage_call(ctx, v6 ? CALL_NO_SERVICE6 : CALL_NO_SERVICE4);
	if (ret)
		return ret;
	/* a pod that calls itself must not see that, or it would answer itself */
	hairpin = addr_equal(v6, &p->saddr, &b.addr);
	ctx_meta_set(ctx, CB_CT_STATE, (__u32)svc->rev_nat_index << 16 | hairpin);
	ret = lb_translate(ctx, v6, p, &b);
	return ret || !hairpin ? ret : addr_write(ctx, v6, p, END_SRC, &loopback);
}

static __always_inline long from_lxc(struct __sk_buff *ctx, const bool v6)
{
	struct packet p = {};
	long ret = packet_load(ctx, v6, &p);

	if (v6 && !ret && p.proto == IPPROTO_ICMPV6 && p.icmp_type == NDISC_NEIGHBOUR_SOLICITATION)
		return stage_call(ctx, CALL_ICMP6_NS);
	if (!source_is_own(ctx, v6))
		return drop(DROP_INVALID_SIP);
	if (!ret && ENABLE_PER_PACKET_LB)
		ret = service_call(ctx, v6, &p);
	return ret ? ret : stage_call(ctx, v6 ? CALL_IPV6_CT_EGRESS : CALL_IPV4_CT_EGRESS);
}

SEC("tc")
int tail_handle_ipv4(struct __sk_buff *ctx)
{
	return stage_end(ctx, from_lxc(ctx, false), METRIC_EGRESS, SECLABEL);
}

SEC("tc")
int tail_handle_ipv6(struct __sk_buff *ctx)
{
	return stage_end(ctx, from_lxc(ctx, true), METRIC_EGRESS, SECLABEL);
}

/* A flow of the pod's, from conntrack's and policy's point of view. */
struct egress {
	struct packet p;
	struct ct_state state;
	struct trace trace;
	long ct; /* enum ct_result */
};

/*
 * Apply policy to the pod's own flow and remember it. What a service's proxy serves (*@proxy_port
 * is known) is judged there.
 */
static __always_inline long egress_request(struct __sk_buff *ctx, const bool v6, struct egress *e,
					   __u16 rev_nat_index, bool hairpin, __be16 *proxy_port)
{
	bool known = e->ct == CT_ESTABLISHED && e->state.rev_nat_index == rev_nat_index;
	long ret = 0;

	/* it may always talk to itself */
	if (!hairpin && !*proxy_port)
		ret = policy_judge(ctx, v6, &e->p, true, e->trace.dst_label, e->ct, proxy_port);
	if (ret || (known && e->state.proxy_redirect == !!*proxy_port))
		return ret;
	e->state = (struct ct_state){
		.src_sec_id = SECLABEL,
		.rev_nat_index = rev_nat_index,
		.loopback = hairpin,
		.proxy_redirect = *proxy_port,
		.active = true,
	};
	return ct_create(ctx, v6, &e->p, CT_EGRESS, &e->state);
}

/* Where the stack, not this program, knows the way. */
static __always_inline long egress_to_stack(struct __sk_buff *ctx, const bool v6, struct trace *t)
{
	ctx->mark = identity_to_mark(SECLABEL);
	trace(ctx, v6, TRACE_TO_STACK, t);
	return CTX_OK;
}

static __always_inline long egress_route(struct __sk_buff *ctx, const bool v6, struct egress *e)
{
	struct fib_route route;
	long ret = fib_find(ctx, v6, &e->p, &route);

	if (!ret)
		ret = ttl_decrease(ctx, v6);
	if (ret)
		return ret;
	e->trace.ifindex = route.ifindex;
	trace(ctx, v6, TRACE_TO_NETWORK, &e->trace);
	return fib_redirect(ctx, v6, &e->p, &route);
}

/* On its way: to a pod of this node, to the host, through a tunnel, or as the kernel routes. */
static __always_inline long egress_forward(struct __sk_buff *ctx, const bool v6, struct egress *e)
{
	/* the reply to its own call goes to the pod, whatever address it called from */
	bool to_self = e->ct == CT_REPLY && e->state.loopback;
	const struct endpoint_info *ep = endpoint_lookup(v6, to_self ? &e->p.saddr : &e->p.daddr);
	const struct remote_endpoint_info *info;
	struct delivery d = { .src_label = SECLABEL, .dir = METRIC_EGRESS };

	if (ep && (ep->flags & ENDPOINT_F_HOST)) {
		ctx->mark = identity_to_mark(SECLABEL);
		trace(ctx, v6, TRACE_TO_HOST, &e->trace);
		return CTX_OK;
	}
	if (ep)
		return local_delivery(ctx, v6, ep, &d);
	info = ipcache_lookup(v6, &e->p.daddr);
	if (encap_leads_to(info))
		return encap_redirect(ctx, v6, info->tunnel_endpoint, &e->trace);
	if (ENABLE_HOST_ROUTING)
		return egress_route(ctx, v6, e);
	return egress_to_stack(ctx, v6, &e->trace);
}

static __always_inline long egress(struct __sk_buff *ctx, const bool v6, struct egress *e)
{
	__u32 lb = ctx_meta(ctx, CB_CT_STATE);
	__be16 proxy_port = ctx_meta(ctx, CB_PROXY_PORT);
	long ret = packet_load(ctx, v6, &e->p);

	ctx_meta_set(ctx, CB_CT_STATE, 0);
	ctx_meta_set(ctx, CB_PROXY_PORT, 0);
	if (ret)
		return ret;
	e->trace.src_label = SECLABEL;
	e->trace.dst_label = identity_of(v6, &e->p.daddr);
	e->ct = ct_lookup(ctx, v6, &e->p, CT_EGRESS, &e->state);
	switch (e->ct) {
	case CT_NEW:
	case CT_ESTABLISHED:
		ret = egress_request(ctx, v6, e, lb >> 16, lb & 1, &proxy_port);
		break;
	case CT_REPLY:
	case CT_RELATED:
		if (e->state.node_port && ENABLE_HOST_ROUTING)
			return stage_call(ctx, v6 ? CALL_NODEPORT_REVNAT6 : CALL_NODEPORT_REVNAT4);
		if (e->state.dsr_internal)
			ret = dsr_reverse(ctx, v6, &e->p);
		break;
	default:
		return e->ct;
	}
	if (ret)
		return ret;
	e->trace.reason = e->ct;
	e->trace.active = e->state.active;
	if (proxy_port)
		return proxy_through_stack(ctx, v6, &e->trace, proxy_port);
	return egress_forward(ctx, v6, e);
}

SEC("tc")
int tail_ipv4_ct_egress(struct __sk_buff *ctx)
{
	struct egress e = {};
	long ret = egress(ctx, false, &e);

	return egress_end(ctx, false, ret, e.trace.dst_label);
}

SEC("tc")
int tail_ipv6_ct_egress(struct __sk_buff *ctx)
{
	struct egress e = {};
	long ret = egress(ctx, true, &e);

	return egress_end(ctx, true, ret, e.trace.dst_label);
}

SEC("tc")
int tail_no_service_ipv4(struct __sk_buff *ctx)
{
	return stage_end(ctx, nodeport_no_service(ctx, false), METRIC_EGRESS, SECLABEL);
}

SEC("tc")
int tail_no_service_ipv6(struct __sk_buff *ctx)
{
	return stage_end(ctx, nodeport_no_service(ctx, true), METRIC_EGRESS, SECLABEL);
}

SEC("tc")
int tail_nodeport_rev_dnat_ipv4(struct __sk_buff *ctx)
{
	return stage_end(ctx, nodeport_revnat(ctx, false), METRIC_EGRESS, SECLABEL);
}

SEC("tc")
int tail_nodeport_rev_dnat_ipv6(struct __sk_buff *ctx)
{
	return stage_end(ctx, nodeport_revnat(ctx, true), METRIC_EGRESS, SECLABEL);
}

/* ---- what the pod is sent */

/* Who has a packet for the pod, and how it gets in. */
struct ingress {
	__u32 src_label; /* IDENTITY_UNKNOWN: as its address says */
	__u32 ifindex;	 /* redirect there; 0: it is on its way through the pod's device */
	bool from_host, from_tunnel;
};

/* Whether @p is the pod's call to itself: such a source alone does not prove it. */
static __always_inline bool ingress_is_hairpin(const bool v6, const struct packet *p)
{
	union ip_addr loopback = addr_loopback(v6);
	const struct ct_entry *e;

	if (!addr_equal(v6, &p->saddr, &loopback))
		return false;
	e = ct_find(v6, p, TUPLE_OF_REQUEST, TUPLE_F_OUT);
	return e && e->lb_loopback;
}

/* Apply policy to a flow that somebody else began, and remember it. */
static __always_inline long ingress_request(struct __sk_buff *ctx, const bool v6,
					    const struct packet *p, const struct ingress *in,
					    long ct, struct ct_state *state, __be16 *proxy_port)
{
	bool hairpin = ingress_is_hairpin(v6, p);
	const struct ct_entry *out;
	long ret = 0;

	if (!hairpin)
		ret = policy_judge(ctx, v6, p, false, in->src_label, ct, proxy_port);
	/* it comes from the proxy, which has judged it */
	if (ctx->tc_index & TC_INDEX_F_FROM_INGRESS_PROXY)
		*proxy_port = 0;
	if (ret || (ct == CT_ESTABLISHED && state->proxy_redirect == !!*proxy_port))
		return ret;
	*state = (struct ct_state){
		.src_sec_id = in->src_label,
		.loopback = hairpin,
		.proxy_redirect = *proxy_port,
		.from_tunnel = in->from_tunnel,
		.active = true,
	};
	/*
	 * A call from outside through a service of this node, or passed on by another. One that is
	 * over was opened again if this SYN came through the service, too.
	 */
	out = ct_find(v6, p, TUPLE_OF_REQUEST, TUPLE_F_OUT);
	if (out && !(ct_closed(out) && tcp_opens(p))) {
		state->node_port = out->node_port;
		state->dsr_internal = out->dsr_internal;
	}
	return ct_create(ctx, v6, p, CT_INGRESS, state);
}

static __always_inline long ingress_enter(struct __sk_buff *ctx, const bool v6,
					  const struct ingress *in, struct trace *t,
					  __be16 proxy_port)
{
	if (proxy_port)
		return in->ifindex ? proxy_through_stack(ctx, v6, t, proxy_port)
				   : proxy_through_host(ctx, v6, t, proxy_port);
	t->ifindex = in->ifindex ? in->ifindex : ctx->ifindex;
	trace(ctx, v6, TRACE_TO_LXC, t);
	if (!in->ifindex)
		return CTX_OK;
	return endpoint_redirect(ctx, in->ifindex, in->from_host);
}

static __always_inline long ingress(struct __sk_buff *ctx, const bool v6, struct ingress *in)
{
	struct trace t = { .dst_label = SECLABEL, .dst_id = LXC_ID };
	struct ct_state state = {};
	__be16 proxy_port = 0;
	struct packet p = {};
	long ret = packet_load(ctx, v6, &p), ct;

	if (ret)
		return ret;
	if (!in->src_label)
		in->src_label = identity_of(v6, &p.saddr);
	ct = ct_lookup(ctx, v6, &p, CT_INGRESS, &state);
	switch (ct) {
	case CT_NEW:
	case CT_ESTABLISHED:
		ret = ingress_request(ctx, v6, &p, in, ct, &state, &proxy_port);
		break;
	case CT_REPLY:
	case CT_RELATED:
		if (state.rev_nat_index && !state.node_port)
			ret = lb_reverse(ctx, v6, &p, state.rev_nat_index, state.loopback);
		break;
	default:
		return ct;
	}
	if (ret)
		return ret;
	t.src_label = in->src_label;
	t.reason = ct;
	t.active = state.active;
	return ingress_enter(ctx, v6, in, &t, proxy_port);
}

static __always_inline int ingress_end(struct __sk_buff *ctx, long ret, const struct ingress *in)
{
	return ret < 0 ? drop_notify(ctx, ret, METRIC_INGRESS, in->src_label, SECLABEL, LXC_ID)
		       : ret;
}

/* From this node's programs: see local_delivery(). */
static __always_inline int lxc_policy(struct __sk_buff *ctx, const bool v6)
{
	struct ingress in = {
		.src_label = ctx_meta(ctx, CB_SRC_LABEL),
		.ifindex = ctx_meta(ctx, CB_IFINDEX),
		.from_host = ctx_meta(ctx, CB_FROM_HOST),
		.from_tunnel = ctx_meta(ctx, CB_FROM_TUNNEL),
	};
	long ret;

	ctx_meta_clear(ctx);
	ret = ingress(ctx, v6, &in);
	return ingress_end(ctx, ret, &in);
}

SEC("tc")
int tail_ipv4_policy(struct __sk_buff *ctx)
{
	return lxc_policy(ctx, false);
}

SEC("tc")
int tail_ipv6_policy(struct __sk_buff *ctx)
{
	return lxc_policy(ctx, true);
}

SEC("tc")
int cil_lxc_policy(struct __sk_buff *ctx)
{
	long ret = eth_type(ctx);

	if (ret == ETH_P_IP)
		ret = stage_call(ctx, CALL_IPV4_CT_INGRESS);
	else if (ret == ETH_P_IPV6)
		ret = stage_call(ctx, CALL_IPV6_CT_INGRESS);
	else if (ret >= 0)
		ret = drop(DROP_UNKNOWN_L3);
	return stage_end(ctx, ret, METRIC_INGRESS, ctx_meta(ctx, CB_SRC_LABEL));
}

/* Who the stack has the packet from. */
static __always_inline __u32 mark_identity(struct __sk_buff *ctx)
{
	__u32 mark = ctx->mark;

	switch (mark & MARK_MAGIC_MASK) {
	case MARK_MAGIC_HOST:
		return IDENTITY_HOST;
	case MARK_MAGIC_IDENTITY:
		return identity_from_mark(mark);
	case MARK_MAGIC_PROXY_INGRESS:
		ctx->tc_index |= TC_INDEX_F_FROM_INGRESS_PROXY;
		return identity_from_mark(mark);
	case MARK_MAGIC_PROXY_EGRESS:
		ctx->tc_index |= TC_INDEX_F_FROM_EGRESS_PROXY;
		return identity_from_mark(mark);
	}
	return IDENTITY_UNKNOWN;
}

/* The stages of policy are the same: no device to redirect to means that it goes on here. */
SEC("tc")
int cil_to_container(struct __sk_buff *ctx)
{
	__u32 identity = mark_identity(ctx);
	bool proxy = ctx->tc_index & (TC_INDEX_F_FROM_INGRESS_PROXY | TC_INDEX_F_FROM_EGRESS_PROXY);
	struct trace t = { .src_label = identity,
			   .dst_label = SECLABEL,
			   .dst_id = LXC_ID,
			   .reason = TRACE_REASON_UNKNOWN,
			   .ifindex = ctx->ifindex };
	long ret = eth_type(ctx);

	ctx_meta_clear(ctx);
	if (ret == ETH_P_ARP)
		return CTX_OK;
	trace(ctx, ret == ETH_P_IPV6, proxy ? TRACE_FROM_PROXY : TRACE_FROM_STACK, &t);
	ctx_meta_set(ctx, CB_SRC_LABEL, identity);
	if (ret == ETH_P_IP)
		ret = stage_call(ctx, CALL_IPV4_CT_INGRESS);
	else if (ret == ETH_P_IPV6)
		ret = stage_call(ctx, CALL_IPV6_CT_INGRESS);
	else if (ret >= 0)
		ret = drop(DROP_UNKNOWN_L3);
	return stage_end(ctx, ret, METRIC_INGRESS, identity);
}

struct calls_map CALLS_MAP SEC(".maps") = {
	.values = {
		[CALL_ICMP6_NS] = tail_icmp6_handle_ns,
		[CALL_ICMP6_TIME_EXCEEDED] = tail_icmp6_send_time_exceeded,
		[CALL_ARP] = tail_handle_arp,
		[CALL_IPV4] = tail_handle_ipv4,
		[CALL_IPV6] = tail_handle_ipv6,
		[CALL_NODEPORT_REVNAT4] = tail_nodeport_rev_dnat_ipv4,
		[CALL_NODEPORT_REVNAT6] = tail_nodeport_rev_dnat_ipv6,
		[CALL_IPV4_CT_INGRESS] = tail_ipv4_policy,
		[CALL_IPV4_CT_EGRESS] = tail_ipv4_ct_egress,
		[CALL_IPV6_CT_INGRESS] = tail_ipv6_policy,
		[CALL_IPV6_CT_EGRESS] = tail_ipv6_ct_egress,
		[CALL_NO_SERVICE4] = tail_no_service_ipv4,
		[CALL_NO_SERVICE6] = tail_no_service_ipv6,
	},
};
