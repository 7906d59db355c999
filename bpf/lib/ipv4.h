/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* IPv4, TCP and UDP: reading a packet's flow, and rewriting one of its ends. */
#pragma once

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "lib/drop.h"

/* struct iphdr's frag_off (host order) */
#define IPV4_MORE_FRAGMENTS  0x2000
#define IPV4_FRAGMENT_OFFSET 0x1fff

/* struct tcphdr's flags as one byte, as conntrack remembers them */
#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04

/*
 * A flow's two ends. Where the datapath keeps one in a map, the addresses are named for the
 * reply's direction: see the functions that fill it.
 */
struct ipv4_ct_tuple {
	__be32 daddr;
	__be32 saddr;
	__be16 dport;
	__be16 sport;
	__u8 nexthdr; /* IPPROTO_* */
	__u8 flags;   /* enum tuple_flags */
} __attribute__((packed));

_Static_assert(sizeof(struct ipv4_ct_tuple) == 14, "struct ipv4_ct_tuple");

/* A packet as the stages of the datapath need it. */
struct ipv4_packet {
	/* daddr and saddr are the packet's; dport is its source port and sport its destination port
	 */
	struct ipv4_ct_tuple tuple;
	__u32 l4_off;	/* bytes from the start of the frame */
	__u8 tcp_flags; /* 0 for UDP */
};

static __always_inline struct iphdr *ipv4_header(struct __sk_buff *ctx)
{
	return ctx_header(ctx, ETH_HLEN, sizeof(struct iphdr));
}

/* First 14 bytes of a TCP header: what is needed of it. */
struct tcp_start {
	__be16 source, dest;
	__be32 seq, ack_seq;
	__u8 data_offset, flags;
};

static __always_inline int l4_load(struct __sk_buff *ctx, struct ipv4_packet *p)
{
	struct tcp_start l4 = {};
	__u32 need = p->tuple.nexthdr == IPPROTO_TCP ? offsetof(struct tcp_start, flags) + 1
						     : sizeof(struct udphdr);

	if (bpf_skb_load_bytes(ctx, p->l4_off, &l4, need))
		return DROP_CT_INVALID_HDR;
	p->tuple.dport = l4.source;
	p->tuple.sport = l4.dest;
	p->tcp_flags = p->tuple.nexthdr == IPPROTO_TCP ? l4.flags : 0;
	return 0;
}

/*
 * Read @p from the packet. Returns 0, DROP_UNSUPP_SERVICE_PROTO for ICMP and DROP_UNKNOWN_L4 for
 * other protocols without ports (no reason to drop: there is nothing to translate), or why it
 * cannot go on. The ports of a fragment are in another packet, which nothing here remembers.
 */
static __always_inline int ipv4_load(struct __sk_buff *ctx, struct ipv4_packet *p)
{
	const struct iphdr *ip4 = ipv4_header(ctx);

	if (!ip4 || ip4->ihl < 5)
		return DROP_INVALID;
	if (ip4->frag_off & bpf_htons(IPV4_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET))
		return DROP_FRAG_NOSUPPORT;
	p->tuple.daddr = ip4->daddr;
	p->tuple.saddr = ip4->saddr;
	p->tuple.nexthdr = ip4->protocol;
	p->tuple.flags = 0;
	p->l4_off = ETH_HLEN + ip4->ihl * 4;
	switch (p->tuple.nexthdr) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		return l4_load(ctx, p);
	case IPPROTO_ICMP:
		return DROP_UNSUPP_SERVICE_PROTO;
	}
	return DROP_UNKNOWN_L4;
}

/* An end of a packet: where its address and its port are. */
struct ipv4_end {
	__u32 addr_off; /* in struct iphdr */
	__u32 port_off; /* in the TCP or UDP header */
};

static const struct ipv4_end IPV4_SRC = { offsetof(struct iphdr, saddr), 0 };
static const struct ipv4_end IPV4_DST = { offsetof(struct iphdr, daddr), 2 };

/*
 * Write @addr and @port over one end of a packet where @old_addr and @old_port stand, and carry the
 * checksums on. A UDP checksum of 0 means none (RFC 768) and stays 0.
 */
static __always_inline int ipv4_rewrite(struct __sk_buff *ctx, const struct ipv4_packet *p,
					struct ipv4_end end, __be32 old_addr, __be32 addr,
					__be16 old_port, __be16 port)
{
	bool tcp = p->tuple.nexthdr == IPPROTO_TCP;
	__u32 check =
		p->l4_off + (tcp ? offsetof(struct tcphdr, check) : offsetof(struct udphdr, check));
	__u64 flags = tcp ? 0 : BPF_F_MARK_MANGLED_0;

	if (bpf_skb_store_bytes(ctx, ETH_HLEN + end.addr_off, &addr, sizeof(addr), 0))
		return DROP_WRITE_ERROR;
	if (bpf_l3_csum_replace(ctx, ETH_HLEN + offsetof(struct iphdr, check), old_addr, addr,
				sizeof(addr)))
		return DROP_CSUM_L3;
	/* the address is in the pseudo header, which both protocols' checksums cover */
	if (bpf_l4_csum_replace(ctx, check, old_addr, addr,
				flags | BPF_F_PSEUDO_HDR | sizeof(addr)))
		return DROP_CSUM_L4;
	if (port == old_port)
		return 0;
	if (bpf_l4_csum_replace(ctx, check, old_port, port, flags | sizeof(port)))
		return DROP_CSUM_L4;
	if (bpf_skb_store_bytes(ctx, p->l4_off + end.port_off, &port, sizeof(port), 0))
		return DROP_WRITE_ERROR;
	return 0;
}
