/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "view/listing.h"

#include "judge/entry.h"
#include "syntax/keys.h"
#include "view/template.h"

#include <string.h>

/* Part of a key or value that an entry has to have. */
struct condition {
	uint8_t *data, *mask; /* NULL: any */
};

/* A row of the view, with what it needs to know of the map it is for. */
struct bound_row {
	const struct view_row *row;
	struct condition key, value;
	const struct viewed_map *joined[JOINS_MAX]; /* NULL: there is no such map */
	struct bound_template *join_keys[JOINS_MAX];
	struct bound_template **columns;
};

struct lister {
	struct diags *d;
	const struct viewed_map *maps;
	size_t n_maps;
	struct arena *arena;
	struct listing *out;
};

bool map_pattern_matches(const char *pattern, const char *name)
{
	while (*pattern && *pattern != '*') {
		if (*pattern++ != *name++)
			return false;
	}
	if (!*pattern)
		return !*name;
	do {
		if (map_pattern_matches(pattern + 1, name))
			return true;
	} while (*name++);
	return false;
}

bool view_needs_map(const struct view *v, const char *name)
{
	for (size_t i = 0; i < v->n_rows; i++) {
		const struct view_row *row = &v->rows[i];

		if (map_pattern_matches(row->map, name))
			return true;
		for (size_t j = 0; j < row->n_joins; j++)
			if (!strcmp(row->joins[j].map, name))
				return true;
	}
	return false;
}

static const struct viewed_map *find_map(const struct lister *l, const char *name)
{
	for (size_t i = 0; i < l->n_maps; i++)
		if (!strcmp(l->maps[i].name, name))
			return &l->maps[i];
	return NULL;
}

static int bind_condition(struct lister *l, const struct node *n, const struct viewed_map *m,
			  const struct type *t, struct condition *c)
{
	if (!n)
		return 0;
	c->data = arena_alloc(l->arena, t->size);
	c->mask = arena_alloc(l->arena, t->size);
	return value_encode(l->d, m->values, t, n, c->data, c->mask);
}

/* Bind the key of a join, and add the value that it finds to @roots. */
static int bind_join(struct lister *l, struct bound_row *b, size_t i, struct template_root *roots,
		     size_t n_roots)
{
	const struct view_join *join = &b->row->joins[i];
	const struct viewed_map *m = find_map(l, join->map);
	const uint8_t *nothing[ROOTS_MAX] = {};
	size_t size;

	b->join_keys[i] = template_bind(l->d, join->key, roots, n_roots, l->arena);
	if (!b->join_keys[i])
		return -1;
	b->joined[i] = m;
	if (!m)
		return 0;
	template_bytes(b->join_keys[i], nothing, &size);
	if (size != m->type->key_size) {
		diag(l->d, DIAG_ERROR, join->where, "the key has %zu bytes, keys of %s have %u",
		     size, m->name, m->type->key_size);
		return -1;
	}
	roots[n_roots] = (struct template_root){ join->name, m->type->value };
	return 0;
}

/* A row that joins a map nobody has matches no entry: its columns are not looked at. */
static bool lacks_map(const struct bound_row *b)
{
	for (size_t i = 0; i < b->row->n_joins; i++)
		if (!b->joined[i])
			return true;
	return false;
}

static int bind_row(struct lister *l, const struct view_row *row, const struct viewed_map *m,
		    struct bound_row *b)
{
	struct template_root roots[ROOTS_MAX] = { { "key", m->type->key },
						  { "value", m->type->value } };
	size_t n_roots = 2;
	int err;

	*b = (struct bound_row){ .row = row };
	err = bind_condition(l, row->key, m, m->type->key, &b->key) |
	      bind_condition(l, row->value, m, m->type->value, &b->value);
	for (size_t i = 0; i < row->n_joins; i++)
		if (bind_join(l, b, i, roots, n_roots++))
			return -1;
	if (lacks_map(b))
		return err;
	b->columns = arena_alloc(l->arena, row->n_columns * sizeof(*b->columns));
	for (size_t i = 0; i < row->n_columns; i++) {
		b->columns[i] = template_bind(l->d, row->columns[i], roots, n_roots, l->arena);
		err |= b->columns[i] ? 0 : -1;
	}
	return err;
}

