/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ARP (RFC 826). */
#pragma once

#include "lib/eth.h"

/* As in linux/if_arp.h, which needs a C library's headers for the target. */
#define ARPHRD_ETHER  1
#define ARPOP_REQUEST 1
#define ARPOP_REPLY   2

struct arp_ipv4 {
	struct ethhdr eth;
	__be16 hrd, pro;
	__u8 hln, pln;
	__be16 op;
	__u8 sha[ETH_ALEN];
	__be32 sip;
	__u8 tha[ETH_ALEN];
	__be32 tip;
} __attribute__((packed));

_Static_assert(sizeof(struct arp_ipv4) == 42, "struct arp_ipv4");
_Static_assert(offsetof(struct arp_ipv4, op) == 20, "arp op");
_Static_assert(offsetof(struct arp_ipv4, sip) == 28, "arp sip");
_Static_assert(offsetof(struct arp_ipv4, tip) == 38, "arp tip");

/* What a reply takes from the request. */
struct arp_request {
	__u8 from[ETH_ALEN]; /* the frame's source, which the reply goes to */
	__be32 sip, tip;
};

/*
 * Whether this is a request that device @mac may answer; if so, fills @req. Protocol type and
 * address lengths are not looked at.
 */
static __always_inline bool arp_is_request(struct ctx_buff *ctx, const __u8 *mac,
					   struct arp_request *req)
{
	const __u8 broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const struct arp_ipv4 *arp = ctx_header(ctx, 0, sizeof(*arp));

	if (!arp || arp->op != bpf_htons(ARPOP_REQUEST) || arp->hrd != bpf_htons(ARPHRD_ETHER))
		return false;
	if (!mac_equal(arp->eth.h_dest, broadcast) && !mac_equal(arp->eth.h_dest, mac))
		return false;
	__builtin_memcpy(req->from, arp->eth.h_source, ETH_ALEN);
	req->sip = arp->sip;
	req->tip = arp->tip;
	return true;
}

/* Turn the request in place into the reply "@req->tip is at @mac". */
static __always_inline long arp_reply(struct ctx_buff *ctx, const __u8 *mac,
				      const struct arp_request *req)
{
	struct arp_ipv4 *arp = ctx_header(ctx, 0, sizeof(*arp));

	if (!arp)
		return drop(DROP_WRITE_ERROR);
	__builtin_memcpy(arp->eth.h_dest, req->from, ETH_ALEN);
	__builtin_memcpy(arp->eth.h_source, mac, ETH_ALEN);
	arp->op = bpf_htons(ARPOP_REPLY);
	__builtin_memcpy(arp->sha, mac, ETH_ALEN);
	arp->sip = req->tip;
	__builtin_memcpy(arp->tha, req->from, ETH_ALEN);
	arp->tip = req->sip;
	return 0;
}
