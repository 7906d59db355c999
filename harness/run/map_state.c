/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/map_changes.h"

#include "kernel/map_inner.h"

#include <assert.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

struct map *life_map(struct life *l, size_t map_ref)
{
	const struct map_ref *ref = &l->scenario->map_refs[map_ref];

	return instance_map(l->nodes[ref->node].instance, ref->object, ref->map->name);
}

/* One value for each CPU, as the kernel takes it. */
static const uint8_t *whole_value(struct life *l, const struct map *m, const struct map_write *w)
{
	uint8_t *room;

	assert(w->value || w->values);
	if (m->n_cpus == 1)
		return w->value ? w->value : w->values[0];
	room = arena_alloc(&l->result->arena, m->value_room);
	for (uint32_t cpu = 0; cpu < m->n_cpus; cpu++) {
		uint8_t *slot = room + (size_t)cpu * ((m->value_size + 7) & ~7u);

		/* One value given for a per-CPU map: the sum, so it stands on the first CPU. */
		if (w->values && cpu < w->n_values)
			memcpy(slot, w->values[cpu], m->value_size);
		else if (!w->values && cpu == 0)
			memcpy(slot, w->value, m->value_size);
	}
	return room;
}

static const uint8_t *program_fd(struct life *l, const struct life_node *n,
				 const struct map_write *w)
{
	const struct program *p =
		instance_program(n->instance, w->program.object, w->program.program->name);

	if (!p) {
		diag(&l->result->diags, DIAG_ERROR, w->where,
		     "program %s was not loaded: it cannot be put in a slot",
		     w->program.program->name);
		return NULL;
	}
	return arena_memdup(&l->result->arena, &p->fd, sizeof(p->fd));
}

static const uint8_t *device_index(struct life *l, const struct life_node *n, const struct map *m,
				   const struct map_write *w)
{
	const struct device *device = sandbox_device(n->sandbox, n->node->devices[w->device].name);
	uint8_t *value = arena_alloc(&l->result->arena, m->value_room);

	/* struct bpf_devmap_val starts with the ifindex; a plain value is one. */
	if (device)
		memcpy(value, &device->ifindex, sizeof(device->ifindex));
	return value;
}

static int write_to(struct life *l, struct life_node *n, struct map *m, const struct map_write *w);

static int fill(struct life *l, struct life_node *n, struct map *inner, const struct map_write *w)
{
	int err = 0;

	for (size_t i = 0; i < w->n_inner; i++)
		err |= write_to(l, n, inner, &w->inner[i]);
	return err;
}

/* Make the map that shall lie in an entry of @m, fill it and put it there. The entry keeps it. */
static int write_inner(struct life *l, struct life_node *n, struct map *m,
		       const struct map_write *w)
{
	struct arena *a = &l->result->arena;
	struct map inner;
	int err = map_inner_create(w->inner_type, &inner);

	if (err) {
		diag(&l->result->diags, DIAG_ERROR, w->where,
		     "a map to lie in '%s' cannot be made: %s", m->name, map_error(m, err, a));
		return -1;
	}
	inner.name = w->inner_type->name; /* libbpf calls it MAP.inner */
	err = fill(l, n, &inner, w);
	if (!err) {
		err = map_update(m, w->key, &inner.fd, BPF_ANY);
		if (err)
			diag(&l->result->diags, DIAG_ERROR, w->where,
			     "map '%s': cannot set this entry: %s", m->name, map_error(m, err, a));
	}
	map_close(&inner);
	return err ? -1 : 0;
}

