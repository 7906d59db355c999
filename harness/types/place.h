/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A typed place inside a value: a member, an element, a bit-field.
 *
 * Offsets are in bits from the start of the whole value, as BTF counts them: within a byte from the
 * least significant bit on little endian machines, from the most significant on big endian ones.
 */
#pragma once

#include "types/type.h"

#define HOST_IS_BIG_ENDIAN (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

/*
 * @n (at most 64) bits from bit @off of @data as a number. @msb_first: the first bit is the most
 * significant one, which is network order for whole bytes.
 */
uint64_t bits_get(const uint8_t *data, size_t off, unsigned int n, bool msb_first);
void bits_put(uint8_t *data, size_t off, unsigned int n, bool msb_first, uint64_t value);
/* Ranges of bits [@from, @to), counted as BTF does on this machine. */
bool bits_are_zero(const uint8_t *data, size_t from, size_t to);
void bits_fill(uint8_t *data, size_t from, size_t to);
void bits_clear(uint8_t *data, size_t from, size_t to);

struct place {
	const struct type *type;
	const char *name;  /* of the nearest named member around it, or NULL */
	size_t off;	   /* bits */
	uint32_t bit_size; /* of a bit-field, else 0 */
};

struct place place_member(const struct place *p, const struct type_member *m);
struct place place_element(const struct place *p, size_t i);
/* Bits it takes, and the bit after its last. */
size_t place_bits(const struct place *p);
size_t place_end(const struct place *p);
/* Where its bytes begin; not for bit-fields. */
static inline size_t place_byte(const struct place *p)
{
	return p->off / 8;
}
bool place_is_zero(const struct place *p, const uint8_t *data);

/* The number in an integer or enum: signed types sign-extended. */
uint64_t place_get(const struct place *p, const uint8_t *data);
/* The lower bits of @value, in the place's own byte order. */
void place_put(const struct place *p, uint8_t *data, uint64_t value);
/* Largest number of an integer or enum and, as int64_t, its smallest. */
uint64_t place_max(const struct place *p);
int64_t place_min(const struct place *p);
/* Do the place's bits hold @value, taken as unsigned or as sign-extended? For values of names. */
bool place_fits(const struct place *p, uint64_t value);

/*
 * The member of struct or union @t called @name, looked up through anonymous ones, as a
 * place inside @p. False if there is none.
 */
bool place_find(const struct place *p, const char *name, size_t len, struct place *found);

/* An array of single bytes: __u8, char or the like. */
bool type_is_byte_array(const struct type *t);
bool type_is_text(const struct type *t);
