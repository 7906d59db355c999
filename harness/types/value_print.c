/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/value_print.h"

#include "types/value_text.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* Longer arrays are mostly tables of which a few entries are in use: zeros are left out. */
#define ARRAY_WHOLE 16

static void hex_print(FILE *out, const struct place *p, const uint8_t *data)
{
	fputs("hex(", out);
	for (uint32_t i = 0; i < p->type->size; i++)
		fprintf(out, "%02x", data[place_byte(p) + i]);
	fputc(')', out);
}

/*
 * In how many words would @p be said? Decides between the views of a union, so only
 * what is not zero counts.
 */
static size_t words_needed(const struct place *p, const uint8_t *data)
{
	const struct type_member *m;
	struct place part;
	size_t n = 0;

	if (place_is_zero(p, data))
		return 0;
	if (place_notation(p, data) != NOTATION_NONE)
		return 1;
	switch (p->type->kind) {
	case TYPE_STRUCT:
		for (size_t i = 0; i < p->type->n; i++) {
			part = place_member(p, &p->type->members[i]);
			n += words_needed(&part, data);
		}
		return n;
	case TYPE_UNION:
		m = union_view(p, data, data);
		part = m ? place_member(p, m) : *p;
		return m ? words_needed(&part, data) : 1;
	case TYPE_ARRAY:
		if (type_is_byte_array(p->type))
			return 1;
		for (size_t i = 0; i < p->type->n; i++) {
			part = place_element(p, i);
			n += words_needed(&part, data);
		}
		return n;
	case TYPE_BYTES:
	case TYPE_INT:
	case TYPE_ENUM:
	case TYPE_FLOAT:
		break;
	}
	return 1;
}

bool members_say_all(const struct place *p, const uint8_t *data)
{
	size_t said = p->off;

	if (p->type->kind == TYPE_UNION)
		return union_view(p, data, data) != NULL;
	for (size_t i = 0; i < p->type->n; i++) {
		struct place member = place_member(p, &p->type->members[i]);

		if (!bits_are_zero(data, said, member.off))
			return false;
		if (!p->type->members[i].name && !members_say_all(&member, data))
			return false;
		said = place_end(&member);
	}
	return bits_are_zero(data, said, place_end(p));
}

/* An IPv4 address lies at the start of an IPv6 one: the longer view wins when the rest is used. */
static bool is_long_address(const struct place *p, const uint8_t *data)
{
	return place_notation(p, data) == NOTATION_IPV6 &&
	       !bits_are_zero(data, p->off + 32, place_end(p));
}

const struct type_member *union_view(const struct place *p, const uint8_t *data,
				     const uint8_t *covered)
{
	const struct type_member *best = NULL;
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; i < p->type->n; i++) {
		const struct type_member *m = &p->type->members[i];
		struct place view = place_member(p, m);
		size_t n;

		if (!bits_are_zero(data, place_end(&view), place_end(p)) ||
		    !bits_are_zero(covered, place_end(&view), place_end(p)) ||
		    (!m->name && !members_say_all(&view, data)))
			continue;
		n = is_long_address(&view, data) ? 0 : 1 + words_needed(&view, data);
		if (n < fewest) {
			best = m;
			fewest = n;
		}
	}
	return best;
}

static void members_print(FILE *out, const struct value_context *c, const struct place *p,
			  const uint8_t *data, bool *first);

static void member_print(FILE *out, const struct value_context *c, const struct place *p,
			 const struct type_member *m, const uint8_t *data, bool *first)
{
	const struct place member = place_member(p, m);

	if (((c && c->brief) || is_filler_name(m->name)) && place_is_zero(&member, data))
		return;
	if (!m->name) {
		members_print(out, c, &member, data, first);
		return;
	}
	fprintf(out, "%s%s: ", *first ? "" : ", ", m->name);
	*first = false;
	place_print(out, c, &member, data);
}

static void members_print(FILE *out, const struct value_context *c, const struct place *p,
			  const uint8_t *data, bool *first)
{
	const struct type_member *view;

	if (p->type->kind == TYPE_UNION) {
		view = union_view(p, data, data);
		if (view)
			member_print(out, c, p, view, data, first);
		return;
	}
	for (size_t i = 0; i < p->type->n; i++)
		member_print(out, c, p, &p->type->members[i], data, first);
}

