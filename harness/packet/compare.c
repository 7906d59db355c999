/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/compare.h"

#include "packet/derive.h"
#include "packet/print.h"
#include "packet/value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Payload shown whole in a difference, and how much of a longer one from where it differs. */
#define BYTES_WHOLE 24
#define BYTES_SHOWN 16

/* A packet may be changed by others; the functions that read a frame do not. */
void frame_dissect(const uint8_t *data, size_t len, struct packet *p)
{
	packet_dissect((uint8_t *)(uintptr_t)data, len, p);
}

int packet_find(const struct packet *p, const struct proto *proto, unsigned int index)
{
	for (unsigned int i = 0; i < p->n_layers; i++)
		if (p->layers[i].proto == proto && !--index)
			return (int)i;
	return -1;
}

char *frame_text(struct arena *arena, const struct packet *p, unsigned int n, bool open)
{
	struct text_stream t;

	text_stream_open(&t);
	layers_print(t.out, p, n, open);
	return text_stream_close(&t, arena);
}

static struct packet_difference *push(struct packet_diff *diff, struct arena *arena)
{
	return ARENA_PUSH(arena, diff->items, diff->n);
}

static char *layer_text(struct arena *arena, const struct packet *p, unsigned int i)
{
	struct text_stream t;

	text_stream_open(&t);
	if (proto_is_bytes(p->layers[i].proto) && p->layers[i].len > BYTES_WHOLE)
		fprintf(t.out, "%" PRIu32 " bytes", p->layers[i].len);
	else
		layer_print(t.out, p, i, 0);
	return text_stream_close(&t, arena);
}

static char *layer_name(struct arena *arena, const struct packet *p, unsigned int i)
{
	struct text_stream t;

	text_stream_open(&t);
	layer_name_print(t.out, p, i);
	return text_stream_close(&t, arena);
}

void diff_missing(struct packet_diff *diff, struct arena *arena, const struct packet *expected,
		  unsigned int i)
{
	struct packet_difference *item = push(diff, arena);

	item->field = layer_name(arena, expected, i);
	item->expected = layer_text(arena, expected, i);
}

void diff_extra(struct packet_diff *diff, struct arena *arena, const struct packet *actual,
		unsigned int i)
{
	struct packet_difference *item = push(diff, arena);

	item->field = layer_name(arena, actual, i);
	item->actual = layer_text(arena, actual, i);
	item->off = actual->layers[i].off;
	item->len = actual->layers[i].len;
}

static char *bytes_text(struct arena *arena, const uint8_t *data, uint32_t len, uint32_t from,
			bool whole)
{
	uint32_t n = len - from < BYTES_SHOWN ? len - from : BYTES_SHOWN;
	struct text_stream t;

	text_stream_open(&t);
	if (whole)
		bytes_print(t.out, data, len);
	else if (from == len)
		fprintf(t.out, "ends after %" PRIu32 " bytes", len);
	else {
		fprintf(t.out, "at byte %" PRIu32 " of %" PRIu32 ": ", from, len);
		bytes_print(t.out, data + from, n);
	}
	return text_stream_close(&t, arena);
}

void diff_bytes(struct packet_diff *diff, struct arena *arena, const struct packet *e,
		unsigned int ei, const struct packet *a, unsigned int ai)
{
	const struct layer *le = &e->layers[ei], *la = &a->layers[ai];
	const uint8_t *de = e->data + le->off, *da = a->data + la->off;
	bool whole = le->len <= BYTES_WHOLE && la->len <= BYTES_WHOLE;
	struct packet_difference *item;
	uint32_t at = 0;

	while (at < le->len && at < la->len && de[at] == da[at])
		at++;
	if (at == le->len && at == la->len)
		return;
	item = push(diff, arena);
	item->field = layer_name(arena, a, ai);
	item->expected = bytes_text(arena, de, le->len, at, whole);
	item->actual = bytes_text(arena, da, la->len, at, whole);
	item->off = la->off + at;
	item->len = la->len - at;
}

static bool options_equal(const struct packet *e, const struct layer *le, const struct packet *a,
			  const struct layer *la)
{
	uint32_t fixed = le->proto->len;

	return le->len == la->len &&
	       !memcmp(e->data + le->off + fixed, a->data + la->off + fixed, le->len - fixed);
}

static char *value_text(struct arena *arena, const struct packet *p, const struct layer *l, int n,
			bool there)
{
	struct text_stream t;

	if (!there)
		return arena_strdup(arena, "absent");
	text_stream_open(&t);
	field_print_layer(t.out, p, l, n);
	return text_stream_close(&t, arena);
}

static void locate(struct packet_difference *item, const struct layer *l, const struct field *f)
{
	if (f->type == FIELD_OPTIONS) {
		item->off = l->off + l->proto->len;
		item->len = l->len - l->proto->len;
	} else {
		item->off = l->off + f->bit / 8;
		item->len = (f->bit % 8 + f->bits + 7u) / 8;
	}
}

