/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/value_print.h"
#include "types/value_text.h"

#include <stdlib.h>
#include <string.h>

struct differ {
	const struct value_context *c;
	struct arena *arena;
	const uint8_t *expected, *actual;
	uint8_t *left; /* bits that differ and are not yet in a row */
	struct value_difference *rows;
	size_t n;
};

bool value_matches(size_t size, const uint8_t *expected, const uint8_t *mask, const uint8_t *actual)
{
	if (!mask)
		return !size || !memcmp(expected, actual, size);
	for (size_t i = 0; i < size; i++)
		if ((expected[i] ^ actual[i]) & mask[i])
			return false;
	return true;
}

/* A number of some other width, or a struct with padding in it: only bytes can show what differs.
 */
static const char *place_text(struct differ *x, const struct place *p, const uint8_t *data)
{
	char *text;
	const char *copy;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	place_print(out, x->c, p, data);
	fclose(out);
	copy = arena_strdup(x->arena, text);
	free(text);
	return copy;
}

static const char *hex_text(struct differ *x, const struct place *p, const uint8_t *data)
{
	const struct place bytes = { .type = type_bytes(x->arena, p->type->size), .off = p->off };

	return place_text(x, &bytes, data);
}

static void add_row(struct differ *x, const char *member, const char *expected, const char *actual)
{
	*ARENA_PUSH(x->arena, x->rows, x->n) =
		(struct value_difference){ member, expected, actual };
}

static void diff_leaf(struct differ *x, const struct place *p, const char *member)
{
	add_row(x, member, place_text(x, p, x->expected), place_text(x, p, x->actual));
	bits_clear(x->left, p->off, place_end(p));
}

static void diff_place(struct differ *x, const struct place *p, const char *member);

static void diff_member(struct differ *x, const struct place *p, const struct type_member *m,
			const char *of)
{
	struct place member = place_member(p, m);

	if (!m->name)
		diff_place(x, &member, of);
	else if (!place_is_zero(&member, x->left))
		diff_place(x, &member,
			   arena_printf(x->arena, "%s%s%s", of, *of ? "." : "", m->name));
}

/* Both sides through one view: that which the expectation was written in, as far as can be told. */
static void diff_union(struct differ *x, const struct place *p, const char *member)
{
	const struct type_member *m = union_view(p, x->expected, x->left);

	if (!m)
		m = union_view(p, x->left, x->left);
	if (m)
		diff_member(x, p, m, member);
	else if (!place_is_zero(p, x->left))
		diff_leaf(x, p, member);
}

static void diff_array(struct differ *x, const struct place *p, const char *member)
{
	for (uint32_t i = 0; i < p->type->n; i++) {
		struct place element = place_element(p, i);

		if (!place_is_zero(&element, x->left))
			diff_place(x, &element, arena_printf(x->arena, "%s[%u]", member, i));
	}
}

static void diff_place(struct differ *x, const struct place *p, const char *member)
{
	enum notation how = place_notation(p, x->expected);

	if (place_is_zero(p, x->left))
		return;
	if (how != NOTATION_NONE) {
		diff_leaf(x, p, member);
		return;
	}
	switch (p->type->kind) {
	case TYPE_STRUCT:
		for (size_t i = 0; i < p->type->n; i++)
			diff_member(x, p, &p->type->members[i], member);
		break;
	case TYPE_UNION:
		diff_union(x, p, member);
		break;
	case TYPE_ARRAY:
		if (type_is_byte_array(p->type))
			diff_leaf(x, p, member);
		else
			diff_array(x, p, member);
		break;
	case TYPE_BYTES:
	case TYPE_INT:
	case TYPE_ENUM:
	case TYPE_FLOAT:
		diff_leaf(x, p, member);
		break;
	}
}

size_t value_diff(const struct value_context *c, const struct type *t, const uint8_t *expected,
		  const uint8_t *mask, const uint8_t *actual, const char *prefix,
		  struct arena *arena, struct value_difference **out)
{
	struct differ x = { .c = c, .arena = arena, .expected = expected, .actual = actual };
	struct place p = { .type = t, .name = c ? c->member : NULL };

	x.left = arena_alloc(arena, t->size);
	for (size_t i = 0; i < t->size; i++)
		x.left[i] = (expected[i] ^ actual[i]) & (mask ? mask[i] : 0xff);
	diff_place(&x, &p, prefix);
	if (!place_is_zero(&p, x.left))
		add_row(&x, arena_printf(arena, "%s%s(padding)", prefix, *prefix ? " " : ""),
			hex_text(&x, &p, expected), hex_text(&x, &p, actual));
	*out = x.rows;
	return x.n;
}
