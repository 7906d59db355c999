/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `maps:` at the top and as a step: entries to set and to delete. */
#include "scenario/read_maps.h"

#include <ctype.h>
#include <linux/bpf.h>
#include <string.h>

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

static int read_write_values(struct reader *r, const struct object_map *m, const struct node *n,
			     struct map_write *w)
{
	const struct node *item;
	int err = 0;

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
	struct entry_nodes nodes;
	uint8_t *key = arena_alloc(r->arena, m->key_size);
	int err;

	w.key = key;
	entry_nodes_read(r, n, true, &nodes);
	if (!nodes.key)
		return;
	err = map_key_read(r, m, nodes.key, key, NULL);
	if (nodes.delete)
		err |= node_bool(r->d, nodes.delete, "delete", &w.delete);
	if (entry_kind_check(r, m, &nodes))
		err = -1;
	else if (w.delete &&(nodes.value || nodes.values || nodes.inner))
		err = -1, diag(r->d, DIAG_ERROR, node_where(nodes.delete),
			       "an entry to delete takes no value");
	else if (nodes.values)
		err |= read_write_values(r, m, nodes.values, &w);
	else if (nodes.value)
		err |= read_write_value(r, m, nodes.value, &w);
	else if (nodes.inner)
		read_write_inner(r, map, m, nodes.inner->value, &w);
	else if (!w.delete &&map_holds_maps(m))
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

		if (read_map_name(r, k, &map) || map_entries_check(r, k, r->s->map_refs[map].map) ||
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
