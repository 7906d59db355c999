/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/encode.h"

#include "base/text.h"
#include "types/value_text.h"

#include <stdlib.h>
#include <string.h>

/* A scalar's text may differ from its source (folded lines, escapes): then point at all of it. */
static struct span part_where(const struct node *n, size_t off, size_t len)
{
	if (n->used.src)
		return n->used;
	if (n->kind == NODE_SCALAR && n->raw.len == n->len)
		return span_part(n->raw, off, len);
	return n->span;
}

static void report(struct encoder *e, const struct node *n, struct span where, const char *message)
{
	diag(e->d, DIAG_ERROR, where, "%s", message);
	if (n->used.src)
		diag(e->d, DIAG_NOTE, n->span, "the value stands here");
	e->failed = true;
}

void encode_error(struct encoder *e, const struct node *n, const char *fmt, ...)
{
	const char *message;
	va_list ap;

	va_start(ap, fmt);
	message = arena_vprintf(&e->arena, fmt, ap);
	va_end(ap);
	report(e, n, node_where(n), message);
}

void encode_error_part(struct encoder *e, const struct node *n, size_t off, size_t len,
		       const char *fmt, ...)
{
	const char *message;
	va_list ap;

	va_start(ap, fmt);
	message = arena_vprintf(&e->arena, fmt, ap);
	va_end(ap);
	report(e, n, part_where(n, off, len), message);
}

/* Who was given bits of @p before. */
static const char *claimed_by(const struct encoder *e, const struct place *p)
{
	for (size_t i = 0; i < e->n_claims; i++)
		if (e->claims[i].off < place_end(p) && p->off < place_end(&e->claims[i]))
			return place_name(&e->claims[i]);
	return "a member before it";
}

bool encode_claim(struct encoder *e, const struct place *p, const struct node *n)
{
	if (!bits_are_zero(e->given, p->off, place_end(p))) {
		encode_error(e, n, "%s has the same bytes as %s: give only one of them",
			     place_name(p), claimed_by(e, p));
		return false;
	}
	bits_fill(e->given, p->off, place_end(p));
	*ARENA_PUSH(&e->arena, e->claims, e->n_claims) = *p;
	return true;
}

static void add_member_names(FILE *out, const struct type *t, size_t *listed)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->members[i].name)
			fprintf(out, "%s%s", (*listed)++ ? ", " : "", t->members[i].name);
		else
			add_member_names(out, t->members[i].type, listed);
}

/* The nearest of the members, those of anonymous ones included. */
static const char *nearest_member(const struct type *t, const char *s, size_t len)
{
	const char *near = text_nearest(s, len, t->members, t->n, sizeof(*t->members));

	for (size_t i = 0; i < t->n && !near; i++)
		if (!t->members[i].name)
			near = nearest_member(t->members[i].type, s, len);
	return near;
}

static void unknown_member(struct encoder *e, const struct type *t, const struct node *key)
{
	const char *near = nearest_member(t, key->text, key->len);
	size_t len, listed = 0;
	char *names;
	FILE *out;

	if (near) {
		encode_error(e, key, "'%s' is not a member of %s; did you mean '%s'?", key->text,
			     t->name, near);
		return;
	}
	out = xmemstream(&names, &len);
	add_member_names(out, t, &listed);
	fclose(out);
	encode_error(e, key, "'%s' is not a member of %s; its members: %s", key->text, t->name,
		     names);
	free(names);
}

void encode_members(struct encoder *e, const struct place *p, const struct node *n,
		    const struct node *skip)
{
	const struct node *key;

	for_each_child (key, n) {
		struct place member;

		if (key == skip || !key->value)
			continue;
		if (place_find(p, key->text, key->len, &member))
			encode_node(e, &member, key->value);
		else
			unknown_member(e, p->type, key);
	}
}

/* {index: value}: for the few that matter of a large array. */
static void encode_indexed(struct encoder *e, const struct place *p, const struct node *n)
{
	const struct node *key;

	for_each_child (key, n) {
		struct place element;
		uint64_t i;

		if (!key->value)
			continue;
		if (number_parse(key->text, key->len, &i) || i >= p->type->n) {
			encode_error(e, key, "'%s' is no index of %s: 0 to %u", key->text,
				     place_name(p), p->type->n - 1);
			continue;
		}
		element = place_element(p, i);
		encode_node(e, &element, key->value);
	}
}

/* {u32: [1, 2]}: what bytes without a type are taken for. */
struct integer_view {
	const char *name;
	uint32_t size;
	bool big_endian;
};

static const struct integer_view integer_views[] = {
	{ "u8", 1, false },  { "u16", 2, false }, { "u32", 4, false }, { "u64", 8, false },
	{ "be16", 2, true }, { "be32", 4, true }, { "be64", 8, true },
};

static const struct integer_view *integer_view(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(integer_views); i++)
		if (!strcmp(integer_views[i].name, name))
			return &integer_views[i];
	return NULL;
}

