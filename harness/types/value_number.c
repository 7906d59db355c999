/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers, names, and the function forms hex(..), be16(..). */
#include "types/encode.h"
#include "types/value_text.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A part of a scalar's text, and where it stands there. $name stands for the variable's text. */
struct part {
	const struct node *node;
	const char *s;
	size_t len;
	size_t off, raw_len; /* in the node's text: what a message points at */
};

static struct part part_make(const struct node *n, size_t off, const char *s, size_t len)
{
	while (len && isspace((unsigned char)*s)) {
		s++;
		off++;
		len--;
	}
	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	return (struct part){ n, s, len, off, len };
}

/* Replace $name by its text. False, and reported, where there is no such variable. */
static bool part_expand(struct encoder *e, struct part *part)
{
	const struct vars *vars = e->c->vars;
	const struct var *var;
	const char *near;

	if (!part->len || *part->s != '$')
		return true;
	var = vars_find(vars, part->s + 1, part->len - 1);
	if (var && var->text) {
		part->s = var->text;
		part->len = strlen(var->text);
		return true;
	}
	near = vars ? text_nearest(part->s + 1, part->len - 1, vars->items, vars->n,
				   sizeof(*vars->items))
		    : NULL;
	if (var)
		encode_error_part(e, part->node, part->off, part->raw_len,
				  "'%.*s' is a list or mapping, not a single value", (int)part->len,
				  part->s);
	else
		encode_error_part(e, part->node, part->off, part->raw_len,
				  "unknown variable '%.*s'%s%s%s", (int)part->len, part->s,
				  near ? "; did you mean '$" : "", near ? near : "",
				  near ? "'?" : "");
	return false;
}

static void out_of_range(struct encoder *e, const struct place *p, const struct part *part)
{
	char *what = place_describe(e->c, p);

	encode_error_part(e, part->node, part->off, part->raw_len, "%s is %s", place_name(p), what);
	free(what);
}

static void no_number(struct encoder *e, const struct place *p, const struct part *part)
{
	char *what = place_describe(e->c, p);
	const char *near = name_nearest(e->c, p, part->s, part->len);

	if (near)
		encode_error_part(e, part->node, part->off, part->raw_len,
				  "'%.*s' is no name of a value here; did you mean '%s'?",
				  (int)part->len, part->s, near);
	else if (part->len > 1 && *part->s == '0' && isdigit((unsigned char)part->s[1]))
		encode_error_part(
			e, part->node, part->off, part->raw_len,
			"'%.*s': a number has no leading zero; hexadecimal starts with 0x",
			(int)part->len, part->s);
	else
		encode_error_part(e, part->node, part->off, part->raw_len,
				  "'%.*s' is no number%s; %s is %s", (int)part->len, part->s,
				  *part->s >= '0' && *part->s <= '9' ? "" : " or known name",
				  place_name(p), what);
	free(what);
}

static int signed_value(struct encoder *e, const struct place *p, const struct part *part,
			uint64_t *value)
{
	int64_t v = 0;
	int err = number_parse_signed(part->s, part->len, &v);

	if (err == -EINVAL)
		no_number(e, p, part);
	else if (err || v < place_min(p) || (v > 0 && (uint64_t)v > place_max(p)))
		out_of_range(e, p, part);
	else {
		*value = (uint64_t)v;
		return 0;
	}
	return -1;
}

static int unsigned_value(struct encoder *e, const struct place *p, const struct part *part,
			  uint64_t *value)
{
	uint64_t v = 0;
	int64_t negative;
	int err = number_parse(part->s, part->len, &v);

	if (err == -EINVAL && !number_parse_signed(part->s, part->len, &negative))
		encode_error_part(e, part->node, part->off, part->raw_len,
				  "negative numbers are for signed types; %s is %s", place_name(p),
				  p->type->name);
	else if (err == -EINVAL)
		no_number(e, p, part);
	else if (err || v > place_max(p))
		out_of_range(e, p, part);
	else {
		*value = v;
		return 0;
	}
	return -1;
}

static int part_value(struct encoder *e, const struct place *p, struct part part, uint64_t *value)
{
	const struct type_enumerator *named;
	char *what;

	if (!part_expand(e, &part))
		return -1;
	if (!part.len) {
		encode_error(e, part.node, "a number or name is missing");
		return -1;
	}
	named = name_find(e->c, p, part.s, part.len);
	if (named && place_fits(p, named->value)) {
		*value = named->value;
		return 0;
	}
	if (named) {
		what = place_describe(e->c, p);
		encode_error_part(e, part.node, part.off, part.raw_len, "%s is %jd; %s is %s",
				  named->name, (intmax_t)named->value, place_name(p), what);
		free(what);
		return -1;
	}
	return p->type->is_signed ? signed_value(e, p, &part, value)
				  : unsigned_value(e, p, &part, value);
}

