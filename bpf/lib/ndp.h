/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* IPv6 neighbour discovery (RFC 4861): what ARP is to IPv4. */
#pragma once

#include "lib/eth.h"
#include "lib/packet.h"

struct nd_solicitation {
	__u8 type, code;
	__be16 checksum;
	__be32 flags; /* of an advertisement */
	union ip_addr target;
};

/* nd_solicitation.flags, and the option that a solicited advertisement carries */
#define ND_NA_FLAG_ROUTER    0x80000000u
#define ND_NA_FLAG_SOLICITED 0x40000000u
#define ND_NA_FLAG_OVERRIDE  0x20000000u
enum {
	ND_OPT_TARGET_LL_ADDR = 2
};

struct nd_advertisement {
	struct nd_solicitation na;
	__u8 option, option_len; /* in units of 8 bytes */
	__u8 mac[ETH_ALEN];
} __attribute__((packed, aligned(4)));

struct nd_pseudo {
	__be32 len;
	__u8 zero[3], nexthdr;
};

_Static_assert(sizeof(struct nd_solicitation) == 24, "struct nd_solicitation");
_Static_assert(sizeof(struct nd_advertisement) == 32, "struct nd_advertisement");

/* The address that a neighbour solicitation @p asks for. */
static __always_inline long nd_target(struct ctx_buff *ctx, const struct packet *p,
				      union ip_addr *target)
{
	if (ctx_load(ctx, p->l4_off + offsetof(struct nd_solicitation, target), target,
		     sizeof(*target)))
		return drop(DROP_INVALID);
	return 0;
}

/* Turn the solicitation @p in place into the advertisement "@target is at @mac". */
static __always_inline long nd_advertise(struct ctx_buff *ctx, const struct packet *p,
					 const union ip_addr *target, const __u8 mac[ETH_ALEN],
					 bool router)
{
	const __u32 icmp_off = ETH_HLEN + sizeof(struct ipv6hdr);
	struct nd_pseudo pseudo = { .nexthdr = IPPROTO_ICMPV6 };
	struct nd_advertisement nd = {};
	struct ipv6hdr ip6 = {};
	struct ethhdr *eth;
	__u32 sum;

	ip6.version = 6;
	ip6.payload_len = bpf_htons(sizeof(nd));
	ip6.nexthdr = IPPROTO_ICMPV6;
	ip6.hop_limit = 255;
	__builtin_memcpy(&ip6.saddr, target, sizeof(ip6.saddr));
	__builtin_memcpy(&ip6.daddr, &p->saddr, sizeof(ip6.daddr));
	nd.na.type = NDISC_NEIGHBOUR_ADVERTISEMENT;
	nd.na.flags = bpf_htonl(ND_NA_FLAG_SOLICITED | ND_NA_FLAG_OVERRIDE |
				(router ? ND_NA_FLAG_ROUTER : 0));
	nd.na.target = *target;
	nd.option = ND_OPT_TARGET_LL_ADDR;
	nd.option_len = 1;
	__builtin_memcpy(nd.mac, mac, ETH_ALEN);
	pseudo.len = bpf_htonl(sizeof(nd));
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&ip6.saddr, 2 * IPV6_ADDR_LEN, 0);
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&pseudo, sizeof(pseudo), sum);
	nd.na.checksum = csum_fold(bpf_csum_diff(NULL, 0, (__be32 *)&nd, sizeof(nd), sum));
	if (ctx_change_len(ctx, icmp_off + sizeof(nd)) ||
	    ctx_store(ctx, ETH_HLEN, &ip6, sizeof(ip6)) ||
	    ctx_store(ctx, icmp_off, &nd, sizeof(nd)))
		return drop(DROP_WRITE_ERROR);
	eth = ctx_header(ctx, 0, sizeof(*eth));
	if (!eth)
		return drop(DROP_WRITE_ERROR);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, mac, ETH_ALEN);
	return 0;
}
