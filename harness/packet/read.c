/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/read.h"

#include "base/text.h"

#include <string.h>

#define NAMES_MAX 64

struct reader {
	enum read_mode mode;
	const uint8_t *eth_dst;
	struct parts *ps;
	bool cut;  /* the last packet was cut short */
	bool full; /* said already that there are too many layers, or bytes */
};

void read_skip_to(struct cursor *c, const char *stops)
{
	unsigned int depth = 0;
	uint32_t unused;
	int ch;

	while ((ch = cursor_peek(c)) >= 0) {
		if (!depth && ch && strchr(stops, ch))
			return;
		if (ch == '"') {
			size_t n = c->d->n;

			/* Closed or not: it was reported where it mattered. */
			cursor_text(c, &unused);
			diags_rewind(c->d, n);
			continue;
		}
		depth += ch == '(' || ch == '[';
		depth -= depth && (ch == ')' || ch == ']');
		c->at++;
	}
}

static void skip_argument(struct cursor *c)
{
	read_skip_to(c, ",)/");
}

/* Past the ')' of arguments that cannot be read. */
static void skip_arguments(struct cursor *c)
{
	do
		skip_argument(c);
	while (cursor_take(c, ','));
	cursor_take(c, ')');
}

/* To the '/' before the next layer, or the end. */
static void skip_layer(struct cursor *c)
{
	do
		skip_argument(c);
	while (cursor_take(c, ',') || cursor_take(c, ')'));
}