void encode_number(struct encoder *e, const struct place *p, const struct node *n, size_t off,
		   const char *s, size_t len)
{
	const char *end = s + len, *at = s;
	uint64_t all = 0, value = 0;
	bool bad = false;

	for (;;) {
		const char *bar = memchr(at, '|', (size_t)(end - at));
		const char *stop = bar ? bar : end;

		if (part_value(e, p, part_make(n, off + (size_t)(at - s), at, (size_t)(stop - at)),
			       &value))
			bad = true;
		all |= value;
		if (!bar)
			break;
		at = bar + 1;
	}
	if (!bad && encode_claim(e, p, n))
		place_put(p, e->out, all);
}

static size_t count_hex_bytes(const char *s, size_t len)
{
	size_t digits = 0;

	for (size_t i = 0; i < len; i++)
		digits += isxdigit((unsigned char)s[i]) != 0;
	return digits / 2;
}

static void encode_hex(struct encoder *e, const struct place *p, struct part part)
{
	uint32_t size = p->type->size;
	uint8_t *bytes;
	size_t bad = 0;
	long n;

	if (p->bit_size) {
		encode_error(e, part.node, "%s is a bit-field, which has no bytes of its own",
			     place_name(p));
		return;
	}
	if (!part_expand(e, &part))
		return;
	bytes = xcalloc(size, 1);
	n = hex_parse(part.s, part.len, bytes, size, &bad);
	if (n == -EINVAL) {
		bool direct = part.len == part.raw_len;

		encode_error_part(e, part.node, part.off + (direct ? bad : 0),
				  direct ? 1 : part.raw_len,
				  "hex(..) takes pairs of hexadecimal digits, not '%c'",
				  part.s[bad]);
	} else if (n != (long)size) {
		size_t given = n < 0 ? count_hex_bytes(part.s, part.len) : (size_t)n;

		encode_error_part(e, part.node, part.off, part.raw_len,
				  "hex gives %zu byte%s, %s has %u", given, given == 1 ? "" : "s",
				  p->name && p->type->kind != TYPE_STRUCT ? p->name : p->type->name,
				  size);
	} else if (encode_claim(e, p, part.node)) {
		memcpy(e->out + place_byte(p), bytes, size);
	}
	free(bytes);
}

static void encode_network(struct encoder *e, const struct place *p, struct part part,
			   uint32_t size)
{
	uint64_t value, max = ~(uint64_t)0 >> (64 - size * 8);
	int err;

	if (p->bit_size || p->type->size != size) {
		encode_error(e, part.node, "be%u(..) gives %u bytes, %s has %zu bit%s", size * 8,
			     size, place_name(p), place_bits(p), place_bits(p) == 1 ? "" : "s");
		return;
	}
	if (p->type->kind == TYPE_STRUCT || p->type->kind == TYPE_UNION ||
	    p->type->kind == TYPE_FLOAT) {
		encode_error(e, part.node, "be%u(..) is for integers; %s is %s", size * 8,
			     place_name(p), p->type->name);
		return;
	}
	if (!part_expand(e, &part))
		return;
	err = number_parse(part.s, part.len, &value);
	if (err == -EINVAL)
		encode_error_part(e, part.node, part.off, part.raw_len, "'%.*s' is no number",
				  (int)part.len, part.s);
	else if (err || value > max)
		encode_error_part(e, part.node, part.off, part.raw_len, "be%u(..) takes 0 to %ju",
				  size * 8, (uintmax_t)max);
	else if (encode_claim(e, p, part.node))
		bits_put(e->out, p->off, size * 8, true, value);
}

static const struct function {
	const char *name;
	uint32_t size; /* 0: hex */
} functions[] = {
	{ "hex", 0 },
	{ "be16", 2 },
	{ "be32", 4 },
	{ "be64", 8 },
};

static const struct function *function_find(const char *s, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (text_is(s, len, functions[i].name))
			return &functions[i];
	return NULL;
}

bool encode_function(struct encoder *e, const struct place *p, const struct node *n)
{
	const struct function *f;
	size_t name = 0, end = n->len;
	struct part part;

	while (name < n->len && (isalnum((unsigned char)n->text[name]) || n->text[name] == '_'))
		name++;
	if (!name || name == n->len || n->text[name] != '(')
		return false;
	f = function_find(n->text, name);
	if (!f && type_is_text(p->type))
		return false;
	if (!f) {
		const char *near = text_nearest(n->text, name, functions, ARRAY_SIZE(functions),
						sizeof(*functions));

		encode_error_part(e, n, 0, name, "'%.*s(..)' is not known here; %s%s%s", (int)name,
				  n->text,
				  near ? "did you mean '" : "there are hex, be16, be32, be64",
				  near ? near : "", near ? "(..)'?" : "");
		return true;
	}
	if (n->text[end - 1] != ')') {
		encode_error_part(e, n, name, end - name, "this '(' is not closed at the end");
		return true;
	}
	part = part_make(n, name + 1, n->text + name + 1, end - name - 2);
	if (f->size)
		encode_network(e, p, part, f->size);
	else
		encode_hex(e, p, part);
	return true;
}
