/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/proto.h"

#include "base/text.h"

#include <string.h>

const struct proto *const protos[] = {
	&proto_eth,   &proto_vlan,	  &proto_dot1ad, &proto_arp,	 &proto_ipv4,
	&proto_ipv6,  &proto_hopopt,	  &proto_dstopt, &proto_routing, &proto_fragment,
	&proto_ah,    &proto_icmp,	  &proto_icmpv6, &proto_nd,	 &proto_nd_rs,
	&proto_nd_ra, &proto_nd_redirect, &proto_tcp,	 &proto_udp,	 &proto_sctp,
	&proto_vxlan, &proto_geneve,	  &proto_gre,	 &proto_tcp8,	 &proto_sctp8,
	NULL,
};

/* No header, but bytes: they have neither fields nor a number. */
static const struct field no_fields[] = { {} };

const struct proto proto_payload = {
	.name = "payload",
	.text = "bytes that no header claims",
	.fields = no_fields,
	.next_field = -1,
};

const struct proto proto_pad = {
	.name = "pad",
	.text = "bytes after the end of a frame's contents",
	.fields = no_fields,
	.next_field = -1,
};

bool proto_is_bytes(const struct proto *p)
{
	return p == &proto_payload || p == &proto_pad;
}

const struct proto *proto_find(const char *name, size_t len)
{
	for (const struct proto *const *p = protos; *p; p++)
		if (text_is(name, len, (*p)->name))
			return *p;
	return NULL;
}

const struct proto *proto_by_number(enum number_space space, uint64_t value)
{
	for (const struct proto *const *p = protos; *p; p++)
		for (const struct number *n = (*p)->numbers; n && n->space; n++)
			if (n->space == space && n->value == value)
				return *p;
	return NULL;
}

bool proto_number(const struct proto *p, enum number_space space, uint32_t *value)
{
	for (const struct number *n = p->numbers; n && n->space; n++)
		if (n->space == space) {
			*value = n->value;
			return true;
		}
	return false;
}

const struct option_set *proto_options(const struct proto *p)
{
	for (const struct field *f = p->fields; f->name; f++)
		if (f->type == FIELD_OPTIONS)
			return f->options;
	return NULL;
}

const struct proto *proto_next(const struct proto *p, const uint8_t *hdr)
{
	const struct field *f;

	if (p->next)
		return p->next(hdr);
	if (p->next_field < 0)
		return NULL;
	f = &p->fields[p->next_field];
	return proto_by_number(f->space, field_get(f, hdr));
}

int proto_field(const struct proto *p, const char *name, size_t len)
{
	for (int i = 0; p->fields[i].name; i++)
		if (text_is(name, len, p->fields[i].name))
			return i;
	return -1;
}

bool field_applies(const struct field *f, const uint8_t *hdr)
{
	return !f->only || f->only->holds(hdr);
}

int proto_field_of(const struct proto *p, const char *name, size_t len, const uint8_t *hdr)
{
	for (int i = 0; p->fields[i].name; i++)
		if (text_is(name, len, p->fields[i].name) && field_applies(&p->fields[i], hdr))
			return i;
	return proto_field(p, name, len);
}

/* Byte by byte where it can: every field of a common header starts or ends inside one byte. */
uint64_t field_get(const struct field *f, const uint8_t *hdr)
{
	unsigned int first = f->bit / 8, end = (f->bit + f->bits + 7) / 8;
	unsigned int below = end * 8 - f->bit - f->bits;
	uint64_t v = hdr[first] & (0xff >> f->bit % 8);

	for (unsigned int i = first + 1; i < end; i++)
		v = v << 8 | hdr[i];
	return v >> below;
}

void field_set(const struct field *f, uint8_t *hdr, uint64_t value)
{
	unsigned int first = f->bit / 8, end = (f->bit + f->bits + 7) / 8;
	unsigned int below = end * 8 - f->bit - f->bits;
	uint64_t mask = f->bits < 64 ? (1ull << f->bits) - 1 : ~0ull;

	value = (value & mask) << below;
	mask <<= below;
	for (unsigned int i = end; i-- > first; value >>= 8, mask >>= 8)
		hdr[i] = (uint8_t)((hdr[i] & ~mask) | value);
}

static bool is_wide(const struct field *f)
{
	return f->type == FIELD_IPV6;
}

bool field_equal(const struct field *f, const uint8_t *a, const uint8_t *b)
{
	if (is_wide(f))
		return !memcmp(a + f->bit / 8, b + f->bit / 8, f->bits / 8);
	return field_get(f, a) == field_get(f, b);
}

void field_copy(const struct field *f, uint8_t *to, const uint8_t *from)
{
	if (is_wide(f))
		memcpy(to + f->bit / 8, from + f->bit / 8, f->bits / 8);
	else
		field_set(f, to, field_get(f, from));
}

bool field_is_default(const struct field *f, const uint8_t *hdr)
{
	static const uint8_t zeros[16];

	if (is_wide(f))
		return !memcmp(hdr + f->bit / 8, zeros, f->bits / 8);
	return field_get(f, hdr) == f->def;
}

static bool space_has_names(enum number_space space)
{
	return space == SPACE_ETHERTYPE || space == SPACE_IP_PROTO;
}

bool field_symbol(const struct field *f, const char *name, size_t len, uint64_t *value)
{
	const struct proto *p;
	uint32_t number;

	for (const struct symbol *y = f->symbols; y && y->name; y++)
		if (text_is(name, len, y->name)) {
			*value = y->value;
			return true;
		}
	p = space_has_names(f->space) ? proto_find(name, len) : NULL;
	if (!p || !proto_number(p, f->space, &number))
		return false;
	*value = number;
	return true;
}

const char *field_symbol_name(const struct field *f, uint64_t value)
{
	const struct proto *p;
	uint32_t number;

	for (const struct symbol *y = f->symbols; y && y->name; y++)
		if (y->value == value)
			return y->name;
	p = space_has_names(f->space) ? proto_by_number(f->space, value) : NULL;
	return p && proto_number(p, f->space, &number) && number == value ? p->name : NULL;
}

size_t field_symbols(const struct field *f, const char **names, size_t room)
{
	uint32_t number;
	size_t n = 0;

	for (const struct symbol *y = f->symbols; y && y->name && n < room; y++)
		names[n++] = y->name;
	if (!space_has_names(f->space))
		return n;
	for (size_t i = 0; protos[i] && n < room; i++) {
		const struct proto *p = protos[i];

		if (proto_number(p, f->space, &number) && proto_by_number(f->space, number) == p)
			names[n++] = p->name;
	}
	return n;
}
