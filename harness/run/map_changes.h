/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside run/: the maps of a node looked over before and after, and what is different then. */
#pragma once

#include "run/internal.h"

/* Maps that hold more are not looked over unless a scenario asks for them: entries. */
#define LOOKED_OVER_MAX 100000

/* Every map of @n that can change, once. Returns how many, *out from @arena. */
size_t node_maps(const struct life_node *n, struct arena *arena, struct node_map **out);
/*
 * Whether nobody looks for changes in @m: a large map that programs cannot write (PROG_ARRAY,
 * DEVMAP, maps in maps, ..), so that only a scenario's own writes change it. 65536 slots take 20 ms
 * to look over; small ones are looked over all the same.
 */
bool map_is_left_alone(const struct map *m);
/* Whether @map is among @n of @maps. */
bool map_is_known(const struct node_map *maps, size_t n, const struct map *map);

struct watched_map {
	struct node_map map;
	struct map_view view; /* as last seen */
};

struct map_watch {
	struct life *life;
	const struct life_node *node;
	struct arena *arena;
	struct arena views[2]; /* what was seen before and after take turns */
	unsigned int turn;
	struct watched_map *maps;
	size_t n;
	const char **too_large;
	size_t n_too_large;
};

/* Look over the maps of @n. What is kept until the end is in @arena. */
void map_watch_begin(struct map_watch *w, struct life *l, const struct life_node *n,
		     struct arena *arena);
/* Look again: what has changed since the last look, at most @most changes as text in @texts. */
void map_watch_look(struct map_watch *w, size_t most, struct arena *texts, struct map_changes *out);
void map_watch_end(struct map_watch *w);

/* A copy of its own in @arena. */
void map_changes_copy(struct map_changes *to, const struct map_changes *from, struct arena *arena);
