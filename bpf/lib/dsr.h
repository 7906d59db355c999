/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Direct server return: the node that took the call passes it on with the client's address, and the
 * backend's node answers as the service. As which one, the first packet says: in an IP option, or
 * in an option of the tunnel.
 *
 * Port and address are in network byte order. Cilium's IPv4 option has both reversed on
 * little-endian machines.
 */
#pragma once

#include "lib/lb.h"
#include "lib/nat.h"

enum {
	DSR_IPV4_OPT_TYPE = 0x9a, /* to be copied into fragments; class 0, number 26 */
	DSR_IPV6_OPT_TYPE = 0x1b, /* to be skipped by who does not know it */
	DSR_GENEVE_CLASS = 0x014b,
	DSR_GENEVE_TYPE = 0x81, /* critical */
};

struct dsr_opt4 {
	__u8 type, len;
	__be16 port;
	__be32 addr;
} __attribute__((packed));

/* A destination options header with one option. */
struct dsr_opt6 {
	__u8 nexthdr, hdrlen;
	__u8 type, len;
	__be16 port;
	__u16 pad;
	union ip_addr addr;
} __attribute__((packed, aligned(2)));

struct dsr_geneve {
	__be16 opt_class;
	__u8 type, len; /* of what follows, in units of 4 bytes */
	__be16 port;
	__u16 pad;
	union ip_addr addr; /* of IPv4, the first word only */
};

_Static_assert(sizeof(struct dsr_opt4) == 8, "struct dsr_opt4");
_Static_assert(sizeof(struct dsr_opt6) == 24, "struct dsr_opt6");
_Static_assert(sizeof(struct dsr_geneve) == 24, "struct dsr_geneve");

#define DSR_GENEVE4_SIZE offsetof(struct dsr_geneve, addr.words[1])

/* Whom the client called. */
struct dsr_service {
	union ip_addr addr;
	__be16 port;
};

/* Whether calls by @p's protocol are passed on so. */
static __always_inline bool dsr_applies(const struct packet *p)
{
	return DSR_MODE != DSR_NONE && (!DSR_HYBRID || p->proto == IPPROTO_TCP);
}

/* Whether the backend's node must be told with this packet. */
static __always_inline bool dsr_tells(const struct packet *p)
{
	return p->proto != IPPROTO_TCP || (p->tcp_flags & TCP_SYN);
}

/* Bytes that the packet grows by. */
static __always_inline __u32 dsr_overhead(const bool v6, const struct packet *p)
{
	/* outer IPv4, UDP, Geneve, inner Ethernet */
	if (DSR_MODE == DSR_GENEVE)
		return 20 + 8 + 8 + ETH_HLEN + (v6 ? sizeof(struct dsr_geneve) : DSR_GENEVE4_SIZE);
	if (!dsr_tells(p))
		return 0;
	return v6 ? sizeof(struct dsr_opt6) : sizeof(struct dsr_opt4);
}

/* @p's headers begin later. */
static __always_inline long dsr_option4(struct ctx_buff *ctx, const struct dsr_service *svc)
{
	struct dsr_opt4 opt = { DSR_IPV4_OPT_TYPE, sizeof(opt), svc->port, svc->addr.ip4 };
	struct iphdr old, ip4;

	if (ctx_load(ctx, ETH_HLEN, &old, sizeof(old)))
		return drop(DROP_INVALID);
	if (old.ihl + sizeof(opt) / 4 > 15)
		return drop(DROP_INVALID);
	ip4 = old;
	ip4.ihl += sizeof(opt) / 4;
	ip4.tot_len = bpf_htons(bpf_ntohs(old.tot_len) + sizeof(opt));
	if (ctx_adjust_room(ctx, false, sizeof(opt)) ||
	    ctx_store(ctx, ETH_HLEN, &ip4, sizeof(ip4)) ||
	    ctx_store(ctx, ETH_HLEN + sizeof(ip4), &opt, sizeof(opt)))
		return drop(DROP_WRITE_ERROR);
	if (ctx_csum_l3(ctx, ETH_HLEN + offsetof(struct iphdr, check),
			csum_diff(&old, &ip4, sizeof(ip4))) ||
	    ctx_csum_l3(ctx, ETH_HLEN + offsetof(struct iphdr, check),
			bpf_csum_diff(NULL, 0, (__be32 *)&opt, sizeof(opt), 0)))
		return drop(DROP_CSUM_L3);
	return 0;
}

