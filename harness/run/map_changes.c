/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a step changes in the maps of its node. Looking over all maps is not free (0.5 ms to find a
 * half-million-entry map empty, 9 ms and more for a large array), so nobody does it unasked.
 */
#include "run/map_changes.h"

#include "judge/entry.h"

#include <linux/bpf.h>
#include <string.h>

#define LEFT_ALONE_ABOVE 1024u /* slots */

bool map_is_known(const struct node_map *maps, size_t n, const struct map *map)
{
	for (size_t i = 0; i < n; i++)
		if (maps[i].map == map)
			return true;
	return false;
}

size_t node_maps(const struct life_node *n, struct arena *arena, struct node_map **out)
{
	struct node_map *maps = NULL;
	size_t count = 0;

	for (size_t i = 0; i < n->node->n_objects; i++)
		for (size_t j = 0; j < n->node->objects[i].file->n_maps; j++) {
			const struct object_map *type = &n->node->objects[i].file->maps[j];
			struct map *m = instance_map(n->instance, i, type->name);

			/* Two objects may share one. */
			if (m && !m->frozen && !map_is_known(maps, count, m))
				*ARENA_PUSH(arena, maps, count) = (struct node_map){ m, type };
		}
	*out = maps;
	return count;
}

/* Types whose room is only as large as what it holds. Arrays are full of elements. */
static bool grows(const struct map *m)
{
	switch (m->type) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE:
		return true;
	}
	return false;
}

bool map_is_left_alone(const struct map *m)
{
	return map_needs_undo(m) && m->max_entries > LEFT_ALONE_ABOVE;
}

static void add_too_large(struct map_watch *w, const struct object_map *type)
{
	*ARENA_PUSH(w->arena, w->too_large, w->n_too_large) = type->name;
}

void map_watch_begin(struct map_watch *w, struct life *l, const struct life_node *n,
		     struct arena *arena)
{
	struct node_map *maps;
	size_t count = node_maps(n, arena, &maps);

	*w = (struct map_watch){ .life = l, .node = n, .arena = arena };
	for (size_t i = 0; i < count; i++) {
		struct map *m = maps[i].map;
		struct map_view view;

		if (map_is_left_alone(m))
			continue;
		if (m->type == BPF_MAP_TYPE_RINGBUF)
			continue; /* max_entries are its bytes; what it takes is read as events */
		if (!grows(m) && m->max_entries > LOOKED_OVER_MAX) {
			add_too_large(w, maps[i].type);
			continue;
		}
		if (map_snapshot(m, &w->views[0], LOOKED_OVER_MAX, &view))
			continue; /* of a type that has no entries */
		if (view.left_out)
			add_too_large(w, maps[i].type);
		else
			*ARENA_PUSH(arena, w->maps, w->n) = (struct watched_map){ maps[i], view };
	}
}

static struct judged_map as_judged(const struct map_watch *w, const struct node_map *m)
{
	return (struct judged_map){ .type = m->type,
				    .values = &w->node->node->values,
				    .n_cpus = m->map->n_cpus,
				    .program_name = life_program_name,
				    .ctx = w->node->instance };
}

static void add_change(const struct map_watch *w, const struct node_map *m, const uint8_t *key,
		       const struct map_entry *before, const struct map_entry *after, size_t most,
		       struct arena *texts, struct map_changes *out)
{
	struct judged_map jm = as_judged(w, m);
	struct map_change *c;

	if (out->total++ >= most)
		return;
	c = ARENA_PUSH(texts, out->items, out->n);
	c->map = m->type->name; /* the instance may be gone when it is read */
	c->key = entry_key_text(&jm, key, texts);
	if (before)
		c->before = entry_value_text(&jm, before, texts);
	if (after)
		c->after = entry_value_text(&jm, after, texts);
	if (before && after)
		c->difference = entry_change_text(&jm, before, after, texts);
}

/* Which of two sorted views has the next key: < 0 @before at @i, > 0 @after at @j, 0 both. */
static int next_key(const struct map_view *before, size_t i, const struct map_view *after, size_t j,
		    size_t key_size)
{
	if (i == before->n)
		return 1;
	if (j == after->n)
		return -1;
	return memcmp(before->entries[i].key, after->entries[j].key, key_size);
}

static void compare_views(const struct map_watch *w, const struct watched_map *watched,
			  const struct map_view *after, size_t most, struct arena *texts,
			  struct map_changes *out)
{
	const struct map_view *before = &watched->view;
	const struct node_map *m = &watched->map;
	struct judged_map jm = as_judged(w, m);
	size_t i = 0, j = 0;

	while (i < before->n || j < after->n) {
		int order = next_key(before, i, after, j, m->map->key_size);
		const struct map_entry *old = &before->entries[i], *new = &after->entries[j];

		if (order < 0)
			add_change(w, m, old->key, old, NULL, most, texts, out);
		else if (order > 0)
			add_change(w, m, new->key, NULL, new, most, texts, out);
		else if (!entry_values_equal(&jm, old, new))
			add_change(w, m, old->key, old, new, most, texts, out);
		i += order <= 0;
		j += order >= 0;
	}
}

void map_watch_look(struct map_watch *w, size_t most, struct arena *texts, struct map_changes *out)
{
	*out = (struct map_changes){ .known = true,
				     .too_large = w->too_large,
				     .n_too_large = w->n_too_large };
	w->turn = !w->turn;
	arena_free(&w->views[w->turn]);
	for (size_t i = 0; i < w->n; i++) {
		struct watched_map *m = &w->maps[i];
		struct map_view after;

		if (map_snapshot(m->map.map, &w->views[w->turn], 0, &after))
			continue;
		compare_views(w, m, &after, most, texts, out);
		m->view = after;
	}
}

void map_watch_end(struct map_watch *w)
{
	arena_free(&w->views[0]);
	arena_free(&w->views[1]);
}

static const char *copy_of(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

void map_changes_copy(struct map_changes *to, const struct map_changes *from, struct arena *arena)
{
	*to = *from;
	to->items = arena_memdup(arena, from->items, from->n * sizeof(*from->items));
	for (size_t i = 0; i < from->n; i++)
		to->items[i] = (struct map_change){ copy_of(arena, from->items[i].map),
						    copy_of(arena, from->items[i].key),
						    copy_of(arena, from->items[i].before),
						    copy_of(arena, from->items[i].after),
						    copy_of(arena, from->items[i].difference) };
	to->too_large = arena_alloc(arena, from->n_too_large * sizeof(*from->too_large));
	for (size_t i = 0; i < from->n_too_large; i++)
		to->too_large[i] = arena_strdup(arena, from->too_large[i]);
}
