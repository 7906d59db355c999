/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/type.h"

#include <stdlib.h>
#include <string.h>

/* More names of an enum than this do not help whoever reads a struct. */
#define ENUMERATORS_SHOWN 24
/* Where a member's offset stands, if its declaration leaves room. */
#define COMMENT_COLUMN 32

const struct type *type_bytes(struct arena *arena, uint32_t size)
{
	struct type *t = arena_alloc(arena, sizeof(*t));

	*t = (struct type){ .kind = TYPE_BYTES, .name = "bytes of no known type", .size = size };
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

static void struct_print(FILE *out, const struct type *t, size_t base, unsigned int indent);

/* The element's declaration: C wants "__u8 mac[6]", so the name and dimensions come after it. */
static void declaration_print(FILE *out, const struct type *t, size_t base, unsigned int indent)
{
	while (t->kind == TYPE_ARRAY)
		t = t->element;
	if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION)
		struct_print(out, t, base, indent);
	else if (t->kind == TYPE_ENUM)
		enum_print(out, t);
	else
		fputs(t->name, out);
}

static void dimensions_print(FILE *out, const struct type *t)
{
	for (; t->kind == TYPE_ARRAY; t = t->element)
		fprintf(out, "[%u]", t->n);
}

/* Offsets are from the start of the outermost struct, as in a key printed as hex. */
static void member_print(FILE *out, const struct type_member *m, size_t base, unsigned int indent)
{
	size_t byte = base + m->bit_off / 8, len;
	char *text;
	FILE *line = xmemstream(&text, &len);

	declaration_print(line, m->type, byte, indent);
	/* "void *data": the star is the name's neighbour. */
	fflush(line);
	if (m->name)
		fprintf(line, "%s%s", len && text[len - 1] == '*' ? "" : " ", m->name);
	dimensions_print(line, m->type);
	if (m->bit_size)
		fprintf(line, " : %u", m->bit_size);
	fputc(';', line);
	fclose(line);
	fputs(text, out);
	if (!strchr(text, '\n')) {
		fprintf(out, "%*s /* %3zu", len < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - len) : 0,
			"", byte);
		if (m->bit_size)
			fprintf(out, ", bit %u", m->bit_off % 8);
		if (m->type->kind == TYPE_BYTES)
			fprintf(out, ", %u bytes", m->type->size);
		fputs(" */", out);
	}
	free(text);
}

static void struct_print(FILE *out, const struct type *t, size_t base, unsigned int indent)
{
	fprintf(out, "%s { /* %u bytes */", t->name, t->size);
	for (size_t i = 0; i < t->n; i++) {
		indent_line(out, indent + 1);
		member_print(out, &t->members[i], base, indent + 1);
	}
	indent_line(out, indent);
	fputc('}', out);
}

void type_print_indented(FILE *out, const struct type *t, unsigned int indent)
{
	declaration_print(out, t, 0, indent);
	dimensions_print(out, t);
	if (t->kind == TYPE_BYTES)
		fprintf(out, ", %u bytes", t->size);
}

void type_print(FILE *out, const struct type *t)
{
	type_print_indented(out, t, 0);
}
