/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Connection tracking.
 *
 * For a pod C:1000 that calls V:80, a service whose backend is B:8080, there are two entries at C's
 * node, and one more at B's:
 *
 *	service   daddr V, saddr C, dport 1000, sport 80      TUPLE_F_SERVICE   backend_id
 *	egress    daddr C, saddr B, dport 8080, sport 1000    TUPLE_F_OUT       rev_nat_index
 *	ingress   daddr C, saddr B, dport 8080, sport 1000    TUPLE_F_IN
 *
 * In the entries of a flow the addresses are those of the reply and the ports those of the request.
 * Beside each stands one without ports, ICMP, TUPLE_F_RELATED: ICMP errors about the flow.
 *
 * Nothing here looks at lifetimes: entries that are past theirs are for user space to collect.
 */
#pragma once

#include "lib/event.h"
#include "lib/packet.h"

enum tuple_flags {
	TUPLE_F_OUT = 0,
	TUPLE_F_IN = 1,
	TUPLE_F_RELATED = 2,
	TUPLE_F_SERVICE = 4,
};

/* Who began: the endpoint, somebody who calls it, or one who calls a service. */
enum ct_dir {
	CT_EGRESS,
	CT_INGRESS,
	CT_SERVICE,
};

enum ct_result {
	CT_NEW,
	CT_ESTABLISHED,
	CT_REPLY,
	CT_RELATED,
};

/* Names of the addresses fit the reply: see above. */
struct ipv4_ct_tuple {
	__be32 daddr;
	__be32 saddr;
	__be16 dport;
	__be16 sport;
	__u8 nexthdr; /* IPPROTO_* */
	__u8 flags;   /* enum tuple_flags */
} __attribute__((packed));

struct ipv6_ct_tuple {
	struct in6_addr daddr;
	struct in6_addr saddr;
	__be16 dport;
	__be16 sport;
	__u8 nexthdr;
	__u8 flags;
} __attribute__((packed));

union ct_tuple {
	struct ipv4_ct_tuple v4;
	struct ipv6_ct_tuple v6;
};

struct ct_entry {
	__u64 reserved0;
	__u64 backend_id; /* of a service entry */
	__u64 packets;
	__u64 bytes;	/* of whole frames */
	__u32 lifetime; /* when it ends, in seconds of bpf_ktime_get_ns() */
	__u16 rx_closing : 1, tx_closing : 1, reserved2 : 1, lb_loopback : 1, seen_non_syn : 1,
		node_port : 1, proxy_redirect : 1, dsr_internal : 1, from_l7lb : 1, reserved3 : 1,
		from_tunnel : 1, reserved4 : 5;
	__u16 rev_nat_index;
	__u16 ifindex;
	__u8 tx_flags_seen; /* TCP flags, of CT_REPORT_FLAGS */
	__u8 rx_flags_seen;
	__u32 src_sec_id;     /* identity of who began */
	__u32 last_tx_report; /* seconds, as lifetime */
	__u32 last_rx_report;
};

_Static_assert(sizeof(struct ipv4_ct_tuple) == 14, "struct ipv4_ct_tuple");
_Static_assert(sizeof(struct ipv6_ct_tuple) == 38, "struct ipv6_ct_tuple");
_Static_assert(sizeof(struct ct_entry) == 56, "struct ct_entry");
_Static_assert(offsetof(struct ct_entry, lifetime) == 32, "ct_entry.lifetime");
_Static_assert(offsetof(struct ct_entry, rev_nat_index) == 38, "ct_entry.rev_nat_index");
_Static_assert(offsetof(struct ct_entry, last_rx_report) == 52, "ct_entry.last_rx_report");

/* TCP has maps of its own, so that a flood of datagrams cannot evict connections. */
#define CT_MAP(name, tuple)                             \
	struct {                                        \
		__uint(type, BPF_MAP_TYPE_LRU_HASH);    \
		__type(key, struct tuple);              \
		__type(value, struct ct_entry);         \
		__uint(max_entries, MAP_ENTRIES_FLOWS); \
		MAP_OF_NODE;                            \
	} name SEC(".maps")

