/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Events of libyaml to nodes, and everything refused that libyaml takes. */
#include "syntax/node.h"

#include "base/text.h"
#include "syntax/reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define BOM "\xef\xbb\xbf"

struct reader {
	struct diags *d;
	const struct source *src;
	struct arena *arena;
	yaml_parser_t parser;
	size_t base;	     /* bytes before libyaml's character 0: a byte order mark */
	size_t chars, bytes; /* a character that libyaml counts, and the byte it is at */
	unsigned int depth;  /* lists and mappings around */
	unsigned int flow;   /* of them, how many are {} or [] */
	size_t property;     /* where an anchor or tag was reported last */
	size_t cut_until;    /* up to here are pieces of a value that was reported as cut */
	struct span last_scalar;
	size_t last_mapping;
};

/* libyaml counts characters, spans count bytes. Events mostly move on, so walk from the last. */
static size_t byte_at(struct reader *r, size_t chars)
{
	const char *s = r->src->text;

	for (; r->chars < chars && r->bytes < r->src->len; r->chars++)
		do
			r->bytes++;
		while ((s[r->bytes] & 0xc0) == 0x80);
	for (; r->chars > chars && r->bytes > r->base; r->chars--)
		do
			r->bytes--;
		while (r->bytes > r->base && (s[r->bytes] & 0xc0) == 0x80);
	return r->bytes;
}

static struct span span_of(struct reader *r, const yaml_event_t *e)
{
	size_t from = byte_at(r, e->start_mark.index);

	return (struct span){ r->src, from, byte_at(r, e->end_mark.index) - from };
}

/* The end of a list or mapping that has no bracket is where its last item ends. */
static void span_reach(struct node *n, const struct node *last)
{
	size_t end = last->span.off + last->span.len;

	if (end > n->span.off + n->span.len)
		n->span.len = end - n->span.off;
}

static int next_event(struct reader *r, yaml_event_t *e)
{
	yaml_parser_t *p = &r->parser;
	struct yaml_problem problem;

	if (yaml_parser_parse(p, e))
		return 0;
	problem = (struct yaml_problem){
		.problem = p->problem ? p->problem : "unreadable text",
		.context = p->context,
		.at = byte_at(r, p->problem_mark.index),
		.context_at = byte_at(r, p->context_mark.index),
		.last_scalar = r->last_scalar,
		.last_mapping = r->last_mapping,
	};
	/* Pieces of a value that was cut make no sense to libyaml: that was said already. */
	if (problem.at >= r->cut_until)
		yaml_problem_report(r->d, r->src, &problem);
	return -1;
}

static enum node_style style_of(const yaml_event_t *e)
{
	switch (e->data.scalar.style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return NODE_SINGLE_QUOTED;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return NODE_DOUBLE_QUOTED;
	case YAML_LITERAL_SCALAR_STYLE:
		return NODE_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return NODE_FOLDED;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE:
		break;
	}
	return NODE_PLAIN;
}

/* The part of a scalar that can be parsed in place: no quotes, no '|' line, no line end. */
static struct span raw_of(struct node *n)
{
	const char *s = n->span.src->text + n->span.off;
	size_t head = 0;

	switch (n->style) {
	case NODE_PLAIN:
		return n->span;
	case NODE_SINGLE_QUOTED:
	case NODE_DOUBLE_QUOTED:
		return span_part(n->span, 1, n->span.len < 2 ? 0 : n->span.len - 2);
	case NODE_LITERAL:
	case NODE_FOLDED:
		break;
	}
	while (n->span.len && strchr(" \t\r\n", s[n->span.len - 1]))
		n->span.len--;
	while (head < n->span.len && s[head] != '\n')
		head++;
	return span_part(n->span, head, n->span.len);
}

/*
 * Inside {} and [] YAML ends a plain value at ',': eth(src=.., dst=..) becomes two. Report it
 * once and leave the other pieces out.
 */
static void check_cut(struct reader *r, struct node *n)
{
	size_t next = after_blanks(n->span), end;
	const char *from = r->src->text + n->span.off;

	if (!r->flow || n->style != NODE_PLAIN || n->span.off < r->cut_until ||
	    r->src->text[next] != ',')
		return;
	end = text_closes(from, r->src->len - n->span.off, n->span.len);
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
static void check_lines(struct reader *r, struct node *n)
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

static void read_scalar(struct reader *r, struct node *n, const yaml_event_t *e)
{
	const char *value = (const char *)e->data.scalar.value;

	n->style = style_of(e);
	n->len = e->data.scalar.length;
	n->text = arena_memdup(r->arena, value, n->len + 1);
	n->raw = raw_of(n);
	if (memchr(value, 0, n->len)) {
		diag(r->d, DIAG_ERROR, n->span, "a NUL character in a text");
		n->len = strlen(n->text);
		n->broken = true;
	}
	check_lines(r, n);
	check_cut(r, n);
	r->last_scalar = n->span;
}

/* Anchors and tags stand in front of what they are about: at the event's first byte. */
static void check_property(struct reader *r, const struct node *n)
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

static struct node *read_node(struct reader *r, yaml_event_t *e);

/* Whether ':' follows the key, on its line; '?' marks a key that does without. */
static bool check_colon(struct reader *r, const struct node *key)
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

static bool check_key(struct reader *r, const struct node *key)
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
static void drop_duplicates(struct reader *r, struct node *mapping)
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
		*link = key->sibling;
	}
	free(sorted);
}

