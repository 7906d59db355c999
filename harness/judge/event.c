/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/event.h"

#include "base/text_stream.h"
#include "judge/leaves.h"

#include <string.h>

bool event_comparable(const struct event_expectation *x, const struct observed_event *e)
{
	const struct event_type *type;

	if (e->format != x->format)
		return false;
	if (!x->type)
		return true;
	type = event_type_of(e);
	return type && type->type == x->type;
}

static bool is_zero(const uint8_t *data, size_t len)
{
	return !len || (!data[0] && !memcmp(data, data + 1, len - 1));
}

/* Members that the record is too short for are not there: nothing can be expected of them. */
static bool value_holds(const struct event_expectation *x, const struct observed_event *e)
{
	size_t size = x->type->size, len = e->len < size ? e->len : size;

	return value_matches(len, x->value.data, x->value.mask, e->data) &&
	       is_zero(x->value.mask + len, size - len);
}

/* As long as it may be: what is right at any of its possible ends is right. */
static bool packet_holds(const struct event_expectation *x, const struct event_payload_bytes *b,
			 const struct observation *o, struct arena *arena)
{
	size_t least = b->len - b->padding;

	if (packet_expect_check(x->packet, o->in, o->in_len, b->data, b->likely_len, arena, NULL))
		return true;
	for (size_t len = b->len; len + 1 > least && len; len--)
		if (packet_expect_check(x->packet, o->in, o->in_len, b->data, len, arena, NULL))
			return true;
	return false;
}

static bool payload_holds(const struct event_expectation *x, const struct observed_event *e,
			  const struct observation *o)
{
	static const uint8_t nothing[1];
	struct arena scratch = {};
	struct event_payload_bytes b;
	bool holds = true;

	if (x->payload == PAYLOAD_ANY)
		return true;
	b = event_payload_of(e, x->type, &scratch);
	if (!b.data)
		b.data = nothing;
	switch (x->payload) {
	case PAYLOAD_ANY:
		break;
	case PAYLOAD_NONE:
		holds = b.len <= b.padding;
		break;
	case PAYLOAD_PACKET:
		holds = packet_holds(x, &b, o, &scratch);
		break;
	}
	arena_free(&scratch);
	return holds;
}

static bool bytes_hold(const struct event_expectation *x, const struct observed_event *e)
{
	return x->n_bytes <= e->len && x->n_bytes >= e->len - e->padding &&
	       !memcmp(x->bytes, e->data, x->n_bytes);
}

bool event_matches(const struct event_expectation *x, const struct observed_event *e,
		   const struct observation *o)
{
	if (!event_comparable(x, e))
		return false;
	if (x->bytes)
		return bytes_hold(x, e);
	return !x->type || (value_holds(x, e) && payload_holds(x, e, o));
}

static size_t bytes_distance(const struct event_expectation *x, const struct observed_event *e)
{
	size_t shorter = x->n_bytes < e->len ? x->n_bytes : e->len;
	size_t n = x->n_bytes != e->len;

	for (size_t i = 0; i < shorter; i++)
		n += x->bytes[i] != e->data[i];
	return n;
}

size_t event_distance(const struct event_expectation *x, const struct observed_event *e,
		      const struct observation *o)
{
	struct arena scratch = {};
	struct leaves leaves;
	size_t n;

	if (event_matches(x, e, o))
		return 0;
	if (x->bytes)
		return bytes_distance(x, e);
	leaves_find(x->type, &scratch, &leaves);
	n = leaves_differ(&leaves, x->value.data, x->value.mask, event_value(e, x->type, &scratch));
	n += !payload_holds(x, e, o);
	arena_free(&scratch);
	return n ? n : 1;
}

static void add_row(struct arena *arena, struct value_difference **rows, size_t *n,
		    const char *member, const char *expected, const char *actual)
{
	*ARENA_PUSH(arena, *rows, *n) = (struct value_difference){ member, expected, actual };
}

static const char *hex_text(const uint8_t *data, size_t len, struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	fputs("hex(", t.out);
	for (size_t i = 0; i < len; i++)
		fprintf(t.out, "%02x", data[i]);
	fputs(")", t.out);
	return text_stream_close(&t, arena);
}

static const char *payload_text(const struct event_payload_bytes *b, struct arena *arena)
{
	struct text_stream t;
	struct packet p;

	packet_dissect(arena_memdup(arena, b->data, b->likely_len), b->likely_len, &p);
	text_stream_open(&t);
	packet_print(t.out, &p);
	return text_stream_close(&t, arena);
}

static void diff_packet(const struct event_expectation *x, const struct event_payload_bytes *b,
			const struct observation *o, struct arena *arena,
			struct value_difference **rows, size_t *n)
{
	struct packet_diff diff = {};

	packet_expect_check(x->packet, o->in, o->in_len, b->data, b->likely_len, arena, &diff);
	for (size_t i = 0; i < diff.n; i++)
		add_row(arena, rows, n, arena_printf(arena, "payload %s", diff.items[i].field),
			diff.items[i].expected, diff.items[i].actual);
	if (!diff.n)
		add_row(arena, rows, n, "payload", diff.expected, diff.actual);
}

static void diff_payload(const struct event_expectation *x, const struct observed_event *e,
			 const struct observation *o, struct arena *arena,
			 struct value_difference **rows, size_t *n)
{
	struct event_payload_bytes b = event_payload_of(e, x->type, arena);

	if (payload_holds(x, e, o))
		return;
	if (x->payload == PAYLOAD_NONE)
		add_row(arena, rows, n, "payload", "none", payload_text(&b, arena));
	else if (!b.likely_len)
		add_row(arena, rows, n, "payload", "a packet", "none");
	else
		diff_packet(x, &b, o, arena, rows, n);
}

size_t event_diff(const struct event_expectation *x, const struct observed_event *e,
		  const struct observation *o, struct arena *arena, struct value_difference **out)
{
	struct value_difference *rows = NULL;
	size_t n = 0;

	*out = NULL;
	if (event_matches(x, e, o))
		return 0;
	if (x->bytes) {
		add_row(arena, &rows, &n, "record", hex_text(x->bytes, x->n_bytes, arena),
			hex_text(e->data, e->len, arena));
	} else {
		if (!value_holds(x, e))
			n = value_diff(x->format->values, x->type, x->value.data, x->value.mask,
				       event_value(e, x->type, arena), "", arena, &rows);
		/* Only members that the record is too short for. */
		if (!n && !value_holds(x, e))
			add_row(arena, &rows, &n, "length",
				arena_printf(arena, "%u bytes", x->type->size),
				arena_printf(arena, "%zu bytes", e->len));
		diff_payload(x, e, o, arena, &rows, &n);
	}
	*out = rows;
	return n;
}
