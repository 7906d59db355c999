/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maps that lie in a map in maps (ARRAY_OF_MAPS, HASH_OF_MAPS). Programs can change what such
 * a map holds, never which maps lie in the outer one.
 */
#pragma once

#include "kernel/map.h"
#include "types/object_file.h"

/*
 * Make a map like @template (object_map.inner of the outer one), empty. It lives as long as @out or
 * the entry of an outer map, whose value is out->fd. Returns 0 or -errno, @out untouched then.
 */
int map_inner_create(const struct object_map *template, struct map *out);
/* The map with the kernel's id @id, which is what a lookup in the outer one gives. As above. */
int map_inner_open(uint32_t id, struct map *out);

/*
 * What the map with id @id holds, in @arena; at most @limit entries, as map_snapshot(). NULL if it
 * cannot be looked over (queues, ring buffers), or is gone.
 */
const struct map_inner *map_inner_snapshot(uint32_t id, struct arena *arena, size_t limit);
