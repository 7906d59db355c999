/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Source NAT: packets leave with an address of the node, and a port that is theirs alone; replies
 * find their way back. ICMP echo's id counts as a port.
 *
 * Two entries per flow. For A:1000 that calls B:80 and leaves as N:40000:
 *
 *	daddr B, saddr A, dport 80, sport 1000    TUPLE_F_OUT    to N:40000
 *	daddr N, saddr B, dport 40000, sport 80   TUPLE_F_IN     to A:1000
 *
 * Addresses and ports are those of the packet, unlike in conntrack's tuples.
 */
#pragma once

#include "lib/conntrack.h"
#include "lib/endpoint.h"
#include "lib/rewrite.h"

/* created: nanoseconds of bpf_ktime_get_ns() */
#define NAT_ENTRY_COMMON         \
	__u64 created, needs_ct; \
	__u64 pad1, pad2

struct ipv4_nat_entry {
	NAT_ENTRY_COMMON;
	__be32 to_addr;
	__be16 to_port;
	__u16 pad;
};

struct ipv6_nat_entry {
	NAT_ENTRY_COMMON;
	struct in6_addr to_addr;
	__be16 to_port;
	__u16 pad[3];
};

union nat_any_entry {
	struct ipv4_nat_entry v4;
	struct ipv6_nat_entry v6;
};

_Static_assert(sizeof(struct ipv4_nat_entry) == 40, "struct ipv4_nat_entry");
_Static_assert(sizeof(struct ipv6_nat_entry) == 56, "struct ipv6_nat_entry");

#define NAT_MAP(name, tuple, entry)                     \
	struct {                                        \
		__uint(type, BPF_MAP_TYPE_LRU_HASH);    \
		__type(key, struct tuple);              \
		__type(value, struct entry);            \
		__uint(max_entries, MAP_ENTRIES_FLOWS); \
		MAP_OF_NODE;                            \
	} name SEC(".maps")

NAT_MAP(cilium_snat_v4_external, ipv4_ct_tuple, ipv4_nat_entry);
NAT_MAP(cilium_snat_v6_external, ipv6_ct_tuple, ipv6_nat_entry);

/* What a packet is to leave with. */
struct nat_target {
	union ip_addr addr;
	bool from_local_endpoint; /* a pod of this node */
	bool from_outside;	  /* passed on for somebody else */
	bool needs_ct;		  /* the flow is the node's own: conntrack does not know it yet */
};

enum nat_result {
	NAT_DONE,
	NAT_PUNT, /* nothing to do: the packet stays as it is */
};

static __always_inline void *nat_map(const bool v6)
{
	return v6 ? (void *)&cilium_snat_v6_external : (void *)&cilium_snat_v4_external;
}

/* The tuple of a packet from @saddr, @sport to @daddr, @dport. */
static __always_inline void nat_tuple(const bool v6, const union ip_addr *saddr, __be16 sport,
				      const union ip_addr *daddr, __be16 dport, __u8 proto,
				      __u8 flags, union ct_tuple *t)
{
	if (v6) {
		t->v6.daddr = daddr->ip6;
		t->v6.saddr = saddr->ip6;
		t->v6.dport = dport;
		t->v6.sport = sport;
		t->v6.nexthdr = proto;
		t->v6.flags = flags;
	} else {
		t->v4 = (struct ipv4_ct_tuple){
			daddr->ip4, saddr->ip4, dport, sport, proto, flags
		};
	}
}

/* What a packet that is sent as @p is to be made of, or NULL. */
static __always_inline union nat_any_entry *nat_find(const bool v6, const struct packet *p,
						     __u8 flags)
{
	union ct_tuple t;

	nat_tuple(v6, &p->saddr, p->sport, &p->daddr, p->dport, p->proto, flags, &t);
	return bpf_map_lookup_elem(nat_map(v6), &t);
}

static __always_inline union ip_addr nat_entry_addr(const bool v6, const union nat_any_entry *e)
{
	return v6 ? addr6(e->v6.to_addr) : addr4(e->v4.to_addr);
}