/* An array of integers as @view says, or only one, over all of @p. */
static const struct type *view_type(struct encoder *e, const struct place *p,
				    const struct integer_view *view)
{
	struct type *element = arena_alloc(&e->arena, sizeof(*element));
	struct type *array = arena_alloc(&e->arena, sizeof(*array));

	*element = (struct type){ .kind = TYPE_INT,
				  .name = view->name,
				  .size = view->size,
				  .big_endian = view->big_endian };
	if (p->type->size == view->size)
		return element;
	*array = (struct type){ .kind = TYPE_ARRAY,
				.name = arena_printf(&e->arena, "%s[%u]", view->name,
						     p->type->size / view->size),
				.size = p->type->size,
				.element = element,
				.n = p->type->size / view->size };
	return array;
}

static void encode_untyped(struct encoder *e, const struct place *p, const struct node *n)
{
	const struct node *key = n->child;
	const struct integer_view *view = key ? integer_view(key->text) : NULL;
	struct place viewed = *p;

	if (!view || key->sibling) {
		encode_error(e, key && !view ? key : n,
			     "%s is %u bytes without a type: hex(..), or one of {u8: [..]}, "
			     "{u16: ..}, {u32: ..}, {u64: ..}, {be16: ..}, {be32: ..}, {be64: ..}",
			     place_name(p), p->type->size);
		return;
	}
	if (!key->value)
		return;
	if (p->type->size % view->size) {
		encode_error(e, key, "%s has %u bytes, which are no whole number of %s",
			     place_name(p), p->type->size, view->name);
		return;
	}
	viewed.type = view_type(e, p, view);
	encode_node(e, &viewed, key->value);
}

static void encode_mapping(struct encoder *e, const struct place *p, const struct node *n)
{
	char *what;

	switch (p->type->kind) {
	case TYPE_STRUCT:
	case TYPE_UNION:
		encode_members(e, p, n, NULL);
		return;
	case TYPE_ARRAY:
		encode_indexed(e, p, n);
		return;
	case TYPE_BYTES:
		encode_untyped(e, p, n);
		return;
	case TYPE_INT:
	case TYPE_ENUM:
	case TYPE_FLOAT:
		break;
	}
	what = place_describe(e->c, p);
	encode_error(e, n, "%s takes no mapping; it is %s", place_name(p), what);
	free(what);
}

static void encode_list(struct encoder *e, const struct place *p, const struct node *n)
{
	const struct node *item;
	size_t i = 0;
	char *what;

	if (p->type->kind != TYPE_ARRAY) {
		what = place_describe(e->c, p);
		encode_error(e, n, "%s takes no list; it is %s", place_name(p), what);
		free(what);
		return;
	}
	for_each_child (item, n) {
		struct place element;

		if (i == p->type->n) {
			encode_error(e, item, "%s has %u elements; this is one too many",
				     place_name(p), p->type->n);
			return;
		}
		element = place_element(p, i++);
		encode_node(e, &element, item);
	}
}

void encode_node(struct encoder *e, const struct place *p, const struct node *n)
{
	if (n->broken) {
		e->failed = true;
		return;
	}
	if (node_is_word(n, "any")) {
		if (!e->expects)
			encode_error(e, n, "'any' is for what is expected; here %s is set",
				     place_name(p));
		return;
	}
	switch (n->kind) {
	case NODE_SCALAR:
		encode_scalar(e, p, n);
		break;
	case NODE_SEQUENCE:
		encode_list(e, p, n);
		break;
	case NODE_MAPPING:
		encode_mapping(e, p, n);
		break;
	}
}

void encoder_begin(struct encoder *e, struct diags *d, const struct value_context *c,
		   const struct type *t, uint8_t *out, uint8_t *mask)
{
	static const struct value_context no_context;

	*e = (struct encoder){
		.d = d,
		.c = c ? c : &no_context,
		.out = out,
		.given = mask ? mask : xcalloc(t->size, 1),
		.expects = mask != NULL,
	};
	e->whole = (struct place){ .type = t, .name = e->c->member };
}

int encoder_end(struct encoder *e)
{
	if (!e->expects)
		free(e->given);
	arena_free(&e->arena);
	return e->failed ? -1 : 0;
}

int value_encode(struct diags *d, const struct value_context *c, const struct type *t,
		 const struct node *n, uint8_t *out, uint8_t *mask)
{
	struct encoder e;

	encoder_begin(&e, d, c, t, out, mask);
	encode_node(&e, &e.whole, n);
	return encoder_end(&e);
}

static void fill_covered(const struct place *p, uint8_t *bits)
{
	if (p->type->kind != TYPE_STRUCT && p->type->kind != TYPE_UNION) {
		bits_fill(bits, p->off, place_end(p));
		return;
	}
	for (size_t i = 0; i < p->type->n; i++) {
		struct place member = place_member(p, &p->type->members[i]);

		fill_covered(&member, bits);
	}
}

bool value_is_whole(const struct type *t, const uint8_t *mask)
{
	const struct place p = { .type = t };
	uint8_t *missing = xcalloc(t->size, 1);
	bool whole;

	fill_covered(&p, missing);
	for (size_t i = 0; i < t->size; i++)
		missing[i] &= (uint8_t)~mask[i];
	whole = place_is_zero(&p, missing);
	free(missing);
	return whole;
}
