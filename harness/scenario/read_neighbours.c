/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Neighbours, as ip-neighbour(8) takes them. */
#include "scenario/read_network.h"

#include <linux/neighbour.h>
#include <string.h>

struct neighbour_reader {
	struct reader *r;
	struct neighbour_spec neighbour;
};

static void neighbour_address(void *into, const struct node *key, const struct node *n)
{
	struct neighbour_reader *row = into;

	(void)key;
	read_ip_address(row->r, n, &row->neighbour.address);
}

static void neighbour_dev(void *into, const struct node *key, const struct node *n)
{
	struct neighbour_reader *row = into;

	(void)key;
	row->neighbour.dev = read_device_name(row->r, n);
}

static void neighbour_mac(void *into, const struct node *key, const struct node *n)
{
	struct neighbour_reader *row = into;

	(void)key;
	row->neighbour.has_mac = true;
	read_unicast_mac(row->r, n, row->neighbour.mac);
}

static void neighbour_state(void *into, const struct node *key, const struct node *n)
{
	static const struct word states[] = {
		{ "permanent", NUD_PERMANENT },	  { "noarp", NUD_NOARP },
		{ "reachable", NUD_REACHABLE },	  { "stale", NUD_STALE },
		{ "delay", NUD_DELAY },		  { "probe", NUD_PROBE },
		{ "incomplete", NUD_INCOMPLETE }, { "failed", NUD_FAILED },
	};
	struct neighbour_reader *row = into;
	unsigned int state;

	(void)key;
	if (!read_word(row->r, n, "state of a neighbour", states, ARRAY_SIZE(states), &state))
		row->neighbour.state = (uint16_t)state;
}

const struct key neighbour_keys[] = {
	{ "address", TAKES_SCALAR | KEY_REQUIRED, neighbour_address, "ADDRESS",
	  "of the neighbour" },
	{ "dev", TAKES_SCALAR | KEY_REQUIRED, neighbour_dev, "DEVICE", "where it is" },
	{ "mac", TAKES_SCALAR, neighbour_mac, "MAC", "its hardware address" },
	{ "state", TAKES_SCALAR, neighbour_state, "WORD",
	  "permanent, reachable, stale, failed, .." },
};
const size_t n_neighbour_keys = ARRAY_SIZE(neighbour_keys);

static void keep_neighbour(struct reader *r, const struct neighbour_spec *neighbour)
{
	struct scenario_node *node = r->node;

	for (size_t i = 0; i < node->n_neighbours; i++) {
		struct neighbour_spec *other = &node->neighbours[i];

		if (strcmp(other->dev, neighbour->dev) ||
		    memcmp(&other->address, &neighbour->address, sizeof(other->address)))
			continue;
		report_twice(r, neighbour->where, other->where, "neighbour");
		*other = *neighbour;
		return;
	}
	*ARENA_PUSH(r->arena, node->neighbours, node->n_neighbours) = *neighbour;
}

static void check_neighbour(struct reader *r, const struct neighbour_spec *neighbour)
{
	bool unresolved = neighbour->state & (NUD_INCOMPLETE | NUD_FAILED);

	if (unresolved && neighbour->has_mac)
		diag(r->d, DIAG_ERROR, neighbour->where,
		     "a neighbour in this state has not been found: it has no 'mac'");
	else if (!unresolved && !neighbour->has_mac)
		diag(r->d, DIAG_ERROR, neighbour->where, "a neighbour needs 'mac: MAC'");
	if (ip_address_is_multicast(&neighbour->address))
		diag(r->d, DIAG_ERROR, neighbour->where, "a neighbour cannot have a group address");
}

void read_neighbours(struct reader *r, const struct node *n)
{
	const struct node *item;

	for_each_child (item, n) {
		struct neighbour_reader row = {
			.r = r, .neighbour = { .where = node_where(item), .state = NUD_PERMANENT }
		};
		unsigned int errors = r->d->errors;

		keys_read(r->d, item, "a neighbour", neighbour_keys, n_neighbour_keys, &row);
		if (r->d->errors != errors || has_broken_value(item))
			continue;
		check_neighbour(r, &row.neighbour);
		if (r->d->errors == errors)
			keep_neighbour(r, &row.neighbour);
	}
}