static int write_to(struct life *l, struct life_node *n, struct map *m, const struct map_write *w)
{
	const uint8_t *value = NULL;
	int err;

	if (w->inner_type)
		return write_inner(l, n, m, w);

	if (w->values && w->n_values > m->n_cpus) {
		diag(&l->result->diags, DIAG_ERROR, w->where,
		     "%zu values given, this machine has %u possible CPUs", w->n_values, m->n_cpus);
		return -1;
	}
	if (w->has_program)
		value = program_fd(l, n, w);
	else if (w->has_device)
		value = device_index(l, n, m, w);
	else if (!w->delete)
		value = whole_value(l, m, w);
	if (!w->delete &&!value)
		return -1;
	err = w->delete ? map_delete(m, w->key) : map_update(m, w->key, value, BPF_ANY);
	if (!err)
		return 0;
	diag(&l->result->diags, DIAG_ERROR, w->where, "map '%s': cannot %s this entry: %s", m->name,
	     w->delete ? "delete" : "set", map_error(m, err, &l->result->arena));
	return -1;
}

int node_write(struct life *l, struct life_node *n, const struct map_write *writes, size_t n_writes)
{
	int err = 0;

	for (size_t i = 0; i < n_writes; i++)
		err |= write_to(l, n, life_map(l, writes[i].map), &writes[i]);
	return err;
}

static int take_view(struct life *l, struct map *m, struct span where, size_t limit,
		     struct map_view *out)
{
	struct arena *a = &l->result->arena;
	int err = map_snapshot(m, a, limit, out);

	if (err)
		diag(&l->result->diags, DIAG_ERROR, where, "map '%s' cannot be looked over: %s",
		     m->name, map_error(m, err, a));
	return err;
}

static bool is_named(struct life *l, const struct expectation *e, const struct map *m)
{
	for (size_t i = 0; i < e->n_maps; i++)
		if (life_map(l, e->maps[i].map) == m)
			return true;
	return false;
}

/* Maps that have no entries (ring buffers, queues) have no state to compare. */
static void take_others(struct life *l, const struct step *step, const struct expectation *e,
			struct map_states *before)
{
	struct arena *a = &l->result->arena;
	struct node_map *maps;
	size_t n = node_maps(step_node(l, step), a, &maps);

	before->others = arena_alloc(a, n * sizeof(*before->others));
	before->other_views = arena_alloc(a, n * sizeof(*before->other_views));
	for (size_t i = 0; i < n; i++) {
		if (is_named(l, e, maps[i].map) || map_is_left_alone(maps[i].map) ||
		    map_snapshot(maps[i].map, a, 0, &before->other_views[before->n_others]))
			continue;
		before->others[before->n_others++] = maps[i];
	}
}

/*
 * Only `unchanged` needs all that was there before; for the others it is shown when they fail,
 * and then only so much: looking over a whole large map before each step would slow what passes.
 */
void map_states_take(struct life *l, const struct step *step, const struct expectation *e,
		     struct map_states *before)
{
	*before = (struct map_states){ .n = e->n_maps };
	if (e->n_maps)
		before->views = arena_alloc(&l->result->arena, e->n_maps * sizeof(*before->views));
	for (size_t i = 0; i < e->n_maps; i++) {
		const struct map_expectation *m = &e->maps[i];

		if (m->condition != MAP_ANY)
			take_view(l, life_map(l, m->map), m->where,
				  m->condition == MAP_UNCHANGED ? 0 : STATES_SHOWN,
				  &before->views[i]);
	}
	if (e->other_maps_where.src)
		take_others(l, step, e, before);
}

const char *life_program_name(void *instance, uint32_t id)
{
	const struct program *p = instance_program_by_id(instance, id);

	return p ? p->name : NULL;
}

/*
 * Whole keys are looked up: no need to look over a map that may be large. What lies in maps of maps
 * has to be.
 */
static bool can_look_up(const struct map_expectation *e)
{
	if (e->condition != MAP_ENTRIES)
		return false;
	for (size_t i = 0; i < e->n_entries; i++)
		if (!e->entries[i].whole_key || e->entries[i].inner)
			return false;
	return true;
}

static int look_up(struct life *l, const struct map_expectation *e, const struct map *m,
		   struct map_view *view)
{
	struct arena *a = &l->result->arena;

