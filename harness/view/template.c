/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "view/template_fields.h"

#include "base/text.h"
#include "base/text_stream.h"
#include "syntax/keys.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct bound_field {
	size_t root;
	struct place place;
};

struct bound_template {
	const struct template *t;
	struct bound_field *fields; /* one for each piece; not used where it has none */
};

static size_t find_root(struct diags *d, const struct field *f, const struct template_root *roots,
			size_t n_roots, size_t len)
{
	for (size_t i = 0; i < n_roots; i++)
		if (text_is(f->path, len, roots[i].name))
			return i;
	unknown_name(d, f->where, "value", f->path, len, roots, n_roots, sizeof(*roots));
	return n_roots;
}

static int no_member(struct diags *d, const struct field *f, const struct place *in,
		     const char *name, size_t len)
{
	const struct type *t = in->type;

	if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) {
		char *what = xasprintf("member of %s", t->name);

		unknown_name(d, f->where, what, name, len, t->members, t->n, sizeof(*t->members));
		free(what);
	} else {
		diag(d, DIAG_ERROR, f->where, "%s has no members: there is no '%.*s'", t->name,
		     (int)len, name);
	}
	return -1;
}

/* Go from the root at b->place along the members of the path. */
static int find_place(struct diags *d, const struct field *f, const char *path,
		      struct bound_field *b)
{
	while (*path) {
		size_t len = strcspn(path, ".");
		struct place in = b->place;

		if (!place_find(&in, path, len, &b->place))
			return no_member(d, f, &in, path, len);
		path += len + (path[len] == '.');
	}
	return 0;
}

static int take_slice(struct diags *d, const struct field *f, struct bound_field *b,
		      struct arena *arena)
{
	uint64_t size = f->to - f->from;

	if (b->place.bit_size || f->to > b->place.type->size || (size & (size - 1)) || size > 8) {
		diag(d, DIAG_ERROR, f->where, "bytes of %s are 1, 2, 4 or 8 of its %u, from 0 on",
		     b->place.type->name, b->place.type->size);
		return -1;
	}
	b->place.off += (size_t)f->from * 8;
	b->place.type = type_uint(arena, (uint32_t)size);
	return 0;
}

static bool is_number(const struct place *p)
{
	return (p->type->kind == TYPE_INT || p->type->kind == TYPE_ENUM) && place_bits(p) <= 64;
}

static bool is_bytes(const struct place *p, uint32_t a, uint32_t b)
{
	return !p->bit_size && (p->type->size == a || p->type->size == b);
}

/* A number's width is no matter to it; what is made of bytes has to have as many. */
static int check_format(struct diags *d, const struct field *f, const struct place *p)
{
	switch (f->format.conversion) {
	case CONVERT_IP:
		if (is_bytes(p, 4, 16) && !f->operator)
			return 0;
		diag(d, DIAG_ERROR, f->where, "'ip' is for 4 or 16 bytes, %s is %u bits",
		     p->type->name, (unsigned int)place_bits(p));
		return -1;
	case CONVERT_MAC:
	case CONVERT_MAC_UPPER:
		/* 8: a MAC in an integer, with two bytes of padding */
		if (is_bytes(p, 6, 8) && !f->operator)
			return 0;
		diag(d, DIAG_ERROR, f->where, "'mac' is for 6 or 8 bytes, %s is %u bits",
		     p->type->name, (unsigned int)place_bits(p));
		return -1;
	case CONVERT_DECIMAL:
	case CONVERT_HEX:
	case CONVERT_HEX_UPPER:
	case CONVERT_NAMES:
	case CONVERT_FLAGS:
		break;
	}
	if (is_number(p))
		return 0;
	diag(d, DIAG_ERROR, f->where,
	     "%s is no number; there are also the formats 'ip' and 'mac', its members, and slices, "
	     "as in [0:4]",
	     p->type->name);
	return -1;
}

static int bind_field(struct diags *d, const struct field *f, const struct template_root *roots,
		      size_t n_roots, struct arena *arena, struct bound_field *b)
{
	size_t len = strcspn(f->path, ".");

	b->root = find_root(d, f, roots, n_roots, len);
	if (b->root == n_roots)
		return -1;
	b->place = (struct place){ .type = roots[b->root].type };
	if (find_place(d, f, f->path + len + (f->path[len] == '.'), b))
		return -1;
	return f->slice ? take_slice(d, f, b, arena) : 0;
}

struct bound_template *template_bind(struct diags *d, const struct template *t,
				     const struct template_root *roots, size_t n_roots,
				     struct arena *arena)
{
	struct bound_template *b = arena_alloc(arena, sizeof(*b));
	bool ok = true;

