/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What an ICMP error quotes: a packet as it was on the other side of a translation. Who gets the
 * error must recognise it, so it is translated too, with its checksums as far as they are quoted.
 */
#pragma once

#include "lib/rewrite.h"

/* The quoted packet of the error @p into @q. */
static __always_inline long quoted_load(struct ctx_buff *ctx, const bool v6, const struct packet *p,
					struct packet *q)
{
	__u32 off = p->l4_off + sizeof(struct icmp_header);
	struct icmp_header l4;
	struct ipv6hdr ip6;
	struct iphdr ip4;

	__builtin_memset(q, 0, sizeof(*q));
	if (v6) {
		if (ctx_load(ctx, off, &ip6, sizeof(ip6)))
			return drop(DROP_INVALID);
		__builtin_memcpy(&q->saddr, &ip6.saddr, sizeof(q->saddr));
		__builtin_memcpy(&q->daddr, &ip6.daddr, sizeof(q->daddr));
		q->proto = ip6.nexthdr;
		q->l4_off = off + sizeof(ip6);
	} else {
		if (ctx_load(ctx, off, &ip4, sizeof(ip4)))
			return drop(DROP_INVALID);
		q->saddr = addr4(ip4.saddr);
		q->daddr = addr4(ip4.daddr);
		q->proto = ip4.protocol;
		q->l4_off = off + ip4.ihl * 4;
	}
	if (ctx_load(ctx, q->l4_off, &l4, sizeof(l4)))
		return drop(DROP_INVALID);
	if (proto_has_ports(q->proto)) {
		/* ports are where ICMP has type, code and checksum */
		__builtin_memcpy(&q->sport, &l4.type, sizeof(q->sport));
		q->dport = l4.checksum;
	} else if (q->proto == (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)) {
		q->icmp_type = l4.type;
		q->sport = l4.id;
	} else {
		return drop(DROP_NAT_UNSUPP_PROTO);
	}
	return 0;
}

/* Carry the error's own checksum on through a change of what it quotes. */
static __always_inline long quoted_csum(struct ctx_buff *ctx, const struct packet *p, __u32 diff)
{
	if (ctx_csum_l4(ctx, p->l4_off + offsetof(struct icmp_header, checksum), diff, 0))
		return drop(DROP_CSUM_L4);
	return 0;
}

/* Carry the quoted packet's own L4 checksum on, unless it was cut off or is none. */
static __always_inline long quoted_l4_csum(struct ctx_buff *ctx, const struct packet *p,
					   const struct packet *q, __u32 addr_diff, __u32 port_diff)
{
	const struct l4_csum csum = l4_csum_of(q->proto);
	__u32 off = q->l4_off + csum.off;
	__be16 check, now;

	if (!csum.off || ctx_load(ctx, off, &check, sizeof(check)) ||
	    (!check && csum.flags & BPF_F_MARK_MANGLED_0))
		return 0;
	if (ctx_csum_l4(ctx, off, port_diff, csum.flags) ||
	    (csum.pseudo && ctx_csum_l4(ctx, off, addr_diff, csum.flags)) ||
	    ctx_load(ctx, off, &now, sizeof(now)))
		return drop(DROP_CSUM_L4);
	return quoted_csum(ctx, p, csum_diff16(check, now));
}

/* Write one end of the quoted packet @q of the error @p. */
static __always_inline long quoted_write(struct ctx_buff *ctx, const bool v6,
					 const struct packet *p, const struct packet *q,
					 const enum packet_end end, const union ip_addr *addr,
					 __be16 port)
{
	const __u32 len = v6 ? IPV6_ADDR_LEN : IPV4_ADDR_LEN;
	const union ip_addr *old = end == END_SRC ? &q->saddr : &q->daddr;
	__be16 old_port = end == END_SRC ? q->sport : q->dport;
	__u32 ip = p->l4_off + sizeof(struct icmp_header);
	__u32 off = v6 ? offsetof(struct ipv6hdr, saddr) : offsetof(struct iphdr, saddr);
	__u32 port_off = end == END_SRC ? 0 : 2, diff = csum_diff(old, addr, len);
	__be16 check, now;
	long ret;

	if (!proto_has_ports(q->proto)) {
		port_off = offsetof(struct icmp_header, id);
		old_port = q->sport;
	}
	if (ctx_store(ctx, ip + off + (end == END_SRC ? 0 : len), addr, len) ||
	    ctx_store(ctx, q->l4_off + port_off, &port, sizeof(port)))
		return drop(DROP_WRITE_ERROR);
	ret = quoted_csum(ctx, p, diff);
	if (!ret)
		ret = quoted_csum(ctx, p, csum_diff16(old_port, port));
	if (!ret)
		ret = quoted_l4_csum(ctx, p, q, diff, csum_diff16(old_port, port));
	if (ret || v6)
		return ret;
	if (ctx_load(ctx, ip + offsetof(struct iphdr, check), &check, sizeof(check)) ||
	    ctx_csum_l3(ctx, ip + offsetof(struct iphdr, check), diff) ||
	    ctx_load(ctx, ip + offsetof(struct iphdr, check), &now, sizeof(now)))
		return drop(DROP_CSUM_L3);
	return quoted_csum(ctx, p, csum_diff16(check, now));
}
