/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A strict subset of YAML, as a tree of nodes that remember their place in the source.
 *
 * One document; no anchors, aliases, tags, directives or merge keys; a key is a name, given
 * once. The only module that knows libyaml. Scalars keep their text as written: what a value
 * means is decided where it is used, so there are no implicit octals, booleans or sexagesimal MACs.
 *
 * Text is UTF-8 with LF or CRLF lines; a byte order mark at its start is skipped. Refused with
 * their place: other encodings, control characters, a lone CR, and the line breaks only YAML knows.
 */
#pragma once

#include "base/diag.h"
#include "base/vars.h"

/* Lists and mappings inside each other; values after their variables are put in place. */
#define NODE_DEPTH_MAX	48
#define NODE_WEIGHT_MAX (4u << 20)

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
	bool broken;	       /* an error about this value was reported: readers keep quiet */
	unsigned int height;   /* lists and mappings inside each other: 0 for a scalar */
	unsigned int weight;   /* nodes in it, itself included */
	struct span span;      /* all of it, quotes and '|' included */
	struct span raw;       /* a scalar's text in the source, without quotes or '|' */
	struct span used;     /* where a $variable put it here; src NULL if it stands here itself */
	const char *text;     /* a scalar's value, NUL-terminated; no NUL inside */
	size_t len;	      /* bytes of text */
	struct node *child;   /* first item, or first key */
	struct node *value;   /* of a key; never NULL there */
	struct node *sibling; /* next item or key */
};

#define for_each_child(n, parent) for ((n) = (parent)->child; (n); (n) = (n)->sibling)

/*
 * Parse @src whole. Nodes live in @arena and point into @src. Returns NULL after a diag where the
 * text has no tree; otherwise the root (of any kind), although errors (a duplicate key, a tag)
 * may have been reported: the caller looks at d->errors and goes on to find more. A
 * duplicate key is left out of the tree.
 */
struct node *node_parse(struct diags *d, const struct source *src, struct arena *arena);

/* The value of key @name in a mapping, or NULL. */
struct node *node_get(const struct node *mapping, const char *name);
/* A plain (unquoted) scalar that is just @word: the way a word of the language is told from text.
 */
bool node_is_word(const struct node *n, const char *word);
/* A plain scalar without text: what stands after "name:" and nothing else. */
bool node_is_empty(const struct node *n);
/* Items of a list, keys of a mapping; 0 for a scalar. */
size_t node_count(const struct node *n);
/* Where a message about @n should point: where the user put it. */
struct span node_where(const struct node *n);
/* "a value", "a list", "a mapping" */
const char *node_kind_name(const struct node *n);

/*
 * Put variables in place: every plain scalar that is exactly $name becomes the value of that
 * variable, anywhere below @n (keys are left alone). Unknown names are reported with the
 * nearest one. Returns the (new) root in @arena; packet expressions resolve theirs when read.
 *
 * @n itself is not changed: what is replaced, and the way to it, is copied, the rest shared. Values
 * of variables are put in as they are: a caller whose variables name others expands those first. A
 * result deeper than NODE_DEPTH_MAX or of more than NODE_WEIGHT_MAX nodes is an error.
 */
struct node *node_expand(struct diags *d, struct node *n, const struct vars *vars,
			 struct arena *arena);

/*
 * The text of scalar @n that is a packet expression, to be parsed in place: *where is its raw
 * text. Returns false after a diag where that text is not what the user wrote or will not read
 * as it stands: cut by YAML at " #" or ',', or with escapes ("\n", 'it''s') that only YAML
 * resolves. A comment after an expression is fine ("eth() # why"), unless it cuts a parenthesis or
 * a quote, or '#' is directly followed by a word.
 */
bool node_expression(struct diags *d, const struct node *n, struct span *where);

/*
 * The value of scalar @n that is free text (a name, a reason). Returns false after a diag (@what
 * names the thing, "name") if it is no scalar, empty, or plain text cut at " #": a comment after
 * free text must look like one, at least two blanks before '#' and one after, so that
 * "name: drops bug #12" is an error and "name: x  # why" is not.
 */
bool node_text(struct diags *d, const struct node *n, const char *what, const char **out);
