/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A strict subset of YAML, as a tree of nodes that remember their place in the source.
 *
 * One document; no anchors, aliases, tags or merge keys; a key is a name, given once. The
 * only module that knows libyaml. Scalars keep their text as written: what a value means is
 * decided where it is used, so there are no implicit octals, booleans or sexagesimal MACs.
 */
#pragma once

#include "base/diag.h"
#include "base/vars.h"

enum node_kind {
	NODE_SCALAR,
	NODE_SEQUENCE,
	NODE_MAPPING
};

enum node_style {
	NODE_PLAIN,
	NODE_SINGLE_QUOTED,
	NODE_DOUBLE_QUOTED,
	NODE_LITERAL, /* | */
	NODE_FOLDED   /* > */
};

struct node {
	enum node_kind kind;
	enum node_style style; /* of a scalar */
	struct span span;      /* all of it, quotes and '|' included */
	struct span raw;       /* a scalar's text in the source, without quotes or '|' */
	struct span used;      /* where a $variable put it here; src NULL if it stands here itself */
	const char *text;      /* a scalar's value, NUL-terminated */
	size_t len;	       /* bytes of text */
	struct node *child;    /* first item, or first key */
	struct node *value;    /* of a key */
	struct node *sibling;  /* next item or key */
};

#define for_each_child(n, parent) for ((n) = (parent)->child; (n); (n) = (n)->sibling)

/*
 * Parse @src whole. Nodes live in @arena and point into @src. Returns NULL after a diag where the
 * text has no tree; otherwise the root, although errors (a duplicate key, a tag) may have
 * been reported: the caller looks at d->errors and goes on to find more.
 */
struct node *node_parse(struct diags *d, const struct source *src, struct arena *arena);

/* The value of key @name in a mapping, or NULL. */
struct node *node_get(const struct node *mapping, const char *name);
/* A plain (unquoted) scalar that is just @word: the way a word of the language is told from text. */
bool node_is_word(const struct node *n, const char *word);
size_t node_count(const struct node *n);
/* Where a message about @n should point: where the user put it. */
struct span node_where(const struct node *n);
/* "a value", "a list", "a mapping" */
const char *node_kind_name(const struct node *n);

/*
 * Put variables in place: every plain scalar that is exactly $name becomes the value of that
 * variable, anywhere below @n (keys are left alone). Unknown names are reported with the
 * nearest one. Returns the (new) root in @arena; packet expressions resolve theirs when read.
 */
struct node *node_expand(struct diags *d, struct node *n, const struct vars *vars,
			 struct arena *arena);
