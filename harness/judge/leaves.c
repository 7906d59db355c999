/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/leaves.h"

#include <string.h>

static void leaf_add(struct leaves *l, struct arena *arena, const struct type *t, uint64_t bit_off,
		     uint32_t bits)
{
	if (!bits || bit_off + bits > (uint64_t)l->size * 8)
		return;
	*ARENA_PUSH(arena, l->items, l->n) = (struct leaf){
		.bit_off = (uint32_t)bit_off,
		.bits = bits,
		.integer = t->kind == TYPE_INT && !t->is_bool,
		.big_endian = t->big_endian,
	};
}

static void find(struct leaves *l, struct arena *arena, const struct type *t, uint64_t bit_off)
{
	switch (t->kind) {
	case TYPE_BYTES:
	case TYPE_INT:
	case TYPE_ENUM:
	case TYPE_UNION:
	case TYPE_FLOAT:
		leaf_add(l, arena, t, bit_off, t->size * 8);
		return;
	case TYPE_STRUCT:
		for (uint32_t i = 0; i < t->n; i++) {
			const struct type_member *m = &t->members[i];

			if (m->bit_size)
				leaf_add(l, arena, m->type, bit_off + m->bit_off, m->bit_size);
			else
				find(l, arena, m->type, bit_off + m->bit_off);
		}
		return;
	case TYPE_ARRAY:
		/* A char array is one text. */
		if (t->element->is_char) {
			leaf_add(l, arena, t, bit_off, t->size * 8);
			return;
		}
		for (uint32_t i = 0; t->element->size && i < t->n; i++) {
			uint64_t off = bit_off + (uint64_t)i * t->element->size * 8;

			if (off >= (uint64_t)l->size * 8)
				return;
			find(l, arena, t->element, off);
		}
		return;
	}
}

void leaves_find(const struct type *t, struct arena *arena, struct leaves *out)
{
	*out = (struct leaves){ .size = t->size };
	find(out, arena, t, 0);
}

static bool host_big_endian(void)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

static bool byte_aligned(const struct leaf *f)
{
	return f->bit_off % 8 == 0 && f->bits % 8 == 0;
}

/* Number of the leaf's byte of weight 256^@i, for a leaf of whole bytes. */
static size_t byte_at(const struct leaf *f, uint32_t i)
{
	if (f->big_endian || host_big_endian())
		i = f->bits / 8 - 1 - i;
	return f->bit_off / 8 + i;
}

struct bit {
	size_t byte;
	unsigned int shift;
};

/* Where the leaf's bit of weight 2^@i is. */
static struct bit bit_at(const struct leaf *f, uint32_t i)
{
	uint32_t pos = f->bit_off + i;

	if (byte_aligned(f))
		return (struct bit){ byte_at(f, i / 8), i % 8 };
	/* Bit-fields fill bytes from the top on big-endian machines. */
	if (!host_big_endian())
		return (struct bit){ pos / 8, pos % 8 };
	pos = f->bit_off + f->bits - 1 - i;
	return (struct bit){ pos / 8, 7 - pos % 8 };
}

void leaves_integer_mask(const struct leaves *l, uint8_t *mask)
{
	memset(mask, 0, l->size);
	for (size_t n = 0; n < l->n; n++)
		for (uint32_t i = 0; l->items[n].integer && i < l->items[n].bits; i++) {
			struct bit b = bit_at(&l->items[n], i);

			mask[b.byte] |= (uint8_t)(1u << b.shift);
		}
}

static void add_bytes(const struct leaf *f, uint8_t *sum, const uint8_t *value)
{
	unsigned int carry = 0;

	for (uint32_t i = 0; i < f->bits / 8; i++) {
		size_t at = byte_at(f, i);

		carry += sum[at] + value[at];
		sum[at] = (uint8_t)carry;
		carry >>= 8;
	}
}

static void add_bits(const struct leaf *f, uint8_t *sum, const uint8_t *value)
{
	unsigned int carry = 0;

	for (uint32_t i = 0; i < f->bits; i++) {
		struct bit b = bit_at(f, i);

		carry += ((sum[b.byte] >> b.shift) & 1) + ((value[b.byte] >> b.shift) & 1);
		sum[b.byte] = (uint8_t)((sum[b.byte] & ~(1u << b.shift)) | (carry & 1) << b.shift);
		carry >>= 1;
	}
}

void leaves_add(const struct leaves *l, uint8_t *sum, const uint8_t *value)
{
	for (size_t n = 0; n < l->n; n++) {
		const struct leaf *f = &l->items[n];

		if (!f->integer)
			continue;
		if (byte_aligned(f))
			add_bytes(f, sum, value);
		else
			add_bits(f, sum, value);
	}
}

static size_t leaf_end(const struct leaf *f)
{
	return ((size_t)f->bit_off + f->bits + 7) / 8;
}

size_t leaves_differ(const struct leaves *l, const uint8_t *expected, const uint8_t *mask,
		     const uint8_t *actual)
{
	size_t n = 0;

	if (value_matches(l->size, expected, mask, actual))
		return 0;
	for (size_t i = 0; i < l->n; i++) {
		size_t off = l->items[i].bit_off / 8, len = leaf_end(&l->items[i]) - off;

		n += !value_matches(len, expected + off, mask ? mask + off : NULL, actual + off);
	}
	/* What differs may be padding that hex(..) named. */
	return n ? n : 1;
}

bool leaves_covered(const struct leaves *l, const uint8_t *mask)
{
	for (size_t n = 0; mask && n < l->n; n++)
		for (uint32_t i = 0; i < l->items[n].bits; i++) {
			struct bit b = bit_at(&l->items[n], i);

			if (!(mask[b.byte] >> b.shift & 1))
				return false;
		}
	return true;
}
