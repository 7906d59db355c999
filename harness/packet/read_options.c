/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/read.h"

#include "base/text.h"

#include <string.h>

/* Room for any single option; what all of them may take is checked after each. */
#define LIST_ROOM (OPTIONS_MAX + OPTION_LEN_MAX)

struct option_list {
	const struct option_set *set;
	uint8_t data[LIST_ROOM];
	uint32_t len;
};

static void put(struct option_list *l, uint64_t value, uint32_t bytes)
{
	while (bytes--)
		l->data[l->len++] = (uint8_t)(value >> 8 * bytes);
}

/* "LEFT-RIGHT" */
static int read_range(struct cursor *c, struct option_list *l)
{
	struct piece word = cursor_word(c);
	const char *s = c->text + word.at, *dash = memchr(s, '-', word.len);
	uint64_t left, right;

	if (!dash || number_parse(s, (size_t)(dash - s), &left) ||
	    number_parse(dash + 1, (size_t)(s + word.len - dash - 1), &right) || left >> 32 ||
	    right >> 32) {
		cursor_error(c, word.len ? word : cursor_next(c),
			     "expected a range LEFT-RIGHT of two 32-bit numbers");
		return -1;
	}
	put(l, left, 4);
	put(l, right, 4);
	return 0;
}

static int read_address(struct cursor *c, struct option_list *l, enum option_arg arg)
{
	struct piece word = cursor_word(c);
	const char *s = c->text + word.at, *what = "an IPv4 address";
	uint8_t addr[16];
	int err;

	if (arg == ARG_MAC) {
		err = mac_parse(s, word.len, addr);
		what = "a MAC address";
	} else if (arg == ARG_IPV6) {
		err = ipv6_parse(s, word.len, addr);
		what = "an IPv6 address";
	} else {
		err = ipv4_parse(s, word.len, addr);
	}
	if (err) {
		cursor_error(c, word.len ? word : cursor_next(c), "expected %s", what);
		return -1;
	}
	memcpy(l->data + l->len, addr, option_arg_size(arg));
	l->len += option_arg_size(arg);
	return 0;
}

static int read_value(struct cursor *c, struct option_list *l, const char *name,
		      enum option_arg arg)
{
	uint32_t bytes = option_arg_size(arg);
	struct cursor inner;
	uint64_t value;

	if (cursor_take(c, '$')) {
		if (cursor_enter(c, &inner) || read_value(&inner, l, name, arg))
			return -1;
		return cursor_leave(&inner);
	}
	if (arg == ARG_RANGE)
		return read_range(c, l);
	if (arg == ARG_IPV4 || arg == ARG_IPV6 || arg == ARG_MAC)
		return read_address(c, l, arg);
	if (cursor_number(c, name, (1ull << 8 * bytes) - 1, &value))
		return -1;
	put(l, value, bytes);
	return 0;
}

/* The values of an option after its '('; its kind and length are in place already. */
static int read_values(struct cursor *c, struct option_list *l, const struct option_kind *k)
{
	uint32_t start = l->len;
	size_t n = 0;

	do {
		enum option_arg arg;

		while ((arg = option_arg_type(k, n++)) == ARG_ZERO16)
			put(l, 0, option_arg_size(arg));
		if (!arg || l->len - start + option_arg_size(arg) > option_value_max(l->set)) {
			cursor_error(c, cursor_next(c), "too many values; %s", k->text);
			return -1;
		}
		if (read_value(c, l, k->name, arg))
			return -1;
	} while (cursor_take(c, ','));
	if (n < ARRAY_SIZE(k->args) && k->args[n]) {
		cursor_error(c, cursor_next(c), "too few values; %s", k->text);
		return -1;
	}
	if (!cursor_take(c, ')')) {
		cursor_error(c, cursor_next(c), "expected ',' or ')' in the values of %s", k->name);
		return -1;
	}
	return 0;
}

static const char *other_form(const struct option_set *set)
{
	return set->format == OPTIONS_GENEVE ? "opt(CLASS, TYPE, hex(..))" : "opt(KIND, hex(..))";
}

/* What stands in front of the value: KIND, or CLASS and TYPE; and the ',' after it. */
static int read_kind(struct cursor *c, const struct option_set *set, uint64_t *kind)
{
	uint64_t type;

	if (set->format != OPTIONS_GENEVE)
		return cursor_number(c, "the kind of an option", 255, kind);
	if (cursor_number(c, "the class of an option", 0xffff, kind))
		return -1;
	if (!cursor_take(c, ',')) {
		cursor_error(c, cursor_next(c), "an option is written %s", other_form(set));
		return -1;
	}
	if (cursor_number(c, "the type of an option", 255, &type))
		return -1;
	*kind = GENEVE_OPTION(*kind, type);
	return 0;
}

