/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `needs:` and what an `xfail:` depends on: features of kernels by name. No kernel is asked here.
 */
#include "scenario/reader.h"

#include "kernel/features.h"

static const struct feature *read_feature(struct reader *r, const struct node *n)
{
	const struct feature *f, *near;

	if (n->broken)
		return NULL;
	if (n->kind != NODE_SCALAR || !n->len) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "the name of a feature is a word, such as helper.redirect_neigh; this is %s",
		     n->kind == NODE_SCALAR ? "empty" : node_kind_name(n));
		return NULL;
	}
	f = feature_find(n->text, n->len);
	if (f)
		return f;
	near = feature_nearest(n->text, n->len);
	if (near)
		diag(r->d, DIAG_ERROR, node_where(n), "unknown feature '%s'; did you mean '%s'?",
		     n->text, near->name);
	else
		diag(r->d, DIAG_ERROR, node_where(n),
		     "unknown feature '%s': `verdict help needs` lists them", n->text);
	return NULL;
}

static void add_need(struct reader *r, const struct node *n, struct need **needs, size_t *n_needs)
{
	const struct feature *f = read_feature(r, n);

	for (size_t i = 0; i < *n_needs && f; i++)
		if ((*needs)[i].feature == f)
			return;
	if (f)
		*ARENA_PUSH(r->arena, *needs, *n_needs) = (struct need){ f, node_where(n) };
}

static void read_list_of_needs(struct reader *r, const struct node *n, struct need **needs,
			       size_t *n_needs)
{
	const struct node *item;

	if (n->kind != NODE_SEQUENCE) {
		add_need(r, n, needs, n_needs);
		return;
	}
	for_each_child (item, n)
		add_need(r, item, needs, n_needs);
}

void read_needs(struct reader *r, const struct node *n)
{
	read_list_of_needs(r, n, &r->s->needs, &r->s->n_needs);
}

static void read_reason(void *into, const struct node *key, const struct node *n)
{
	struct reader *r = into;

	(void)key;
	node_text(r->d, n, "reason", &r->s->xfail);
}

static void read_unless(void *into, const struct node *key, const struct node *n)
{
	struct reader *r = into;

	(void)key;
	read_list_of_needs(r, n, &r->s->xfail_unless, &r->s->n_xfail_unless);
}

const struct key xfail_keys[] = {
	{ "reason", TAKES_SCALAR | KEY_REQUIRED, read_reason, "TEXT",
	  "what is known of the failure" },
	{ "unless", TAKES_SCALAR | TAKES_LIST, read_unless, "FEATURE",
	  "a kernel that has this (all of these) passes" },
};
const size_t n_xfail_keys = ARRAY_SIZE(xfail_keys);

void read_xfail(struct reader *r, const struct node *n)
{
	r->s->xfail_where = node_where(n);
	if (n->kind == NODE_SCALAR && !n->len)
		diag(r->d, DIAG_ERROR, node_where(n), "'xfail' is empty; it takes REASON");
	else if (n->kind == NODE_MAPPING)
		keys_read(r->d, n, "an xfail", xfail_keys, n_xfail_keys, r);
	else
		node_text(r->d, n, "xfail", &r->s->xfail);
}
