/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/expect_sent.h"

#include "packet/compare.h"
#include "packet/print.h"

#include <inttypes.h>

static int fail_missing(struct made *m, const struct part *want, const char *field)
{
	struct text_stream t;

	text_stream_open(&t);
	fputs(want->proto->name, t.out);
	if (want->index)
		fprintf(t.out, "[%u]", want->index);
	if (field)
		fprintf(t.out, ".%s", field);
	m->missing = text_stream_close(&t, m->arena);
	return -1;
}

/*
 * The layer of what was sent that @want speaks of: the one of that number, else the first from
 * @from on. Numbers are those of the frame that was sent, whatever was removed since.
 */
static int find_part(const struct made *m, unsigned int from, const struct part *want)
{
	for (unsigned int i = want->index ? 0 : from; i < m->parts.n; i++) {
		const struct part *p = &m->parts.items[i];

		if (p->proto != want->proto || p->origin < 0)
			continue;
		if (!want->index || layer_index(&m->sent, (unsigned int)p->origin) == want->index)
			return (int)i;
	}
	return -1;
}

/* Payload or padding is replaced whole, or put where it belongs. */
static unsigned int set_bytes(struct made *m, int at, const struct part *want)
{
	unsigned int end = m->parts.n;

	if (at >= 0) {
		m->parts.items[at].data = want->data;
		m->parts.items[at].len = want->len;
		m->parts.items[at].room = 0;
		return (unsigned int)at;
	}
	while (want->proto == &proto_payload && end && m->parts.items[end - 1].proto == &proto_pad)
		end--;
	parts_insert(&m->parts, end, *want);
	return end;
}

static int set_fields(struct made *m, struct part *p, const struct part *want)
{
	for (int n = 0; p->proto->fields[n].name; n++)
		if (want->named >> n & 1)
			part_copy_field(p, m->arena, n, want->data, want->len);
	p->named |= want->named;
	p->any |= want->any;
	for (int n = 0; p->proto->fields[n].name; n++)
		if ((want->named | want->any) >> n & 1 &&
		    !field_applies(&p->proto->fields[n], p->data))
			return fail_missing(m, want, p->proto->fields[n].name);
	return 0;
}

/* @last: the part after which "/ ..." would cut. */
static int apply_with(struct made *m, const struct parts *fields, unsigned int *last)
{
	unsigned int from = 0;

	for (unsigned int i = 0; i < fields->n; i++) {
		const struct part *want = &fields->items[i];
		int at = find_part(m, from, want);

		if (proto_is_bytes(want->proto))
			*last = set_bytes(m, at, want);
		else if (at < 0)
			return fail_missing(m, want, NULL);
		else if (set_fields(m, &m->parts.items[at], want))
			return -1;
		else
			*last = (unsigned int)at;
		from = *last + 1;
	}
	return 0;
}

/*
 * The header in front now names what the removed one named: matters where that has no table,
 * else it is derived.
 */
static void hand_down_next(struct made *m, unsigned int at)
{
	const struct part *gone = &m->parts.items[at];
	struct part *before = at ? &m->parts.items[at - 1] : NULL;
	const struct field *to, *from;

	if (!before || before->proto->next_field < 0 || gone->proto->next_field < 0)
		return;
	to = &before->proto->fields[before->proto->next_field];
	from = &gone->proto->fields[gone->proto->next_field];
	if (to->space != from->space || before->named >> before->proto->next_field & 1)
		return;
	part_own(before, m->arena);
	field_set(to, before->data, field_get(from, gone->data));
}

static int apply_without(struct made *m, const struct parts *names)
{
	unsigned int from = 0;

	for (unsigned int i = 0; i < names->n; i++) {
		int at = find_part(m, from, &names->items[i]);

		if (at < 0)
			return fail_missing(m, &names->items[i], NULL);
		hand_down_next(m, (unsigned int)at);
		parts_remove(&m->parts, (unsigned int)at);
		from = (unsigned int)at;
	}
	return 0;
}

/* Layers of a frame as parts. Those for which there is no place are one payload. */
static void take_layers(struct parts *ps, const struct packet *p, unsigned int from, bool origin)
{
	for (unsigned int i = from; i < p->n_layers; i++) {
		const struct layer *l = &p->layers[i];
		struct part part = part_bytes(l->proto, p->data + l->off, l->len);

		if (ps->n == LAYERS_MAX - 1 && i + 1 < p->n_layers) {
			part.proto = &proto_payload;
			part.len = (uint32_t)(p->len - l->off);
			parts_insert(ps, ps->n, part);
			return;
		}
		part.origin = origin ? (int)i : -1;
		part.named = origin ? 0 : ~0ull;
		parts_insert(ps, ps->n, part);
	}
}

/* Which of its protocol part @at is, from 1. */
static unsigned int part_index(const struct parts *ps, unsigned int at)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i <= at; i++)
		n += ps->items[i].proto == ps->items[at].proto;
	return n;
}

/*
 * "/ ...": what follows part @last is whatever came out, so that lengths and checksums over it
 * must still be right.
 */
