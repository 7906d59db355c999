/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a frame is given besides its bytes: `ctx:`, `meta:`, `vlan:` and `checksum:` of a step. */
#pragma once

#include "base/diag.h"
#include "types/context_fields.h"

#include <linux/bpf.h>

/* struct bpf_tunnel_key with local_ipv6, which is newer than some headers: bytes. */
#define TUNNEL_KEY_SIZE 44

/* Options of a tunnel that a frame can be given: bytes. */
#define TUNNEL_OPT_MAX 64

struct frame_context {
	struct span where;    /* of `ctx:`; src NULL: none */
	struct span prelude;  /* of the first field that a prelude sets; src NULL: none */
	uint64_t given;	      /* bit i: row i of context_fields() of the program's type */
	struct __sk_buff skb; /* tc: the fields given */
	struct xdp_md xdp;    /* XDP: the fields given */
	const char *ifindex;  /* the device whose index is the field's value; NULL: the number */
	const char *ingress_ifindex;
	bool has_tunnel_key;
	bool tunnel_is_ipv6;
	bool tunnel_has_remote;		     /* an address to get with bpf_skb_get_tunnel_key() */
	uint8_t tunnel_key[TUNNEL_KEY_SIZE]; /* as the program gets it: IPv4 in host order */
	const uint8_t *tunnel_opt;	     /* NULL: none */
	uint32_t tunnel_opt_len;	     /* bytes: a multiple of 4, TUNNEL_OPT_MAX at most */

	struct span meta_where; /* XDP; src NULL: none */
	const uint8_t *meta;
	uint32_t meta_len; /* bytes: a multiple of 4 */

	struct span vlan_where; /* tc; src NULL: not said */
	bool vlan_in_skb;	/* an 802.1Q tag is taken out of the frame */

	struct span checksum_where; /* tc; src NULL: none */
	bool checksum_complete;
};

/* Whether a prelude has to run before the program. */
static inline bool frame_context_needs_prelude(const struct frame_context *c)
{
	return c->prelude.src || c->vlan_in_skb;
}
