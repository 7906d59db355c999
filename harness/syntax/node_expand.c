/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text.h"
#include "syntax/node.h"

#include <ctype.h>
#include <string.h>

struct expansion {
	struct diags *d;
	const struct vars *vars;
	struct arena *arena;
	bool too_large; /* reported */
};

/* "$name" and nothing else: a text such as "$5 each" is no variable. */
static bool is_variable(const struct node *n)
{
	if (n->kind != NODE_SCALAR || n->style != NODE_PLAIN || n->len < 2 || n->text[0] != '$' ||
	    isdigit((unsigned char)n->text[1]))
		return false;
	for (size_t i = 1; i < n->len; i++)
		if (!isalnum((unsigned char)n->text[i]) && !strchr("_-", n->text[i]))
			return false;
	return true;
}

static struct node *copy_of(struct expansion *x, const struct node *n)
{
	return arena_memdup(x->arena, n, sizeof(*n));
}

/* The value in place of @n; items and keys below it are shared, and keep their place. */
static struct node *variable_value(struct expansion *x, struct node *n)
{
	const struct var *var = vars_find(x->vars, n->text + 1, n->len - 1);
	const char *near;
	struct node *copy;

	if (!var || !var->value) {
		near = x->vars ? text_nearest(n->text + 1, n->len - 1, x->vars->items, x->vars->n,
					      sizeof(struct var))
			       : NULL;
		diag(x->d, DIAG_ERROR, node_where(n), "unknown variable '%s'%s%s%s", n->text,
		     near ? "; did you mean '$" : "", near ? near : "", near ? "'?" : "");
		copy = copy_of(x, n);
		copy->broken = true;
		return copy;
	}
	copy = copy_of(x, var->value);
	copy->sibling = NULL;
	copy->used = node_where(n);
	return copy;
}

static void node_measure(struct expansion *x, struct node *n)
{
	const struct node *child;
	size_t weight = 1;

	n->height = n->kind != NODE_SCALAR;
	for_each_child (child, n) {
		const struct node *inner = child->value ? child->value : child;

		weight += child->weight + (child->value ? child->value->weight : 0);
		if (n->height <= inner->height)
			n->height = inner->height + 1;
	}
	if ((n->height > NODE_DEPTH_MAX || weight > NODE_WEIGHT_MAX) && !x->too_large) {
		diag(x->d, DIAG_ERROR, node_where(n),
		     n->height > NODE_DEPTH_MAX
			     ? "with its variables in place, more lists and mappings inside each "
			       "other than %u"
			     : "with its variables in place, more than %u values",
		     n->height > NODE_DEPTH_MAX ? NODE_DEPTH_MAX : NODE_WEIGHT_MAX);
		x->too_large = true;
	}
	/* What was refused is emptied, so that nobody walks it. */
	if (n->height > NODE_DEPTH_MAX || weight > NODE_WEIGHT_MAX) {
		n->child = NULL;
		n->broken = true;
		n->height = weight = 1;
	}
	n->weight = (unsigned int)weight;
}

static struct node *expand(struct expansion *x, struct node *n);

/* Returns @child, or a copy where something in it changed. Its sibling is the caller's to set. */
static struct node *expand_child(struct expansion *x, struct node *child)
{
	struct node *value, *copy;

	if (!child->value)
		return expand(x, child);
	value = expand(x, child->value);
	if (value == child->value)
		return child;
	copy = copy_of(x, child);
	copy->value = value;
	return copy;
}

/* Copy @n and its children before @end, as the first change comes after them. */
static struct node *copy_until(struct expansion *x, struct node *n, const struct node *end,
			       struct node ***tail)
{
	struct node *copy = copy_of(x, n), *child;

	*tail = &copy->child;
	for (child = n->child; child != end; child = child->sibling) {
		**tail = copy_of(x, child);
		*tail = &(**tail)->sibling;
	}
	return copy;
}

static struct node *expand(struct expansion *x, struct node *n)
{
	struct node *child, *changed, *copy = NULL, **tail = NULL;

	if (is_variable(n))
		return variable_value(x, n);
	for_each_child (child, n) {
		changed = expand_child(x, child);
		if (changed != child && !copy)
			copy = copy_until(x, n, child, &tail);
		if (!copy)
			continue;
		*tail = changed != child ? changed : copy_of(x, child);
		tail = &(*tail)->sibling;
	}
	if (!copy)
		return n;
	*tail = NULL;
	node_measure(x, copy);
	return copy;
}

struct node *node_expand(struct diags *d, struct node *n, const struct vars *vars,
			 struct arena *arena)
{
	struct expansion x = { .d = d, .vars = vars, .arena = arena };

	return expand(&x, n);
}
