/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A type seen as the flat list of its smallest members: what per-CPU values are summed by, and
 * what "the nearest entry" counts.
 */
#pragma once

#include "types/type.h"

struct leaf {
	uint32_t bit_off, bits; /* from the start of the value, as BTF counts */
	bool integer;		/* has a sum; not bool, enum, float, union, text, bytes */
	bool big_endian;
};

struct leaves {
	struct leaf *items; /* in the arena, in the order of the members */
	size_t n;
	uint32_t size; /* bytes of the type */
};

void leaves_find(const struct type *t, struct arena *arena, struct leaves *out);
/* Set the bits of @mask (@l->size bytes) that belong to integers, and clear all others. */
void leaves_integer_mask(const struct leaves *l, uint8_t *mask);
/* Add the integers of @value to those of @sum, each modulo its width. */
void leaves_add(const struct leaves *l, uint8_t *sum, const uint8_t *value);
/*
 * How many members differ in bits of @mask (NULL: in any); neighbouring bit-fields of one byte
 * each count where one does. 0 only if none differs.
 */
size_t leaves_differ(const struct leaves *l, const uint8_t *expected, const uint8_t *mask,
		     const uint8_t *actual);
/* Whether @mask (NULL: yes) covers every member, though perhaps not what pads them. */
bool leaves_covered(const struct leaves *l, const uint8_t *mask);
