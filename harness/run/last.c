/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * `send: last`: what is left of a frame after a program ran, and what the next one gets of it.
 * Within a node it keeps what it has besides its bytes; over a link only bytes travel.
 */
#include "run/journey.h"

#include "base/verdict_names.h"
#include "scenario/context.h"

#include <linux/pkt_cls.h>
#include <stdlib.h>
#include <string.h>

/* A verdict that lets the frame go nowhere, in words; NULL for others. */
static const char *end_of(const struct observation *o)
{
	if (o->prog_type == BPF_PROG_TYPE_XDP) {
		switch (o->verdict) {
		case XDP_PASS:
		case XDP_TX:
		case XDP_REDIRECT:
			return NULL;
		case XDP_DROP:
		case XDP_ABORTED:
			return "the program before dropped it";
		}
		return "the program before returned what is no XDP verdict: the kernel drops the "
		       "frame then";
	}
	switch (o->verdict) {
	case TC_ACT_SHOT:
	case TC_ACT_STOLEN:
	case TC_ACT_QUEUED:
	case TC_ACT_TRAP:
		return "the program before dropped it";
	}
	return NULL;
}

/* An entry of a map that no frame goes on from; NULL for others. */
static const char *end_in_map(struct life *l, const struct observed_redirect *r)
{
	if (!r->map || r->ifindex || r->has_cpu || r->flags & BPF_F_BROADCAST)
		return NULL;
	return arena_printf(&l->result->arena, "it went to entry %llu of '%s', where there is %s",
			    (unsigned long long)r->key, r->map, r->target ? r->target : "nothing");
}

/* Redirection keeps what a frame has, but for this: net/core/filter.c, __bpf_tx_skb() and
 * __bpf_rx_skb() (____dev_forward_skb()). */
static void scrub_context(enum last_way way, struct observed_context *c)
{
	if (way == LAST_STAYS)
		return;
	c->tstamp = 0;
	if (way == LAST_ARRIVES)
		c->priority = 0;
}

static bool is_redirected(const struct observation *o)
{
	if (o->prog_type == BPF_PROG_TYPE_XDP)
		return o->verdict == XDP_TX || o->verdict == XDP_REDIRECT;
	return o->verdict == TC_ACT_REDIRECT;
}

static void find_target(const struct scenario_node *node, const struct observed_redirect *redirect,
			struct last_frame *last)
{
	for (size_t i = 0; redirect->device && i < node->n_devices; i++)
		if (!strcmp(node->devices[i].name, redirect->device)) {
			last->has_to = true;
			last->to = i;
		}
}

/* Which way a redirected frame goes, as far as anybody saw it. */
static enum last_way way_of(const struct scenario_node *node, const struct observation *o,
			    struct last_frame *last)
{
	const struct observed_redirect *r = &o->redirect;

	if (o->prog_type == BPF_PROG_TYPE_XDP && o->verdict == XDP_TX) {
		last->by = "XDP_TX";
		last->has_to = last->has_device;
		last->to = last->device;
		return LAST_LEAVES;
	}
	/* To every port of a map: which one is meant, the next step says. */
	if (!r->by || r->unknown || (r->map && r->flags & BPF_F_BROADCAST))
		return LAST_UNKNOWN;
	last->by = r->by;
	find_target(node, r, last);
	/* The frame goes to the stack of the same device, on that CPU. */
	if (r->has_cpu)
		return LAST_STAYS;
	if (!strcmp(r->by, "redirect_peer"))
		return LAST_PEER;
	if (!strcmp(r->by, "redirect_neigh")) {
		last->nexthop.family = (uint8_t)r->family;
		memcpy(last->nexthop.bytes, r->nexthop, sizeof(last->nexthop.bytes));
	} else if (o->prog_type != BPF_PROG_TYPE_XDP && r->flags & BPF_F_INGRESS) {
		return LAST_ARRIVES;
	}
	return LAST_LEAVES;
}

