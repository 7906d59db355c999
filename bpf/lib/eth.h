/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Ethernet. */
#pragma once

#include "lib/ip.h"

/*
 * The EtherType (host order), or a drop where there is none: the frame is too short, or the field
 * is the length of an IEEE 802.3 frame.
 */
static __always_inline long eth_type(struct ctx_buff *ctx)
{
	const struct ethhdr *eth = ctx_header(ctx, 0, sizeof(*eth));
	__u16 type;

	if (!eth)
		return drop(DROP_UNSUPPORTED_L2);
	type = bpf_ntohs(eth->h_proto);
	return type < ETH_P_802_3_MIN ? drop(DROP_UNSUPPORTED_L2) : type;
}

/* Send the frame from @src to @dst. */
static __always_inline long eth_write(struct ctx_buff *ctx, const __u8 dst[ETH_ALEN],
				      const __u8 src[ETH_ALEN])
{
	struct ethhdr *eth = ctx_header(ctx, 0, sizeof(*eth));

	if (!eth)
		return drop(DROP_WRITE_ERROR);
	__builtin_memcpy(eth->h_dest, dst, ETH_ALEN);
	__builtin_memcpy(eth->h_source, src, ETH_ALEN);
	return 0;
}

/* Send the frame back to where it came from: turn its addresses round. */
static __always_inline long eth_swap(struct ctx_buff *ctx)
{
	struct ethhdr *eth = ctx_header(ctx, 0, sizeof(*eth));
	__u8 dst[ETH_ALEN];

	if (!eth)
		return drop(DROP_INVALID);
	__builtin_memcpy(dst, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, dst, ETH_ALEN);
	return 0;
}

static __always_inline bool mac_equal(const __u8 *a, const __u8 *b)
{
	__u8 differ = 0;
	int i;

#pragma unroll
	for (i = 0; i < ETH_ALEN; i++)
		differ |= a[i] ^ b[i];
	return !differ;
}
