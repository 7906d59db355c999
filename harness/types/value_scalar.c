/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/encode.h"
#include "types/value_text.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void not_accepted(struct encoder *e, const struct place *p, const struct node *n)
{
	char *what = place_describe(e->c, p);

	encode_error(e, n, "'%s' is not accepted here; %s is %s", n->text, place_name(p), what);
	free(what);
}

/* All of @p from bytes as they are in memory. */
static void put_bytes(struct encoder *e, const struct place *p, const struct node *n,
		      const uint8_t *bytes)
{
	if (encode_claim(e, p, n))
		memcpy(e->out + place_byte(p), bytes, p->type->size);
}

static bool encode_notation(struct encoder *e, const struct place *p, const struct node *n)
{
	uint8_t bytes[16];

	if (p->bit_size || !notation_parse(n->text, n->len, p->type->size, bytes))
		return false;
	put_bytes(e, p, n, bytes);
	return true;
}

/* Text fills its array: what follows is zero, and is compared. */
static void encode_text(struct encoder *e, const struct place *p, const struct node *n)
{
	if (n->len > p->type->n) {
		encode_error(e, n, "this text has %zu characters; %s is %s", n->len, place_name(p),
			     p->type->name);
		return;
	}
	if (encode_claim(e, p, n))
		memcpy(e->out + place_byte(p), n->text, n->len);
}

static void encode_float(struct encoder *e, const struct place *p, const struct node *n)
{
	char *end;
	double value = strtod(n->text, &end);
	float single = (float)value;
	bool is_number = n->len && !isspace((unsigned char)*n->text) && end == n->text + n->len &&
			 isfinite(value) && n->style == NODE_PLAIN;

	if (!is_number)
		not_accepted(e, p, n);
	else if (p->type->size == sizeof(double))
		put_bytes(e, p, n, (const uint8_t *)&value);
	else if (isfinite(single))
		put_bytes(e, p, n, (const uint8_t *)&single);
	else
		encode_error(e, n, "'%s' is beyond what a float holds", n->text);
}

static void encode_bool(struct encoder *e, const struct place *p, const struct node *n)
{
	bool is_true = node_is_word(n, "true") || node_is_word(n, "1");

	if (!is_true && !node_is_word(n, "false") && !node_is_word(n, "0"))
		not_accepted(e, p, n);
	else if (encode_claim(e, p, n))
		place_put(p, e->out, is_true);
}

static void encode_integer(struct encoder *e, const struct place *p, const struct node *n)
{
	char *what;

	if (p->type->kind == TYPE_INT && encode_notation(e, p, n))
		return;
	if (n->style != NODE_PLAIN) {
		what = place_describe(e->c, p);
		encode_error(e, n, "in quotes it is text; %s is %s, without quotes", place_name(p),
			     what);
		free(what);
	} else if (p->type->is_bool) {
		encode_bool(e, p, n);
	} else {
		encode_number(e, p, n, 0, n->text, n->len);
	}
}

static void encode_array(struct encoder *e, const struct place *p, const struct node *n)
{
	if (type_is_text(p->type) && (n->style != NODE_PLAIN || n->len <= p->type->n))
		encode_text(e, p, n);
	else if (!encode_notation(e, p, n)) {
		if (type_is_text(p->type))
			encode_text(e, p, n);
		else
			not_accepted(e, p, n);
	}
}

/* A struct around one thing stands for it: struct in_addr, a union of views of one address. */
static void encode_aggregate(struct encoder *e, const struct place *p, const struct node *n)
{
	struct place only;

	if (encode_notation(e, p, n))
		return;
	if (p->type->n == 1) {
		only = place_member(p, &p->type->members[0]);
		encode_scalar(e, &only, n);
		return;
	}
	not_accepted(e, p, n);
}

void encode_scalar(struct encoder *e, const struct place *p, const struct node *n)
{
	if (n->style == NODE_PLAIN && encode_function(e, p, n))
		return;
	switch (p->type->kind) {
	case TYPE_INT:
	case TYPE_ENUM:
		encode_integer(e, p, n);
		break;
	case TYPE_FLOAT:
		encode_float(e, p, n);
		break;
	case TYPE_ARRAY:
		encode_array(e, p, n);
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
		encode_aggregate(e, p, n);
		break;
	case TYPE_BYTES:
		if (!encode_notation(e, p, n))
			not_accepted(e, p, n);
		break;
	}
}
