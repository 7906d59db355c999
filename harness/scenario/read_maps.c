/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/read_maps.h"

#include "base/text.h"
#include "scenario/scenario_keys.h"

#include <linux/bpf.h>
#include <string.h>

static size_t map_ref(struct reader *r, size_t object, const struct object_map *map)
{
	struct scenario *s = r->s;
	size_t node = (size_t)(r->node - s->nodes);

	for (size_t i = 0; i < s->n_map_refs; i++) {
		const struct map_ref *ref = &s->map_refs[i];

		if (ref->node == node && ref->object == object && ref->map == map)
			return i;
	}
	*ARENA_PUSH(r->arena, s->map_refs, s->n_map_refs) = (struct map_ref){ node, object, map };
	return s->n_map_refs - 1;
}

static void unknown_map(struct reader *r, struct span where, size_t object, const char *name)
{
	struct scenario_node *node = r->node;
	struct object_map *maps = NULL;
	size_t n = 0;

	if (r->lacks_object)
		return; /* it may be there */
	if (object < node->n_objects) {
		unknown_name(r->d, where, "map of the object", name, strlen(name),
			     node->objects[object].file->maps, node->objects[object].file->n_maps,
			     sizeof(*maps));
		return;
	}
	for (size_t i = 0; i < node->n_objects; i++)
		for (size_t j = 0; j < node->objects[i].file->n_maps; j++)
			*ARENA_PUSH(r->arena, maps, n) = node->objects[i].file->maps[j];
	unknown_name(r->d, where, "map of these objects", name, strlen(name), maps, n,
		     sizeof(*maps));
}

int read_map_name(struct reader *r, const struct node *n, size_t *out)
{
	struct scenario_node *node = r->node;
	const struct object_map *map = NULL;
	const char *name;
	size_t object;

	if (no_object(r, n->span) || split_alias(r, n->span, n->text, &object, &name))
		return -1;
	if (object < node->n_objects) {
		map = object_file_map(node->objects[object].file, name);
	} else {
		for (size_t i = 0; i < node->n_objects; i++) {
			const struct object_map *m = object_file_map(node->objects[i].file, name);

			/* Maps pinned by name are one map, whichever object is asked. */
			if (!m || (map && map->pinned && m->pinned))
				continue;
			if (map) {
				diag(r->d, DIAG_ERROR, n->span,
				     "objects '%s' and '%s' each have a map '%s' of their own: "
				     "write %s/%s or %s/%s",
				     node->objects[object].alias, node->objects[i].alias, name,
				     node->objects[object].alias, name, node->objects[i].alias,
				     name);
				return -1;
			}
			map = m;
			object = i;
		}
	}
	if (!map) {
		unknown_map(r, n->span, object, name);
		return -1;
	}
	*out = map_ref(r, object, map);
	return 0;
}
static bool is_percpu(const struct object_map *m)
{
	switch (m->type) {
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
		return true;
	}
	return false;
}

bool map_holds_maps(const struct object_map *m)
{
	return m->type == BPF_MAP_TYPE_ARRAY_OF_MAPS || m->type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

/* Types whose entries test files can name; the others hold things, not values. */
static bool has_entries(const struct object_map *m)
{
	switch (m->type) {
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_BLOOM_FILTER:
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
		return false;
	}
	return m->key_size && m->value_size;
}

int map_entries_check(struct reader *r, const struct node *n, const struct object_map *m)
{
	if (map_holds_maps(m) && !m->inner) {
		diag(r->d, DIAG_ERROR, n->span,
		     "the object does not say like what the maps in '%s' (%s) are", m->name,
		     map_type_name(m->type));
		return -1;
	}
	if (map_holds_maps(m) && !has_entries(m->inner)) {
		diag(r->d, DIAG_ERROR, n->span,
		     "the maps in '%s' (%s) have no entries of a key and a value", m->name,
		     map_type_name(m->inner->type));
		return -1;
	}
	if (has_entries(m))
		return 0;
	diag(r->d, DIAG_ERROR, n->span, "map '%s' (%s) has no entries of a key and a value",
	     m->name, map_type_name(m->type));
	return -1;
}

static bool is_lpm(const struct object_map *m)
{
	return m->type == BPF_MAP_TYPE_LPM_TRIE;
}

int map_key_read(struct reader *r, const struct object_map *m, const struct node *n, uint8_t *key,
		 uint8_t *mask)
{
	struct value_context context = r->s->values;

	context.member = "the key"; /* no member is called so: it only shows in messages */
	if (is_lpm(m))
		return lpm_key_encode(r->d, &context, m->key, n, key, mask);
	return value_encode(r->d, &context, m->key, n, key, mask);
}

static void keep_key(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct entry_nodes *)into)->key = v;
}

