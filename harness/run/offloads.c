/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/internal.h"

#include "packet/offload.h"

#include <inttypes.h>

#define ETH_LEN		   14
#define VLAN_LEN	   4
#define MTU_WITHOUT_DEVICE 1500

void offloads_begin(struct offloads *o, const struct life *l, const struct step *step)
{
	const struct life_node *n = step_node(l, step);

	*o = (struct offloads){ .mtu = MTU_WITHOUT_DEVICE };
	if (step->has_device)
		o->mtu = sandbox_device(n->sandbox, n->node->devices[step->device].name)->mtu;
}

void offloads_look(struct offloads *o, const struct capture_frame *f)
{
	if (f->len > o->mtu + ETH_LEN + VLAN_LEN && !o->oversized++)
		o->first_oversized = f->number;
	if (frame_checksum_is_partial(f->data, f->len) && !o->partial++)
		o->first_partial = f->number;
}

void offloads_note(const struct offloads *o, struct life *l, struct step_result *r, bool fixed)
{
	if (o->oversized)
		step_note(l, r,
			  "%" PRIu64 " frame%s longer than the MTU of %u allows, the first is "
			  "%" PRIu64 ": recorded with segmentation offload (tso, gso, gro) on, "
			  "or with a larger MTU",
			  o->oversized, o->oversized == 1 ? " is" : "s are", o->mtu,
			  o->first_oversized);
	if (o->partial)
		step_note(l, r,
			  "%" PRIu64 " frame%s a checksum that the device had yet to fill in, the "
			  "first is %" PRIu64 ": recorded with checksum offload (tx) on%s",
			  o->partial, o->partial == 1 ? " has" : "s have", o->first_partial,
			  fixed ? "; filled in" : "; 'checksums: fix' fills them in");
}