static __always_inline __be16 nat_entry_port(const bool v6, const union nat_any_entry *e)
{
	return v6 ? e->v6.to_port : e->v4.to_port;
}

static __always_inline void nat_entry_make(const bool v6, const union ip_addr *addr, __be16 port,
					   bool needs_ct, union nat_any_entry *e)
{
	__builtin_memset(e, 0, sizeof(*e));
	e->v4.created = bpf_ktime_get_ns();
	e->v4.needs_ct = needs_ct;
	if (v6) {
		e->v6.to_addr = addr->ip6;
		e->v6.to_port = port;
	} else {
		e->v4.to_addr = addr->ip4;
		e->v4.to_port = port;
	}
}

/* A port of the node's, by chance. */
static __always_inline __u16 nat_port_random(void)
{
	__u32 range = (__u32)NODEPORT_PORT_MAX_NAT - NODEPORT_PORT_MIN_NAT + 1;

	return NODEPORT_PORT_MIN_NAT + bpf_get_prandom_u32() % range;
}

static __always_inline __u16 nat_port_next(__u16 port)
{
	return port < NODEPORT_PORT_MAX_NAT ? port + 1 : NODEPORT_PORT_MIN_NAT;
}

static __always_inline bool nat_port_is_ours(__be16 port)
{
	__u16 number = bpf_ntohs(port);

	return number >= NODEPORT_PORT_MIN_NAT && number <= NODEPORT_PORT_MAX_NAT;
}

/*
 * Take a port for @p to leave with, in host order: its own if that is free, else one by chance,
 * else those behind it. It is taken by the entry that replies find; 0 if none was free. The agent
 * is told to collect before that is so.
 */
static __always_inline __u16 nat_port_take(struct ctx_buff *ctx, const bool v6,
					   const struct packet *p, const struct nat_target *target)
{
	__u16 port = bpf_ntohs(p->sport);
	union nat_any_entry e;
	union ct_tuple t;
	int i;

	if (!nat_port_is_ours(p->sport))
		port = nat_port_random();
	nat_entry_make(v6, &p->saddr, p->sport, target->needs_ct, &e);
	/* a reply: from the destination to the node */
	nat_tuple(v6, &p->daddr, p->dport, &target->addr, 0, p->proto, TUPLE_F_IN, &t);
	for (i = 0; i < SNAT_COLLISION_RETRIES; i++) {
		if (v6)
			t.v6.dport = bpf_htons(port);
		else
			t.v4.dport = bpf_htons(port);
		if (!bpf_map_update_elem(nat_map(v6), &t, &e, BPF_NOEXIST)) {
			if (i > SNAT_SIGNAL_RETRIES)
				signal_send(ctx, v6, SIGNAL_NAT_FILL_UP);
			return port;
		}
		port = i ? nat_port_next(port) : nat_port_random();
	}
	return 0;
}

static __always_inline void nat_forget_reply(const bool v6, const struct packet *p,
					     const union ip_addr *addr, __be16 port)
{
	union ct_tuple t;

	nat_tuple(v6, &p->daddr, p->dport, addr, port, p->proto, TUPLE_F_IN, &t);
	bpf_map_delete_elem(nat_map(v6), &t);
}

/* Make both entries of @p's flow; @port (network byte order) is what it leaves with. */
static __always_inline long nat_mapping_new(struct ctx_buff *ctx, const bool v6,
					    const struct packet *p, const struct nat_target *target,
					    __be16 *port)
{
	__u16 taken = nat_port_take(ctx, v6, p, target);
	union nat_any_entry e;
	union ct_tuple t;

	if (!taken) {
		signal_send(ctx, v6, SIGNAL_NAT_FILL_UP);
		return drop(DROP_NAT_NO_MAPPING);
	}
	*port = bpf_htons(taken);
	nat_entry_make(v6, &target->addr, *port, target->needs_ct, &e);
	nat_tuple(v6, &p->saddr, p->sport, &p->daddr, p->dport, p->proto, TUPLE_F_OUT, &t);
	if (!bpf_map_update_elem(nat_map(v6), &t, &e, BPF_ANY))
		return 0;
	nat_forget_reply(v6, p, &target->addr, *port);
	signal_send(ctx, v6, SIGNAL_NAT_FILL_UP);
	return drop(DROP_NAT_NO_MAPPING);
}

