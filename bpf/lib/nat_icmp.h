/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* NAT of ICMP errors. Of those that a pod sends, only "fragmentation needed" is let through. */
#pragma once

#include "lib/nat.h"
#include "lib/quoted.h"

/*
 * The error @p, which a pod sends about a packet it got: as what it quotes was sent to. Like
 * nat_forward().
 */
static __always_inline long nat_icmp_forward(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	const union nat_any_entry *e;
	union ip_addr addr;
	struct packet q;
	union ct_tuple t;
	__be16 port;
	long ret;

	if (!v6 && p->icmp_type == ICMP_DEST_UNREACH && p->icmp_code != ICMP_FRAG_NEEDED)
		return drop(DROP_UNKNOWN_ICMP_CODE);
	if (p->icmp_type != (v6 ? ICMPV6_PKT_TOOBIG : ICMP_DEST_UNREACH))
		return drop(DROP_NAT_UNSUPP_PROTO);
	ret = quoted_load(ctx, v6, p, &q);
	if (ret)
		return ret;
	if (q.proto == IPPROTO_SCTP)
		return drop(DROP_CSUM_L4);
	/* the flow as the pod began it */
	nat_tuple(v6, &q.daddr, proto_has_ports(q.proto) ? q.dport : q.sport, &q.saddr,
		  proto_has_ports(q.proto) ? q.sport : 0, q.proto, TUPLE_F_OUT, &t);
	e = bpf_map_lookup_elem(nat_map(v6), &t);
	if (!e)
		return NAT_PUNT;
	addr = nat_entry_addr(v6, e);
	port = nat_entry_port(v6, e);
	ret = quoted_write(ctx, v6, p, &q, END_DST, &addr, port);
	if (!ret)
		ret = addr_write(ctx, v6, p, END_SRC, &addr);
	if (!ret)
		ctx_snat_done_set(ctx);
	return ret;
}

/* The error @p about a packet that left as the node's: to whom it belongs. Like nat_reverse(). */
static __always_inline long nat_icmp_reverse(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	const union nat_any_entry *e;
	union ip_addr addr;
	struct packet q;
	union ct_tuple t;
	__be16 port;
	long ret;

	ret = quoted_load(ctx, v6, p, &q);
	/* not ours to judge */
	if (ret || !nat_port_is_ours(q.sport))
		return NAT_PUNT;
	/* a reply to what it quotes */
	nat_tuple(v6, &q.daddr, proto_has_ports(q.proto) ? q.dport : 0, &q.saddr, q.sport, q.proto,
		  TUPLE_F_IN, &t);
	e = bpf_map_lookup_elem(nat_map(v6), &t);
	if (!e)
		return NAT_PUNT;
	if (q.proto == IPPROTO_SCTP)
		return drop(DROP_CSUM_L4);
	addr = nat_entry_addr(v6, e);
	port = nat_entry_port(v6, e);
	ret = quoted_write(ctx, v6, p, &q, END_SRC, &addr, port);
	return ret ? ret : addr_write(ctx, v6, p, END_DST, &addr);
}
