/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an ICMP error holds of the packet that caused it: the start of a packet once whole. */
#include "packet/derive.h"
#include "packet/read.h"

#define CHECKSUMS (FIELD_CHECKSUM | FIELD_CRC)

/* The first part of the packet that an error holds; 0 if there is none. */
static unsigned int quote_start(const struct parts *ps)
{
	for (unsigned int i = 0; i + 1 < ps->n; i++) {
		const struct part *p = &ps->items[i];

		if (p->proto->quotes && p[1].proto->pseudo)
			return i + 1;
	}
	return 0;
}

static bool any_matters(const struct parts *ps, unsigned int from)
{
	for (unsigned int i = from; i < ps->n; i++)
		if (ps->items[i].any)
			return true;
	return false;
}

/* Checksums over fields that may be anything cannot be known, if they were not given. */
static void skip_checksums(struct part *p)
{
	for (int n = 0; p->proto->fields[n].name; n++)
		if (p->proto->fields[n].marks & CHECKSUMS && !(p->named >> n & 1))
			p->any |= 1ull << n;
}

/* The first @len bytes of a part, as what dissecting finds in them. */
static bool put_start(struct parts *ps, struct part p, uint32_t len)
{
	const struct proto *start = p.proto->start;
	struct part rest = p;
	uint32_t header = 0;

	if (start && len >= start->len) {
		header = start->len;
		p.proto = start;
		p.len = header;
		if (!parts_insert(ps, ps->n, p))
			return false;
	}
	rest.proto = &proto_payload;
	rest.data += header;
	rest.len = len - header;
	rest.named = rest.any = rest.index = 0;
	return !rest.len || parts_insert(ps, ps->n, rest);
}

int quote_cut(struct cursor *c, struct piece at, struct parts *ps, uint32_t len)
{
	unsigned int start = quote_start(ps);
	struct parts whole = {};
	bool any = any_matters(ps, start);
	struct packet p;
	uint32_t off = 0;

	if (!start) {
		cursor_error(c, at,
			     "cut(..) shortens the packet in an ICMP error, as in "
			     "icmp(type=unreachable) / ipv4(..) / udp(..) / cut(28)");
		return -1;
	}
	for (unsigned int i = start; i < ps->n; i++)
		parts_insert(&whole, whole.n, ps->items[i]);
	parts_join(&whole, c->arena, &p, NULL);
	if (len > p.len) {
		cursor_error(c, at, "the packet to cut has only %zu bytes", p.len);
		return -1;
	}
	derive_fill(&p, NULL);
	ps->n = start;
	for (unsigned int i = 0; i < whole.n && off < len; i++) {
		struct part part = whole.items[i];

		part.data = p.data + off;
		part.room = 0;
		if (any)
			skip_checksums(&part);
		part.named = ~part.any;
		if (!(part.len <= len - off ? parts_insert(ps, ps->n, part)
					    : put_start(ps, part, len - off))) {
			cursor_error(c, at, "more than %u layers", LAYERS_MAX);
			return -1;
		}
		off += part.len;
	}
	return 0;
}
