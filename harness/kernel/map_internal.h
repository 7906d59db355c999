/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What map.c and map_reset.c share. */
#pragma once

#include "kernel/map.h"

/* Before a write to @key: remember what is there. */
void map_undo_before(struct map *m, const void *key);
/* The write failed: forget that again. */
void map_undo_drop_last(struct map *m);
void map_undo_forget(struct map *m);

/* Bytes from one entry of an array to the next, in the kernel's memory. */
static inline size_t map_stride(const struct map *m)
{
	return ((size_t)m->value_size + 7) & ~(size_t)7;
}

/* An array's contents as they are in the kernel, entries map_stride() apart; NULL: not mappable. */
uint8_t *map_memory(struct map *m);

/* A ring buffer, mapped when first asked for; NULL: it cannot be, or is none. */
struct ring *map_ring(struct map *m);
void map_ring_unmap(struct map *m);
