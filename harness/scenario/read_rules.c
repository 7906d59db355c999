/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rules that choose a routing table, as ip-rule(8) takes them. */
#include "scenario/read_network.h"

#include "base/text.h"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>

struct rule_reader {
	struct reader *r;
	struct rule_spec rule;
	struct span from, to, table;
};

static void rule_from(void *into, const struct node *key, const struct node *n)
{
	struct rule_reader *row = into;

	(void)key;
	row->from = node_where(n);
	read_ip_network(row->r, n, &row->rule.from);
}

static void rule_to(void *into, const struct node *key, const struct node *n)
{
	struct rule_reader *row = into;

	(void)key;
	row->to = node_where(n);
	read_ip_network(row->r, n, &row->rule.to);
}

static void rule_iif(void *into, const struct node *key, const struct node *n)
{
	struct rule_reader *row = into;

	(void)key;
	row->rule.iif = read_device_name(row->r, n);
}

static void rule_oif(void *into, const struct node *key, const struct node *n)
{
	struct rule_reader *row = into;

	(void)key;
	row->rule.oif = read_device_name(row->r, n);
}

/* "0x200", "0x200/0xf00" */
static void rule_mark(void *into, const struct node *key, const struct node *n)
{
	struct rule_reader *row = into;
	const char *slash = memchr(n->text, '/', n->len);
	size_t len = slash ? (size_t)(slash - n->text) : n->len;
	uint64_t mark, mask = UINT32_MAX;

	(void)key;
	if (number_parse(n->text, len, &mark) || mark > UINT32_MAX ||
	    (slash && number_parse(slash + 1, n->len - len - 1, &mask)) || mask > UINT32_MAX) {
		diag(row->r->d, DIAG_ERROR, node_where(n),
		     "'%s' is no mark: a number of 32 bits as 0x200, or with a mask as 0x200/0xf00",
		     n->text);
		return;
	}
	row->rule.has_mark = true;
	row->rule.mark = (uint32_t)mark;
	row->rule.mask = (uint32_t)mask;
}

static void rule_table(void *into, const struct node *key, const struct node *n)
{
	struct rule_reader *row = into;

	(void)key;
	row->table = node_where(n);
	read_routing_table(row->r, n, &row->rule.table);
}

static void rule_priority(void *into, const struct node *key, const struct node *n)
{
	struct rule_reader *row = into;
	uint64_t number;

	(void)key;
	if (node_uint(row->r->d, n, "priority", UINT32_MAX, &number))
		return;
	row->rule.has_priority = true;
	row->rule.priority = (uint32_t)number;
}

static void rule_type(void *into, const struct node *key, const struct node *n)
{
	static const struct word types[] = { { "unicast", FR_ACT_TO_TBL },
					     { "blackhole", FR_ACT_BLACKHOLE },
					     { "unreachable", FR_ACT_UNREACHABLE },
					     { "prohibit", FR_ACT_PROHIBIT } };
	struct rule_reader *row = into;
	unsigned int type;

	(void)key;
	if (!read_word(row->r, n, "type of rule", types, ARRAY_SIZE(types), &type))
		row->rule.action = (uint8_t)type;
}

const struct key rule_keys[] = {
	{ "from", TAKES_SCALAR, rule_from, "PREFIX", "source address; ::/0: all of IPv6" },
	{ "to", TAKES_SCALAR, rule_to, "PREFIX", "destination address" },
	{ "iif", TAKES_SCALAR, rule_iif, "DEVICE", "where the packet came from" },
	{ "oif", TAKES_SCALAR, rule_oif, "DEVICE", "what a socket is bound to" },
	{ "mark", TAKES_SCALAR, rule_mark, "NUMBER[/MASK]", "the packet's mark" },
	{ "table", TAKES_SCALAR, rule_table, "NUMBER|main|..",
	  "the routing table to look in (main)" },
	{ "priority", TAKES_SCALAR, rule_priority, "NUMBER", "lower is asked first" },
	{ "type", TAKES_SCALAR, rule_type, "WORD", "unicast, blackhole, unreachable, prohibit" },
};
const size_t n_rule_keys = ARRAY_SIZE(rule_keys);

static void check_rule(struct rule_reader *row)
{
	struct rule_spec *rule = &row->rule;

	rule->family = rule->from.address.family ? rule->from.address.family
		       : rule->to.address.family ? rule->to.address.family
						 : AF_INET;
	check_ip_family(row->r, row->to, &rule->to.address, rule->family, "rule");
	if (rule->action != FR_ACT_TO_TBL && rule->table)
		diag(row->r->d, DIAG_ERROR, row->table, "a rule of this type looks in no table");
	if (!rule->table)
		rule->table = RT_TABLE_MAIN;
}

void read_rules(struct reader *r, const struct node *n)
{
	const struct node *item;

	for_each_child (item, n) {
		struct rule_reader row = {
			.r = r, .rule = { .where = node_where(item), .action = FR_ACT_TO_TBL }
		};
		unsigned int errors = r->d->errors;

		keys_read(r->d, item, "a rule", rule_keys, n_rule_keys, &row);
		if (r->d->errors != errors || has_broken_value(item))
			continue;
		check_rule(&row);
		if (r->d->errors == errors)
			*ARENA_PUSH(r->arena, r->node->rules, r->node->n_rules) = row.rule;
	}
}
