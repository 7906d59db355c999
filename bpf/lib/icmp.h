/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ICMP (RFC 792): the answer to a packet that cannot be delivered. */
#pragma once

#include "lib/eth.h"
#include "lib/ipv4.h"

/* As in linux/icmp.h, which needs a C library's headers for the target. */
#define ICMP_DEST_UNREACH 3
#define ICMP_PORT_UNREACH 3

/* How much of the packet an error quotes: its header, options and first bytes. */
#define ICMP_SAMPLE_MAX 64

struct icmp_error_header {
	__u8 type, code;
	__be16 checksum;
	__be32 unused;
};

struct icmp_reply {
	struct iphdr ip4;
	struct icmp_error_header icmp;
	__u8 sample[ICMP_SAMPLE_MAX]; /* zeros behind what the packet has: they add nothing to a sum
				       */
} __attribute__((packed, aligned(4)));

static __always_inline __be16 csum_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Bytes of the IPv4 packet to quote. A short frame ends in padding, which is not part of it. */
static __always_inline __u32 icmp_sample_len(const struct __sk_buff *ctx, const struct iphdr *ip4)
{
	__u32 len = bpf_ntohs(ip4->tot_len);

	if (len > ctx->len - ETH_HLEN)
		len = ctx->len - ETH_HLEN;
	return len < ICMP_SAMPLE_MAX ? len : ICMP_SAMPLE_MAX;
}

/*
 * Turn the packet in place into an ICMP error about itself, from the address it was sent to and to
 * where it came from.
 */
static __always_inline int icmp_error(struct __sk_buff *ctx, __u8 type, __u8 code)
{
	const struct iphdr *ip4 = ipv4_header(ctx);
	struct icmp_reply r = {};
	__u64 len;

	if (!ip4)
		return DROP_INVALID;
	len = icmp_sample_len(ctx, ip4);
	/* the verifier must see both bounds on the very register that is the size */
	barrier_var(len);
	if (len < sizeof(*ip4) || len > ICMP_SAMPLE_MAX ||
	    bpf_skb_load_bytes(ctx, ETH_HLEN, r.sample, len))
		return DROP_INVALID;
	ip4 = ipv4_header(ctx);
	if (!ip4)
		return DROP_INVALID;
	r.ip4.version = 4;
	r.ip4.ihl = sizeof(r.ip4) / 4;
	r.ip4.tos = ip4->tos;
	r.ip4.tot_len = bpf_htons(sizeof(r.ip4) + sizeof(r.icmp) + len);
	r.ip4.ttl = 64;
	r.ip4.protocol = IPPROTO_ICMP;
	r.ip4.saddr = ip4->daddr;
	r.ip4.daddr = ip4->saddr;
	r.ip4.check = csum_fold(bpf_csum_diff(NULL, 0, (__be32 *)&r.ip4, sizeof(r.ip4), 0));
	r.icmp.type = type;
	r.icmp.code = code;
	r.icmp.checksum = csum_fold(
		bpf_csum_diff(NULL, 0, (__be32 *)&r.icmp, sizeof(r.icmp) + sizeof(r.sample), 0));
	len += sizeof(r.ip4) + sizeof(r.icmp);
	barrier_var(len);
	if (bpf_skb_change_tail(ctx, ETH_HLEN + len, 0) ||
	    bpf_skb_store_bytes(ctx, ETH_HLEN, &r, len, 0))
		return DROP_WRITE_ERROR;
	return eth_swap(ctx);
}
