/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a frame is expected to go. */
#include "scenario/reader.h"

#include "base/text.h"
#include "judge/calls.h"
#include "scenario/scenario_keys.h"

#include <string.h>
#include <sys/socket.h>

struct redirect_reader {
	struct reader *r;
	struct redirect_expectation *e;
};

static void read_target(struct redirect_reader *rr, const struct node *n)
{
	uint64_t ifindex;
	size_t device;

	rr->e->device_where = node_where(n);
	if (!number_parse(n->text, n->len, &ifindex) && ifindex && ifindex <= INT32_MAX) {
		rr->e->ifindex = (uint32_t)ifindex;
	} else if (node_is_word(n, "lo")) {
		rr->e->ifindex = 1;
	} else if (!read_device(rr->r, n, &device)) {
		rr->e->device = rr->r->node->devices[device].name;
	}
}

static void read_redirect_device(void *into, const struct node *key, const struct node *n)
{
	(void)key;
	read_target(into, n);
}

static void read_by(void *into, const struct node *key, const struct node *n)
{
	static const struct {
		const char *name;
	} names[] = { { "redirect" },
		      { "redirect_peer" },
		      { "redirect_neigh" },
		      { "redirect_map" },
		      { "XDP_TX" } };
	struct redirect_reader *rr = into;

	(void)key;
	rr->e->by_where = node_where(n);
	rr->e->by = n->text;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i].name, n->text))
			return;
	unknown_name(rr->r->d, node_where(n), "way of redirecting", n->text, n->len, names,
		     ARRAY_SIZE(names), sizeof(*names));
}

static void read_redirect_flags(void *into, const struct node *key, const struct node *n)
{
	struct redirect_reader *rr = into;

	(void)key;
	if (!node_uint(rr->r->d, n, "flags", UINT64_MAX, &rr->e->flags))
		rr->e->flags_where = node_where(n);
}

static void read_nexthop(void *into, const struct node *key, const struct node *n)
{
	struct redirect_reader *rr = into;

	(void)key;
	rr->e->nexthop_where = node_where(n);
	if (node_is_word(n, "none"))
		return;
	if (!ipv4_parse(n->text, n->len, rr->e->nexthop))
		rr->e->family = AF_INET;
	else if (!ipv6_parse(n->text, n->len, rr->e->nexthop))
		rr->e->family = AF_INET6;
	else
		diag(rr->r->d, DIAG_ERROR, node_where(n),
		     "'%s' is no next hop: an IPv4 or IPv6 address, or 'none' where the routing "
		     "table is to find it",
		     n->text);
}

static void read_redirect_map(void *into, const struct node *key, const struct node *n)
{
	struct redirect_reader *rr = into;
	size_t map;

	(void)key;
	if (read_map_name(rr->r, n, &map))
		return;
	rr->e->map_where = node_where(n);
	rr->e->map = rr->r->s->map_refs[map].map->name;
}

static void read_redirect_key(void *into, const struct node *key, const struct node *n)
{
	struct redirect_reader *rr = into;

	(void)key;
	if (!node_uint(rr->r->d, n, "key", UINT32_MAX, &rr->e->key))
		rr->e->key_where = node_where(n);
}

static void read_cpu(void *into, const struct node *key, const struct node *n)
{
	struct redirect_reader *rr = into;
	uint64_t cpu;

	(void)key;
	if (node_uint(rr->r->d, n, "cpu", UINT32_MAX, &cpu))
		return;
	rr->e->cpu = (uint32_t)cpu;
	rr->e->cpu_where = node_where(n);
}

const struct key redirect_keys[] = {
	{ "device", TAKES_SCALAR, read_redirect_device, "DEVICE|IFINDEX", "the device it goes to" },
	{ "by", TAKES_SCALAR, read_by, "HELPER|XDP_TX",
	  "redirect, redirect_peer, redirect_map, .." },
	{ "flags", TAKES_SCALAR, read_redirect_flags, "NUMBER", "flags of that call" },
	{ "nexthop", TAKES_SCALAR, read_nexthop, "ADDRESS|none", "redirect_neigh: given to it" },
	{ "map", TAKES_SCALAR, read_redirect_map, "MAP", "redirect_map: which map" },
	{ "key", TAKES_SCALAR, read_redirect_key, "NUMBER", "redirect_map: which entry" },
	{ "cpu", TAKES_SCALAR, read_cpu, "NUMBER", "redirect_map: the CPU that lies there" },
};
const size_t n_redirect_keys = ARRAY_SIZE(redirect_keys);

void read_redirect_expectation(struct reader *r, const struct node *n, struct expectation *e)
{
	struct redirect_reader rr = { r, arena_alloc(r->arena, sizeof(*rr.e)) };

	e->redirect = rr.e;
	rr.e->where = node_where(n);
	if (n->kind == NODE_MAPPING)
		keys_read(r->d, n, "a redirect", redirect_keys, n_redirect_keys, &rr);
	else if (node_is_word(n, "none"))
		rr.e->none = true;
	else
		read_target(&rr, n);
}