CT_MAP(cilium_ct4_global, ipv4_ct_tuple);
CT_MAP(cilium_ct_any4_global, ipv4_ct_tuple);
CT_MAP(cilium_ct6_global, ipv6_ct_tuple);
CT_MAP(cilium_ct_any6_global, ipv6_ct_tuple);

static __always_inline void *ct_map(const bool v6, __u8 proto)
{
	if (v6)
		return proto == IPPROTO_TCP ? (void *)&cilium_ct6_global
					    : (void *)&cilium_ct_any6_global;
	return proto == IPPROTO_TCP ? (void *)&cilium_ct4_global : (void *)&cilium_ct_any4_global;
}

/* What the datapath takes from an entry, and what a new one is made from. */
struct ct_state {
	__u32 backend_id;
	__u32 src_sec_id;
	__u16 rev_nat_index;
	__u16 ifindex;
	bool loopback, node_port, proxy_redirect, dsr_internal, from_tunnel;
	bool active; /* worth telling of: new, or news of an old flow */
};

enum tuple_order {
	TUPLE_OF_REQUEST, /* what the packet's flow is stored under, if the packet began it */
	TUPLE_OF_REPLY,	  /* the same, if the packet answers */
};

static __always_inline void tuple_make(const bool v6, const struct packet *p,
				       const enum tuple_order order, __u8 flags, union ct_tuple *t)
{
	const union ip_addr *daddr = order == TUPLE_OF_REQUEST ? &p->saddr : &p->daddr;
	const union ip_addr *saddr = order == TUPLE_OF_REQUEST ? &p->daddr : &p->saddr;
	__be16 dport = order == TUPLE_OF_REQUEST ? p->dport : p->sport;
	__be16 sport = order == TUPLE_OF_REQUEST ? p->sport : p->dport;

	if (p->icmp_error)
		flags |= TUPLE_F_RELATED;
	if (v6) {
		t->v6.daddr = daddr->ip6;
		t->v6.saddr = saddr->ip6;
		t->v6.dport = dport;
		t->v6.sport = sport;
		t->v6.nexthdr = p->proto;
		t->v6.flags = flags;
	} else {
		t->v4 = (struct ipv4_ct_tuple){ daddr->ip4, saddr->ip4, dport,
						sport,	    p->proto,	flags };
	}
}

static __always_inline struct ct_entry *ct_find(const bool v6, const struct packet *p,
						const enum tuple_order order, __u8 flags)
{
	union ct_tuple t;

	tuple_make(v6, p, order, flags, &t);
	return bpf_map_lookup_elem(ct_map(v6, p->proto), &t);
}

static __always_inline __u32 ct_now(void)
{
	return bpf_ktime_get_ns() / 1000000000;
}

static __always_inline bool ct_closing(const struct ct_entry *e)
{
	return e->rx_closing || e->tx_closing;
}

static __always_inline bool ct_closed(const struct ct_entry *e)
{
	return e->rx_closing && e->tx_closing;
}

