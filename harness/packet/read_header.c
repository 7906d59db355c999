/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The fields of one header. */
#include "packet/read.h"

#include "base/text.h"
#include "packet/value.h"

#include <ctype.h>
#include <stdlib.h>

struct header {
	enum read_mode mode;
	struct part *part;
	struct piece at[FIELDS_MAX]; /* where each field was named */
};

static void unknown_field(struct cursor *c, struct piece name, const struct proto *p)
{
	const char *s = c->text + name.at, *near;
	char *all;
	size_t n = 0, size;
	FILE *out;

	while (p->fields[n].name)
		n++;
	near = text_nearest(s, name.len, p->fields, n, sizeof(*p->fields));
	if (near) {
		cursor_error(c, name, "%s has no field '%.*s'; did you mean '%s'?", p->name,
			     (int)name.len, s, near);
		return;
	}
	out = xmemstream(&all, &size);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s", i ? ", " : "", p->fields[i].name);
	fclose(out);
	cursor_error(c, name, "%s has no field '%.*s'; it has %s", p->name, (int)name.len, s, all);
	free(all);
}

static int read_options_field(struct cursor *c, struct header *h, const struct field *f)
{
	uint8_t data[OPTIONS_MAX];
	uint32_t len;

	if (read_options(c, f, data, &len))
		return -1;
	part_set_options(h->part, c->arena, data, len);
	return 0;
}

static int read_any(struct cursor *c, struct piece word, struct header *h, int n)
{
	if (h->mode == READ_BUILD) {
		cursor_error(c, word, "'any' is for expectations: a frame to send needs a value");
		return -1;
	}
	h->part->any |= 1ull << n;
	return 0;
}

/* "10.0.0.0/8" would read as the next layer. */
static int refuse_prefix(struct cursor *c, const struct field *f)
{
	bool address = f->type == FIELD_IPV4 || f->type == FIELD_IPV6;
	size_t from = c->at;

	if (!address || c->at + 1 >= c->len || c->text[c->at] != '/' ||
	    !isdigit((unsigned char)c->text[c->at + 1]))
		return 0;
	c->at++;
	cursor_word(c);
	cursor_error(c, cursor_since(c, from), "%s is one address, without a prefix length",
		     f->name);
	return -1;
}

static int refuse_text(struct cursor *c, const struct field *f)
{
	size_t from = c->at;
	uint32_t unused;

	if (cursor_text(c, &unused))
		cursor_error(c, cursor_since(c, from), "%s takes no text in quotes", f->name);
	return -1;
}

static int read_value(struct cursor *c, struct header *h, int n)
{
	const struct field *f = &h->part->proto->fields[n];
	struct cursor inner, ahead;
	struct piece word;
	char *message;
	int err;

	if (cursor_take(c, '$')) {
		if (cursor_enter(c, &inner) || read_value(&inner, h, n))
			return -1;
		return cursor_leave(&inner);
	}
	cursor_peek(c);
	ahead = *c;
	word = cursor_word(&ahead);
	if (piece_is(c, word, "any")) {
		*c = ahead;
		return read_any(c, word, h, n);
	}
	if (f->type == FIELD_OPTIONS)
		return read_options_field(c, h, f);
	if (cursor_peek(c) == '"')
		return refuse_text(c, f);
	if (!word.len) {
		cursor_error(c, cursor_next(c), "expected a value for '%s'", f->name);
		return -1;
	}
	*c = ahead;
	err = value_parse(f, c->text + word.at, word.len, h->part->data);
	if (err) {
		message = value_refusal(f, c->text + word.at, word.len, err);
		cursor_error(c, word, "%s", message);
		free(message);
		return -1;
	}
	return refuse_prefix(c, f);
}

/* One NAME=VALUE. Returns 0, or -1 after a diag. */
static int read_argument(struct cursor *c, struct header *h)
{
	struct piece name = cursor_name(c);
	const struct proto *p = h->part->proto;
	int n = proto_field_of(p, c->text + name.at, name.len, h->part->data);

	if (!name.len) {
		int ch = cursor_peek(c);

		/* At the end of the layer what matters is that it was not closed, said by the
		 * caller. */
		if (ch >= 0 && ch != '/')
			cursor_error(c, cursor_next(c), "expected the name of a field of %s",
				     p->name);
		return -1;
	}
	if (n < 0) {
		unknown_field(c, name, p);
		return -1;
	}
	if ((h->part->named | h->part->any) >> n & 1) {
		cursor_error(c, name, "%s.%s is given twice", p->name, p->fields[n].name);
		return -1;
	}
	h->at[n] = name;
	if (!cursor_take(c, '=')) {
		cursor_error(c, cursor_next(c), "expected '=' after '%s'", p->fields[n].name);
		return -1;
	}
	h->part->named |= 1ull << n;
	if (read_value(c, h, n))
		return -1;
	if (h->part->any >> n & 1)
		h->part->named &= ~(1ull << n);
	return 0;
}

static void not_closed(struct cursor *c, struct piece open, const struct proto *p)
{
	struct piece next = cursor_next(c);

	cursor_error(c, open, "the '(' of %s is not closed", p->name);
	if (!c->var)
		diag(c->d, DIAG_NOTE, cursor_span(c, next), "expected ',' or ')' here");
}

/* Up to the ')'; every argument is read, whatever was wrong before. */
static void read_all(struct cursor *c, struct header *h)
{
	struct piece open = { c->at - 1, 1 };

	if (cursor_take(c, ')'))
		return;
	for (;;) {
		int ch, failed = read_argument(c, h);

		if (failed)
			read_skip_to(c, ",)/");
		ch = cursor_peek(c);
		if (!failed && ch >= 0 && ch != '/' && ch != ',' && ch != ')') {
			struct piece next = cursor_next(c);

			cursor_error(c, next, "expected ',' or ')' before '%.*s'", (int)next.len,
				     c->text + next.at);
			read_skip_to(c, ",)/");
		}
		if (cursor_take(c, ','))
			continue;
		if (!cursor_take(c, ')'))
			not_closed(c, open, h->part->proto);
		return;
	}
}

/*
 * Fields that are there only with some values of another. Where only fields are named, the
 * other may be any, unless it is named too or says where the field stands.
 */
static void check_variants(struct cursor *c, const struct header *h)
{
	const struct part *p = h->part;

	for (int n = 0; p->proto->fields[n].name; n++) {
		const struct field *f = &p->proto->fields[n];

		if (!((p->named | p->any) >> n & 1) || field_applies(f, p->data))
			continue;
		if (p->any >> f->only->by & 1 || (h->mode == READ_FIELDS && !p->proto->max_len &&
						  !(p->named >> f->only->by & 1)))
			continue;
		cursor_error(c, h->at[n], "%s has '%s' only with %s", p->proto->name, f->name,
			     f->only->when);
	}
}

void read_arguments(struct cursor *c, enum read_mode mode, struct part *part)
{
	struct header h = { .mode = mode, .part = part };

	read_all(c, &h);
	check_variants(c, &h);
	part_fit(part);
}