	*view = (struct map_view){};
	for (size_t i = 0; i < e->n_entries; i++) {
		uint8_t *value = arena_alloc(a, m->value_room);
		int err = map_lookup(m, e->entries[i].key.data, value);

		if (err == -ENOENT)
			continue;
		if (err)
			return err;
		*ARENA_PUSH(a, view->entries, view->n) =
			(struct map_entry){ .key = e->entries[i].key.data, .value = value };
	}
	return 0;
}

/* A PROG_ARRAY holds ids, which programs get when loaded: put those of the names in @e. */
static struct map_expectation with_program_ids(struct life *l, const struct map_expectation *e)
{
	const struct map_ref *ref = &l->scenario->map_refs[e->map];
	const struct instance *instance = l->nodes[ref->node].instance;
	struct map_expectation copy = *e;
	struct arena *a = &l->result->arena;

	if (ref->map->type != BPF_MAP_TYPE_PROG_ARRAY || !e->n_entries)
		return copy;
	copy.entries = arena_memdup(a, e->entries, e->n_entries * sizeof(*e->entries));
	for (size_t i = 0; i < e->n_entries; i++) {
		struct entry_expectation *entry = &copy.entries[i];
		const struct program *p =
			entry->program
				? instance_program(instance, entry->program_object, entry->program)
				: NULL;

		if (p)
			entry->value = (struct expected_bytes){
				arena_memdup(a, &p->id, sizeof(p->id)),
				memset(arena_alloc(a, sizeof(p->id)), 0xff, sizeof(p->id)),
			};
	}
	return copy;
}

static struct judged_map judged(const struct life_node *n, const struct map *m,
				const struct object_map *type, const struct map_view *before,
				const struct map_view *after)
{
	return (struct judged_map){ .type = type,
				    .values = &n->node->values,
				    .n_cpus = m->n_cpus,
				    .before = before,
				    .after = after,
				    .program_name = life_program_name,
				    .ctx = n->instance };
}

static void judge_map_after(struct life *l, const struct map_expectation *expected,
			    const struct map_view *before, struct mismatches *out)
{
	const struct map_expectation with_ids = with_program_ids(l, expected), *e = &with_ids;
	const struct map_ref *ref = &l->scenario->map_refs[e->map];
	struct arena *a = &l->result->arena;
	struct map *m = life_map(l, e->map);
	struct map_view after = {};
	struct judged_map jm = judged(&l->nodes[ref->node], m, ref->map, before, &after);
	struct mismatches ignored = {};

	if (can_look_up(e)) {
		int err = look_up(l, e, m, &after);

		if (err) {
			diag(&l->result->diags, DIAG_ERROR, e->where,
			     "map '%s' cannot be looked over: %s", m->name, map_error(m, err, a));
			return;
		}
		if (judge_map(e, &jm, a, &ignored))
			return;
	}
	if (!take_view(l, m, e->where, 0, &after))
		judge_map(e, &jm, a, out);
}

static void judge_others(struct life *l, const struct step *step, const struct expectation *e,
			 const struct map_states *before, struct mismatches *out)
{
	const struct map_expectation unchanged = { .where = e->other_maps_where,
						   .condition = MAP_UNCHANGED };

	for (size_t i = 0; i < before->n_others; i++) {
		const struct node_map *m = &before->others[i];
		struct map_view after;
		struct judged_map jm = judged(step_node(l, step), m->map, m->type,
					      &before->other_views[i], &after);

		if (!take_view(l, m->map, e->other_maps_where, 0, &after))
			judge_map(&unchanged, &jm, &l->result->arena, out);
	}
}

void map_states_judge(struct life *l, const struct step *step, const struct expectation *e,
		      const struct map_states *before, uint64_t frame, struct mismatches *out)
{
	size_t first = out->n;

	for (size_t i = 0; i < e->n_maps; i++)
		if (e->maps[i].condition != MAP_ANY)
			judge_map_after(l, &e->maps[i], &before->views[i], out);
	judge_others(l, step, e, before, out);
	for (size_t i = first; i < out->n; i++)
		out->items[i].frame = frame;
}
