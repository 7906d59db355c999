/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a run left behind besides its verdict and frame, as plain data with names for numbers. */
#include "run/internal.h"

#include <string.h>

void observe_context(const struct __sk_buff *skb, struct observed_context *c)
{
	*c = (struct observed_context){
		.known = true,
		.mark = skb->mark,
		.priority = skb->priority,
		.wire_len = skb->wire_len,
		.gso_segs = skb->gso_segs,
		.gso_size = skb->gso_size,
		.ifindex = skb->ifindex,
		.ingress_ifindex = skb->ingress_ifindex,
		.tstamp = skb->tstamp,
		.hwtstamp = skb->hwtstamp,
	};
	memcpy(c->cb, skb->cb, sizeof(c->cb));
}

void observe(struct life *l, const struct step *step, const struct test_run *run,
	     struct observation *o, struct arena *arena)
{
	if (o->error)
		return;
	o->has_details = true;
	observe_calls(step_node(l, step), &step->program, run->type, o, arena);
	observe_redirect(step_node(l, step), run->ifindex, o, arena);
	o->meta = o->meta_len ? arena_memdup(arena, o->meta, o->meta_len) : NULL;
	observe_events(l, step, o, arena);
}