/* One item, or one key with its value. Returns 1, 0 at the end of @n, or -1. */
static int read_child(struct reader *r, struct node *n, yaml_event_type_t last, struct node **child)
{
	struct node *item;
	yaml_event_t e;
	bool good;

	if (next_event(r, &e))
		return -1;
	if (e.type == last) {
		if (r->src->text[n->span.off] == '[' || r->src->text[n->span.off] == '{')
			n->span.len = span_of(r, &e).off + 1 - n->span.off;
		yaml_event_delete(&e);
		return 0;
	}
	good = byte_at(r, e.start_mark.index) >= r->cut_until;
	item = read_node(r, &e);
	if (!item)
		return -1;
	span_reach(n, item);
	if (n->kind == NODE_MAPPING) {
		good = good && check_key(r, item);
		if (next_event(r, &e))
			return -1;
		item->value = read_node(r, &e);
		if (!item->value)
			return -1;
		span_reach(n, item->value);
	}
	if (good) {
		struct node *inner = item->value ? item->value : item;

		n->weight += item->weight + (item->value ? item->value->weight : 0);
		if (n->height <= inner->height)
			n->height = inner->height + 1;
		*child = item;
	}
	return 1;
}

static int read_children(struct reader *r, struct node *n, yaml_event_type_t last, bool flow)
{
	struct node **tail = &n->child;
	int more;

	if (r->depth == NODE_DEPTH_MAX) {
		diag(r->d, DIAG_ERROR, span_part(n->span, 0, 1),
		     "more than %u lists and mappings inside each other", NODE_DEPTH_MAX);
		return -1;
	}
	r->depth++;
	r->flow += flow;
	n->height = 1;
	while ((more = read_child(r, n, last, tail)) > 0)
		if (*tail)
			tail = &(*tail)->sibling;
	r->flow -= flow;
	r->depth--;
	if (!more && n->kind == NODE_MAPPING) {
		drop_duplicates(r, n);
		r->last_mapping = n->span.off;
	}
	return more;
}

/* Takes the event over; returns NULL after a diag. */
static struct node *read_node(struct reader *r, yaml_event_t *e)
{
	struct node *n = arena_alloc(r->arena, sizeof(*n));
	bool flow;
	int err = 0;

	n->span = span_of(r, e);
	n->weight = 1;
	n->text = "";
	check_property(r, n);
	if (e->type == YAML_SCALAR_EVENT) {
		read_scalar(r, n, e);
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		n->kind = NODE_SEQUENCE;
		flow = e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
		err = read_children(r, n, YAML_SEQUENCE_END_EVENT, flow);
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		n->kind = NODE_MAPPING;
		flow = e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
		err = read_children(r, n, YAML_MAPPING_END_EVENT, flow);
	} else {
		diag(r->d, DIAG_ERROR, n->span,
		     "aliases are not used here; a text that starts with '*' needs quotes");
		n->raw = n->span;
		n->broken = true;
	}
	yaml_event_delete(e);
	return err ? NULL : n;
}

static void check_directives(struct reader *r, const yaml_event_t *e)
{
	const yaml_tag_directive_t *tags = e->data.document_start.tag_directives.start;
	struct span where = span_of(r, e);

	if (e->data.document_start.version_directive ||
	    tags != e->data.document_start.tag_directives.end)
		diag(r->d, DIAG_ERROR,
		     span_part(where, 0, strcspn(r->src->text + where.off, "\r\n")),
		     "directives are not used here: leave this line out");
}

/* After the root nothing may follow but comments, and one '...'. */
static int read_end(struct reader *r)
{
	yaml_event_type_t type = YAML_NO_EVENT;
	yaml_event_t e;

	while (type != YAML_STREAM_END_EVENT) {
		if (next_event(r, &e))
			return -1;
		type = e.type;
		if (type == YAML_DOCUMENT_START_EVENT) {
			diag(r->d, DIAG_ERROR, span_part(span_of(r, &e), 0, 3),
			     "a second document starts here; a file holds one");
			type = YAML_STREAM_END_EVENT;
		}
		yaml_event_delete(&e);
	}
	return 0;
}

static struct node *read_document(struct reader *r)
{
	struct node *root = NULL;
	yaml_event_t e;

	while (!next_event(r, &e)) {
		if (e.type == YAML_DOCUMENT_START_EVENT) {
			check_directives(r, &e);
		} else if (e.type == YAML_STREAM_END_EVENT) {
			diag(r->d, DIAG_ERROR, (struct span){ r->src, 0, 0 }, "the file is empty");
			yaml_event_delete(&e);
			return NULL;
		} else if (e.type != YAML_STREAM_START_EVENT) {
			root = read_node(r, &e);
			/* Text that follows is an error, but what stands before has a tree. */
			if (root)
				read_end(r);
			return root;
		}
		yaml_event_delete(&e);
	}
	return NULL;
}

struct node *node_parse(struct diags *d, const struct source *src, struct arena *arena)
{
	struct reader r = {
		.d = d,
		.src = src,
		.arena = arena,
		.base = src->len >= 3 && !memcmp(src->text, BOM, 3) ? 3 : 0,
		.property = SIZE_MAX,
		.last_mapping = SIZE_MAX,
	};
	struct node *root;

	if (text_check(d, src))
		return NULL;
	r.bytes = r.base;
	if (!yaml_parser_initialize(&r.parser)) {
		diag(d, DIAG_ERROR, (struct span){}, "libyaml: out of memory");
		return NULL;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)src->text + r.base,
				     src->len - r.base);
	root = read_document(&r);
	yaml_parser_delete(&r.parser);
	return root;
}

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