/* Whether @p, if it is of TCP, asks for a connection. */
static __always_inline bool tcp_opens(const struct packet *p)
{
	return (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static __always_inline __u32 ct_lifetime(const struct ct_entry *e, bool tcp, enum ct_dir dir)
{
	if (!tcp)
		return dir == CT_SERVICE ? CT_SERVICE_LIFETIME_NONTCP
					 : CT_CONNECTION_LIFETIME_NONTCP;
	if (!e->seen_non_syn)
		return CT_SYN_TIMEOUT;
	return dir == CT_SERVICE ? CT_SERVICE_LIFETIME_TCP : CT_CONNECTION_LIFETIME_TCP;
}

/* Remember flags, and when they were last worth a report: whether they are now. */
static __always_inline bool ct_report(struct ct_entry *e, enum ct_dir dir, __u8 tcp_flags,
				      __u32 now)
{
	__u8 *seen = dir == CT_INGRESS ? &e->rx_flags_seen : &e->tx_flags_seen;
	__u32 *last = dir == CT_INGRESS ? &e->last_rx_report : &e->last_tx_report;
	__u8 flags = *seen | (tcp_flags & CT_REPORT_FLAGS);

	if (flags == *seen && *last + CT_REPORT_INTERVAL >= now)
		return false;
	*seen = flags;
	*last = now;
	return true;
}

/* A packet with @tcp_flags of an entry that lives: whether it is worth telling of. */
static __always_inline bool ct_refresh(struct ct_entry *e, bool tcp, enum ct_dir dir,
				       __u8 tcp_flags, __u32 now)
{
	if (tcp && !(tcp_flags & TCP_SYN))
		e->seen_non_syn = 1;
	e->lifetime = now + ct_lifetime(e, tcp, dir);
	return ct_report(e, dir, tcp_flags, now);
}

static __always_inline bool ct_close(struct ct_entry *e, enum ct_dir dir, __u8 tcp_flags, __u32 now)
{
	bool syn_both = e->rx_flags_seen & e->tx_flags_seen & TCP_SYN;
	/* nobody answers a connection that is reset before both sides have opened it */
	bool both = dir == CT_SERVICE || ((tcp_flags & TCP_RST) && !syn_both);

	if (both || dir == CT_INGRESS)
		e->rx_closing = 1;
	if (both || dir == CT_EGRESS)
		e->tx_closing = 1;
	if (ct_closed(e)) {
		e->lifetime = now + CT_CLOSE_TIMEOUT;
		ct_report(e, dir, tcp_flags, now);
	}
	return true;
}

/* The same ports again. A service may have other backends by now, if it was closed long ago. */
static __always_inline bool ct_reopen(struct ct_entry *e, enum ct_dir dir, __u32 now)
{
	bool rebalance = dir != CT_SERVICE || e->last_tx_report + CT_SERVICE_CLOSE_REBALANCE <= now;

	e->rx_closing = 0;
	e->tx_closing = 0;
	e->seen_non_syn = 0;
	e->rx_flags_seen = 0;
	e->tx_flags_seen = 0;
	return rebalance;
}

/*
 * A packet of the entry @e, which was found. Returns whether it still is what the flow is known by:
 * not if the packet begins a new flow with the old one's ports.
 */
static __always_inline bool ct_update(struct ctx_buff *ctx, struct ct_entry *e,
				      const struct packet *p, enum ct_dir dir, bool *active)
{
	bool tcp = p->proto == IPPROTO_TCP, reopened = false;
	__u32 now = ct_now();

	if (tcp_opens(p) && ct_closing(e))
		reopened = ct_reopen(e, dir, now);
	if (!ct_closed(e))
		*active |= ct_refresh(e, tcp, dir, p->tcp_flags, now);
	if (p->tcp_flags & (TCP_FIN | TCP_RST))
		*active |= ct_close(e, dir, p->tcp_flags, now);
	if (CONNTRACK_ACCOUNTING && dir != CT_SERVICE) {
		__sync_fetch_and_add(&e->packets, 1);
		__sync_fetch_and_add(&e->bytes, ctx_len(ctx));
	}
	return !reopened;
}

static __always_inline void ct_state_get(struct ct_state *state, const struct ct_entry *e)
{
	state->backend_id = e->backend_id;
	state->src_sec_id = e->src_sec_id;
	state->rev_nat_index = e->rev_nat_index;
	state->ifindex = e->ifindex;
	state->loopback = e->lb_loopback;
	state->node_port = e->node_port;
	state->proxy_redirect = e->proxy_redirect;
	state->dsr_internal = e->dsr_internal;
	state->from_tunnel = e->from_tunnel;
}

static __always_inline bool ct_knows(const bool v6, __u8 proto)
{
	return proto_has_ports(proto) || proto == (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/* A reply belongs to a flow in the other direction: that of its counterpart. */
static __always_inline long ct_lookup(struct ctx_buff *ctx, const bool v6, const struct packet *p,
				      const enum ct_dir dir, struct ct_state *state)
{
	__u8 request = dir == CT_EGRESS ? TUPLE_F_OUT : TUPLE_F_IN;
	__u8 reply = dir == CT_EGRESS ? TUPLE_F_IN : TUPLE_F_OUT;
	enum ct_result result = CT_REPLY;
	struct ct_entry *e;

	state->active = true;
	if (!ct_knows(v6, p->proto))
		return drop(DROP_CT_UNKNOWN_PROTO);
	e = ct_find(v6, p, TUPLE_OF_REPLY, reply);
	if (!e) {
		e = ct_find(v6, p, TUPLE_OF_REQUEST, request);
		result = CT_ESTABLISHED;
	}
	if (!e)
		return CT_NEW;
	state->active = false;
	ct_state_get(state, e);
	if (!ct_update(ctx, e, p, dir, &state->active))
		return CT_NEW;
	if (p->icmp_error)
		result = CT_RELATED;
	debug_message(ctx, DBG_CT_VERDICT, result, state->rev_nat_index);
	return result;
}

static __always_inline void ct_entry_make(struct ctx_buff *ctx, const struct packet *p,
					  const enum ct_dir dir, const struct ct_state *state,
					  struct ct_entry *e)
{
	bool tcp = p->proto == IPPROTO_TCP;

	__builtin_memset(e, 0, sizeof(*e));
	e->backend_id = state->backend_id;
	e->src_sec_id = state->src_sec_id;
	e->rev_nat_index = state->rev_nat_index;
	e->ifindex = state->ifindex;
	e->lb_loopback = state->loopback;
	e->node_port = state->node_port;
	e->proxy_redirect = state->proxy_redirect;
	e->dsr_internal = state->dsr_internal;
	e->from_tunnel = state->from_tunnel;
	/* whatever its flags: a flow picked up in its middle has CT_SYN_TIMEOUT until its next
	 * packet */
	ct_refresh(e, tcp, dir, tcp ? TCP_SYN : 0, ct_now());
	if (CONNTRACK_ACCOUNTING && dir != CT_SERVICE) {
		e->packets = 1;
		e->bytes = ctx_len(ctx);
	}
}

/* So that ICMP errors about the flow are known: errors carry no ports of their own. */
static __always_inline long ct_create_related(const bool v6, union ct_tuple *t, __u8 flags,
					      const struct ct_entry *e)
{
	if (v6) {
		t->v6.dport = 0;
		t->v6.sport = 0;
		t->v6.nexthdr = IPPROTO_ICMPV6;
		t->v6.flags = flags | TUPLE_F_RELATED;
		return bpf_map_update_elem(&cilium_ct_any6_global, t, e, BPF_ANY);
	}
	t->v4.dport = 0;
	t->v4.sport = 0;
	t->v4.nexthdr = IPPROTO_ICMP;
	t->v4.flags = flags | TUPLE_F_RELATED;
	return bpf_map_update_elem(&cilium_ct_any4_global, t, e, BPF_ANY);
}

/* Remember the flow that @p begins. */
static __always_inline long ct_create(struct ctx_buff *ctx, const bool v6, const struct packet *p,
				      const enum ct_dir dir, const struct ct_state *state)
{
	const bool service = dir == CT_SERVICE;
	__u8 flags = service ? TUPLE_F_SERVICE : dir == CT_INGRESS ? TUPLE_F_IN : TUPLE_F_OUT;
	struct ct_entry e;
	union ct_tuple t;
	long err;

	ct_entry_make(ctx, p, dir, state, &e);
	tuple_make(v6, p, service ? TUPLE_OF_REPLY : TUPLE_OF_REQUEST, flags, &t);
	err = bpf_map_update_elem(ct_map(v6, p->proto), &t, &e, BPF_ANY);
	if (!err && !service) {
		debug_message(ctx, DBG_CT_CREATED,
			      (__u32)bpf_ntohs(p->dport) << 16 | bpf_ntohs(p->sport),
			      (__u32)p->proto << 8 | flags);
		if (p->proto != IPPROTO_ICMP && p->proto != IPPROTO_ICMPV6)
			err = ct_create_related(v6, &t, flags, &e);
	}
	if (!err)
		return 0;
	signal_send(ctx, v6, SIGNAL_CT_FILL_UP);
	return drop_because(DROP_CT_CREATE_FAILED, err);
}

/* ---- a service's flows */

/* The entry of a call to the service @rev_nat_index, or NULL: another service's is not its. */
static __always_inline struct ct_entry *ct_service_find(struct ctx_buff *ctx, const bool v6,
							const struct packet *p, __u16 rev_nat_index)
{
	struct ct_entry *e = ct_find(v6, p, TUPLE_OF_REPLY, TUPLE_F_SERVICE);
	bool active = false;

	if (!e || e->rev_nat_index != rev_nat_index)
		return NULL;
	return ct_update(ctx, e, p, CT_SERVICE, &active) ? e : NULL;
}
