/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Maps that somebody else loaded and pinned, with their types as the kernel knows them. */
#pragma once

#include "kernel/map.h"
#include "types/object_file.h"

struct pinned_map {
	struct map map;
	struct object_map type;
	struct type_set *types; /* of its BTF; NULL: it has none */
};

/*
 * Open the map pinned at @path, which is called @name (both outlive it). Types are those of its
 * BTF; else those of the map of that name in @object (may be NULL), which has to have the same
 * sizes; else bytes, from @arena. Returns 0, or -1 after a diag: no map, no right to read it.
 */
int pinned_map_open(struct diags *d, struct pinned_map *p, const char *path, const char *name,
		    const struct object_file *object, struct arena *arena);
void pinned_map_close(struct pinned_map *p); /* accepts an all-zero struct */