void last_keep(struct life *l, const struct step *step, const struct observation *o)
{
	struct last_frame *last = &l->session->last;
	uint8_t *data = last->data;

	*last = (struct last_frame){ .data = data,
				     .node = step->node,
				     .has_device = step->has_device,
				     .device = step->device };
	if (o->error) {
		last->why_not = "the run before was refused";
		return;
	}
	last->verdict = verdict_name(o->prog_type, o->verdict);
	last->why_not = end_of(o);
	if (!last->why_not && is_redirected(o))
		last->why_not = end_in_map(l, &o->redirect);
	last->valid = !last->why_not;
	if (!last->valid)
		return;
	if (is_redirected(o))
		last->way = way_of(step_node(l, step)->node, o, last);
	memcpy(last->data, o->out, o->out_len);
	last->len = o->out_len;
	last->context = o->context;
	scrub_context(last->way, &last->context);
	last->tag = l->session->tag;
	last->tag_unknown = vlan_tag_follow(&last->tag, o) != 0;
	if (o->meta_len <= META_MAX && o->meta) {
		memcpy(last->meta, o->meta, o->meta_len);
		last->meta_len = o->meta_len;
	}
}

/* On the wire, and so for XDP, a tag is among the bytes. */
static bool wants_tag_in_frame(const struct step *step)
{
	const struct frame_context *c = step->context;

	return step->program.type == BPF_PROG_TYPE_XDP ||
	       (c && c->vlan_where.src && !c->vlan_in_skb);
}

int last_take(struct life *l, const struct step *step, struct step *arrived, struct packet *frame,
	      struct step_result *r)
{
	struct session *s = l->session;
	struct last_frame *last = &s->last;
	struct journey j = { .life = l, .step = step, .last = last };

	if (!last->valid) {
		diag(&l->result->diags, DIAG_ERROR, step->where,
		     "there is no last frame to send on: %s%s%s%s", last->why_not,
		     last->verdict ? " (" : "", last->verdict ? last->verdict : "",
		     last->verdict ? ")" : "");
		return -1;
	}
	if (journey_go(&j))
		return -1;
	if (j.over_link || step->program.type != BPF_PROG_TYPE_XDP) {
		if (last->meta_len && !j.over_link)
			step_note(
				l, r,
				"the %zu bytes of metadata in front of the frame are not given "
				"to this program: BPF_PROG_TEST_RUN cannot give any to tc programs",
				last->meta_len);
		last->meta_len = 0;
	}
	if (j.over_link)
		last->context = (struct observed_context){};
	if (last->tag_unknown)
		step_note(
			l, r,
			"whether the last frame has a VLAN tag besides its bytes is not known: it "
			"is sent on without");
	frame->data = s->frame + last->meta_len;
	frame->len = last->len;
	memcpy(s->frame, last->meta, last->meta_len);
	memcpy(frame->data, last->data, last->len);
	if (last->tag.there && (j.over_link || wants_tag_in_frame(step))) {
		vlan_tag_put(frame->data, &frame->len, &last->tag);
		last->tag.there = false;
	}
	if (last->has_to && last->by && !strcmp(last->by, "redirect_neigh") &&
	    journey_fill_in_macs(&j, frame->data, last->len))
		return -1;
	arrived->has_device = j.has_device;
	arrived->device = j.device;
	return 0;
}

/* Whether the frame of @step is sent on. */
static bool is_sent_on(const struct scenario *s, const struct step *step)
{
	for (size_t i = step->number; i < s->n_steps; i++)
		if (s->steps[i].kind == STEP_SEND || s->steps[i].kind == STEP_REPLAY)
			return s->steps[i].send_last;
	return false;
}

void last_hand_over(struct life *l, const struct step *step, struct test_run *run)
{
	const struct last_frame *last = &l->session->last;
	const struct observed_context *c = &last->context;
	struct __sk_buff *skb = &l->session->given;

	if (run->type == BPF_PROG_TYPE_XDP) {
		run->meta_in = step->send_last ? (uint32_t)last->meta_len : 0;
		return;
	}
	if (!step->send_last && !is_sent_on(l->scenario, step))
		return;
	*skb = (struct __sk_buff){};
	if (step->send_last) {
		skb->mark = c->mark;
		skb->priority = c->priority;
		skb->tstamp = c->tstamp;
		skb->gso_segs = c->gso_segs;
		skb->gso_size = c->gso_size;
		memcpy(skb->cb, c->cb, sizeof(skb->cb));
	}
	run->skb = skb;
	run->skb_out = &l->session->skb;
}
