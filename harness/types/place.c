/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/place.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

static unsigned int bit_shift(size_t bit, bool msb_first)
{
	return msb_first ? 7 - bit % 8 : bit % 8;
}

uint64_t bits_get(const uint8_t *data, size_t off, unsigned int n, bool msb_first)
{
	uint64_t value = 0;

	assert(n <= 64);
	for (unsigned int i = 0; i < n; i++) {
		uint64_t bit = data[(off + i) / 8] >> bit_shift(off + i, msb_first) & 1;

		value = msb_first ? value << 1 | bit : value | bit << i;
	}
	return value;
}

void bits_put(uint8_t *data, size_t off, unsigned int n, bool msb_first, uint64_t value)
{
	assert(n <= 64);
	for (unsigned int i = 0; i < n; i++) {
		uint8_t at = (uint8_t)(1u << bit_shift(off + i, msb_first));
		bool bit = value >> (msb_first ? n - 1 - i : i) & 1;

		if (bit)
			data[(off + i) / 8] |= at;
		else
			data[(off + i) / 8] &= (uint8_t)~at;
	}
}

/* The bits of byte @byte that lie in [@from, @to). */
static uint8_t byte_part(size_t byte, size_t from, size_t to)
{
	size_t first = byte * 8, part = 0;

	if (from <= first && to >= first + 8)
		return 0xff;
	for (size_t bit = first; bit < first + 8; bit++)
		if (bit >= from && bit < to)
			part |= 1u << bit_shift(bit, HOST_IS_BIG_ENDIAN);
	return (uint8_t)part;
}

bool bits_are_zero(const uint8_t *data, size_t from, size_t to)
{
	for (size_t i = from / 8; i * 8 < to; i++)
		if (data[i] & byte_part(i, from, to))
			return false;
	return true;
}

void bits_fill(uint8_t *data, size_t from, size_t to)
{
	for (size_t i = from / 8; i * 8 < to; i++)
		data[i] |= byte_part(i, from, to);
}

void bits_clear(uint8_t *data, size_t from, size_t to)
{
	for (size_t i = from / 8; i * 8 < to; i++)
		data[i] &= (uint8_t)~byte_part(i, from, to);
}

struct place place_member(const struct place *p, const struct type_member *m)
{
	return (struct place){
		.type = m->type,
		.name = m->name ? m->name : p->name,
		.off = p->off + m->bit_off,
		.bit_size = m->bit_size,
	};
}

struct place place_element(const struct place *p, size_t i)
{
	return (struct place){
		.type = p->type->element,
		.name = p->name,
		.off = p->off + i * p->type->element->size * 8,
	};
}

size_t place_bits(const struct place *p)
{
	return p->bit_size ? p->bit_size : (size_t)p->type->size * 8;
}

size_t place_end(const struct place *p)
{
	return p->off + place_bits(p);
}

bool place_is_zero(const struct place *p, const uint8_t *data)
{
	return bits_are_zero(data, p->off, place_end(p));
}

/* Bit-fields are laid out in the machine's order even where their type is __be16. */
static bool is_msb_first(const struct place *p)
{
	return HOST_IS_BIG_ENDIAN || (p->type->big_endian && !p->bit_size);
}

uint64_t place_get(const struct place *p, const uint8_t *data)
{
	unsigned int n = (unsigned int)place_bits(p);
	uint64_t value = bits_get(data, p->off, n, is_msb_first(p));

	if (p->type->is_signed && n && n < 64 && value >> (n - 1) & 1)
		value |= ~(uint64_t)0 << n;
	return value;
}

void place_put(const struct place *p, uint8_t *data, uint64_t value)
{
	bits_put(data, p->off, (unsigned int)place_bits(p), is_msb_first(p), value);
}

uint64_t place_max(const struct place *p)
{
	size_t n = place_bits(p) - p->type->is_signed;

	if (p->type->is_bool)
		return 1;
	return n >= 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1;
}

int64_t place_min(const struct place *p)
{
	return p->type->is_signed ? -(int64_t)place_max(p) - 1 : 0;
}

bool place_fits(const struct place *p, uint64_t value)
{
	size_t n = place_bits(p);

	if (p->type->is_bool)
		return value <= 1;
	return n >= 64 || !(value >> n) || value >> (n - 1) == ~(uint64_t)0 >> (n - 1);
}

bool place_find(const struct place *p, const char *name, size_t len, struct place *found)
{
	if (p->type->kind != TYPE_STRUCT && p->type->kind != TYPE_UNION)
		return false;
	for (size_t i = 0; i < p->type->n; i++) {
		const struct type_member *m = &p->type->members[i];
		struct place inner = place_member(p, m);

		if (m->name && text_is(name, len, m->name)) {
			*found = inner;
			return true;
		}
		if (!m->name && place_find(&inner, name, len, found))
			return true;
	}
	return false;
}

bool type_is_byte_array(const struct type *t)
{
	return t->kind == TYPE_ARRAY && t->element->kind == TYPE_INT && t->element->size == 1 &&
	       !t->element->is_bool;
}

bool type_is_text(const struct type *t)
{
	return t->kind == TYPE_ARRAY && t->element->kind == TYPE_INT && t->element->is_char;
}
