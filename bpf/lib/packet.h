/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a packet is: its ends, its protocol, and what conntrack and policy want to know of it. */
#pragma once

#include "lib/fragment.h"

struct packet {
	union ip_addr saddr, daddr;
	/* As on the wire. ICMP echo: the request's id is its source port, the reply's its
	 * destination port. Others have 0. */
	__be16 sport, dport;
	__u8 proto;	/* IPPROTO_* behind extension headers */
	__u8 tcp_flags; /* 0 for other protocols */
	__u8 icmp_type; /* of both ICMPs; of a later fragment, that of an echo whose id is known */
	__u8 icmp_code;
	bool icmp_error; /* about a packet that it quotes */
	bool no_l4;	 /* a later fragment: its ports are known, but are not in it */
	__u16 l4_off;	 /* bytes from the start of the frame */
};

/* Extension headers that are walked over before a packet is given up. */
enum {
	IPV6_EXT_HEADERS_MAX = 4
};

/* First bytes of a TCP header: what is needed of it. */
struct tcp_start {
	__be16 source, dest;
	__be32 seq, ack_seq;
	__u8 data_offset, flags;
	__be16 window;
};

static __always_inline bool proto_has_ports(__u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_SCTP;
}

static __always_inline long icmp_load(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	struct icmp_header icmp;

	if (ctx_load(ctx, p->l4_off, &icmp, sizeof(icmp)))
		return drop(DROP_CT_INVALID_HDR);
	p->icmp_type = icmp.type;
	p->icmp_code = icmp.code;
	if (icmp.type == (v6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO))
		p->sport = icmp.id;
	else if (icmp.type == (v6 ? ICMPV6_ECHO_REPLY : ICMP_ECHOREPLY))
		p->dport = icmp.id;
	else if (v6)
		p->icmp_error = icmp.type < ICMPV6_ECHO_REQUEST;
	else
		p->icmp_error = icmp.type == ICMP_DEST_UNREACH || icmp.type == ICMP_TIME_EXCEEDED ||
				icmp.type == ICMP_PARAMETERPROB;
	return 0;
}

/* Protocols that nothing here knows have no ports; conntrack and NAT refuse them where they must.
 */
static __always_inline long l4_load(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	struct tcp_start tcp;

	switch (p->proto) {
	case IPPROTO_TCP:
		if (ctx_load(ctx, p->l4_off, &tcp, sizeof(tcp)))
			return drop(DROP_CT_INVALID_HDR);
		p->tcp_flags = tcp.flags;
		break;
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
		/* both headers are 8 bytes or more and begin with the ports */
		if (ctx_load(ctx, p->l4_off, &tcp, 8))
			return drop(DROP_CT_INVALID_HDR);
		break;
	case IPPROTO_ICMP:
		return v6 ? 0 : icmp_load(ctx, v6, p);
	case IPPROTO_ICMPV6:
		return v6 ? icmp_load(ctx, v6, p) : 0;
	default:
		return 0;
	}
	p->sport = tcp.source;
	p->dport = tcp.dest;
	return 0;
}

static __always_inline long ipv4_load(struct ctx_buff *ctx, struct packet *p)
{
	const struct iphdr *ip4 = ipv4_header(ctx);
	struct ipv4_frag_l4ports ports = {};
	struct ipv4_frag_id id = {};
	__u16 frag;
	long ret;

	if (!ip4 || ip4->ihl < 5)
		return drop(DROP_INVALID);
	p->saddr = addr4(ip4->saddr);
	p->daddr = addr4(ip4->daddr);
	p->proto = ip4->protocol;
	p->l4_off = ETH_HLEN + ip4->ihl * 4;
	frag = bpf_ntohs(ip4->frag_off) & (IPV4_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET);
	if (!frag)
		return l4_load(ctx, false, p);
	if (!ENABLE_IPV4_FRAGMENTS)
		return drop(DROP_FRAG_NOSUPPORT);
	id.daddr = ip4->daddr;
	id.saddr = ip4->saddr;
	id.id = ip4->id;
	id.proto = ip4->protocol;
	if (frag & IPV4_FRAGMENT_OFFSET) {
		p->no_l4 = true;
		ret = fragment_lookup(ctx, &id, &ports);
		p->sport = ports.sport;
		p->dport = ports.dport;
		if (p->proto == IPPROTO_ICMP)
			p->icmp_type = p->sport ? ICMP_ECHO : ICMP_ECHOREPLY;
		return ret;
	}
	ret = l4_load(ctx, false, p);
	ports = (struct ipv4_frag_l4ports){ p->sport, p->dport };
	if (!ret)
		fragment_remember(ctx, &id, &ports);
	return ret;
}

/* What all extension headers begin with. */
struct ipv6_ext_start {
	__u8 nexthdr;
	__u8 len; /* in units of 8 bytes, not counting the first; AH: of 4, not counting two */
};

static __always_inline long ipv6_load(struct ctx_buff *ctx, struct packet *p)
{
	const struct ipv6hdr *ip6 = ipv6_header(ctx);
	struct ipv6_ext_start ext;
	__u16 off = ETH_HLEN + sizeof(*ip6);
	__u8 proto;
	int i;

	if (!ip6)
		return drop(DROP_INVALID);
	__builtin_memcpy(&p->saddr, &ip6->saddr, sizeof(p->saddr));
	__builtin_memcpy(&p->daddr, &ip6->daddr, sizeof(p->daddr));
	proto = ip6->nexthdr;
#pragma unroll
	for (i = 0; i < IPV6_EXT_HEADERS_MAX; i++) {
		switch (proto) {
		case IPPROTO_NONE:
			return drop(DROP_INVALID_EXTHDR);
		case IPPROTO_FRAGMENT:
			return drop(DROP_FRAG_NOSUPPORT);
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
		case IPPROTO_AH:
			if (ctx_load(ctx, off, &ext, sizeof(ext)))
				return drop(DROP_INVALID);
			off += proto == IPPROTO_AH ? (ext.len + 2) * 4 : (ext.len + 1) * 8;
			proto = ext.nexthdr;
			break;
		default:
			p->proto = proto;
			p->l4_off = off;
			return l4_load(ctx, true, p);
		}
	}
	return drop(DROP_INVALID_EXTHDR);
}

/* Read @p, which is all zeros, from the packet. Returns 0 or why it cannot go on. */
static __always_inline long packet_load(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	return v6 ? ipv6_load(ctx, p) : ipv4_load(ctx, p);
}
