/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "syntax/node.h"

#include "base/text.h"

#include <string.h>

struct node *node_get(const struct node *mapping, const char *name)
{
	struct node *key;

	if (mapping->kind != NODE_MAPPING)
		return NULL;
	for_each_child (key, mapping)
		if (!strcmp(key->text, name))
			return key->value;
	return NULL;
}

bool node_is_word(const struct node *n, const char *word)
{
	return n->kind == NODE_SCALAR && n->style == NODE_PLAIN && text_is(n->text, n->len, word);
}

bool node_is_empty(const struct node *n)
{
	return node_is_word(n, "") && !n->broken;
}

size_t node_count(const struct node *n)
{
	const struct node *child;
	size_t count = 0;

	for_each_child (child, n)
		count++;
	return count;
}

struct span node_where(const struct node *n)
{
	return n->used.src ? n->used : n->span;
}

const char *node_kind_name(const struct node *n)
{
	static const char *const names[] = {
		[NODE_SCALAR] = "a value",
		[NODE_SEQUENCE] = "a list",
		[NODE_MAPPING] = "a mapping",
	};

	return names[n->kind];
}