/* Names that other tools use. */
static const char *other_name(const char *s, size_t len)
{
	static const struct {
		const char *theirs, *ours;
	} names[] = {
		{ "ip", "ipv4" },
		{ "ip6", "ipv6" },
		{ "ether", "eth" },
		{ "ethernet", "eth" },
		{ "dot1q", "vlan" },
		{ "8021q", "vlan" },
		{ "qinq", "dot1ad" },
		{ "svlan", "dot1ad" },
		{ "icmp6", "icmpv6" },
		{ "raw", "hex(..)" },
		{ "payload", "\"text\" or hex(..)" },
		{ "padding", "pad" },
		{ "zero", "zeros(N)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (text_is(s, len, names[i].theirs))
			return names[i].ours;
	return NULL;
}

/* Words of expectations, in front of an expression. */
static const char *const expect_words[] = { "same", "like", "with", "without" };

static void unknown_protocol(struct cursor *c, const struct reader *r, struct piece name)
{
	const char *s = c->text + name.at, *near = other_name(s, name.len), *names[NAMES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(expect_words); i++)
		if (r->mode == READ_BUILD && piece_is(c, name, expect_words[i])) {
			cursor_error(c, name, "'%s' is for expectations", expect_words[i]);
			return;
		}
	if (r->mode == READ_BUILD && piece_is(c, name, "last")) {
		cursor_error(c, name, "'last' stands alone, and without quotes");
		return;
	}
	while (protos[n]) {
		names[n] = protos[n]->name;
		n++;
	}
	names[n++] = "hex";
	names[n++] = "zeros";
	names[n++] = "pad";
	names[n++] = "cut";
	names[n++] = r->mode == READ_BUILD ? "last" : "sent";
	if (r->mode == READ_WHOLE && !r->ps->n) {
		names[n++] = "same";
		names[n++] = "like";
	}
	if (!near)
		near = text_nearest(s, name.len, names, n, sizeof(*names));
	if (near)
		cursor_error(c, name, "unknown protocol '%.*s'; did you mean %s%s%s?",
			     (int)name.len, s, strchr(near, '(') ? "" : "'", near,
			     strchr(near, '(') ? "" : "'");
	else
		cursor_error(c, name, "unknown protocol '%.*s'; 'verdict help packets' lists them",
			     (int)name.len, s);
}

static void add_part(struct cursor *c, struct reader *r, struct piece at, struct part p)
{
	struct parts *ps = r->ps;
	struct part *last = ps->n ? &ps->items[ps->n - 1] : NULL;

	if (r->full)
		return;
	p.where = cursor_span(c, at);
	if (p.len > FRAME_MAX - parts_len(ps)) {
		cursor_error(c, at, "the frame is longer than %u bytes", FRAME_MAX);
		r->full = true;
		return;
	}
	if (last && last->proto == &proto_pad && p.proto != &proto_pad)
		cursor_error(c, at, "only more padding can follow pad(..)");
	if (r->cut && p.proto != &proto_pad)
		cursor_error(c, at, "only padding can follow cut(..)");
	if (last && last->proto == &proto_payload && p.proto == &proto_payload) {
		part_append(last, c->arena, p.data, p.len);
		return;
	}
	if (!parts_insert(ps, ps->n, p)) {
		cursor_error(c, at, "more than %u layers", LAYERS_MAX);
		r->full = true;
	}
}

/* "[N]" after the name of a protocol. */
static void read_index(struct cursor *c, struct reader *r, struct part *p)
{
	size_t from = c->at;
	unsigned int before = 0;
	uint64_t index;

	if (!cursor_take(c, '['))
		return;
	if (cursor_number(c, "the number of a header", LAYERS_MAX, &index)) {
		skip_argument(c);
		return;
	}
	if (!cursor_take(c, ']')) {
		cursor_error(c, cursor_next(c), "expected ']' after the number");
		return;
	}
	if (!index) {
		cursor_error(c, cursor_since(c, from), "headers of a protocol are counted from 1");
		return;
	}
	p->index = (unsigned int)index;
	for (unsigned int i = 0; i < r->ps->n; i++)
		before += r->ps->items[i].proto == p->proto;
	if ((r->mode == READ_BUILD || r->mode == READ_WHOLE) && index != before + 1)
		cursor_error(c, cursor_since(c, from), "this is %s[%u]", p->proto->name,
			     before + 1);
}

static void read_header(struct cursor *c, struct reader *r, struct piece name,
			const struct proto *proto)
{
	struct part part = part_header(c->arena, proto, r->eth_dst);
	struct piece next;

	read_index(c, r, &part);
	next = cursor_next(c);
	if (cursor_take(c, '(')) {
		read_arguments(c, r->mode, &part);
		if (r->mode == READ_NAMES && (part.named | part.any))
			cursor_error(c, next, "'without' takes the names of headers, not fields");
	}
	add_part(c, r, name, part);
}

static void read_text(struct cursor *c, struct reader *r, const struct proto *proto)
{
	size_t from = c->at;
	uint32_t len;
	uint8_t *data = cursor_text(c, &len);

	if (data)
		add_part(c, r, cursor_since(c, from), part_bytes(proto, data, len));
}

static void read_hex(struct cursor *c, struct reader *r, struct piece name,
		     const struct proto *proto)
{
	uint32_t len;
	uint8_t *data = cursor_hex(c, &len);

	if (data)
		add_part(c, r, name, part_bytes(proto, data, len));
}

static void read_zeros(struct cursor *c, struct reader *r, struct piece name,
		       const struct proto *proto)
{
	uint64_t n;

	if (cursor_number(c, "a count of bytes", FRAME_MAX, &n))
		skip_argument(c);
	else
		add_part(c, r, name, part_bytes(proto, arena_alloc(c->arena, n), (uint32_t)n));
}

static void close_bytes(struct cursor *c, const char *name)
{
	if (!cursor_take(c, ')')) {
		cursor_error(c, cursor_next(c), "expected ')' after the value of %s", name);
		skip_arguments(c);
	}
}

/* "(N)", and for padding also "("text")" and "(hex(..))" */
static void read_bytes(struct cursor *c, struct reader *r, struct piece name,
		       const struct proto *proto)
{
	if (!cursor_take(c, '(')) {
		cursor_error(c, cursor_next(c), "expected '(' after %.*s", (int)name.len,
			     c->text + name.at);
		return;
	}
	if (proto == &proto_pad && cursor_peek(c) == '"')
		read_text(c, r, proto);
	else if (proto == &proto_pad && cursor_take_word(c, "hex"))
		read_hex(c, r, name, proto);
	else if (proto == &proto_pad && cursor_take_word(c, "zeros"))
		read_bytes(c, r, name, proto);
	else
		read_zeros(c, r, name, proto);
	close_bytes(c, proto == &proto_pad ? "pad" : "zeros");
}

/* "cut(N)": the end of the packet that an ICMP error holds */
static void read_cut(struct cursor *c, struct reader *r, struct piece name)
{
	bool whole = r->mode == READ_BUILD || r->mode == READ_WHOLE;
	uint64_t len;

	if (!cursor_take(c, '(')) {
		cursor_error(c, cursor_next(c), "expected '(' after cut");
		return;
	}
	if (cursor_number(c, "a count of bytes", FRAME_MAX, &len))
		skip_argument(c);
	else if (!whole)
		cursor_error(c, name, "'cut' is for whole packets");
	else if (r->ps->n && r->ps->items[r->ps->n - 1].proto == &proto_pad)
		cursor_error(c, name, "only more padding can follow pad(..)");
	else if (!quote_cut(c, name, r->ps, (uint32_t)len))
		r->cut = true;
	close_bytes(c, "cut");
}

static void read_layers_of(struct cursor *c, struct reader *r);

static void read_variable(struct cursor *c, struct reader *r)
{
	struct cursor inner;

	if (cursor_enter(c, &inner))
		return;
	if (cursor_peek(&inner) < 0)
		cursor_error(&inner, (struct piece){ 0, 0 }, "$%s is empty", inner.var->name);
	else
		read_layers_of(&inner, r);
}

static void read_open(struct cursor *c, struct reader *r)
{
	struct piece word = cursor_word(c);

	if (!piece_is(c, word, "..."))
		cursor_error(c, word, "expected a layer, not '%.*s'", (int)word.len,
			     c->text + word.at);
	else if (r->mode == READ_BUILD)
		cursor_error(c, word, "'...' is for expectations: a frame to send is whole");
	else if (r->mode == READ_NAMES)
		cursor_error(c, word, "'without' takes the names of headers");
	else
		r->ps->open = true;
}

static void read_sent(struct cursor *c, struct reader *r, struct piece name)
{
	if (r->mode == READ_WHOLE)
		r->ps->sent = true;
	else
		cursor_error(c, name,
			     r->mode == READ_BUILD
				     ? "'sent' is for expectations: what was sent, unchanged"
				     : "'sent' ends an expression of what was put in front of it");
}

/* Whether what follows belongs to the sentence around: "sent with .. without ..". */
static bool at_with(const struct cursor *c, enum read_mode mode)
{
	struct cursor ahead = *c;
	struct piece word = cursor_name(&ahead);

	return (mode == READ_FIELDS || mode == READ_NAMES) &&
	       (piece_is(c, word, "with") || piece_is(c, word, "without"));
}

/* What follows the word belongs to it: there is nothing more to say of that. */
static void read_unknown(struct cursor *c, const struct reader *r, struct piece name)
{
	if (cursor_peek(c) == '=')
		cursor_error(
			c, name,
			"'%.*s=' stands in no header: a field is named in the parentheses of its "
			"own, as in ipv4(ttl=9)",
			(int)name.len, c->text + name.at);
	else
		unknown_protocol(c, r, name);
	if (cursor_take(c, '['))
		skip_argument(c);
	if (cursor_take(c, '('))
		skip_arguments(c);
	else if (!at_with(c, r->mode))
		skip_layer(c);
}

/* A layer that starts with a word. */
static void read_named(struct cursor *c, struct reader *r)
{
	struct piece name = cursor_name(c);
	const struct proto *proto = proto_find(c->text + name.at, name.len);

	if (proto) {
		read_header(c, r, name, proto);
	} else if (r->mode == READ_NAMES && piece_is(c, name, "payload")) {
		add_part(c, r, name, part_bytes(&proto_payload, NULL, 0));
	} else if (r->mode == READ_NAMES && piece_is(c, name, "pad")) {
		add_part(c, r, name, part_bytes(&proto_pad, NULL, 0));
	} else if (piece_is(c, name, "hex")) {
		read_hex(c, r, name, &proto_payload);
	} else if (piece_is(c, name, "zeros")) {
		read_bytes(c, r, name, &proto_payload);
	} else if (piece_is(c, name, "pad")) {
		read_bytes(c, r, name, &proto_pad);
	} else if (piece_is(c, name, "cut")) {
		read_cut(c, r, name);
	} else if (piece_is(c, name, "sent")) {
		read_sent(c, r, name);
	} else {
		read_unknown(c, r, name);
	}
}

static void read_layer(struct cursor *c, struct reader *r)
{
	struct piece next;
	struct cursor ahead;
	int ch = cursor_peek(c);

	ahead = *c;
	if (ch == '"') {
		read_text(c, r, &proto_payload);
	} else if (ch == '.') {
		read_open(c, r);
	} else if (cursor_take(c, '$')) {
		read_variable(c, r);
	} else if (cursor_name(&ahead).len) {
		read_named(c, r);
	} else {
		next = cursor_next(c);
		if (ch < 0)
			cursor_error(
				c, next,
				c->at && r->ps->n
					? "expected a layer after '/'"
					: "expected a packet, such as eth(..) / ipv4(..) / tcp(..)");
		else
			cursor_error(c, next, "expected a layer, not '%.*s'", (int)next.len,
				     c->text + next.at);
		skip_layer(c);
	}
}

/* What should have been '/'. Returns whether another layer follows. */
static bool read_separator(struct cursor *c, const struct reader *r)
{
	struct piece next;

	if (r->ps->sent)
		return false;
	if (cursor_take(c, '/')) {
		if (r->ps->open)
			cursor_error(c, cursor_next(c), "nothing can follow '...'");
		return true;
	}
	if (cursor_peek(c) < 0 || at_with(c, r->mode))
		return false;
	next = cursor_next(c);
	if (c->text[next.at] == ')')
		cursor_error(c, next, "')' without '('");
	else
		cursor_error(c, next, "expected '/' before '%.*s'", (int)next.len,
			     c->text + next.at);
	if (c->text[next.at] != '"' && !proto_find(c->text + next.at, next.len)) {
		skip_layer(c);
		return cursor_take(c, '/');
	}
	return true;
}

static void read_layers_of(struct cursor *c, struct reader *r)
{
	do
		read_layer(c, r);
	while (!r->full && read_separator(c, r));
	if (r->full)
		c->at = c->len;
}

int read_layers(struct cursor *c, enum read_mode mode, const uint8_t *eth_dst, struct parts *ps)
{
	struct reader r = { .mode = mode, .eth_dst = eth_dst, .ps = ps };
	unsigned int errors = c->d->errors;

	read_layers_of(c, &r);
	return c->d->errors == errors ? 0 : -1;
}

int read_end(struct cursor *c)
{
	struct piece next;

	if (cursor_peek(c) < 0)
		return 0;
	next = cursor_next(c);
	cursor_error(c, next, "'%.*s' is left over after the expression", (int)next.len,
		     c->text + next.at);
	return -1;
}

int read_check_start(struct diags *d, const struct parts *ps)
{
	const struct part *p = ps->items;

	if (!ps->n || p->proto->frame || p->proto == &proto_payload)
		return 0;
	diag(d, DIAG_ERROR, p->where, "a frame starts with eth(..), not with %s", p->proto->name);
	return -1;
}
