/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/type.h"

#include <string.h>

/* More names of an enum than this do not help whoever reads a struct. */
#define ENUMERATORS_SHOWN 24

const struct type *type_bytes(struct arena *arena, uint32_t size)
{
	struct type *t = arena_alloc(arena, sizeof(*t));

	*t = (struct type){ .kind = TYPE_BYTES, .name = "bytes", .size = size };
	return t;
}

const struct type *type_uint(struct arena *arena, uint32_t size)
{
	struct type *t = arena_alloc(arena, sizeof(*t));

	*t = (struct type){ .kind = TYPE_INT,
			    .name = arena_printf(arena, "u%u", size * 8),
			    .size = size };
	return t;
}

static void indent_line(FILE *out, unsigned int indent)
{
	fputc('\n', out);
	while (indent--)
		fputc('\t', out);
}

static void enum_print(FILE *out, const struct type *t)
{
	fprintf(out, "%s {", t->name);
	for (size_t i = 0; i < t->n && i < ENUMERATORS_SHOWN; i++) {
		fprintf(out, "%s %s = ", i ? "," : "", t->enumerators[i].name);
		if (t->is_signed)
			fprintf(out, "%jd", (intmax_t)t->enumerators[i].value);
		else
			fprintf(out, "%ju", (uintmax_t)t->enumerators[i].value);
	}
	fputs(t->n > ENUMERATORS_SHOWN ? ", .. }" : " }", out);
}

static void declaration_print(FILE *out, const struct type *t, unsigned int indent);

/* C wants "__u8 mac[6]": the element's declaration, the name, then each dimension. */
static void member_print(FILE *out, const struct type_member *m, size_t base, unsigned int indent)
{
	const struct type *t = m->type;

	while (t->kind == TYPE_ARRAY)
		t = t->element;
	declaration_print(out, t, indent);
	if (m->name)
		fprintf(out, " %s", m->name);
	for (t = m->type; t->kind == TYPE_ARRAY; t = t->element)
		fprintf(out, "[%u]", t->n);
	if (m->type->kind == TYPE_BYTES)
		fprintf(out, "; /* byte %zu, %u bytes */", base + m->bit_off / 8, m->type->size);
	else if (m->bit_size)
		fprintf(out, " : %u; /* byte %zu, bit %u */", m->bit_size, base + m->bit_off / 8,
			m->bit_off % 8);
	else
		fprintf(out, "; /* byte %zu */", base + m->bit_off / 8);
}

static void struct_print(FILE *out, const struct type *t, unsigned int indent)
{
	fprintf(out, "%s { /* %u bytes */", t->name, t->size);
	for (size_t i = 0; i < t->n; i++) {
		indent_line(out, indent + 1);
		member_print(out, &t->members[i], 0, indent + 1);
	}
	indent_line(out, indent);
	fputc('}', out);
}

static void declaration_print(FILE *out, const struct type *t, unsigned int indent)
{
	switch (t->kind) {
	case TYPE_STRUCT:
	case TYPE_UNION:
		struct_print(out, t, indent);
		break;
	case TYPE_ENUM:
		enum_print(out, t);
		break;
	case TYPE_BYTES:
	case TYPE_INT:
	case TYPE_FLOAT:
	case TYPE_ARRAY:
		fputs(t->name, out);
		break;
	}
}

void type_print_indented(FILE *out, const struct type *t, unsigned int indent)
{
	const struct type *element = t;

	while (element->kind == TYPE_ARRAY)
		element = element->element;
	declaration_print(out, element, indent);
	if (t->kind == TYPE_ARRAY)
		fputc(' ', out);
	for (; t->kind == TYPE_ARRAY; t = t->element)
		fprintf(out, "[%u]", t->n);
	if (t->kind == TYPE_BYTES)
		fprintf(out, " /* %u bytes */", t->size);
}

void type_print(FILE *out, const struct type *t)
{
	type_print_indented(out, t, 0);
}
