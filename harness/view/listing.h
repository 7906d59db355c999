/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A view of maps that are at hand: the rows it prints. No kernel. */
#pragma once

#include "judge/observation.h"
#include "types/object_file.h"
#include "view/view.h"

/* A map and what it holds. */
struct viewed_map {
	const char *name;
	const struct object_map *type;
	const struct value_context *values; /* names for `when:`, and for keys and values as text */
	unsigned int n_cpus; /* values of an entry: 1, or the possible CPUs of a per-CPU map */
	struct map_view view;
};

struct listed {
	const char *map;
	const char *key, *value; /* as a scenario says them; per-CPU: the sum */
	const char **cells;
	size_t n_cells;
};

struct listing {
	struct listed *items;
	size_t n;
	bool found; /* one of the view's maps is among those given */
};

/*
 * The rows of @v for @n @maps, map by map in the order of the view, in each by the bytes of keys.
 * Everything is in @arena. Returns 0, or -1 where the file says what the types do not have
 * (reported).
 */
int listing_make(struct diags *d, const struct view *v, const struct viewed_map *maps, size_t n,
		 struct arena *arena, struct listing *out);
/* Whether the view needs a map called @name: for its rows, or for what stands in them. */
bool view_needs_map(const struct view *v, const char *name);
/* Whether @name fits @pattern, in which '*' stands for any text. */
bool map_pattern_matches(const char *pattern, const char *name);

/* A header, and columns three blanks apart. */
void listing_print_text(FILE *out, const struct view *v, const struct listing *l);
/* {"view": .., "header": [..], "rows": [{"map", "key", "value", "cells"}]} */
int listing_print_json(FILE *out, const struct view *v, const struct listing *l);