	b->t = t;
	b->fields = arena_alloc(arena, t->n * sizeof(*b->fields));
	for (size_t i = 0; i < t->n; i++) {
		const struct field *f = t->pieces[i].field;

		if (f && (bind_field(d, f, roots, n_roots, arena, &b->fields[i]) ||
			  (!f->is_key && check_format(d, f, &b->fields[i].place))))
			ok = false;
	}
	return ok ? b : NULL;
}

static uint64_t calculate(const struct field *f, uint64_t value)
{
	switch (f->operator) {
	case '+':
		return value + f->operand;
	case '-':
		return value - f->operand;
	case '*':
		return value * f->operand;
	case '/':
		return value / f->operand;
	}
	return value;
}

static void print_decimal(FILE *out, uint64_t value, bool is_signed)
{
	if (is_signed)
		fprintf(out, "%" PRId64, (int64_t)value);
	else
		fprintf(out, "%" PRIu64, value);
}

/* The width counts the prefix, as everywhere. */
static void print_hex(FILE *out, const struct format *f, uint64_t value)
{
	int digits = f->zeros ? (int)f->width - (f->prefix ? 2 : 0) : 1;

	if (f->conversion == CONVERT_HEX_UPPER)
		fprintf(out, "%s%0*" PRIX64, f->prefix ? "0X" : "", digits, value);
	else
		fprintf(out, "%s%0*" PRIx64, f->prefix ? "0x" : "", digits, value);
}

static void print_named(FILE *out, const struct view_names *names, uint64_t value, bool is_signed)
{
	struct arena scratch = {};
	const char *text = view_name_of(names, value, &scratch);

	if (text)
		fputs(text, out);
	else
		print_decimal(out, value, is_signed);
	arena_free(&scratch);
}

static void print_flags(FILE *out, const struct view_flags *flags, uint64_t value)
{
	for (size_t i = 0; i < flags->n; i++)
		if ((value & flags->items[i].mask) == flags->items[i].value)
			fputs(flags->items[i].text, out);
}

static void print_ip(FILE *out, const uint8_t *bytes, uint32_t size)
{
	char text[INET6_ADDRSTRLEN];

	fputs(inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text)), out);
}

static void print_mac(FILE *out, const uint8_t *mac, bool upper)
{
	for (size_t i = 0; i < 6; i++)
		fprintf(out, upper ? "%s%02X" : "%s%02x", i ? ":" : "", mac[i]);
}

static void print_converted(FILE *out, const struct field *f, const struct place *p,
			    const uint8_t *data)
{
	const struct format *format = &f->format;
	uint64_t value = is_number(p) ? calculate(f, place_get(p, data)) : 0;

	switch (format->conversion) {
	case CONVERT_DECIMAL:
		print_decimal(out, value, p->type->is_signed);
		break;
	case CONVERT_HEX:
	case CONVERT_HEX_UPPER:
		print_hex(out, format, value);
		break;
	case CONVERT_IP:
		print_ip(out, data + place_byte(p), p->type->size);
		break;
	case CONVERT_MAC:
		print_mac(out, data + place_byte(p), false);
		break;
	case CONVERT_MAC_UPPER:
		print_mac(out, data + place_byte(p), true);
		break;
	case CONVERT_NAMES:
		print_named(out, format->names, value, p->type->is_signed);
		break;
	case CONVERT_FLAGS:
		print_flags(out, format->flags, value);
		break;
	}
}

static bool is_right_aligned(const struct format *f)
{
	if (f->align)
		return f->align == '>';
	return f->conversion == CONVERT_DECIMAL || f->conversion == CONVERT_HEX ||
	       f->conversion == CONVERT_HEX_UPPER;
}

static void print_field(FILE *out, const struct field *f, const struct place *p,
			const uint8_t *data)
{
	struct arena scratch = {};
	struct text_stream t;
	const char *text;
	int width;

	text_stream_open(&t);
	print_converted(t.out, f, p, data);
	text = text_stream_close(&t, &scratch);
	width = is_right_aligned(&f->format) ? (int)f->format.width : -(int)f->format.width;
	fprintf(out, "%*s", width, text);
	arena_free(&scratch);
}

void template_print(FILE *out, const struct bound_template *b, const uint8_t *const *data)
{
	for (size_t i = 0; i < b->t->n; i++) {
		const struct piece *piece = &b->t->pieces[i];

		fputs(piece->text, out);
		if (piece->field)
			print_field(out, piece->field, &b->fields[i].place,
				    data[b->fields[i].root]);
	}
}

char *template_text(const struct bound_template *b, const uint8_t *const *data, struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	template_print(t.out, b, data);
	return text_stream_close(&t, arena);
}

const uint8_t *template_bytes(const struct bound_template *b, const uint8_t *const *data,
			      size_t *size)
{
	const struct bound_field *f = &b->fields[0];

	*size = f->place.bit_size ? 0 : f->place.type->size;
	return data[f->root] + place_byte(&f->place);
}
