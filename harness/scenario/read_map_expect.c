/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `maps:` of what is expected. */
#include "scenario/read_maps.h"

#include <linux/bpf.h>

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
	int err = 0;

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
	struct entry_nodes nodes;
	bool absent = false;
	int err;

	entry_nodes_read(r, n, false, &nodes);
	if (!nodes.key)
		return;
	entry.key = expected_bytes(r, m->key_size);
	err = map_key_read(r, m, nodes.key, entry.key.data, entry.key.mask);
	entry.whole_key = value_is_whole(m->key, entry.key.mask);
	if (entry_kind_check(r, m, &nodes))
		err = -1;
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
		return map_holds_maps(m) && !m->inner ? 0 : map_entries_check(r, k, m);
	}
	list = condition_entries(r, k, e);
	if (!list || map_entries_check(r, k, m))
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
