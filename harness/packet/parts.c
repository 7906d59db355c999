/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/parts.h"

#include "packet/options.h"

#include <assert.h>
#include <string.h>

/* Bytes of a header with all the options that it can have. */
static uint32_t header_room(const struct proto *proto)
{
	const struct option_set *set = proto_options(proto);

	return (proto->max_len ? proto->max_len : proto->len) + (set ? set->max : 0);
}

void part_fit(struct part *p)
{
	uint32_t len = p->proto->max_len ? p->proto->size(p->data) : 0;

	if (len)
		p->len = len;
}

struct part part_header(struct arena *arena, const struct proto *proto, const uint8_t *eth_dst)
{
	const struct option_set *set = proto_options(proto);
	uint32_t room = header_room(proto);
	struct part p = {
		.proto = proto,
		.data = arena_alloc(arena, room),
		.len = proto->len,
		.room = room,
		.origin = -1,
	};

	for (const struct field *f = proto->fields; f->name; f++)
		if (f->def && field_applies(f, p.data))
			field_set(f, p.data, f->def);
	if (proto == &proto_eth && eth_dst)
		memcpy(p.data, eth_dst, 6);
	if (set)
		p.len += options_pad(set, p.data + proto->len, 0);
	return p;
}

struct part part_bytes(const struct proto *proto, uint8_t *data, uint32_t len)
{
	return (struct part){ .proto = proto, .data = data, .len = len, .origin = -1 };
}

void part_own(struct part *p, struct arena *arena)
{
	uint32_t room = proto_is_bytes(p->proto) ? p->len : header_room(p->proto);
	uint8_t *data;

	if (p->room)
		return;
	if (room < p->len)
		room = p->len;
	data = arena_alloc(arena, room + 1);
	if (p->len)
		memcpy(data, p->data, p->len);
	p->data = data;
	p->room = room;
}

void part_set_options(struct part *p, struct arena *arena, const uint8_t *data, uint32_t len)
{
	const struct option_set *set = proto_options(p->proto);

	assert(set && len <= set->max);
	part_own(p, arena);
	if (len)
		memmove(p->data + p->proto->len, data, len);
	p->len = p->proto->len + options_pad(set, p->data + p->proto->len, len);
}

void part_copy_field(struct part *p, struct arena *arena, int n, const uint8_t *from, uint32_t len)
{
	const struct field *f = &p->proto->fields[n];

	if (f->type == FIELD_OPTIONS) {
		part_set_options(p, arena, from + p->proto->len, len - p->proto->len);
		return;
	}
	part_own(p, arena);
	field_copy(f, p->data, from);
	part_fit(p);
}

void part_append(struct part *p, struct arena *arena, const uint8_t *data, uint32_t len)
{
	uint8_t *more;

	if (p->room < p->len + len) {
		p->room = 2 * (p->len + len);
		more = arena_alloc(arena, p->room);
		if (p->len)
			memcpy(more, p->data, p->len);
		p->data = more;
	}
	if (len)
		memcpy(p->data + p->len, data, len);
	p->len += len;
}

uint32_t parts_len(const struct parts *ps)
{
	uint32_t len = 0;

	for (unsigned int i = 0; i < ps->n; i++)
		len += ps->items[i].len;
	return len;
}

bool parts_insert(struct parts *ps, unsigned int at, struct part p)
{
	if (ps->n == LAYERS_MAX)
		return false;
	memmove(&ps->items[at + 1], &ps->items[at], (ps->n - at) * sizeof(p));
	ps->items[at] = p;
	ps->n++;
	return true;
}

void parts_remove(struct parts *ps, unsigned int at)
{
	ps->n--;
	memmove(&ps->items[at], &ps->items[at + 1], (ps->n - at) * sizeof(*ps->items));
}

void parts_join(const struct parts *ps, struct arena *arena, struct packet *p, struct carry *carry)
{
	uint32_t len = parts_len(ps), off = 0;

	p->data = arena_alloc(arena, len);
	p->len = len;
	p->n_layers = 0;
	p->open = ps->open;
	for (unsigned int i = 0; i < ps->n; i++) {
		const struct part *from = &ps->items[i];

		/* An empty payload is none; empty padding keeps its place. */
		if (from->proto == &proto_payload && !from->len)
			continue;
		if (from->len)
			memcpy(p->data + off, from->data, from->len);
		if (carry)
			carry->origin[p->n_layers] = from->origin;
		p->layers[p->n_layers++] = (struct layer){
			.proto = from->proto,
			.off = off,
			.len = from->len,
			.named = from->named,
			.any = from->any,
		};
		off += from->len;
	}
}
