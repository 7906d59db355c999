/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Ethernet. */
#pragma once

#include <linux/if_ether.h>

#include "lib/drop.h"

/*
 * The EtherType (host order), or DROP_UNSUPPORTED_L2 where there is none: the frame is too short,
 * or the field is the length of an IEEE 802.3 frame.
 */
static __always_inline int eth_type(struct __sk_buff *ctx)
{
	const struct ethhdr *eth = ctx_header(ctx, 0, sizeof(*eth));
	__u16 type;

	if (!eth)
		return DROP_UNSUPPORTED_L2;
	type = bpf_ntohs(eth->h_proto);
	return type < ETH_P_802_3_MIN ? DROP_UNSUPPORTED_L2 : type;
}

/* Send the frame back to where it came from: turn its addresses round. */
static __always_inline int eth_swap(struct __sk_buff *ctx)
{
	struct ethhdr *eth = ctx_header(ctx, 0, sizeof(*eth));
	__u8 dst[ETH_ALEN];

	if (!eth)
		return DROP_INVALID;
	__builtin_memcpy(dst, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, dst, ETH_ALEN);
	return 0;
}