static bool holds(const struct condition *c, const struct type *t, const uint8_t *data)
{
	return !c->data || value_matches(t->size, c->data, c->mask, data);
}

/* The value of @m, if it is there, whose key is @key; or NULL. */
static const uint8_t *look_up(const struct viewed_map *m, const uint8_t *key)
{
	for (size_t i = 0; m && i < m->view.n; i++)
		if (!memcmp(m->view.entries[i].key, key, m->type->key_size))
			return m->view.entries[i].value;
	return NULL;
}

/* Whether the entry in data[0] and data[1] matches; then data has the values of the joins too. */
static bool row_matches(const struct bound_row *b, const struct viewed_map *m, const uint8_t **data)
{
	size_t size;

	if (lacks_map(b) || !holds(&b->key, m->type->key, data[0]) ||
	    !holds(&b->value, m->type->value, data[1]))
		return false;
	for (size_t i = 0; i < b->row->n_joins; i++) {
		data[2 + i] = look_up(b->joined[i], template_bytes(b->join_keys[i], data, &size));
		if (!data[2 + i])
			return false;
	}
	return true;
}

static void add_row(struct lister *l, const struct judged_map *jm, const struct viewed_map *m,
		    const struct map_entry *e, const struct bound_row *b, const uint8_t **data)
{
	struct listed *row = ARENA_PUSH(l->arena, l->out->items, l->out->n);

	row->map = m->name;
	row->key = entry_key_text(jm, e->key, l->arena);
	row->value = entry_value_text(jm, e, l->arena);
	row->n_cells = b->row->n_columns;
	row->cells = arena_alloc(l->arena, row->n_cells * sizeof(*row->cells));
	for (size_t i = 0; i < row->n_cells; i++)
		row->cells[i] = template_text(b->columns[i], data, l->arena);
}

static void list_entry(struct lister *l, const struct viewed_map *m, const struct map_entry *e,
		       const struct bound_row *rows, size_t n)
{
	struct judged_map jm = { .type = m->type, .values = m->values, .n_cpus = m->n_cpus };
	const uint8_t *data[ROOTS_MAX] = { e->key };

	if (map_is_array(&jm) && entry_is_blank(&jm, e))
		return;
	data[1] = entry_value(&jm, e, l->arena);
	for (size_t i = 0; i < n; i++)
		if (row_matches(&rows[i], m, data)) {
			add_row(l, &jm, m, e, &rows[i], data);
			return;
		}
}

static int list_map(struct lister *l, const struct view *v, const struct viewed_map *m)
{
	struct bound_row *rows = NULL;
	size_t n = 0;
	int err = 0;

	for (size_t i = 0; i < v->n_rows; i++)
		if (map_pattern_matches(v->rows[i].map, m->name))
			err |= bind_row(l, &v->rows[i], m, ARENA_PUSH(l->arena, rows, n));
	for (size_t i = 0; !err && i < m->view.n; i++)
		list_entry(l, m, &m->view.entries[i], rows, n);
	return err;
}

int listing_make(struct diags *d, const struct view *v, const struct viewed_map *maps, size_t n,
		 struct arena *arena, struct listing *out)
{
	struct lister l = { d, maps, n, arena, out };
	bool *listed = arena_alloc(arena, n * sizeof(*listed));
	int err = 0;

	*out = (struct listing){};
	for (size_t i = 0; i < v->n_rows; i++)
		for (size_t j = 0; j < n; j++) {
			if (listed[j] || !map_pattern_matches(v->rows[i].map, maps[j].name))
				continue;
			listed[j] = out->found = true;
			err |= list_map(&l, v, &maps[j]);
		}
	return err;
}