static __always_inline long dsr_option6(struct ctx_buff *ctx, const struct dsr_service *svc)
{
	struct dsr_opt6 opt = { .hdrlen = (sizeof(opt) - 8) / 8,
				.type = DSR_IPV6_OPT_TYPE,
				.len = sizeof(opt) - offsetof(struct dsr_opt6, port),
				.port = svc->port,
				.addr = svc->addr };
	struct ipv6hdr ip6;

	if (ctx_load(ctx, ETH_HLEN, &ip6, sizeof(ip6)))
		return drop(DROP_INVALID);
	opt.nexthdr = ip6.nexthdr;
	ip6.nexthdr = IPPROTO_DSTOPTS;
	ip6.payload_len = bpf_htons(bpf_ntohs(ip6.payload_len) + sizeof(opt));
	if (ctx_adjust_room(ctx, true, sizeof(opt)) ||
	    ctx_store(ctx, ETH_HLEN, &ip6, sizeof(ip6)) ||
	    ctx_store(ctx, ETH_HLEN + sizeof(ip6), &opt, sizeof(opt)))
		return drop(DROP_WRITE_ERROR);
	return 0;
}

/* The service that the option of @p names into @svc; false: there is no such option. */
static __always_inline bool dsr_option_read(struct ctx_buff *ctx, const bool v6,
					    struct dsr_service *svc)
{
	const __u32 off = ETH_HLEN + (v6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
	const struct ipv6hdr *ip6;
	const struct iphdr *ip4;
	struct dsr_opt4 opt4;
	struct dsr_opt6 opt6;

	__builtin_memset(svc, 0, sizeof(*svc));
	if (v6) {
		ip6 = ipv6_header(ctx);
		if (!ip6 || ip6->nexthdr != IPPROTO_DSTOPTS ||
		    ctx_load(ctx, off, &opt6, sizeof(opt6)) || opt6.type != DSR_IPV6_OPT_TYPE ||
		    opt6.hdrlen != (sizeof(opt6) - 8) / 8)
			return false;
		svc->addr = opt6.addr;
		svc->port = opt6.port;
		return true;
	}
	ip4 = ipv4_header(ctx);
	if (!ip4 || ip4->ihl < 7 || ctx_load(ctx, off, &opt4, sizeof(opt4)) ||
	    opt4.type != DSR_IPV4_OPT_TYPE || opt4.len != sizeof(opt4))
		return false;
	svc->addr = addr4(opt4.addr);
	svc->port = opt4.port;
	return true;
}

/* ---- at the backend's node */

/* From now on the replies of @p's flow come from @svc. */
static __always_inline long dsr_remember(struct ctx_buff *ctx, const bool v6,
					 const struct packet *p, const struct dsr_service *svc)
{
	struct ct_state state = { .src_sec_id = IDENTITY_WORLD, .dsr_internal = true };
	union nat_any_entry e;
	union ct_tuple t;

	nat_entry_make(v6, &svc->addr, svc->port, false, &e);
	nat_tuple(v6, &p->daddr, p->dport, &p->saddr, p->sport, p->proto, TUPLE_F_OUT, &t);
	if (bpf_map_update_elem(nat_map(v6), &t, &e, BPF_ANY))
		return drop(DROP_NAT_NO_MAPPING);
	return ct_create(ctx, v6, p, CT_EGRESS, &state);
}

/* A connection with the same ports that comes without the option is not to the service. */
static __always_inline void dsr_forget(const bool v6, const struct packet *p)
{
	struct ct_entry *e;

	if (p->proto != IPPROTO_TCP || !(p->tcp_flags & TCP_SYN))
		return;
	e = ct_find(v6, p, TUPLE_OF_REQUEST, TUPLE_F_OUT);
	if (e && e->dsr_internal)
		e->dsr_internal = 0;
}

/* What replies of the flow go out as that @p is a reply of, or an error about; or NULL. */
static __always_inline const union nat_any_entry *
dsr_entry_find(struct ctx_buff *ctx, const bool v6, const struct packet *p)
{
	union ct_tuple t;
	struct packet q;

	if (!p->icmp_error)
		return nat_find(v6, p, TUPLE_F_OUT);
	if (quoted_load(ctx, v6, p, &q))
		return NULL;
	nat_tuple(v6, &q.daddr, q.dport, &q.saddr, q.sport, q.proto, TUPLE_F_OUT, &t);
	return bpf_map_lookup_elem(nat_map(v6), &t);
}

/* The reply @p of a backend, or its error about a call, goes out as the service's. */
static __always_inline long dsr_reverse(struct ctx_buff *ctx, const bool v6, struct packet *p)
{
	const union nat_any_entry *e = dsr_entry_find(ctx, v6, p);
	union ip_addr addr;
	__be16 port;

	if (!e)
		return 0;
	addr = nat_entry_addr(v6, e);
	port = nat_entry_port(v6, e);
	return p->icmp_error ? lb_reverse_error(ctx, v6, p, &addr, port)
			     : end_write(ctx, v6, p, END_SRC, &addr, port);
}
