/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Load once, run many: verification costs 100 ms and more, putting maps back a fraction of one.
 * Two scenarios share an instance if they load the same files with the same globals, sizes of maps
 * and types of programs.
 */
#include "run/internal.h"

#include <stdlib.h>
#include <string.h>

#define LOADED_MAX 8

static void key_add(FILE *f, const void *p, size_t len)
{
	fwrite(p, 1, len, f);
}

#define KEY_ADD(f, value) key_add((f), &(value), sizeof(value))

static uint8_t *instance_key(const struct scenario *s, size_t *len)
{
	char *text = NULL;
	FILE *f = xmemstream(&text, len);

	for (size_t i = 0; i < s->n_objects; i++)
		KEY_ADD(f, s->objects[i].file);
	for (size_t i = 0; i < s->n_globals; i++) {
		const struct global_setting *g = &s->globals[i];

		KEY_ADD(f, g->object);
		KEY_ADD(f, g->global);
		key_add(f, g->data, g->global->type->size);
	}
	for (size_t i = 0; i < s->n_limits; i++) {
		KEY_ADD(f, s->limits[i].object);
		KEY_ADD(f, s->limits[i].map);
		KEY_ADD(f, s->limits[i].max_entries);
	}
	for (size_t i = 0; i < s->n_types; i++) {
		KEY_ADD(f, s->types[i].object);
		KEY_ADD(f, s->types[i].program);
		KEY_ADD(f, s->types[i].type);
	}
	fclose(f);
	return (uint8_t *)text;
}

/* What the scenario says of object @i, as the kernel module takes it. From the result's arena. */
static struct instance_object describe(struct life *l, size_t i)
{
	const struct scenario *s = l->scenario;
	struct arena *a = &l->result->arena;
	struct instance_global *globals = NULL;
	struct instance_map_size *sizes = NULL;
	struct instance_program_type *types = NULL;
	struct instance_object o = { .file = s->objects[i].file, .where = s->objects[i].where };

	if (*s->objects[i].alias)
		o.alias = s->objects[i].alias;
	for (size_t j = 0; j < s->n_globals; j++)
		if (s->globals[j].object == i)
			*ARENA_PUSH(a, globals, o.n_globals) =
				(struct instance_global){ s->globals[j].global,
							  s->globals[j].data };
	for (size_t j = 0; j < s->n_limits; j++)
		if (s->limits[j].object == i)
			*ARENA_PUSH(a, sizes, o.n_sizes) =
				(struct instance_map_size){ s->limits[j].map,
							    s->limits[j].max_entries };
	for (size_t j = 0; j < s->n_types; j++)
		if (s->types[j].object == i)
			*ARENA_PUSH(a, types, o.n_types) =
				(struct instance_program_type){ s->types[j].program,
								s->types[j].type };
	o.globals = globals;
	o.sizes = sizes;
	o.types = types;
	return o;
}

static struct instance *load(struct life *l)
{
	const struct scenario *s = l->scenario;
	struct scenario_result *r = l->result;
	struct instance_object *objects = arena_alloc(&r->arena, s->n_objects * sizeof(*objects));
	struct load_failure failure = {};
	struct instance *instance;

	for (size_t i = 0; i < s->n_objects; i++)
		objects[i] = describe(l, i);
	instance = instance_load(&r->diags, objects, s->n_objects, &failure);
	if (!instance && failure.log_tail)
		r->load_log = arena_strdup(&r->arena, failure.log_tail);
	load_failure_free(&failure);
	return instance;
}

static void forget(struct session *s, size_t i)
{
	instance_free(s->loaded[i].instance);
	free(s->loaded[i].key);
	s->loaded[i] = s->loaded[--s->n_loaded];
}

void session_forget_instances(struct session *s)
{
	while (s->n_loaded)
		forget(s, s->n_loaded - 1);
	free(s->loaded);
	s->loaded = NULL;
}

static void make_room(struct session *s)
{
	size_t oldest = 0;

	if (s->n_loaded < LOADED_MAX)
		return;
	for (size_t i = 1; i < s->n_loaded; i++)
		if (s->loaded[i].used < s->loaded[oldest].used)
			oldest = i;
	forget(s, oldest);
}

static struct loaded *find(struct session *s, const uint8_t *key, size_t len)
{
	for (size_t i = 0; i < s->n_loaded; i++)
		if (s->loaded[i].key_len == len && !memcmp(s->loaded[i].key, key, len))
			return &s->loaded[i];
	return NULL;
}

struct instance *session_instance(struct life *l)
{
	struct session *s = l->session;
	struct instance *instance;
	struct loaded *known;
	size_t len;
	uint8_t *key = instance_key(l->scenario, &len);

	known = find(s, key, len);
	if (known && known->dirty && !instance_reset(known->instance, NULL)) {
		forget(s, (size_t)(known - s->loaded));
		known = NULL;
	}
	if (known) {
		free(key);
		known->dirty = true;
		known->used = ++s->clock;
		return known->instance;
	}
	instance = load(l);
	if (!instance) {
		free(key);
		return NULL;
	}
	make_room(s);
	if (!s->loaded)
		s->loaded = xcalloc(LOADED_MAX, sizeof(*s->loaded));
	s->loaded[s->n_loaded++] = (struct loaded){ key, len, instance, true, ++s->clock };
	return instance;
}
