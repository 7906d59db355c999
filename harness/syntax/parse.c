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
	struct reading in;
	struct arena *arena;
	yaml_parser_t parser;
	size_t base;	     /* bytes before libyaml's character 0: a byte order mark */
	size_t chars, bytes; /* a character that libyaml counts, and the byte it is at */
	unsigned int depth;  /* lists and mappings around */
	struct span last_scalar;
	size_t last_mapping;
};

/* libyaml counts characters, spans count bytes. Events mostly move on, so walk from the last. */
static size_t byte_at(struct reader *r, size_t chars)
{
	const char *s = r->in.src->text;

	for (; r->chars < chars && r->bytes < r->in.src->len; r->chars++)
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

	return (struct span){ r->in.src, from, byte_at(r, e->end_mark.index) - from };
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
	if (problem.at >= r->in.cut_until)
		yaml_problem_report(r->in.d, r->in.src, &problem);
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

static void read_scalar(struct reader *r, struct node *n, const yaml_event_t *e)
{
	const char *value = (const char *)e->data.scalar.value;

	n->style = style_of(e);
	n->len = e->data.scalar.length;
	n->text = arena_memdup(r->arena, value, n->len + 1);
	n->raw = raw_of(n);
	if (memchr(value, 0, n->len)) {
		diag(r->in.d, DIAG_ERROR, n->span, "a NUL character in a text");
		n->len = strlen(n->text);
		n->broken = true;
	}
	check_lines(&r->in, n);
	check_cut(&r->in, n);
	r->last_scalar = n->span;
}

static struct node *read_node(struct reader *r, yaml_event_t *e);

/* One item, or one key with its value. Returns 1, 0 at the end of @n, or -1. */
static int read_child(struct reader *r, struct node *n, yaml_event_type_t last, struct node **child)
{
	struct node *item;
	struct span end; /* the bracket; nothing where there is none */
	yaml_event_t e;
	bool good;

	if (next_event(r, &e))
		return -1;
	if (e.type == last) {
		end = span_of(r, &e);
		if (end.len)
			n->span.len = end.off + end.len - n->span.off;
		yaml_event_delete(&e);
		return 0;
	}
	good = byte_at(r, e.start_mark.index) >= r->in.cut_until;
	item = read_node(r, &e);
	if (!item)
		return -1;
	span_reach(n, item);
	if (n->kind == NODE_MAPPING) {
		good = good && check_key(&r->in, item);
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
		diag(r->in.d, DIAG_ERROR, span_part(n->span, 0, 1),
		     "more than %u lists and mappings inside each other", NODE_DEPTH_MAX);
		return -1;
	}
	r->depth++;
	r->in.flow += flow;
	n->height = 1;
	while ((more = read_child(r, n, last, tail)) > 0)
		if (*tail)
			tail = &(*tail)->sibling;
	r->in.flow -= flow;
	r->depth--;
	if (!more && n->kind == NODE_MAPPING) {
		drop_duplicates(&r->in, n);
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
	check_property(&r->in, n);
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
		diag(r->in.d, DIAG_ERROR, n->span,
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
		diag(r->in.d, DIAG_ERROR,
		     span_part(where, 0, strcspn(r->in.src->text + where.off, "\r\n")),
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
			diag(r->in.d, DIAG_ERROR, span_part(span_of(r, &e), 0, 3),
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
			diag(r->in.d, DIAG_ERROR, (struct span){ r->in.src, 0, 0 },
			     "the file is empty");
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
		.in = { .d = d, .src = src, .property = SIZE_MAX },
		.arena = arena,
		.base = src->len >= 3 && !memcmp(src->text, BOM, 3) ? 3 : 0,
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
