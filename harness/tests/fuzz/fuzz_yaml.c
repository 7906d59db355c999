/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes are a tree of nodes whose places are in the text, or an error with a place in it. */
#include "base/mem.h"
#include "syntax/keys.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_span(struct span where, const struct source *src)
{
	check(where.src == src && where.off <= src->len && where.len <= src->len - where.off);
}

/* Returns the nodes counted; what a scenario does with a scalar is tried on each. */
static size_t check_node(struct diags *d, const struct node *n, const struct source *src,
			 unsigned int depth)
{
	const struct node *child;
	struct span where;
	const char *text;
	uint64_t number;
	size_t weight = 1;

	check(depth <= NODE_DEPTH_MAX);
	check_span(n->span, src);
	if (n->kind == NODE_SCALAR && !n->broken) {
		check_span(n->raw, src);
		check(n->raw.off >= n->span.off &&
		      n->raw.off + n->raw.len <= n->span.off + n->span.len);
		check(strlen(n->text) == n->len);
	}
	if (node_expression(d, n, &where))
		check_span(where, src);
	node_text(d, n, "name", &text);
	node_uint(d, n, "port", 65535, &number);
	for_each_child (child, n) {
		check((n->kind == NODE_MAPPING) == (child->value != NULL));
		weight += check_node(d, child, src, depth);
		if (child->value)
			weight += check_node(d, child->value, src,
					     depth + (child->value->kind != NODE_SCALAR));
	}
	check(weight == n->weight);
	return weight;
}

static void expand(struct diags *d, struct node *root, struct arena *arena)
{
	struct var items[] = { { .name = "a" }, { .name = "b" } };
	struct vars vars = { items, ARRAY_SIZE(items) };

	if (root->kind != NODE_MAPPING || !root->child)
		return;
	items[0].value = root->child->value;
	items[1].value = node_expand(d, root->child->value, &vars, arena);
	node_expand(d, root, &vars, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {};
	struct diags d = {};
	struct source src;
	struct node *root;
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	source_from_text("f", (const char *)data, size, &src);
	root = node_parse(&d, &src, &arena);
	check(root || d.errors);
	for (size_t i = 0; i < d.n; i++)
		check_span(d.items[i].where, &src);
	if (root) {
		check_node(&d, root, &src, root->kind != NODE_SCALAR);
		expand(&d, root, &arena);
	}
	/* Messages are for reading: print what a user of a small file would see. */
	if (d.n < 100)
		diags_print(out, &d);
	fclose(out);
	free(text);
	diags_free(&d);
	arena_free(&arena);
	source_free(&src);
	return 0;
}
