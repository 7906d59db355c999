/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/expect.h"

#include "packet/compare.h"
#include "packet/expect_sent.h"
#include "packet/print.h"
#include "packet/read.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

/* The text with each run of blanks as one. */
static const char *one_line(struct arena *arena, const struct cursor *c)
{
	char *text = arena_alloc(arena, c->len + 1);
	size_t n = 0;

	for (size_t i = 0; i < c->len; i++)
		if (!isspace((unsigned char)c->text[i]))
			text[n++] = c->text[i];
		else if (n && text[n - 1] != ' ')
			text[n++] = ' ';
	if (n && text[n - 1] == ' ')
		n--;
	text[n] = 0;
	return text;
}

/* After "sent": any number of "with FIELDS" and "without HEADERS". */
static int read_edits(struct cursor *c, struct packet_expect *e)
{
	bool with;
	int err = 0;

	while ((with = cursor_take_word(c, "with")) || cursor_take_word(c, "without")) {
		struct edit *edit = ARENA_PUSH(c->arena, e->edits, e->n_edits);

		if (e->n_edits > 1 && edit[-1].fields.open) {
			cursor_error(c, cursor_next(c), "nothing can follow '...'");
			err = -1;
		}
		edit->without = !with;
		if (read_layers(c, with ? READ_FIELDS : READ_NAMES, NULL, &edit->fields))
			err = -1;
	}
	return err | read_end(c);
}

static int read_sent(struct cursor *c, struct packet_expect *e)
{
	e->kind = EXPECT_MADE;
	e->needs_sent = true;
	return read_edits(c, e);
}

static int read_like(struct cursor *c, struct packet_expect *e)
{
	e->kind = EXPECT_LIKE;
	if (read_layers(c, READ_FIELDS, NULL, &e->parts) | read_end(c))
		return -1;
	parts_join(&e->parts, c->arena, &e->frame, NULL);
	return 0;
}

static bool has_any(const struct parts *ps)
{
	for (unsigned int i = 0; i < ps->n; i++)
		if (ps->items[i].any)
			return true;
	return false;
}

static int read_frame(struct cursor *c, struct packet_expect *e, const uint8_t *eth_dst)
{
	int err = read_layers(c, READ_WHOLE, eth_dst, &e->parts);

	if (e->parts.sent)
		err |= read_sent(c, e);
	else
		err |= read_end(c);
	if (err || read_check_start(c->d, &e->parts))
		return -1;
	if (e->parts.sent)
		return 0;
	e->kind = e->parts.open || has_any(&e->parts) ? EXPECT_MADE : EXPECT_FRAME;
	parts_join(&e->parts, c->arena, &e->frame, NULL);
	derive_fill(&e->frame, NULL);
	return 0;
}

struct packet_expect *packet_expect_read(struct diags *d, const struct expression *e,
					 struct arena *arena)
{
	struct packet_expect *x = arena_alloc(arena, sizeof(*x));
	struct cursor c;
	int err;

	cursor_start(&c, d, e, arena);
	x->text = one_line(arena, &c);
	if (cursor_take_word(&c, "same")) {
		x->kind = EXPECT_SAME;
		x->needs_sent = true;
		err = read_end(&c);
	} else if (cursor_take_word(&c, "like")) {
		err = read_like(&c, x);
	} else if (cursor_take_word(&c, "sent")) {
		err = read_sent(&c, x);
	} else {
		err = read_frame(&c, x, e->eth_dst);
	}
	return err ? NULL : x;
}

bool packet_expect_needs_sent(const struct packet_expect *e)
{
	return e->needs_sent;
}

static void start_diff(struct packet_diff *diff, const uint8_t *out, size_t out_len,
		       struct packet *actual, struct arena *arena)
{
	frame_dissect(out, out_len, actual);
	derive_check(actual, NULL);
	*diff = (struct packet_diff){ .actual =
					      frame_text(arena, actual, actual->n_layers, false) };
}

/* What was sent does not have what the expectation changes. */
static void diff_unmade(const struct made *m, const uint8_t *out, size_t out_len,
			struct packet_diff *diff)
{
	struct packet actual;

	start_diff(diff, out, out_len, &actual, m->arena);
	diff->expected = m->e->text;
	diff->unmade = m->missing;
	*ARENA_PUSH(m->arena, diff->items, diff->n) = (struct packet_difference){
		.field = m->missing,
		.expected = "to be in what was sent",
	};
	diff->note = arena_printf(m->arena, "what was sent has no %s: %s", m->missing,
				  frame_text(m->arena, &m->sent, m->sent.n_layers, false));
}

