/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/event.h"

#include "base/text_stream.h"

#include <string.h>

/* Bytes of a record without a type that are shown. */
#define BYTES_SHOWN 64

const struct event_type *event_type_of(const struct observed_event *e)
{
	const struct event_format *f = e->format;

	if (!f || !f->n_types)
		return NULL;
	if (!f->tag_size)
		return &f->types[0];
	if (e->len < f->tag_size || f->tag_off > e->len - f->tag_size)
		return NULL;
	for (size_t i = 0; i < f->n_types; i++)
		if (!memcmp(e->data + f->tag_off, f->types[i].tag, f->tag_size))
			return &f->types[i];
	return NULL;
}

const uint8_t *event_value(const struct observed_event *e, const struct type *t,
			   struct arena *arena)
{
	uint8_t *whole;

	if (e->len >= t->size)
		return e->data;
	whole = arena_alloc(arena, t->size);
	memcpy(whole, e->data, e->len);
	return whole;
}

/* What the frame's own headers do not count as its end is the kernel's, if it is that short. */
static size_t frame_len(const struct event_payload_bytes *b, struct arena *arena)
{
	const struct layer *last;
	struct packet p;

	if (!b->padding)
		return b->len;
	packet_dissect(arena_memdup(arena, b->data, b->len), b->len, &p);
	last = p.n_layers ? &p.layers[p.n_layers - 1] : NULL;
	if (last && last->proto == &proto_pad && last->len <= b->padding)
		return b->len - last->len;
	return b->len;
}

struct event_payload_bytes event_payload_of(const struct observed_event *e, const struct type *t,
					    struct arena *arena)
{
	struct event_payload_bytes b = {};

	if (e->len <= t->size)
		return b;
	b.data = e->data + t->size;
	b.len = e->len - t->size;
	b.padding = e->padding < b.len ? e->padding : b.len;
	b.likely_len = b.len <= e->padding ? 0 : frame_len(&b, arena);
	return b;
}

static void print_bytes(FILE *out, const uint8_t *data, size_t len)
{
	fputs("hex(", out);
	for (size_t i = 0; i < len && i < BYTES_SHOWN; i++)
		fprintf(out, "%02x", data[i]);
	fputs(len > BYTES_SHOWN ? "..)" : ")", out);
	if (len > BYTES_SHOWN)
		fprintf(out, ", %zu bytes", len);
}

static void print_payload(FILE *out, const struct event_payload_bytes *b, struct arena *arena)
{
	struct packet p;

	packet_dissect(arena_memdup(arena, b->data, b->likely_len), b->likely_len, &p);
	fputs(" / ", out);
	packet_print(out, &p);
}

const char *event_text(const struct observed_event *e, const struct value_context *values,
		       struct arena *arena)
{
	const struct event_type *type = event_type_of(e);
	struct event_payload_bytes payload;
	struct arena scratch = {};
	struct text_stream t;

	if (!values && e->format)
		values = e->format->values;
	text_stream_open(&t);
	fprintf(t.out, "%s: ", e->map);
	if (!type) {
		print_bytes(t.out, e->data, e->len);
		return text_stream_close(&t, arena);
	}
	if (strcmp(type->name, e->map) != 0)
		fprintf(t.out, "%s ", type->name);
	value_print(t.out, values, type->type, event_value(e, type->type, &scratch));
	payload = event_payload_of(e, type->type, &scratch);
	if (payload.likely_len)
		print_payload(t.out, &payload, &scratch);
	else if (e->len < type->type->size)
		fprintf(t.out, "  # %zu of %u bytes", e->len, type->type->size);
	arena_free(&scratch);
	return text_stream_close(&t, arena);
}