/* After "opt" */
static int read_other(struct cursor *c, struct option_list *l)
{
	uint32_t start = l->len, max = option_value_max(l->set), head;
	bool open = cursor_take(c, '(');
	uint64_t kind = 0;
	uint32_t len;
	uint8_t *data;

	if (open && read_kind(c, l->set, &kind))
		return -1;
	if (!open || !cursor_take(c, ',') || !cursor_take_word(c, "hex")) {
		cursor_error(c, cursor_next(c), "an option is written %s", other_form(l->set));
		return -1;
	}
	data = cursor_hex(c, &len);
	if (!data)
		return -1;
	if (!cursor_take(c, ')') || len > max) {
		cursor_error(c, cursor_next(c), "an option is written %s, of at most %u bytes",
			     other_form(l->set), max);
		return -1;
	}
	head = option_open(l->set, l->data + start, (uint32_t)kind, false);
	memcpy(l->data + start + head, data, len);
	l->len = start + option_close(l->set, l->data + start, head + len);
	return 0;
}

static int unknown_option(struct cursor *c, struct piece name, const struct option_set *set)
{
	const char *s = c->text + name.at, *near;
	size_t n = 0;

	while (set->kinds[n].name)
		n++;
	near = text_nearest(s, name.len, set->kinds, n, sizeof(*set->kinds));
	if (!name.len)
		cursor_error(c, cursor_next(c), "expected the name of an option");
	else if (near)
		cursor_error(c, name, "unknown option '%.*s'; did you mean '%s'?", (int)name.len, s,
			     near);
	else
		cursor_error(c, name, "unknown option '%.*s'; any can be written %s", (int)name.len,
			     s, other_form(set));
	return -1;
}

static int read_option(struct cursor *c, struct option_list *l)
{
	struct piece name = cursor_name(c);
	const struct option_kind *k;
	uint32_t start = l->len;

	if (piece_is(c, name, "opt"))
		return read_other(c, l);
	k = option_find(l->set, c->text + name.at, name.len);
	if (!k)
		return unknown_option(c, name, l->set);
	l->len += option_open(l->set, l->data + start, k->kind, k->bare);
	if (k->bare)
		return 0;
	if (cursor_take(c, '(')) {
		if (read_values(c, l, k))
			return -1;
	} else if (k->args[0]) {
		cursor_error(c, name, "%s needs its values; %s", k->name, k->text);
		return -1;
	}
	l->len = start + option_close(l->set, l->data + start, l->len - start);
	return 0;
}

static int read_item(struct cursor *c, struct option_list *l)
{
	if (l->set->format != OPTIONS_ADDRESSES)
		return read_option(c, l);
	return read_value(c, l, "an address", ARG_IPV6);
}

/* After the '[': every option is read, whatever was wrong before. */
static int read_list(struct cursor *c, const struct field *f, struct option_list *l)
{
	int err = 0;

	if (cursor_take(c, ']'))
		return 0;
	do {
		size_t from;

		cursor_peek(c);
		from = c->at;
		if (read_item(c, l)) {
			err = -1;
			c->at = from;
			read_skip_to(c, ",])/");
			l->len = 0;
		}
		if (l->len > l->set->max) {
			cursor_error(c, cursor_since(c, from), "%s take %u bytes; at most %u fit",
				     f->name, l->len, l->set->max);
			err = -1;
			l->len = 0;
		}
	} while (cursor_take(c, ','));
	if (cursor_take(c, ']') || err)
		return err;
	cursor_error(c, cursor_next(c), "expected ',' or ']' in the list of options");
	return -1;
}

int read_options(struct cursor *c, const struct field *f, uint8_t out[static OPTIONS_MAX],
		 uint32_t *len)
{
	struct option_list l;
	struct piece start = cursor_next(c);
	uint8_t *raw = l.data;

	l.set = f->options;
	l.len = 0;
	if (l.set->format != OPTIONS_BYTES && cursor_take(c, '[')) {
		if (read_list(c, f, &l))
			return -1;
	} else if (cursor_take_word(c, "hex")) {
		raw = cursor_hex(c, &l.len);
		if (!raw)
			return -1;
	} else {
		cursor_error(c, start,
			     l.set->format == OPTIONS_BYTES ? "%s is hex(..)"
							    : "%s are a list [..] or hex(..)",
			     f->name);
		return -1;
	}
	if (l.len > l.set->max) {
		cursor_error(c, start, "%s take %u bytes; at most %u fit", f->name, l.len,
			     l.set->max);
		return -1;
	}
	memcpy(out, raw, l.len);
	*len = l.len;
	return 0;
}
