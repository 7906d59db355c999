/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * `send: last`: where a frame is after a program ran, and how it gets to the next step. Within a
 * node it keeps what it has besides its bytes; over a link only bytes travel.
 */
#include "run/internal.h"

#include "base/errno_names.h"
#include "base/verdict_names.h"
#include "kernel/next_hop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
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
	if (!r->by || r->unknown)
		return LAST_UNKNOWN;
	last->by = r->by;
	find_target(node, r, last);
	/* The frame goes to the stack of the same device, on that CPU. */
	if (r->target && !strncmp(r->target, "CPU ", 4)) {
		last->by = NULL;
		return LAST_STAYS;
	}
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
	last->valid = !last->why_not;
	if (!last->valid)
		return;
	if (is_redirected(o))
		last->way = way_of(step_node(l, step)->node, o, last);
	memcpy(last->data, o->out, o->out_len);
	last->len = o->out_len;
	last->context = o->context;
	if (o->meta_len <= META_MAX && o->meta) {
		memcpy(last->meta, o->meta, o->meta_len);
		last->meta_len = o->meta_len;
	}
}

/* The next step, and how it is reached. */
struct journey {
	struct life *life;
	const struct step *step;
	const struct last_frame *last;
	bool over_link;
	bool has_device; /* where it arrives; not: lo */
	size_t device;
};

static const char *device_text(struct journey *j, size_t node, bool has_device, size_t device)
{
	const struct scenario_node *n = &j->life->scenario->nodes[node];

	return arena_printf(&j->life->result->arena, "%s%s%s",
			    has_device ? n->devices[device].name : "lo", n->name ? " of node " : "",
			    n->name ? n->name : "");
}

static void go_to(struct journey *j, bool has_device, size_t device)
{
	j->has_device = has_device;
	j->device = device;
}

static const char *how(const struct last_frame *last)
{
	return last->by ? last->by : last->verdict ? last->verdict : "the program before";
}

/* Whether scenario @s leaves it to its steps where frames go on: nothing says where links lead. */
static bool is_unlinked(const struct scenario *s)
{
	return s->n_nodes == 1 && !s->n_links;
}

/* Over the link of device @from, which the frame leaves by. Reports; 0 or -1. */
static int cross_link(struct journey *j, bool has_from, size_t from)
{
	const struct scenario *s = j->life->scenario;
	const struct step *step = j->step;
	const struct link_end *end = has_from ? link_other_end(s, j->last->node, from) : NULL;
	struct diags *d = &j->life->result->diags;
	const char *left = device_text(j, j->last->node, has_from, from);
	const char *verb = j->last->way == LAST_STAYS ? "is at" : "left by";

	if (!end) {
		diag(d, DIAG_ERROR, step->where,
		     "the last frame %s %s (%s), which has no link: add it to 'links:'", verb, left,
		     how(j->last));
		return -1;
	}
	if (end->node != step->node || (step->has_device && end->device != step->device)) {
		diag(d, DIAG_ERROR, step->where,
		     "the last frame %s %s (%s), whose link leads to %s, not to %s", verb, left,
		     how(j->last), device_text(j, end->node, true, end->device),
		     device_text(j, step->node, step->has_device, step->device));
		return -1;
	}
	j->over_link = true;
	go_to(j, true, end->device);
	return 0;
}

static int went_elsewhere(struct journey *j, const char *where)
{
	const struct step *step = j->step;

	diag(&j->life->result->diags, DIAG_ERROR, step->where,
	     "the last frame went to %s (%s), not to %s", where, how(j->last),
	     device_text(j, step->node, step->has_device, step->device));
	return -1;
}

/* To a device of the same node. */
static int go_within(struct journey *j)
{
	const struct last_frame *last = j->last;
	const struct step *step = j->step;

	if (step->node != last->node || (step->has_device && step->device != last->to))
		return went_elsewhere(j, device_text(j, last->node, true, last->to));
	go_to(j, true, last->to);
	return 0;
}

/*
 * Out of a device: to the program that the step names on the same device (on its way out), or
 * over the link. XDP_TX leaves at once.
 */
static int go_out(struct journey *j)
{
	const struct last_frame *last = j->last;
	const struct step *step = j->step;
	bool at_device = step->node == last->node && last->has_to &&
			 !(last->by && !strcmp(last->by, "XDP_TX"));

	if (at_device && step->has_device && step->device == last->to)
		return go_within(j);
	if (last->has_to && link_other_end(j->life->scenario, last->node, last->to))
		return cross_link(j, true, last->to);
	if (at_device)
		return go_within(j);
	return cross_link(j, last->has_to, last->to);
}

/* Nobody saw where it was redirected to: what the step says is believed, if there is a way. */
static int go_where_told(struct journey *j)
{
	const struct scenario *s = j->life->scenario;
	const struct step *step = j->step;
	const struct link_end *found = NULL, *end;

	go_to(j, step->has_device, step->device);
	if (step->node == j->last->node)
		return 0;
	for (size_t i = 0; i < s->nodes[j->last->node].n_devices; i++) {
		end = link_other_end(s, j->last->node, i);
		if (!end || end->node != step->node ||
		    (step->has_device && end->device != step->device))
			continue;
		if (found) {
			diag(&j->life->result->diags, DIAG_ERROR, step->where,
			     "where the last frame was redirected to is not known, and several "
			     "links lead to node %s: add 'on: DEVICE'",
			     s->nodes[step->node].name);
			return -1;
		}
		found = end;
	}
	if (!found) {
		diag(&j->life->result->diags, DIAG_ERROR, step->where,
		     "no link leads from node %s to %s", s->nodes[j->last->node].name,
		     device_text(j, step->node, step->has_device, step->device));
		return -1;
	}
	j->over_link = true;
	go_to(j, true, found->device);
	return 0;
}

