/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What libyaml takes and this language does not. */
#include "syntax/reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* How far to look for the end of an expression that was cut: none is longer by this. */
#define EXPRESSION_REST 4096

/*
 * Inside {} and [] YAML ends a plain value at ',': eth(src=.., dst=..) becomes two. Report it
 * once and leave the other pieces out.
 */
void check_cut(struct reading *r, struct node *n)
{
	size_t next = after_blanks(n->span), end;
	const char *from = r->src->text + n->span.off;

	if (!r->flow || n->style != NODE_PLAIN || n->span.off < r->cut_until ||
	    r->src->text[next] != ',')
		return;
	end = r->src->len - n->span.off;
	if (end > n->span.len + EXPRESSION_REST)
		end = n->span.len + EXPRESSION_REST;
	end = text_closes(from, end, n->span.len);
	if (!end)
		return;
	if (end == SIZE_MAX)
		end = n->span.len + strcspn(from + n->span.len, "\n");
	diag(r->d, DIAG_ERROR, (struct span){ r->src, next, 1 },
	     "YAML ends a value at ',' inside {} and []: put the expression in '...', "
	     "or write it outside of them after '|'");
	n->broken = true;
	r->cut_until = n->span.off + end;
}

/* A list item indented too far silently becomes text of the one above. */
void check_lines(struct reading *r, struct node *n)
{
	const char *from = r->src->text + n->span.off, *end = from + n->span.len, *p = from;

	if (n->style != NODE_PLAIN)
		return;
	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		while (p < end && strchr(" \t\r\n", *p))
			p++;
		if (end - p < 2 || p[0] != '-' || p[1] != ' ')
			continue;
		diag(r->d, DIAG_ERROR, (struct span){ r->src, (size_t)(p - r->src->text), 1 },
		     "this line continues the value above it: an item of a list has its '-' in "
		     "the column of the first one");
		diag(r->d, DIAG_NOTE, n->span, "the value starts here");
		n->broken = true;
		return;
	}
}

/* Anchors and tags stand in front of what they are about: at the event's first byte. */
void check_property(struct reading *r, const struct node *n)
{
	const char *s = r->src->text + n->span.off;
	size_t len = strcspn(s, " \t\r\n,[]{}");

	if (!n->span.len || n->span.off == r->property)
		return;
	if (*s == '&')
		diag(r->d, DIAG_ERROR, span_part(n->span, 0, len),
		     "anchors are not used here; a text that starts with '&' needs quotes");
	else if (*s == '!')
		diag(r->d, DIAG_ERROR, span_part(n->span, 0, len),
		     "tags are not used here; a text that starts with '!' needs quotes");
	else
		return;
	r->property = n->span.off;
}

/* Whether ':' follows the key, on its line; '?' marks a key that does without. */
static bool check_colon(struct reading *r, const struct node *key)
{
	const char *s = r->src->text;
	size_t before = key->span.off, after = after_blanks(key->span);

	while (before && (s[before - 1] == ' ' || s[before - 1] == '\t'))
		before--;
	if (before && s[before - 1] == '?') {
		diag(r->d, DIAG_ERROR, (struct span){ r->src, before - 1, 1 },
		     "'?' is not used here: write 'name: value'");
		return false;
	}
	if (s[after] == ':')
		return true;
	if (strchr(key->text, ':'))
		diag(r->d, DIAG_ERROR, key->span,
		     "'%s' is one word to YAML: write a blank after ':'", key->text);
	else
		diag(r->d, DIAG_ERROR, key->span,
		     "'%s' has no value: in a mapping write '%s: value'", key->text, key->text);
	return false;
}

bool check_key(struct reading *r, const struct node *key)
{
	if (key->broken)
		return false;
	if (key->kind != NODE_SCALAR || key->style == NODE_LITERAL || key->style == NODE_FOLDED) {
		diag(r->d, DIAG_ERROR, key->span, "a key must be a name, not %s",
		     key->kind == NODE_SCALAR ? "a text of lines" : node_kind_name(key));
		return false;
	}
	if (node_is_word(key, "<<")) {
		diag(r->d, DIAG_ERROR, key->span, "merge keys are not used here");
		return false;
	}
	if (!key->len) {
		diag(r->d, DIAG_ERROR, key->span, "a key must be a name: it is empty");
		return false;
	}
	return check_colon(r, key);
}

static int order_keys(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->span.off > y->span.off) - (x->span.off < y->span.off);
}

static struct node *first_named(struct node **sorted, size_t n, const struct node *key)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = (low + n) / 2;

		if (strcmp(sorted[mid]->text, key->text) < 0)
			low = mid + 1;
		else
			n = mid;
	}
	return sorted[low];
}

/* Report keys given again, and take them out. Sorted, as a mapping may be long. */
void drop_duplicates(struct reading *r, struct node *mapping)
{
	size_t n = node_count(mapping), i = 0;
	struct node **sorted, *key, **link;

	if (n < 2)
		return;
	sorted = xcalloc(n, sizeof(struct node *));
	for_each_child (key, mapping)
		sorted[i++] = key;
	qsort(sorted, n, sizeof(struct node *), order_keys);
	for (link = &mapping->child; (key = *link);) {
		const struct node *first = first_named(sorted, n, key);

		if (first == key) {
			link = &key->sibling;
			continue;
		}
		diag(r->d, DIAG_ERROR, key->span, "'%s' is given twice", key->text);
		diag(r->d, DIAG_NOTE, first->span, "first given here");
		mapping->weight -= key->weight + key->value->weight;
		*link = key->sibling;
	}
	free(sorted);
}
