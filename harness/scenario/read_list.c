/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/read_list.h"

#include "base/text.h"

/* The lists of {only: [..]} and {any_order: [..]}. */
struct condition_nodes {
	const struct node *only, *any_order;
};

static void keep_only(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct condition_nodes *)into)->only = v;
}

static void keep_any_order(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct condition_nodes *)into)->any_order = v;
}

static const struct key condition_keys[] = {
	{ "only", TAKES_LIST, keep_only, "[..]", "exactly these, in this order" },
	{ "any_order", TAKES_LIST, keep_any_order, "[..]", "each of these, others too" },
};

#define CONDITIONS "{only: [..]}, {any_order: [..]} or 'none'"

static const struct node *read_condition(struct reader *r, const struct node *n, const char *what,
					 enum list_condition *condition)
{
	struct condition_nodes nodes = {};

	keys_read(r->d, n, what, condition_keys, ARRAY_SIZE(condition_keys), &nodes);
	if (!n->child)
		diag(r->d, DIAG_ERROR, node_where(n), "'%s' takes a list of %s, " CONDITIONS, what,
		     what);
	if (nodes.only && nodes.any_order) {
		diag(r->d, DIAG_ERROR, node_where(nodes.any_order),
		     "give either 'only' or 'any_order', not both");
		return NULL;
	}
	*condition = nodes.only ? LIST_ONLY : LIST_ANY_ORDER;
	return nodes.only ? nodes.only : nodes.any_order;
}

const struct node *read_list(struct reader *r, const struct node *n, const char *what,
			     enum list_condition *condition)
{
	const struct node *list = n;

	*condition = LIST_SOME;
	if (node_is_word(n, "none")) {
		*condition = LIST_ONLY;
		return NULL;
	}
	if (n->kind == NODE_SCALAR) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'%s' takes a list of %s, " CONDITIONS ", not '%s'", what, what, n->text);
		return NULL;
	}
	if (n->kind == NODE_MAPPING)
		list = read_condition(r, n, what, condition);
	if (list && !list->child && *condition != LIST_ONLY)
		diag(r->d, DIAG_ERROR, node_where(list),
		     "no %s expect nothing; that there are none is 'none'", what);
	return list;
}