/* A frame that a program let pass goes on in its node, or leaves by the device it was on. */
static int go_on(struct journey *j)
{
	const struct last_frame *last = j->last;
	const struct step *step = j->step;

	if (step->node != last->node)
		return cross_link(j, last->has_device, last->device);
	if (step->has_device)
		go_to(j, true, step->device);
	else
		go_to(j, last->has_device, last->device);
	return 0;
}

static int travel(struct journey *j)
{
	const struct last_frame *last = j->last;
	const struct step *step = j->step;

	if (last->way == LAST_STAYS)
		return go_on(j);
	/* One node without links: steps say where they run, and are only held to what was seen. */
	if (last->way == LAST_UNKNOWN ||
	    (is_unlinked(j->life->scenario) &&
	     (!last->has_to || last->way == LAST_PEER || !strcmp(last->by, "XDP_TX"))))
		return go_where_told(j);
	if (last->way == LAST_PEER)
		return cross_link(j, last->has_to, last->to);
	if (!last->has_to && step->node == last->node)
		return went_elsewhere(j, "a device that the scenario does not name");
	return last->way == LAST_ARRIVES ? go_within(j) : go_out(j);
}

/* Where an IP packet goes to. Returns 0, or -1: it is none. */
static int destination_of(const uint8_t *frame, size_t len, struct ip_address *out)
{
	uint16_t type;

	*out = (struct ip_address){ .family = AF_UNSPEC };
	if (len < ETH_HLEN)
		return -1;
	memcpy(&type, frame + ETH_HLEN - sizeof(type), sizeof(type));
	if (type == htons(ETH_P_IP) && len >= ETH_HLEN + 20) {
		out->family = AF_INET;
		memcpy(out->bytes, frame + ETH_HLEN + 16, 4);
	} else if (type == htons(ETH_P_IPV6) && len >= ETH_HLEN + 40) {
		out->family = AF_INET6;
		memcpy(out->bytes, frame + ETH_HLEN + 24, 16);
	}
	return out->family == AF_UNSPEC ? -1 : 0;
}

static const char *address_text(struct journey *j, const struct ip_address *a)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(a->family, a->bytes, text, sizeof(text));
	return arena_strdup(&j->life->result->arena, text);
}

static int cannot_fill_in(struct journey *j, const char *why)
{
	diag(&j->life->result->diags, DIAG_ERROR, j->step->where,
	     "the last frame left by %s with bpf_redirect_neigh(): %s",
	     device_text(j, j->last->node, true, j->last->to), why);
	return -1;
}

/* The MAC addresses that the stack writes after bpf_redirect_neigh(), into @frame. */
static int fill_in_macs(struct journey *j, uint8_t *frame, size_t len)
{
	const struct last_frame *last = j->last;
	const struct life_node *n = &j->life->nodes[last->node];
	const struct device *device = sandbox_device(n->sandbox, n->node->devices[last->to].name);
	struct arena *a = &j->life->result->arena;
	struct ip_address to, hop = last->nexthop;
	int err;

	if (!device || destination_of(frame, len, &to))
		return cannot_fill_in(j, "it is no IP packet, for which there is a next hop");
	if (hop.family == AF_UNSPEC) {
		err = next_hop(n->sandbox, device->ifindex, &to, last->context.mark, &hop);
		if (err)
			return cannot_fill_in(j, arena_printf(a, "there is no route to %s: %s (%s)",
							      address_text(j, &to), errno_text(err),
							      errno_name(err)));
	}
	err = next_hop_mac(n->sandbox, device->ifindex, &hop, frame);
	if (err == -ENOENT)
		return cannot_fill_in(j, arena_printf(a,
						      "the MAC address of %s is not known there: "
						      "add it to 'neighbours:'",
						      address_text(j, &hop)));
	if (err)
		return cannot_fill_in(j, arena_printf(a, "cannot ask for the neighbour %s: %s (%s)",
						      address_text(j, &hop), errno_text(err),
						      errno_name(err)));
	memcpy(frame + 6, device->mac, sizeof(device->mac));
	return 0;
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
	if (travel(&j))
		return -1;
	memcpy(s->frame, last->data, last->len);
	if (last->has_to && last->by && !strcmp(last->by, "redirect_neigh") &&
	    fill_in_macs(&j, s->frame, last->len))
		return -1;
	arrived->has_device = j.has_device;
	arrived->device = j.device;
	if (j.over_link) {
		last->context = (struct observed_context){};
		last->meta_len = 0;
	} else if (last->meta_len && step->program.type != BPF_PROG_TYPE_XDP) {
		step_note(l, r,
			  "the %zu bytes of metadata in front of the frame are not given to this "
			  "program: BPF_PROG_TEST_RUN cannot give any to tc programs",
			  last->meta_len);
	}
	frame->data = s->frame;
	frame->len = last->len;
	return 0;
}
