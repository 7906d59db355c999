/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/internal.h"

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

static int write_one(struct life *l, struct life_node *n, const struct map_write *w)
{
	struct map *m = life_map(l, w->map);
	const uint8_t *value = NULL;
	int err;

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
		err |= write_one(l, n, &writes[i]);
	return err;
}

/*
 * Only `unchanged` needs all that was there before; for the others it is shown when they fail,
 * and then only so much: looking over a whole large map before each step would slow what passes.
 */
void map_states_take(struct life *l, const struct expectation *e, struct map_states *before)
{
	*before = (struct map_states){ NULL, e->n_maps };
	if (!e->n_maps)
		return;
	before->views = arena_alloc(&l->result->arena, e->n_maps * sizeof(*before->views));
	for (size_t i = 0; i < e->n_maps; i++) {
		const struct map_expectation *m = &e->maps[i];
		size_t limit = m->condition == MAP_UNCHANGED ? 0 : STATES_SHOWN;
		int err = map_snapshot(life_map(l, m->map), &l->result->arena, limit,
				       &before->views[i]);

		if (err)
			diag(&l->result->diags, DIAG_ERROR, m->where,
			     "map '%s' cannot be looked over: %s", life_map(l, m->map)->name,
			     map_error(life_map(l, m->map), err, &l->result->arena));
	}
}

static const char *program_name(void *ctx, uint32_t id)
{
	const struct program *p = instance_program_by_id(ctx, id);

	return p ? p->name : NULL;
}

/* Whole keys are looked up: no need to look over a map that may be large. */
static bool can_look_up(const struct map_expectation *e)
{
	if (e->condition != MAP_ENTRIES)
		return false;
	for (size_t i = 0; i < e->n_entries; i++)
		if (!e->entries[i].whole_key)
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
			(struct map_entry){ e->entries[i].key.data, value };
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

static void judge_map_after(struct life *l, const struct map_expectation *expected,
			    const struct map_view *before, struct mismatches *out)
{
	const struct map_expectation with_ids = with_program_ids(l, expected), *e = &with_ids;
	const struct map_ref *ref = &l->scenario->map_refs[e->map];
	struct arena *a = &l->result->arena;
	struct map *m = life_map(l, e->map);
	struct map_view after = {};
	struct judged_map jm = { .type = ref->map,
				 .values = &l->scenario->values,
				 .n_cpus = m->n_cpus,
				 .before = before,
				 .after = &after,
				 .program_name = program_name,
				 .ctx = l->nodes[ref->node].instance };
	struct mismatches ignored = {};
	int err = 0;

	if (can_look_up(e)) {
		err = look_up(l, e, m, &after);
		if (!err && judge_map(e, &jm, a, &ignored))
			return;
	}
	if (!err)
		err = map_snapshot(m, a, 0, &after);
	if (err)
		diag(&l->result->diags, DIAG_ERROR, e->where, "map '%s' cannot be looked over: %s",
		     m->name, map_error(m, err, a));
	else
		judge_map(e, &jm, a, out);
}

void map_states_judge(struct life *l, const struct expectation *e, const struct map_states *before,
		      uint64_t frame, struct mismatches *out)
{
	size_t first = out->n;

	for (size_t i = 0; i < e->n_maps; i++)
		judge_map_after(l, &e->maps[i], &before->views[i], out);
	for (size_t i = first; i < out->n; i++)
		out->items[i].frame = frame;
}
