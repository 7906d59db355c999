/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/reader.h"

#include "base/text.h"

#include <ctype.h>
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

static bool is_lpm(const struct object_map *m)
{
	return m->type == BPF_MAP_TYPE_LPM_TRIE;
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

static bool is_map_of_maps(const struct object_map *m)
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

static int entries_supported(struct reader *r, const struct node *n, const struct object_map *m)
{
	if (is_map_of_maps(m) && !m->inner) {
		diag(r->d, DIAG_ERROR, n->span,
		     "the object does not say like what the maps in '%s' (%s) are", m->name,
		     map_type_name(m->type));
		return -1;
	}
	if (is_map_of_maps(m) && !has_entries(m->inner)) {
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

static int read_key(struct reader *r, const struct object_map *m, const struct node *n,
		    uint8_t *key, uint8_t *mask)
{
	struct value_context context = r->s->values;

	context.member = "the key"; /* no member is called so: it only shows in messages */
	if (is_lpm(m))
		return lpm_key_encode(r->d, &context, m->key, n, key, mask);
	return value_encode(r->d, &context, m->key, n, key, mask);
}

/* The keys of one entry, as they stand in the text. */
struct entry_nodes {
	const struct node *key, *value, *values, *delete, *absent;
	const struct node *inner; /* the key itself; what it says is inner->value */
};

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

static bool is_devmap(const struct object_map *m)
{
	return m->type == BPF_MAP_TYPE_DEVMAP || m->type == BPF_MAP_TYPE_DEVMAP_HASH;
}

/* A word, where a number or hex(..) would be an interface index. */
static bool names_device(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->style == NODE_PLAIN &&
	       isalpha((unsigned char)n->text[0]) && !strchr(n->text, '(');
}

static int read_write_value(struct reader *r, const struct object_map *m, const struct node *n,
			    struct map_write *w)
{
	uint8_t *value = arena_alloc(r->arena, m->value_size);

	w->value = value;
	if (m->type == BPF_MAP_TYPE_PROG_ARRAY) {
		w->has_program = true;
		return read_program(r, n, &w->program);
	}
	if (is_devmap(m) && names_device(n)) {
		w->has_device = true;
		return read_device(r, n, &w->device);
	}
	return value_encode(r->d, &r->s->values, m->value, n, value, NULL);
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

static int read_write_values(struct reader *r, const struct object_map *m, const struct node *n,
			     struct map_write *w)
{
	const struct node *item;
	int err = percpu_only(r, m, n);

	if (err)
		return err;
	for_each_child (item, n) {
		uint8_t *value = arena_alloc(r->arena, m->value_size);

		err |= value_encode(r->d, &r->s->values, m->value, item, value, NULL);
		*ARENA_PUSH(r->arena, w->values, w->n_values) = value;
	}
	return err;
}

/* Slots hold programs: there is no zero to fill them with. */
static int check_slot(struct reader *r, const struct object_map *m, const struct node *n,
		      const struct map_write *w)
{
	if (m->type != BPF_MAP_TYPE_PROG_ARRAY || w->delete || w->has_program)
		return 0;
	diag(r->d, DIAG_ERROR, node_where(n),
	     "a slot of '%s' takes a program: 'value: NAME' (or 'delete: true')", m->name);
	return -1;
}

/*
 * What an entry holds is said by `inner` for maps in maps, by a value for others. -1 after a diag;
 * neither is fine.
 */
static int check_kind(struct reader *r, const struct object_map *m, const struct entry_nodes *nodes)
{
	const struct node *value = nodes->value ? nodes->value : nodes->values;

	if (nodes->inner && !is_map_of_maps(m)) {
		diag(r->d, DIAG_ERROR, nodes->inner->span,
		     "'inner' is for maps in maps; map '%s' (%s) takes 'value'", m->name,
		     map_type_name(m->type));
		return -1;
	}
	if (value && is_map_of_maps(m)) {
		diag(r->d, DIAG_ERROR, node_where(value),
		     "in '%s' (%s) lie maps: 'inner: [{key: .., value: ..}]' says what one holds",
		     m->name, map_type_name(m->type));
		return -1;
	}
	return 0;
}

static void read_write(struct reader *r, size_t map, const struct object_map *m,
		       const struct node *n, struct map_write **writes, size_t *n_writes);

static void read_write_inner(struct reader *r, size_t map, const struct object_map *m,
			     const struct node *list, struct map_write *w)
{
	const struct node *entry;

	w->inner_type = m->inner;
	for_each_child (entry, list)
		read_write(r, map, m->inner, entry, &w->inner, &w->n_inner);
}

/* There is no map like nothing. */
static int inner_missing(struct reader *r, const struct object_map *m, const struct node *n)
{
	diag(r->d, DIAG_ERROR, node_where(n),
	     "an entry of '%s' takes the map that lies there: 'inner: [{key: .., value: ..}]' "
	     "(or 'delete: true')",
	     m->name);
	return -1;
}

/* An entry of @m, which is map reference @map, or like the maps that lie in that one. */
static void read_write(struct reader *r, size_t map, const struct object_map *m,
		       const struct node *n, struct map_write **writes, size_t *n_writes)
{
	struct map_write w = { .where = node_where(n), .map = map };
	struct entry_nodes nodes = {};
	uint8_t *key = arena_alloc(r->arena, m->key_size);
	int err;

	w.key = key;
	keys_read(r->d, n, "an entry", map_write_keys, n_map_write_keys, &nodes);
	if (!nodes.key)
		return;
	err = read_key(r, m, nodes.key, key, NULL);
	if (nodes.delete)
		err |= node_bool(r->d, nodes.delete, "delete", &w.delete);
	if (check_kind(r, m, &nodes))
		err = -1;
	else if (w.delete &&(nodes.value || nodes.values || nodes.inner))
		err = -1, diag(r->d, DIAG_ERROR, node_where(nodes.delete),
			       "an entry to delete takes no value");
	else if (nodes.value && nodes.values)
		err = -1, diag(r->d, DIAG_ERROR, node_where(nodes.values),
			       "give either 'value' or 'values', not both");
	else if (nodes.values)
		err |= read_write_values(r, m, nodes.values, &w);
	else if (nodes.value)
		err |= read_write_value(r, m, nodes.value, &w);
	else if (nodes.inner)
		read_write_inner(r, map, m, nodes.inner->value, &w);
	else if (!w.delete &&is_map_of_maps(m))
		err = inner_missing(r, m, n);
	else if (!w.delete)
		w.value = arena_alloc(r->arena, m->value_size); /* left out: 0, as its members */
	if (!err && !check_slot(r, m, n, &w))
		*ARENA_PUSH(r->arena, *writes, *n_writes) = w;
}

void read_map_writes(struct reader *r, const struct node *n, struct map_write **writes,
		     size_t *n_writes)
{
	const struct node *k, *entry;

	for_each_child (k, n) {
		size_t map;

		if (read_map_name(r, k, &map) || entries_supported(r, k, r->s->map_refs[map].map) ||
		    k->value->broken)
			continue;
		if (k->value->kind != NODE_SEQUENCE) {
			diag(r->d, DIAG_ERROR, node_where(k->value),
			     "'%s' takes a list of entries, [{key: .., value: ..}], this is %s",
			     k->text, node_is_empty(k->value) ? "empty" : node_kind_name(k->value));
			continue;
		}
		for_each_child (entry, k->value)
			read_write(r, map, r->s->map_refs[map].map, entry, writes, n_writes);
	}
}

static struct expected_bytes expected_bytes(struct reader *r, size_t size)
{
	return (struct expected_bytes){ arena_alloc(r->arena, size), arena_alloc(r->arena, size) };
}

static int read_expected_value(struct reader *r, const struct object_map *m, const struct node *n,
			       struct entry_expectation *e)
{
	struct program_ref program;

	e->has_value = true;
	e->value = expected_bytes(r, m->value_size);
	if (m->type == BPF_MAP_TYPE_PROG_ARRAY && !node_is_word(n, "any")) {
		if (read_program(r, n, &program))
			return -1;
		e->program = program.program->name;
		e->program_object = program.object;
		return 0;
	}
	return value_encode(r->d, &r->s->values, m->value, n, e->value.data, e->value.mask);
}

static int read_expected_values(struct reader *r, const struct object_map *m, const struct node *n,
				struct entry_expectation *e)
{
	const struct node *item;
	int err = percpu_only(r, m, n);

	if (err)
		return err;
	for_each_child (item, n) {
		struct expected_bytes *value = ARENA_PUSH(r->arena, e->values, e->n_values);

		*value = expected_bytes(r, m->value_size);
		err |= value_encode(r->d, &r->s->values, m->value, item, value->data, value->mask);
	}
	return err;
}

static int read_map_condition(struct reader *r, const struct object_map *m, const struct node *k,
			      struct map_expectation *e);

static int read_expected_inner(struct reader *r, const struct object_map *m, const struct node *k,
			       struct entry_expectation *e)
{
	struct map_expectation *inner = arena_alloc(r->arena, sizeof(*inner));

	inner->where = k->span;
	if (read_map_condition(r, m->inner, k, inner))
		return -1;
	if (inner->condition == MAP_UNCHANGED) {
		diag(r->d, DIAG_ERROR, node_where(k->value),
		     "'unchanged' is said of the outer map: '%s: unchanged' means those in it too",
		     m->name);
		return -1;
	}
	e->inner = inner;
	return 0;
}

static void read_expected_entry(struct reader *r, const struct object_map *m, const struct node *n,
				struct map_expectation *e)
{
	struct entry_expectation entry = { .where = node_where(n) };
	struct entry_nodes nodes = {};
	bool absent = false;
	int err;

	keys_read(r->d, n, "an entry", map_entry_keys, n_map_entry_keys, &nodes);
	if (!nodes.key)
		return;
	entry.key = expected_bytes(r, m->key_size);
	err = read_key(r, m, nodes.key, entry.key.data, entry.key.mask);
	entry.whole_key = value_is_whole(m->key, entry.key.mask);
	if (check_kind(r, m, &nodes))
		err = -1;
	else if (nodes.value && nodes.values)
		err = -1, diag(r->d, DIAG_ERROR, node_where(nodes.values),
			       "give either 'value' or 'values', not both");
	else if (nodes.values)
		err |= read_expected_values(r, m, nodes.values, &entry);
	else if (nodes.value)
		err |= read_expected_value(r, m, nodes.value, &entry);
	else if (nodes.inner)
		err |= read_expected_inner(r, m, nodes.inner, &entry);
	if (nodes.absent)
		err |= node_bool(r->d, nodes.absent, "absent", &absent);
	entry.presence = absent ? ENTRY_ABSENT : ENTRY_PRESENT;
	if (absent && e->condition == MAP_ONLY)
		err = -1, diag(r->d, DIAG_ERROR, node_where(nodes.absent),
			       "under 'only' whatever is not listed has to be absent");
	if (!err)
		*ARENA_PUSH(r->arena, e->entries, e->n_entries) = entry;
}

static void read_expected_entries(struct reader *r, const struct object_map *m,
				  const struct node *list, struct map_expectation *e)
{
	const struct node *entry;

	for_each_child (entry, list)
		read_expected_entry(r, m, entry, e);
}

static void keep_list(void *into, const struct node *key, const struct node *value)
{
	(void)key;
	*(const struct node **)into = value;
}

#define CONDITIONS "a list of entries, {only: [..]}, 'unchanged', 'empty' or 'any'"

static const struct key only_keys[] = {
	{ "only", TAKES_LIST | KEY_REQUIRED, keep_list, "[ENTRY..]", "exactly these entries" },
};

static void unknown_condition(struct reader *r, const struct node *k)
{
	const struct node *v = k->value;

	if (node_is_empty(v))
		diag(r->d, DIAG_ERROR, node_where(k), "'%s' has no value; it takes " CONDITIONS,
		     k->text);
	else
		diag(r->d, DIAG_ERROR, node_where(v), "'%s' takes " CONDITIONS ", not '%s'",
		     k->text, v->text);
}

/* The entries of [..] or {only: [..]}; NULL after a diag. */
static const struct node *condition_entries(struct reader *r, const struct node *k,
					    struct map_expectation *e)
{
	const struct node *v = k->value, *list = NULL;

	switch (v->kind) {
	case NODE_SCALAR:
		unknown_condition(r, k);
		break;
	case NODE_SEQUENCE:
		if (v->child)
			return v;
		diag(r->d, DIAG_ERROR, node_where(v),
		     "no entries expect nothing of '%s'; for a map without any write 'empty'",
		     k->text);
		break;
	case NODE_MAPPING:
		e->condition = MAP_ONLY;
		keys_read(r->d, v, "a map", only_keys, ARRAY_SIZE(only_keys), &list);
		break;
	}
	return list;
}

static int read_map_condition(struct reader *r, const struct object_map *m, const struct node *k,
			      struct map_expectation *e)
{
	const struct node *list;

	if (k->value->broken)
		return -1;
	if (node_is_word(k->value, "any")) {
		e->condition = MAP_ANY;
		return 0;
	}
	if (node_is_word(k->value, "unchanged") || node_is_word(k->value, "empty")) {
		e->condition = node_is_word(k->value, "empty") ? MAP_EMPTY : MAP_UNCHANGED;
		return is_map_of_maps(m) && !m->inner ? 0 : entries_supported(r, k, m);
	}
	list = condition_entries(r, k, e);
	if (!list || entries_supported(r, k, m))
		return -1;
	read_expected_entries(r, m, list, e);
	return 0;
}

void read_map_expectations(struct reader *r, const struct node *n, struct expectation *e)
{
	const struct node *k;

	for_each_child (k, n) {
		struct map_expectation m = { .where = k->span };

		if (!read_map_name(r, k, &m.map) &&
		    !read_map_condition(r, r->s->map_refs[m.map].map, k, &m))
			*ARENA_PUSH(r->arena, e->maps, e->n_maps) = m;
	}
}
