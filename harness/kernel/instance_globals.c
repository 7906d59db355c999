/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Globals of a loaded object. libbpf freezes the maps of read-only ones, so that the verifier takes
 * their values as constants, which makes each set of values a verification of its own. Where many
 * scenarios differ in nothing else, the maps are made here and left open instead.
 */
#include "base/errno_names.h"
#include "kernel/instance_internal.h"
#include "kernel/load_failure.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Of .data, .bss and their like: once loaded, their first contents only stand here. */
static void keep_initial(struct arena *arena, struct named_map *m)
{
	const void *data;
	uint8_t *own;

	data = m->internal ? bpf_map__initial_value(m->libbpf, &m->initial_size) : NULL;
	if (!data)
		return;
	own = arena_alloc(arena, (m->initial_size + 7) & ~(size_t)7);
	m->initial = arena_alloc(arena, (m->initial_size + 7) & ~(size_t)7);
	memcpy(own, data, m->initial_size);
	memcpy(m->initial, data, m->initial_size);
	m->own = own;
}

/* Where the value of @g stands among first contents, or NULL: libbpf does not let it be set. */
static uint8_t *global_place(struct loaded_object *o, const struct object_global *g)
{
	const struct named_map *m = named_map_find(o, g->map);

	if (!m || !m->initial || g->off > m->initial_size ||
	    g->type->size > m->initial_size - g->off)
		return NULL;
	return m->initial + g->off;
}

/* Hand @m's first contents to libbpf; maps that it would not fill are none that have globals. */
static bool tell_libbpf(const struct named_map *m)
{
	return !memcmp(m->initial, m->own, m->initial_size) ||
	       !bpf_map__set_initial_value(m->libbpf, m->initial, m->initial_size);
}

int globals_set(struct loading *l, size_t object)
{
	const struct instance_object *spec = &l->objects[object];
	struct loaded_object *o = &l->inst->objects[object];
	int ret = 0;

	for (size_t i = 0; i < o->n_maps; i++)
		keep_initial(&l->inst->arena, &o->maps[i]);
	for (size_t i = 0; i < spec->n_globals; i++) {
		const struct object_global *g = spec->globals[i].global;
		uint8_t *place = global_place(o, g);

		if (place)
			memcpy(place, spec->globals[i].data, g->type->size);
		if (place && tell_libbpf(named_map_find(o, g->map)))
			continue;
		diag(l->diags, DIAG_ERROR, spec->where,
		     "cannot set %s: libbpf does not let section %s of %s be set", g->name,
		     g->section, object_base_name(spec));
		ret = -1;
	}
	return ret;
}

/* Whether @m is a section with globals that scenarios may set, and that libbpf would freeze. */
static bool is_closed_section(const struct instance_object *spec, const struct named_map *m)
{
	if (!m->initial || !(bpf_map__map_flags(m->libbpf) & BPF_F_RDONLY_PROG))
		return false;
	for (size_t i = 0; i < spec->file->n_globals; i++) {
		const struct object_global *g = &spec->file->globals[i];

		if (g->read_only && !strcmp(g->map, m->name))
			return true;
	}
	return false;
}

/* An array as libbpf would make it, not frozen. Returns 0 or -errno. */
static int open_section(struct named_map *m)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	const uint32_t zero = 0;
	int fd, err = 0;

	opts.map_flags = bpf_map__map_flags(m->libbpf);
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "open_rodata", sizeof(zero),
			    bpf_map__value_size(m->libbpf), 1, &opts);
	if (fd < 0)
		return -errno;
	if (bpf_map_update_elem(fd, &zero, m->initial, BPF_ANY) || bpf_map__reuse_fd(m->libbpf, fd))
		err = -errno;
	close(fd);
	m->open = !err;
	return err;
}

int globals_open(struct loading *l, size_t object)
{
	const struct instance_object *spec = &l->objects[object];
	struct loaded_object *o = &l->inst->objects[object];
	int err;

	for (size_t i = 0; i < o->n_maps; i++) {
		if (!is_closed_section(spec, &o->maps[i]))
			continue;
		err = open_section(&o->maps[i]);
		if (!err)
			continue;
		diag(l->diags, DIAG_ERROR, spec->where, "cannot make map %s: %s (%s)",
		     o->maps[i].name, errno_text(err), errno_name(err));
		return err;
	}
	return 0;
}

bool instance_globals_open(const struct instance *inst)
{
	return !inst->closed;
}

int instance_set_globals(struct instance *inst, size_t object,
			 const struct instance_global globals[], size_t n)
{
	struct loaded_object *o = &inst->objects[object];
	const uint32_t zero = 0;

	for (size_t i = 0; i < o->n_maps; i++)
		if (o->maps[i].initial)
			memcpy(o->maps[i].initial, o->maps[i].own, o->maps[i].initial_size);
	for (size_t i = 0; i < n; i++) {
		uint8_t *place = global_place(o, globals[i].global);

		if (!place)
			return -EINVAL;
		memcpy(place, globals[i].data, globals[i].global->type->size);
	}
	for (size_t i = 0; i < o->n_maps; i++)
		if (o->maps[i].open &&
		    bpf_map_update_elem(o->maps[i].map->fd, &zero, o->maps[i].initial, BPF_ANY))
			return -errno;
	return 0;
}
