/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An object opened and told what the scenario says of it, ready to be loaded. */
#include "base/errno_names.h"
#include "kernel/instance_internal.h"
#include "kernel/load_failure.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

/*
 * Arrays of this many entries are made mappable. Looking one over by system calls costs 0.2 us
 * an entry, by memory next to nothing; the program cannot tell the difference.
 */
#define MAPPABLE_ENTRIES 16u

static bool type_can_run(uint32_t type)
{
	return type == BPF_PROG_TYPE_XDP || type == BPF_PROG_TYPE_SCHED_CLS ||
	       type == BPF_PROG_TYPE_SCHED_ACT;
}

static void configure_programs(const struct instance_object *spec, struct bpf_object *obj)
{
	struct bpf_program *p;

	for (size_t i = 0; i < spec->n_types; i++) {
		p = bpf_object__find_program_by_name(obj, spec->types[i].program->name);
		if (p && bpf_program__type(p) != (enum bpf_prog_type)spec->types[i].type) {
			bpf_program__set_type(p, (enum bpf_prog_type)spec->types[i].type);
			/* The one libbpf guessed belongs to the other type. */
			bpf_program__set_expected_attach_type(p, 0);
		}
	}
	bpf_object__for_each_program(p, obj)
	{
		bpf_program__set_autoload(p, type_can_run(bpf_program__type(p)));
	}
}

/* The scenario's max_entries for @map; for a shared one, whichever object it was said for. */
static uint32_t size_setting(const struct loading *l, size_t object, const struct named_map *map)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t at = (object + i) % l->n; /* its own object first */
		const struct instance_object *o = &l->objects[at];

		if (at != object && !map->pinned)
			break;
		for (size_t j = 0; j < o->n_sizes; j++) {
			if (!strcmp(o->sizes[j].map->name, map->name) &&
			    (at == object || o->sizes[j].map->pinned))
				return o->sizes[j].max_entries;
		}
	}
	return 0;
}

static bool is_map_of_maps(const struct bpf_map *map)
{
	return bpf_map__type(map) == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
	       bpf_map__type(map) == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static bool has_map_of_maps(const struct bpf_object *obj)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj)
	{
		if (is_map_of_maps(map))
			return true;
	}
	return false;
}

static void configure_map(const struct loading *l, size_t object, struct named_map *m,
			  bool mappable)
{
	uint32_t max = size_setting(l, object, m);
	uint32_t flags = bpf_map__map_flags(m->libbpf);

	if (max)
		bpf_map__set_max_entries(m->libbpf, max);
	if (bpf_map__type(m->libbpf) == BPF_MAP_TYPE_STRUCT_OPS)
		bpf_map__set_autocreate(m->libbpf, false);
	/* Maps inside a map must have the template's flags, so objects with such stay as they are.
	 */
	if (mappable && bpf_map__type(m->libbpf) == BPF_MAP_TYPE_ARRAY && !m->internal &&
	    bpf_map__max_entries(m->libbpf) >= MAPPABLE_ENTRIES &&
	    !(flags & ~(uint32_t)BPF_F_MMAPABLE))
		bpf_map__set_map_flags(m->libbpf, flags | BPF_F_MMAPABLE);
}

/* Names and wishes of all maps, before anything changes them. */
static void collect_maps(struct loading *l, size_t object)
{
	struct loaded_object *o = &l->inst->objects[object];
	bool mappable = !has_map_of_maps(o->obj);
	struct named_map *m;
	struct bpf_map *map;

	bpf_object__for_each_map(map, o->obj)
	{
		m = ARENA_PUSH(&l->inst->arena, o->maps, o->n_maps);
		m->name = arena_strdup(&l->inst->arena, bpf_map__name(map));
		m->libbpf = map;
		m->internal = bpf_map__is_internal(map);
		m->pinned = bpf_map__pin_path(map) != NULL;
		if (m->pinned)
			bpf_map__set_pin_path(map, NULL);
		configure_map(l, object, m, mappable);
	}
}

/* The map of that name that an object before @object asks to be pinned, or NULL. */
static struct named_map *find_shared(struct loading *l, size_t object, const char *name,
				     size_t *owner)
{
	struct named_map *m;

	for (size_t i = 0; i < object; i++) {
		m = named_map_find(&l->inst->objects[i], name);
		if (m && m->pinned && m->map) {
			*owner = i;
			return m;
		}
	}
	return NULL;
}

static int check_same(struct loading *l, size_t object, size_t owner, const struct named_map *a,
		      const struct named_map *b)
{
	const struct {
		const char *what;
		uint32_t a, b;
	} rows[] = {
		{ "type", bpf_map__type(a->libbpf), bpf_map__type(b->libbpf) },
		{ "key_size", bpf_map__key_size(a->libbpf), bpf_map__key_size(b->libbpf) },
		{ "value_size", bpf_map__value_size(a->libbpf), bpf_map__value_size(b->libbpf) },
		{ "max_entries", bpf_map__max_entries(a->libbpf), bpf_map__max_entries(b->libbpf) },
		{ "map_flags", bpf_map__map_flags(a->libbpf), bpf_map__map_flags(b->libbpf) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* libbpf fills in the number of CPUs for perf event arrays when it loads them. */
		if (rows[i].a == rows[i].b || !rows[i].a || !rows[i].b)
			continue;
		diag(l->diags, DIAG_ERROR, l->objects[object].where,
		     "map %s is pinned by name, so %s and %s share it, but its %s is %u in one and %u in the other",
		     a->name, object_base_name(&l->objects[owner]),
		     object_base_name(&l->objects[object]), rows[i].what, rows[i].a, rows[i].b);
		return -1;
	}
	return 0;
}

static int share_maps(struct loading *l, size_t object)
{
	struct loaded_object *o = &l->inst->objects[object];
	struct named_map *shared, *m;
	int ret = 0, err;
	size_t owner;

	for (size_t i = 0; i < o->n_maps; i++) {
		m = &o->maps[i];
		shared = m->pinned ? find_shared(l, object, m->name, &owner) : NULL;
		if (!shared)
			continue;
		if (check_same(l, object, owner, shared, m)) {
			ret = -1;
			continue;
		}
		err = bpf_map__reuse_fd(m->libbpf, shared->map->fd);
		if (err) {
			diag(l->diags, DIAG_ERROR, l->objects[object].where,
			     "cannot share map %s: %s (%s)", m->name, errno_text(err),
			     errno_name(err));
			ret = -1;
		}
		m->map = shared->map;
	}
	return ret;
}

int instance_open(struct loading *l, size_t object)
{
	const struct instance_object *spec = &l->objects[object];
	struct loaded_object *o = &l->inst->objects[object];

	o->obj = bpf_object__open_file(spec->file->path, NULL);
	if (!o->obj) {
		int err = -errno;

		diag(l->diags, DIAG_ERROR, spec->where, "cannot read %s: %s (%s)", spec->file->path,
		     errno_text(err), errno_name(err));
		return err;
	}
	configure_programs(spec, o->obj);
	collect_maps(l, object);
	if (globals_set(l, object))
		return -1;
	if (l->open && globals_open(l, object))
		return -1;
	return share_maps(l, object);
}
