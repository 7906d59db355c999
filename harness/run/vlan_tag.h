/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Inside run/: the VLAN tag that an skb carries besides its bytes (skb->vlan_proto, vlan_tci), and
 * what becomes of it. BPF_PROG_TEST_RUN does not give it back.
 */
#pragma once

#include "judge/observation.h"

struct vlan_tag {
	bool there;
	uint16_t protocol, tci; /* host order */
};

/* The EtherType of a tag among the bytes of a frame; 0: it has none. */
uint16_t vlan_protocol(const uint8_t *data, size_t len);
/* Take the outermost tag out of the bytes, as skb_vlan_untag() does with frames that come in. */
void vlan_tag_take(uint8_t *data, size_t *len, struct vlan_tag *tag);
/* Put @tag among the bytes, as a device does that sends the frame. @data has room. */
void vlan_tag_put(uint8_t *data, size_t *len, const struct vlan_tag *tag);
/*
 * The tag after a run, from that before and the recorded calls of bpf_skb_vlan_push() and
 * bpf_skb_vlan_pop(): net/core/skbuff.c. Returns 0, or -1: it is not known.
 */
int vlan_tag_follow(struct vlan_tag *tag, const struct observation *o);