/* The port that @p leaves with: its flow's, or a new one. */
static __always_inline long nat_mapping_get(struct ctx_buff *ctx, const bool v6,
					    const struct packet *p, const struct nat_target *target,
					    __be16 *port)
{
	const union nat_any_entry *e = nat_find(v6, p, TUPLE_F_OUT);
	union ip_addr addr;

	if (e) {
		addr = nat_entry_addr(v6, e);
		*port = nat_entry_port(v6, e);
		if (addr_equal(v6, &addr, &target->addr))
			return 0;
		/* the node's address is another one by now */
		nat_forget_reply(v6, p, &addr, *port);
	}
	return nat_mapping_new(ctx, v6, p, target, port);
}

/* Have conntrack know the flow, so that its entry in the NAT map is not collected. */
static __always_inline long nat_track(struct ctx_buff *ctx, const bool v6, const struct packet *p)
{
	struct ct_state state = {};
	long ret = ct_lookup(ctx, v6, p, CT_EGRESS, &state);

	if (ret != CT_NEW)
		return ret < 0 ? ret : 0;
	state = (struct ct_state){ .src_sec_id = IDENTITY_HOST };
	return ct_create(ctx, v6, p, CT_EGRESS, &state);
}

/* Whether NAT knows what to do with @p: 0, or why not. */
static __always_inline long nat_proto_check(const bool v6, const struct packet *p)
{
	if (proto_has_ports(p->proto))
		return NAT_DONE;
	if (p->proto != (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
		return drop(DROP_NAT_UNSUPP_PROTO);
	if (p->icmp_type == (v6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO))
		return NAT_DONE;
	if (p->icmp_type == (v6 ? ICMPV6_ECHO_REPLY : ICMP_ECHOREPLY))
		return NAT_PUNT;
	return drop(DROP_NAT_UNSUPP_PROTO);
}

/* Have @p leave as @target says: NAT_DONE, NAT_PUNT or a drop. Not for ICMP errors: nat_icmp.h. */
static __always_inline long nat_forward(struct ctx_buff *ctx, const bool v6, struct packet *p,
					const struct nat_target *target)
{
	__be16 port = 0;
	long ret = nat_proto_check(v6, p);

	if (ret)
		return ret;
	/* no pod and no port of ours: nothing can be mistaken for it */
	if (!target->from_local_endpoint && !target->from_outside && !nat_port_is_ours(p->sport))
		return NAT_PUNT;
	ret = nat_mapping_get(ctx, v6, p, target, &port);
	if (!ret && target->needs_ct)
		ret = nat_track(ctx, v6, p);
	if (ret)
		return ret;
	debug_capture(ctx, DBG_CAPTURE_SNAT_PRE, bpf_ntohs(p->sport));
	ret = end_write(ctx, v6, p, END_SRC, &target->addr, port);
	if (ret)
		return ret;
	debug_capture(ctx, DBG_CAPTURE_SNAT_POST, bpf_ntohs(port));
	ctx_snat_done_set(ctx);
	return NAT_DONE;
}

/* Send the reply @p to whom its flow belongs: NAT_DONE, NAT_PUNT (nobody's) or a drop. */
static __always_inline long nat_reverse(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	const union nat_any_entry *e;
	union ip_addr addr;

	if (!proto_has_ports(p->proto) &&
	    !(p->proto == (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP) &&
	      p->icmp_type == (v6 ? ICMPV6_ECHO_REPLY : ICMP_ECHOREPLY)))
		return NAT_PUNT;
	if (!nat_port_is_ours(p->dport))
		return NAT_PUNT;
	e = nat_find(v6, p, TUPLE_F_IN);
	if (!e)
		return NAT_PUNT;
	addr = nat_entry_addr(v6, e);
	return end_write(ctx, v6, p, END_DST, &addr, nat_entry_port(v6, e));
}