static void keep_value(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct entry_nodes *)into)->value = v;
}

static void keep_values(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct entry_nodes *)into)->values = v;
}

static void keep_delete(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct entry_nodes *)into)->delete = v;
}

static void keep_absent(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct entry_nodes *)into)->absent = v;
}

static void keep_inner(void *into, const struct node *k, const struct node *v)
{
	(void)v;
	((struct entry_nodes *)into)->inner = k;
}
#define TAKES_ANY (TAKES_SCALAR | TAKES_LIST | TAKES_MAPPING)

const struct key map_write_keys[] = {
	{ "key", TAKES_ANY | KEY_REQUIRED, keep_key, "VALUE", "by the type of the map's key" },
	{ "value", TAKES_ANY, keep_value, "VALUE",
	  "by the type of its value; what is left out is 0" },
	{ "values", TAKES_LIST, keep_values, "[VALUE..]", "per-CPU maps: one for each CPU" },
	{ "inner", TAKES_LIST, keep_inner, "[ENTRY..]",
	  "maps in maps: the entries of the map that lies there, which is made" },
	{ "delete", TAKES_SCALAR, keep_delete, "true",
	  "remove the entry (a change between steps)" },
};
const size_t n_map_write_keys = ARRAY_SIZE(map_write_keys);

const struct key map_entry_keys[] = {
	{ "key", TAKES_ANY | KEY_REQUIRED, keep_key, "VALUE", "members left out match anything" },
	{ "value", TAKES_ANY, keep_value, "VALUE",
	  "members left out match anything; per-CPU maps: the sum" },
	{ "values", TAKES_LIST, keep_values, "[VALUE..]", "per-CPU maps: one for each CPU" },
	{ "inner", TAKES_ANY, keep_inner, "[ENTRY..]|{only: [..]}|empty",
	  "maps in maps: what the map that lies there holds" },
	{ "absent", TAKES_SCALAR, keep_absent, "true", "no entry matches" },
};
const size_t n_map_entry_keys = ARRAY_SIZE(map_entry_keys);

void entry_nodes_read(struct reader *r, const struct node *n, bool set, struct entry_nodes *out)
{
	*out = (struct entry_nodes){};
	keys_read(r->d, n, "an entry", set ? map_write_keys : map_entry_keys,
		  set ? n_map_write_keys : n_map_entry_keys, out);
}

static int percpu_only(struct reader *r, const struct object_map *m, const struct node *values)
{
	if (is_percpu(m) && values->child)
		return 0;
	if (is_percpu(m))
		diag(r->d, DIAG_ERROR, node_where(values),
		     "'values' is empty: it takes one for each CPU");
	else
		diag(r->d, DIAG_ERROR, node_where(values),
		     "'values' is for per-CPU maps; map '%s' (%s) takes 'value'", m->name,
		     map_type_name(m->type));
	return -1;
}

int entry_kind_check(struct reader *r, const struct object_map *m, const struct entry_nodes *nodes)
{
	const struct node *value = nodes->value ? nodes->value : nodes->values;

	if (nodes->inner && !map_holds_maps(m)) {
		diag(r->d, DIAG_ERROR, nodes->inner->span,
		     "'inner' is for maps in maps; map '%s' (%s) takes 'value'", m->name,
		     map_type_name(m->type));
		return -1;
	}
	if (value && map_holds_maps(m)) {
		diag(r->d, DIAG_ERROR, node_where(value),
		     "in '%s' (%s) lie maps: 'inner: [{key: .., value: ..}]' says what one holds",
		     m->name, map_type_name(m->type));
		return -1;
	}
	if (nodes->value && nodes->values) {
		diag(r->d, DIAG_ERROR, node_where(nodes->values),
		     "give either 'value' or 'values', not both");
		return -1;
	}
	return nodes->values ? percpu_only(r, m, nodes->values) : 0;
}
