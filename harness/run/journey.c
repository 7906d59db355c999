/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way of a frame from one step to the next: over links, within nodes. */
#include "run/journey.h"

#include "base/errno_names.h"
#include "kernel/next_hop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

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

int journey_go(struct journey *j)
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

int journey_fill_in_macs(struct journey *j, uint8_t *frame, size_t len)
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
