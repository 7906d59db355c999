/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What programs hand to each other besides the packet: the mark (also read by the stack's rules and
 * by proxies), tc_index, and the words for the next stage.
 */
#pragma once

#include "lib/bpf.h"

/* skb->mark, in its bits 8 to 11 */
enum {
	MARK_MAGIC_MASK = 0x0f00,
	MARK_MAGIC_TO_PROXY = 0x0200, /* and the proxy's port, in network byte order, << 16 */
	MARK_MAGIC_SNAT_DONE = 0x0300,
	MARK_MAGIC_PROXY_INGRESS = 0x0a00,
	MARK_MAGIC_PROXY_EGRESS = 0x0b00,
	MARK_MAGIC_HOST = 0x0c00,
	MARK_MAGIC_IDENTITY = 0x0f00,
};

/* skb->tc_index */
enum {
	TC_INDEX_F_FROM_INGRESS_PROXY = 1,
	TC_INDEX_F_FROM_EGRESS_PROXY = 2,
	TC_INDEX_F_SKIP_NODEPORT = 4,
};

/* Left by the XDP program in front of the packet, for the tc programs. */
enum {
	XFER_PKT_NO_SVC = 1,
	XFER_PKT_SNAT_DONE = 4,
};

/* Words for the next stage. A word has different names where different stages use it. */
enum {
	CB_SRC_LABEL = 0,   /* identity of the sender */
	CB_PORT = 0,	    /* DSR: the service's port, as in the packet */
	CB_PROXY_MAGIC = 0, /* to cil_to_host: a mark to set */
	CB_PROXY_PORT = 0,  /* of the proxy that serves the service, as on the wire */
	CB_IFINDEX = 1,	    /* to cil_lxc_policy: where the packet goes */
	CB_ADDR_1 = 1,	    /* DSR: the service's address, as in the packet */
	CB_ADDR_2 = 2,
	CB_ADDR_3 = 3,
	CB_ADDR_4 = 4,
	CB_FROM_HOST = 3,
	CB_CT_STATE = 4, /* rev_nat_index << 16 | whether the pod calls itself */
	CB_FROM_TUNNEL = 4,
};

/* An identity is 24 bits wide: the low 16 are above the magic, the high 8 below. */
static __always_inline __u32 identity_to_mark(__u32 identity)
{
	return (identity & 0xffff) << 16 | (identity >> 16 & 0xff) | MARK_MAGIC_IDENTITY;
}

static __always_inline __u32 identity_from_mark(__u32 mark)
{
	return mark >> 16 | (mark & 0xff) << 16;
}