static void take_rest(struct made *m, unsigned int last)
{
	struct part *p = &m->parts.items[last];
	int at = packet_find(&m->out, p->proto, part_index(&m->parts, last)), next;
	const struct layer *l;

	m->parts.n = last + 1;
	m->parts.open = true;
	next = p->proto->next_field;
	if (next >= 0 && p->proto->fields[next].marks & FIELD_NEXT && !(p->named >> next & 1))
		p->any |= 1ull << next;
	if (at < 0)
		return;
	l = &m->out.layers[at];
	if (p->proto == &proto_payload && l->len > p->len) {
		struct part more =
			part_bytes(&proto_payload, m->out.data + l->off + p->len, l->len - p->len);

		parts_insert(&m->parts, m->parts.n, more);
	}
	take_layers(&m->parts, &m->out, (unsigned int)at + 1, false);
}

/* Fields that may be anything are what came out, so that what follows from them can be checked. */
static void take_any(struct made *m)
{
	for (unsigned int i = 0; i < m->parts.n; i++) {
		struct part *p = &m->parts.items[i];
		const struct layer *l;
		int at;

		if (!p->any)
			continue;
		p->named |= p->any;
		at = packet_find(&m->out, p->proto, part_index(&m->parts, i));
		if (at < 0)
			continue;
		l = &m->out.layers[at];
		for (int n = 0; p->proto->fields[n].name; n++)
			if (p->any >> n & 1)
				part_copy_field(p, m->arena, n, m->out.data + l->off, l->len);
	}
}

static bool has_any(const struct parts *ps)
{
	for (unsigned int i = 0; i < ps->n; i++)
		if (ps->items[i].any)
			return true;
	return false;
}

static int apply_edits(struct made *m, unsigned int *last, bool *open)
{
	for (size_t i = 0; i < m->e->n_edits; i++) {
		const struct edit *edit = &m->e->edits[i];

		if (edit->without ? apply_without(m, &edit->fields)
				  : apply_with(m, &edit->fields, last))
			return -1;
		*open = edit->fields.open;
	}
	return 0;
}

/* Layers before part @end that hold something: parts_join() leaves out empty payload. */
static unsigned int count_layers(const struct parts *ps, unsigned int end)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < end; i++)
		n += ps->items[i].proto != &proto_payload || ps->items[i].len;
	return n;
}

/* The expectation is used again: its bytes are not ours to change. */
static void take_front(struct made *m, const struct packet_expect *e)
{
	m->parts.n = e->parts.n;
	m->parts.open = false;
	for (unsigned int i = 0; i < e->parts.n; i++) {
		m->parts.items[i] = e->parts.items[i];
		m->parts.items[i].room = 0;
	}
}

int made_build(struct made *m, const struct packet_expect *e, const uint8_t *sent, size_t sent_len,
	       const uint8_t *out, size_t out_len, struct arena *arena)
{
	unsigned int last = e->parts.n ? e->parts.n - 1 : 0;
	bool open = e->parts.open;

	m->e = e;
	m->arena = arena;
	take_front(m, e);
	m->missing = NULL;
	m->sent.n_layers = 0;
	if (e->needs_sent) {
		frame_dissect(sent, sent_len, &m->sent);
		derive_check(&m->sent, &m->carry);
		take_layers(&m->parts, &m->sent, 0, true);
		if (apply_edits(m, &last, &open))
			return -1;
	}
	if (open || has_any(&m->parts))
		frame_dissect(out, out_len, &m->out);
	if (open)
		take_rest(m, last);
	m->shown = count_layers(&m->parts, open ? last + 1 : m->parts.n);
	take_any(m);
	parts_join(&m->parts, arena, &m->frame, &m->carry);
	derive_fill(&m->frame, &m->carry);
	return 0;
}

/* One checksum that was not right when sent. */
static void note_checksum(FILE *out, const struct made *m, unsigned int origin, int n)
{
	struct derivation dv = { .p = (struct packet *)(uintptr_t)&m->sent };
	const struct layer *l = &m->sent.layers[origin];
	bool crc = l->proto->fields[n].marks & FIELD_CRC;
	uint64_t was = field_get(&l->proto->fields[n], m->sent.data + l->off);
	uint32_t number;
	uint16_t pseudo;

	layer_name_print(out, &m->sent, origin);
	fprintf(out, ".%s ", l->proto->fields[n].name);
	derive_ends(&m->sent, dv.ends);
	if (m->carry.unknown[origin] >> n & 1)
		fputs("covers bytes that are not in this frame", out);
	else if (!crc && proto_number(l->proto, SPACE_IP_PROTO, &number) &&
		 derive_pseudo(&dv, origin, number, &pseudo) && pseudo == was)
		fputs("held only the sum of the pseudo header when sent, as left to a device", out);
	else
		fprintf(out, "was wrong when sent (0x%04" PRIx64 ", right is 0x%04" PRIx32 ")", was,
			m->carry.right[origin][n]);
	fputs(crc ? ": the same bits are kept wrong" : ": carried on as RFC 1624 does", out);
}

const char *made_note(const struct made *m)
{
	const char *sep = "", *note;
	struct text_stream t;

	text_stream_open(&t);
	for (unsigned int i = 0; i < m->parts.n; i++) {
		const struct part *p = &m->parts.items[i];

		for (int n = 0; p->origin >= 0 && p->proto->fields[n].name; n++) {
			if (!(p->proto->fields[n].marks & (FIELD_CHECKSUM | FIELD_CRC)) ||
			    p->named >> n & 1 || !(m->carry.wrong[p->origin] >> n & 1))
				continue;
			fputs(sep, t.out);
			note_checksum(t.out, m, (unsigned int)p->origin, n);
			sep = "; ";
		}
	}
	note = text_stream_close(&t, m->arena);
	return *note ? note : NULL;
}