static void struct_print(FILE *out, const struct value_context *c, const struct place *p,
			 const uint8_t *data)
{
	bool first = true;

	if (!members_say_all(p, data)) {
		hex_print(out, p, data);
		return;
	}
	fputc('{', out);
	members_print(out, c, p, data, &first);
	fputc('}', out);
}

/* Text that YAML's double quotes hold as it is, but for quotes and backslashes. */
static bool text_print(FILE *out, const struct place *p, const uint8_t *data)
{
	const uint8_t *s = data + place_byte(p);
	size_t len = strnlen((const char *)s, p->type->n);

	for (size_t i = 0; i < p->type->n; i++)
		if (i < len ? s[i] < ' ' || s[i] > '~' : s[i])
			return false;
	fputc('"', out);
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%s%c", s[i] == '"' || s[i] == '\\' ? "\\" : "", s[i]);
	fputc('"', out);
	return true;
}

/* Few of many: {3: 17, 900: 4}. */
static void indexed_print(FILE *out, const struct value_context *c, const struct place *p,
			  const uint8_t *data)
{
	const char *comma = "";

	fputc('{', out);
	for (uint32_t i = 0; i < p->type->n; i++) {
		struct place element = place_element(p, i);

		if (place_is_zero(&element, data))
			continue;
		fprintf(out, "%s%u: ", comma, i);
		place_print(out, c, &element, data);
		comma = ", ";
	}
	fputc('}', out);
}

static void list_print(FILE *out, const struct value_context *c, const struct place *p,
		       const uint8_t *data)
{
	uint32_t used = 0, last = 0;

	for (uint32_t i = 0; i < p->type->n; i++) {
		struct place element = place_element(p, i);

		if (!place_is_zero(&element, data)) {
			used++;
			last = i + 1;
		}
	}
	if (p->type->n <= ARRAY_WHOLE)
		last = p->type->n;
	else if (last > 2 * used + ARRAY_WHOLE) {
		indexed_print(out, c, p, data);
		return;
	}
	fputc('[', out);
	for (uint32_t i = 0; i < last; i++) {
		struct place element = place_element(p, i);

		fputs(i ? ", " : "", out);
		place_print(out, c, &element, data);
	}
	fputc(']', out);
}

static void array_print(FILE *out, const struct value_context *c, const struct place *p,
			const uint8_t *data)
{
	bool is_table = p->type->n > ARRAY_WHOLE && place_is_zero(p, data);

	if (type_is_text(p->type) && text_print(out, p, data))
		return;
	if (type_is_byte_array(p->type) && !is_table)
		hex_print(out, p, data);
	else
		list_print(out, c, p, data);
}

static void float_print(FILE *out, const struct place *p, const uint8_t *data)
{
	double value;
	float single;

	if (p->type->size == sizeof(single)) {
		memcpy(&single, data + place_byte(p), sizeof(single));
		value = (double)single;
	} else {
		memcpy(&value, data + place_byte(p), sizeof(value));
	}
	/* -nan has payloads that no text keeps. */
	if (isfinite(value))
		fprintf(out, "%.*g", p->type->size == sizeof(single) ? 9 : 17, value);
	else
		hex_print(out, p, data);
}

static void number_print(FILE *out, const struct value_context *c, const struct place *p,
			 const uint8_t *data)
{
	uint64_t value = place_get(p, data);

	if (p->type->is_bool && value <= 1)
		fputs(value ? "true" : "false", out);
	else if (p->type->is_bool)
		hex_print(out, p, data);
	else if (name_print(out, c, p, value))
		return;
	else if (p->type->is_signed)
		fprintf(out, "%jd", (intmax_t)value);
	else
		fprintf(out, "%ju", (uintmax_t)value);
}

void place_print(FILE *out, const struct value_context *c, const struct place *p,
		 const uint8_t *data)
{
	enum notation how = place_notation(p, data);

	if (how != NOTATION_NONE) {
		notation_print(out, how, data + place_byte(p));
		return;
	}
	switch (p->type->kind) {
	case TYPE_INT:
	case TYPE_ENUM:
		number_print(out, c, p, data);
		break;
	case TYPE_FLOAT:
		float_print(out, p, data);
		break;
	case TYPE_ARRAY:
		array_print(out, c, p, data);
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
		struct_print(out, c, p, data);
		break;
	case TYPE_BYTES:
		hex_print(out, p, data);
		break;
	}
}

void value_print(FILE *out, const struct value_context *c, const struct type *t,
		 const uint8_t *data)
{
	struct place p = { .type = t, .name = c ? c->member : NULL };

	place_print(out, c, &p, data);
}
