/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside the reader of maps: what entries that are set (read_map_writes.c) and expected share. */
#pragma once

#include "scenario/reader.h"

/* The keys of one entry, as they stand in the text. */
struct entry_nodes {
	const struct node *key, *value, *values, *delete, *absent;
	const struct node *inner; /* the key itself; what it says is inner->value */
};

/* Read entry @n of a map by the table for those set, or for those expected. */
void entry_nodes_read(struct reader *r, const struct node *n, bool set, struct entry_nodes *out);

bool map_holds_maps(const struct object_map *m);
/* 0, or -1 after an error at @n: test files cannot name entries of @m, or of the maps in it. */
int map_entries_check(struct reader *r, const struct node *n, const struct object_map *m);
/*
 * What an entry holds is said by `inner` for maps in maps, by a value for others, and `values` has
 * one for each CPU. -1 after an error; nothing at all is fine.
 */
int entry_kind_check(struct reader *r, const struct object_map *m, const struct entry_nodes *nodes);
/* Key @n of @m. As value_encode(). */
int map_key_read(struct reader *r, const struct object_map *m, const struct node *n, uint8_t *key,
		 uint8_t *mask);
