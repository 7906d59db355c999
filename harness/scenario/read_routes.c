/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Routes, as ip-route(8) takes them. */
#include "scenario/read_network.h"

#include <linux/rtnetlink.h>
#include <string.h>

struct route_reader {
	struct reader *r;
	struct route_spec route;
	bool is_default; /* `to: default` */
	struct span via, src;
};

static void route_to(void *into, const struct node *key, const struct node *n)
{
	struct route_reader *row = into;

	(void)key;
	row->is_default = node_is_word(n, "default");
	if (!row->is_default)
		read_ip_network(row->r, n, &row->route.to);
}

static void route_via(void *into, const struct node *key, const struct node *n)
{
	struct route_reader *row = into;

	(void)key;
	row->via = node_where(n);
	read_ip_address(row->r, n, &row->route.via);
}

static void route_dev(void *into, const struct node *key, const struct node *n)
{
	struct route_reader *row = into;

	(void)key;
	row->route.dev = read_device_name(row->r, n);
}

static void route_src(void *into, const struct node *key, const struct node *n)
{
	struct route_reader *row = into;

	(void)key;
	row->src = node_where(n);
	read_ip_address(row->r, n, &row->route.src);
}

static void route_metric(void *into, const struct node *key, const struct node *n)
{
	struct route_reader *row = into;
	uint64_t number;

	(void)key;
	if (!node_uint(row->r->d, n, "metric", UINT32_MAX, &number))
		row->route.metric = (uint32_t)number;
}

static void route_table(void *into, const struct node *key, const struct node *n)
{
	struct route_reader *row = into;

	(void)key;
	read_routing_table(row->r, n, &row->route.table);
}

static void route_type(void *into, const struct node *key, const struct node *n)
{
	static const struct word types[] = {
		{ "unicast", RTN_UNICAST },
		{ "local", RTN_LOCAL },
		{ "broadcast", RTN_BROADCAST },
		{ "anycast", RTN_ANYCAST },
		{ "multicast", RTN_MULTICAST },
		{ "blackhole", RTN_BLACKHOLE },
		{ "unreachable", RTN_UNREACHABLE },
		{ "prohibit", RTN_PROHIBIT },
		{ "throw", RTN_THROW },
	};
	struct route_reader *row = into;
	unsigned int type;

	(void)key;
	if (!read_word(row->r, n, "type of route", types, ARRAY_SIZE(types), &type))
		row->route.type = (uint8_t)type;
}

static void route_mtu(void *into, const struct node *key, const struct node *n)
{
	struct route_reader *row = into;
	uint64_t number;

	(void)key;
	if (node_uint(row->r->d, n, "mtu", 65535, &number))
		return;
	if (number < 68)
		diag(row->r->d, DIAG_ERROR, node_where(n), "mtu is 68 to 65535");
	row->route.mtu = (uint32_t)number;
}

static void route_onlink(void *into, const struct node *key, const struct node *n)
{
	struct route_reader *row = into;

	(void)key;
	node_bool(row->r->d, n, "onlink", &row->route.onlink);
}

const struct key route_keys[] = {
	{ "to", TAKES_SCALAR | KEY_REQUIRED, route_to, "PREFIX|default", "the destination" },
	{ "via", TAKES_SCALAR, route_via, "ADDRESS", "the gateway" },
	{ "dev", TAKES_SCALAR, route_dev, "DEVICE", "the device, or lo" },
	{ "src", TAKES_SCALAR, route_src, "ADDRESS", "the source address to prefer" },
	{ "metric", TAKES_SCALAR, route_metric, "NUMBER", "lower is preferred" },
	{ "table", TAKES_SCALAR, route_table, "NUMBER|main|..", "the routing table (main)" },
	{ "type", TAKES_SCALAR, route_type, "WORD", "unicast, local, blackhole, unreachable, .." },
	{ "mtu", TAKES_SCALAR, route_mtu, "BYTES", "of the path" },
	{ "onlink", TAKES_SCALAR, route_onlink, "true", "the gateway needs no route of its own" },
};
const size_t n_route_keys = ARRAY_SIZE(route_keys);

/* "default" is of the family of its gateway or source. */
static void route_defaults(struct route_reader *row)
{
	struct route_spec *route = &row->route;

	if (row->is_default)
		route->to.address.family = route->via.family   ? route->via.family
					   : route->src.family ? route->src.family
							       : AF_INET;
	if (!route->table)
		route->table = route->type == RTN_LOCAL || route->type == RTN_BROADCAST ||
					       route->type == RTN_ANYCAST
				       ? RT_TABLE_LOCAL
				       : RT_TABLE_MAIN;
}

static bool drops(uint8_t type)
{
	return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT ||
	       type == RTN_THROW;
}

static void check_route(struct route_reader *row)
{
	const struct route_spec *route = &row->route;
	struct diags *d = row->r->d;

	check_ip_family(row->r, row->via, &route->via, route->to.address.family, "route");
	check_ip_family(row->r, row->src, &route->src, route->to.address.family, "route");
	if (drops(route->type)) {
		if (route->via.family || route->dev)
			diag(d, DIAG_ERROR, route->where,
			     "a route of this type leads nowhere: it has no 'via' and no 'dev'");
	} else if (!route->via.family && !route->dev) {
		diag(d, DIAG_ERROR, route->where,
		     "a route needs 'via' or 'dev', or a type such as blackhole");
	}
	if (route->onlink && (!route->via.family || !route->dev))
		diag(d, DIAG_ERROR, route->where, "'onlink' needs 'via' and 'dev'");
}

static bool same_prefix(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return a->bits == b->bits && a->address.family == b->address.family &&
	       !memcmp(a->address.bytes, b->address.bytes, sizeof(a->address.bytes));
}

static void keep_route(struct reader *r, const struct route_spec *route)
{
	struct scenario_node *node = r->node;

	for (size_t i = 0; i < node->n_routes; i++) {
		struct route_spec *other = &node->routes[i];

		if (!same_prefix(&other->to, &route->to) || other->table != route->table ||
		    other->metric != route->metric)
			continue;
		report_twice(r, route->where, other->where, "route");
		*other = *route;
		return;
	}
	*ARENA_PUSH(r->arena, node->routes, node->n_routes) = *route;
}

void read_routes(struct reader *r, const struct node *n)
{
	const struct node *item;

	for_each_child (item, n) {
		struct route_reader row = {
			.r = r, .route = { .where = node_where(item), .type = RTN_UNICAST }
		};
		unsigned int errors = r->d->errors;

		keys_read(r->d, item, "a route", route_keys, n_route_keys, &row);
		if (r->d->errors != errors || has_broken_value(item))
			continue;
		route_defaults(&row);
		check_route(&row);
		if (r->d->errors == errors)
			keep_route(r, &row.route);
	}
}
