/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/packet.h"

#include <string.h>

/* One frame (a link-layer header and all it holds) that is being looked into. */
struct scope {
	uint32_t end;	   /* of the frame, its padding included */
	uint32_t contents; /* end of what its headers say that they hold */
	bool bounded;	   /* a header did say */
};

struct dissection {
	struct packet *p;
	struct scope scopes[LAYERS_MAX];
	unsigned int n_scopes;
	bool quoted; /* in a packet that an ICMP error holds, which may be cut short */
};

static void add_layer(struct packet *p, const struct proto *proto, uint32_t from, uint32_t end)
{
	p->layers[p->n_layers++] = (struct layer){ .proto = proto, .off = from, .len = end - from };
}

/*
 * Bytes of the header at @hdr, or 0 if it does not parse. Room must be left for the payload and
 * the padding of every frame, this one's too.
 */
static uint32_t header_len(const struct dissection *ds, const struct proto *proto,
			   const uint8_t *hdr, uint32_t avail)
{
	unsigned int reserved = ds->n_scopes + proto->frame + 1;
	uint32_t len;

	if (avail < proto->len || ds->p->n_layers + 1 + reserved > LAYERS_MAX)
		return 0;
	if (proto->tail)
		len = proto->tail(hdr, avail);
	else
		len = proto->size ? proto->size(hdr) : proto->len;
	return len <= avail ? len : 0;
}

/*
 * The first header of a frame that says how long its contents are bounds it: what is left is
 * padding. Lengths further in that say less are wrong lengths, not padding.
 */
static void bound(struct scope *s, const struct layer *l, const uint8_t *hdr)
{
	uint32_t extent = l->proto->last ? l->len : 0;

	if (l->proto->extent)
		extent = l->proto->extent(hdr);
	if (s->bounded || !extent)
		return;
	s->bounded = true;
	if (extent >= l->len && extent <= s->contents - l->off)
		s->contents = l->off + extent;
}

/* As header_len(), of the start of a header where that is all there is: *@proto is changed then. */
static uint32_t find_header(const struct dissection *ds, const struct proto **proto,
			    const uint8_t *hdr, uint32_t avail)
{
	uint32_t len = header_len(ds, *proto, hdr, avail);

	if (len || !ds->quoted || !(*proto)->start)
		return len;
	*proto = (*proto)->start;
	return header_len(ds, *proto, hdr, avail);
}

static void add_padding(struct dissection *ds)
{
	unsigned int outermost = ds->n_scopes;

	for (unsigned int i = ds->n_scopes; i-- > 0;)
		if (ds->scopes[i].contents < ds->scopes[i].end)
			outermost = i;
	/* Each pad ends one more frame, from the inside: one of no bytes keeps the place. */
	for (unsigned int i = ds->n_scopes; i-- > outermost;)
		add_layer(ds->p, &proto_pad, ds->scopes[i].contents, ds->scopes[i].end);
}

void packet_dissect(uint8_t *data, size_t len, struct packet *p)
{
	const struct proto *proto = &proto_eth;
	struct dissection ds = { .p = p };
	struct scope *s = &ds.scopes[0];
	uint32_t off = 0, header;

	p->data = data;
	p->len = len;
	p->n_layers = 0;
	p->open = false;
	*s = (struct scope){ (uint32_t)len, (uint32_t)len, false };
	while (proto && (header = find_header(&ds, &proto, data + off, s->contents - off))) {
		add_layer(p, proto, off, off + header);
		if (proto->frame) {
			uint32_t end = s->contents;

			s = &ds.scopes[ds.n_scopes++];
			*s = (struct scope){ end, end, false };
		}
		bound(s, &p->layers[p->n_layers - 1], data + off);
		ds.quoted |= proto->quotes;
		proto = proto_next(proto, data + off);
		off += header;
	}
	if (off < s->contents)
		add_layer(p, &proto_payload, off, s->contents);
	add_padding(&ds);
}
