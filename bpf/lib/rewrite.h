/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writing one of a packet's ends, its TTL or its MACs, with the checksums that cover them. */
#pragma once

#include "lib/packet.h"

enum packet_end {
	END_SRC,
	END_DST,
};

/* Where a protocol has its checksum. */
struct l4_csum {
	__u8 off;    /* in its header; 0: a checksum that cannot be carried on, or none */
	bool pseudo; /* covers the addresses too */
	__u64 flags;
};

static __always_inline struct l4_csum l4_csum_of(__u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return (struct l4_csum){ 16, true, 0 };
	case IPPROTO_UDP:
		/* 0 means none (RFC 768) and stays 0 */
		return (struct l4_csum){ 6, true, BPF_F_MARK_MANGLED_0 };
	case IPPROTO_ICMPV6:
		return (struct l4_csum){ 2, true, 0 };
	case IPPROTO_ICMP:
		return (struct l4_csum){ 2, false, 0 };
	}
	return (struct l4_csum){};
}

static __always_inline long addr_write(struct ctx_buff *ctx, const bool v6, struct packet *p,
				       const enum packet_end end, const union ip_addr *addr)
{
	union ip_addr *known = end == END_SRC ? &p->saddr : &p->daddr;
	const struct l4_csum csum = l4_csum_of(p->proto);
	const __u32 len = v6 ? IPV6_ADDR_LEN : IPV4_ADDR_LEN;
	__u32 off =
		ETH_HLEN + (v6 ? offsetof(struct ipv6hdr, saddr) : offsetof(struct iphdr, saddr));
	__u32 diff;

	if (addr_equal(v6, known, addr))
		return 0;
	diff = csum_diff(known, addr, len);
	if (ctx_store(ctx, end == END_SRC ? off : off + len, addr, len))
		return drop(DROP_WRITE_ERROR);
	if (!v6 && ctx_csum_l3(ctx, ETH_HLEN + offsetof(struct iphdr, check), diff))
		return drop(DROP_CSUM_L3);
	if (csum.pseudo && !p->no_l4 &&
	    ctx_csum_l4(ctx, p->l4_off + csum.off, diff, csum.flags | BPF_F_PSEUDO_HDR))
		return drop(DROP_CSUM_L4);
	*known = *addr;
	return 0;
}

static __always_inline long port_write(struct ctx_buff *ctx, struct packet *p,
				       const enum packet_end end, __be16 port)
{
	const struct l4_csum csum = l4_csum_of(p->proto);
	__be16 *known = end == END_SRC ? &p->sport : &p->dport;
	__u32 off = end == END_SRC ? 0 : 2;

	if (*known == port || p->no_l4)
		return 0;
	/* SCTP's CRC covers the whole packet */
	if (!csum.off)
		return drop(DROP_CSUM_L4);
	if (!proto_has_ports(p->proto))
		off = offsetof(struct icmp_header, id);
	if (ctx_csum_l4(ctx, p->l4_off + csum.off, csum_diff16(*known, port), csum.flags))
		return drop(DROP_CSUM_L4);
	if (ctx_store(ctx, p->l4_off + off, &port, sizeof(port)))
		return drop(DROP_WRITE_ERROR);
	*known = port;
	return 0;
}

/* Give the packet's @end another address and port. An ICMP echo's id counts as its port. */
static __always_inline long end_write(struct ctx_buff *ctx, const bool v6, struct packet *p,
				      const enum packet_end end, const union ip_addr *addr,
				      __be16 port)
{
	long ret = addr_write(ctx, v6, p, end, addr);

	return ret ? ret : port_write(ctx, p, end, port);
}

/* One hop fewer. A packet that has none left is dropped, and nobody is told. */
static __always_inline long ttl_decrease(struct ctx_buff *ctx, const bool v6)
{
	__u32 off =
		ETH_HLEN + (v6 ? offsetof(struct ipv6hdr, hop_limit) : offsetof(struct iphdr, ttl));
	__u8 ttl, less;

	if (ctx_load(ctx, off, &ttl, sizeof(ttl)))
		return drop(DROP_INVALID);
	if (ttl <= 1)
		return drop(DROP_TTL_EXCEEDED);
	less = ttl - 1;
	if (ctx_store(ctx, off, &less, sizeof(less)))
		return drop(DROP_WRITE_ERROR);
	/* TTL is the first byte of a 16-bit word of the header */
	if (!v6 && ctx_csum_l3(ctx, ETH_HLEN + offsetof(struct iphdr, check),
			       csum_diff16(bpf_htons(ttl << 8), bpf_htons(less << 8))))
		return drop(DROP_CSUM_L3);
	return 0;
}