/* @in_e, @in_a: whether the field is there at all. */
static void diff_field(struct packet_diff *diff, struct arena *arena, const struct packet *e,
		       unsigned int ei, const struct packet *a, unsigned int ai, int n, bool in_e,
		       bool in_a)
{
	const struct layer *le = &e->layers[ei], *la = &a->layers[ai];
	const struct field *f = &le->proto->fields[n];
	struct packet_difference *item = push(diff, arena);

	item->field = arena_printf(arena, "%s.%s", layer_name(arena, a, ai), f->name);
	item->expected = value_text(arena, e, le, n, in_e);
	item->actual = value_text(arena, a, la, n, in_a);
	item->derived = f->marks & FIELD_DERIVED;
	if (in_a)
		locate(item, la, f);
}

void diff_fields(struct packet_diff *diff, struct arena *arena, const struct packet *e,
		 unsigned int ei, const struct packet *a, unsigned int ai, uint64_t mask)
{
	const struct layer *le = &e->layers[ei], *la = &a->layers[ai];
	const uint8_t *he = e->data + le->off, *ha = a->data + la->off;

	for (int n = 0; le->proto->fields[n].name; n++) {
		const struct field *f = &le->proto->fields[n];
		/* A field that was asked for is expected, whatever type of header was not named. */
		bool in_e = mask != ~0ull || field_applies(f, he);
		bool in_a = field_applies(f, ha), equal;

		if (!(mask >> n & 1) || (!in_e && !in_a))
			continue;
		if (f->type == FIELD_OPTIONS)
			equal = options_equal(e, le, a, la);
		else
			equal = in_e && in_a && field_equal(f, he, ha);
		if (!equal)
			diff_field(diff, arena, e, ei, a, ai, n, in_e, in_a);
	}
}

static void diff_layers(struct packet_diff *diff, struct arena *arena, const struct packet *e,
			unsigned int ei, const struct packet *a, unsigned int ai)
{
	if (proto_is_bytes(e->layers[ei].proto))
		diff_bytes(diff, arena, e, ei, a, ai);
	else
		diff_fields(diff, arena, e, ei, a, ai, ~0ull);
}

/*
 * Which layers belong together where some were added or removed: the longest common
 * subsequence, so that a header that was put in between does not make all others differ.
 */
void diff_packets(struct packet_diff *diff, struct arena *arena, const struct packet *e,
		  const struct packet *a)
{
	uint8_t common[LAYERS_MAX + 1][LAYERS_MAX + 1] = {};
	unsigned int i, j;

	for (i = e->n_layers; i-- > 0;)
		for (j = a->n_layers; j-- > 0;) {
			uint8_t skip_e = common[i + 1][j], skip_a = common[i][j + 1];

			if (e->layers[i].proto == a->layers[j].proto)
				common[i][j] = common[i + 1][j + 1] + 1;
			else
				common[i][j] = skip_e > skip_a ? skip_e : skip_a;
		}
	for (i = j = 0; i < e->n_layers || j < a->n_layers;) {
		if (i < e->n_layers && j < a->n_layers && e->layers[i].proto == a->layers[j].proto)
			diff_layers(diff, arena, e, i++, a, j++);
		else if (j == a->n_layers ||
			 (i < e->n_layers && common[i + 1][j] >= common[i][j + 1]))
			diff_missing(diff, arena, e, i++);
		else
			diff_extra(diff, arena, a, j++);
	}
}

void diff_sort(struct packet_diff *diff, struct arena *arena)
{
	struct packet_difference *sorted;
	size_t n = 0;

	if (!diff->n)
		return;
	sorted = arena_alloc(arena, diff->n * sizeof(*sorted));
	for (int derived = 0; derived <= 1; derived++)
		for (size_t i = 0; i < diff->n; i++)
			if (diff->items[i].derived == derived)
				sorted[n++] = diff->items[i];
	memcpy(diff->items, sorted, n * sizeof(*sorted));
}

bool frame_compare(const uint8_t *expected, size_t expected_len, const uint8_t *actual,
		   size_t actual_len, struct arena *arena, struct packet_diff *diff)
{
	struct packet e, a;

	if (expected_len == actual_len && (!actual_len || !memcmp(expected, actual, actual_len)))
		return true;
	if (!diff)
		return false;
	frame_dissect(expected, expected_len, &e);
	frame_dissect(actual, actual_len, &a);
	derive_check(&e, NULL);
	derive_check(&a, NULL);
	*diff = (struct packet_diff){
		.expected = frame_text(arena, &e, e.n_layers, false),
		.actual = frame_text(arena, &a, a.n_layers, false),
		.expected_data = expected,
		.expected_len = expected_len,
	};
	diff_packets(diff, arena, &e, &a);
	diff_sort(diff, arena);
	return false;
}