static void diff_made(struct made *m, const uint8_t *out, size_t out_len, struct packet_diff *diff)
{
	struct packet expected, actual;

	start_diff(diff, out, out_len, &actual, m->arena);
	frame_dissect(m->frame.data, m->frame.len, &expected);
	derive_check(&expected, NULL);
	diff_packets(diff, m->arena, &expected, &actual);
	diff_sort(diff, m->arena);
	diff->note = made_note(m);
	derive_check(&m->frame, NULL);
	diff->expected = frame_text(m->arena, &m->frame, m->shown, m->parts.open);
	if (!m->parts.open) {
		diff->expected_data = m->frame.data;
		diff->expected_len = m->frame.len;
	}
}

static bool check_made(const struct packet_expect *e, const uint8_t *sent, size_t sent_len,
		       const uint8_t *out, size_t out_len, struct arena *arena,
		       struct packet_diff *diff)
{
	struct made m;

	if (made_build(&m, e, sent, sent_len, out, out_len, arena)) {
		if (diff)
			diff_unmade(&m, out, out_len, diff);
		return false;
	}
	if (m.frame.len == out_len && (!out_len || !memcmp(m.frame.data, out, out_len)))
		return true;
	if (diff)
		diff_made(&m, out, out_len, diff);
	return false;
}

/* The text of what "like" names. */
static const char *like_text(const struct packet_expect *e, struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	fputs("like", t.out);
	for (unsigned int i = 0, l = 0; i < e->parts.n; i++) {
		const struct part *p = &e->parts.items[i];

		fputs(i ? " / " : " ", t.out);
		if (p->proto == &proto_payload && !p->len)
			fputs("\"\"", t.out);
		else
			layer_print(t.out, &e->frame, l++, p->index);
	}
	if (e->parts.open)
		fprintf(t.out, "%s...", e->parts.n ? " / " : " ");
	return text_stream_close(&t, arena);
}

static int find_like(const struct packet *p, unsigned int from, const struct part *want)
{
	if (want->index)
		return packet_find(p, want->proto, want->index);
	for (unsigned int i = from; i < p->n_layers; i++)
		if (p->layers[i].proto == want->proto)
			return (int)i;
	return -1;
}

/* Payload in front of "..." is only how it starts. */
static bool starts_like(const struct packet_expect *e, unsigned int l, const struct packet *p,
			unsigned int at)
{
	const struct layer *want = &e->frame.layers[l], *is = &p->layers[at];

	return e->parts.open && l + 1 == e->frame.n_layers && want->len <= is->len &&
	       !memcmp(e->frame.data + want->off, p->data + is->off, want->len);
}

static void missing_like(struct packet_diff *diff, struct arena *arena,
			 const struct packet_expect *e, unsigned int l, const struct part *want)
{
	diff_missing(diff, arena, &e->frame, l);
	if (want->index > 1)
		diff->items[diff->n - 1].field =
			arena_printf(arena, "%s[%u]", want->proto->name, want->index);
}

static void diff_like(const struct packet_expect *e, const struct packet *p, struct arena *arena,
		      struct packet_diff *diff)
{
	unsigned int from = 0;

	for (unsigned int i = 0, l = 0; i < e->parts.n; i++) {
		const struct part *want = &e->parts.items[i];
		int at = find_like(p, from, want);
		bool empty = want->proto == &proto_payload && !want->len;

		if (empty && at >= 0)
			diff_extra(diff, arena, p, (unsigned int)at);
		else if (!empty && at < 0)
			missing_like(diff, arena, e, l, want);
		else if (!empty && !proto_is_bytes(want->proto))
			diff_fields(diff, arena, &e->frame, l, p, (unsigned int)at, want->named);
		else if (!empty && !starts_like(e, l, p, (unsigned int)at))
			diff_bytes(diff, arena, &e->frame, l, p, (unsigned int)at);
		l += !empty;
		if (at >= 0)
			from = (unsigned int)at + 1;
	}
}

static bool check_like(const struct packet_expect *e, const uint8_t *out, size_t out_len,
		       struct arena *arena, struct packet_diff *diff)
{
	struct packet_diff found = {};
	struct packet p;

	frame_dissect(out, out_len, &p);
	diff_like(e, &p, arena, &found);
	if (!found.n)
		return true;
	if (diff) {
		start_diff(diff, out, out_len, &p, arena);
		diff->expected = like_text(e, arena);
		diff_like(e, &p, arena, diff);
		diff_sort(diff, arena);
	}
	return false;
}

bool packet_expect_check(const struct packet_expect *e, const uint8_t *sent, size_t sent_len,
			 const uint8_t *out, size_t out_len, struct arena *arena,
			 struct packet_diff *diff)
{
	assert(sent || !e->needs_sent);
	switch (e->kind) {
	case EXPECT_SAME:
		return frame_compare(sent, sent_len, out, out_len, arena, diff);
	case EXPECT_FRAME:
		return frame_compare(e->frame.data, e->frame.len, out, out_len, arena, diff);
	case EXPECT_LIKE:
		return check_like(e, out, out_len, arena, diff);
	case EXPECT_MADE:
		return check_made(e, sent, sent_len, out, out_len, arena, diff);
	}
	return false;
}
