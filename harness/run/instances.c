/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Load once, run many: verification costs 100 ms and more, putting maps back a fraction of one.
 * Two scenarios share an instance if they load the same files with the same globals, sizes of maps
 * and types of programs.
 *
 * Values of globals do not matter where a run has several sets of them: the instance is then loaded
 * with its globals open, and each scenario sets its own. Where the verifier refuses that, it has to
 * know them, and each set is an instance of its own.
 */
#include "run/internal.h"

#include "base/errno_names.h"
#include "kernel/descriptors.h"
#include "kernel/interpose.h"
#include "run/node_object.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LOADED_MAX 32

static void key_add(FILE *f, const void *p, size_t len)
{
	if (len)
		fwrite(p, 1, len, f);
}

#define KEY_ADD(f, value) key_add((f), &(value), sizeof(value))

/* What is loaded for @s; @open: whatever the values of its globals. */
static uint8_t *instance_key(const struct scenario_node *s, const struct interpose_request *r,
			     bool open, size_t *len)
{
	char *text = NULL;
	FILE *f = xmemstream(&text, len);

	for (size_t i = 0; i < s->n_objects; i++)
		KEY_ADD(f, s->objects[i].file);
	for (size_t i = 0; i < s->n_globals && !open; i++) {
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
	KEY_ADD(f, open);
	KEY_ADD(f, r->off);
	KEY_ADD(f, r->traced);
	KEY_ADD(f, r->cover);
	key_add(f, r->helpers, r->n_helpers * sizeof(*r->helpers));
	fclose(f);
	return (uint8_t *)text;
}

struct instance_object node_object(struct arena *arena, const struct scenario_node *node, size_t i)
{
	struct instance_global *globals = NULL;
	struct instance_map_size *sizes = NULL;
	struct instance_program_type *types = NULL;
	struct instance_object o = { .file = node->objects[i].file,
				     .where = node->objects[i].where };

	if (*node->objects[i].alias)
		o.alias = node->objects[i].alias;
	for (size_t j = 0; j < node->n_globals; j++)
		if (node->globals[j].object == i)
			*ARENA_PUSH(arena, globals, o.n_globals) =
				(struct instance_global){ node->globals[j].global,
							  node->globals[j].data };
	for (size_t j = 0; j < node->n_limits; j++)
		if (node->limits[j].object == i)
			*ARENA_PUSH(arena, sizes, o.n_sizes) =
				(struct instance_map_size){ node->limits[j].map,
							    node->limits[j].max_entries };
	for (size_t j = 0; j < node->n_types; j++)
		if (node->types[j].object == i)
			*ARENA_PUSH(arena, types, o.n_types) =
				(struct instance_program_type){ node->types[j].program,
								node->types[j].type };
	o.globals = globals;
	o.sizes = sizes;
	o.types = types;
	return o;
}

static void forget(struct session *s, size_t i)
{
	events_close(s->loaded[i].events);
	instance_free(s->loaded[i].instance);
	free(s->loaded[i].key);
	s->loaded[i] = s->loaded[--s->n_loaded];
}

/* The instance that is only kept and was used longest ago; n_loaded: there is none. */
static size_t oldest_unused(const struct session *s)
{
	size_t oldest = s->n_loaded;

	for (size_t i = 0; i < s->n_loaded; i++)
		if (!s->loaded[i].taken &&
		    (oldest == s->n_loaded || s->loaded[i].used < s->loaded[oldest].used))
			oldest = i;
	return oldest;
}

/* What does not fit into the descriptors that are left may do so without what is only kept. */
static bool forget_unused(struct session *s)
{
	bool any = false;

	for (size_t i = s->n_loaded; i > 0; i--) {
		if (s->loaded[i - 1].taken)
			continue;
		forget(s, i - 1);
		any = true;
	}
	return any;
}

static void say_how_many(struct diags *d, const struct scenario_node *node)
{
	size_t maps = 0, programs = 0;

	for (size_t i = 0; i < node->n_objects; i++) {
		maps += node->objects[i].file->n_maps;
		programs += node->objects[i].file->n_programs;
	}
	diag(d, DIAG_NOTE, node->objects[0].where,
	     "of %" PRIu64
	     " files that this process may have open, the objects of this scenario take "
	     "about %zu for each worker that has loaded them",
	     descriptors_allowed(), descriptors_needed(maps, programs));
}

static struct instance *load(struct life *l, const struct scenario_node *s,
			     const struct interpose_request *request, bool open)
{
	struct scenario_result *r = l->result;
	struct instance_object *objects = arena_alloc(&r->arena, s->n_objects * sizeof(*objects));
	struct load_failure failure = {};
	struct instance *instance;
	struct diags own = {};

	for (size_t i = 0; i < s->n_objects; i++) {
		objects[i] = node_object(&r->arena, s, i);
		objects[i].open_globals = open;
	}
	instance = instance_load(&own, objects, s->n_objects, request, &failure);
	if (!instance && descriptors_lacking(failure.error) && forget_unused(l->session)) {
		diags_free(&own);
		load_failure_free(&failure);
		instance = instance_load(&own, objects, s->n_objects, request, &failure);
	}
	if (!instance && descriptors_lacking(failure.error))
		say_how_many(&own, s);
	else if (!instance && failure.log_tail)
		r->load_log = arena_strdup(&r->arena, failure.log_tail);
	diags_move(&r->diags, &own);
	load_failure_free(&failure);
	return instance;
}

void session_forget_instances(struct session *s)
{
	while (s->n_loaded)
		forget(s, s->n_loaded - 1);
	free(s->loaded);
	free(s->closed);
	s->loaded = NULL;
	s->closed = NULL;
	s->n_closed = 0;
}

/* Instances that the scenario's other nodes use stay. */
static void make_room(struct session *s)
{
	size_t oldest = oldest_unused(s);

	if (s->n_loaded >= LOADED_MAX && oldest < s->n_loaded)
		forget(s, oldest);
}

static struct loaded *find(struct session *s, const uint8_t *key, size_t len)
{
	for (size_t i = 0; i < s->n_loaded; i++)
		if (!s->loaded[i].taken && s->loaded[i].key_len == len &&
		    !memcmp(s->loaded[i].key, key, len))
			return &s->loaded[i];
	return NULL;
}

/* Globals as the scenario of @node has them. Returns 0 or -errno. */
static int set_globals(struct life *l, const struct scenario_node *node, struct instance *instance)
{
	int err = 0;

	for (size_t i = 0; i < node->n_objects && !err; i++) {
		const struct instance_object o = node_object(&l->result->arena, node, i);

		err = instance_set_globals(instance, i, o.globals, o.n_globals);
	}
	return err;
}

/* A loaded instance with this key, its maps and globals in their first state, or NULL. */
static struct loaded *take_clean(struct life *l, const struct scenario_node *node,
				 const uint8_t *key, size_t len)
{
	struct session *s = l->session;
	struct loaded *known = find(s, key, len);

	if (!known)
		return NULL;
	if ((known->open && set_globals(l, node, known->instance)) ||
	    (known->dirty && !instance_reset(known->instance, NULL))) {
		forget(s, (size_t)(known - s->loaded));
		return NULL;
	}
	events_discard(known->events);
	return known;
}

static int open_events(struct life *l, const struct life_node *n, struct instance *instance,
		       struct events **events)
{
	struct session *s = l->session;
	int err = events_open(instance, events);

	/* EPERM: their buffers are more than an ordinary user may lock (perf_event_mlock_kb). */
	while ((descriptors_lacking(err) || err == -EPERM) && oldest_unused(s) < s->n_loaded) {
		forget(s, oldest_unused(s));
		err = events_open(instance, events);
	}
	if (err)
		diag(&l->result->diags, DIAG_ERROR, n->node->objects[0].where,
		     "cannot read what the programs emit: %s (%s)", errno_text(err),
		     errno_name(err));
	return err;
}

/* What runs from now on takes some more for a moment, and would tell of it in odd ways. */
static int check_descriptors(struct life *l, const struct life_node *n)
{
	struct diags *d = &l->result->diags;

	if (descriptors_spare() || (forget_unused(l->session) && descriptors_spare()))
		return 0;
	if (!n->node->n_objects)
		return 0;
	diag(d, DIAG_ERROR, n->node->objects[0].where, "%s (%s)", errno_text(-EMFILE),
	     errno_name(-EMFILE));
	say_how_many(d, n->node);
	return -1;
}

static struct interpose_request request_of(const struct session_options *o,
					   const struct scenario *s)
{
	return (struct interpose_request){
		.off = o->no_interpose,
		.traced = o->traced,
		.cover = o->coverage,
		.helpers = s->recorded,
		.n_helpers = s->n_recorded,
	};
}

static uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3; /* FNV-1a */
	return hash;
}

#define HASH_START 0xcbf29ce484222325ull

/* The number of what @node loads; @open: whatever the values of its globals. */
static uint64_t node_hash(const struct scenario_node *node, const struct interpose_request *request,
			  bool open)
{
	size_t len;
	uint8_t *key = instance_key(node, request, open, &len);
	uint64_t hash = hash_bytes(HASH_START, key, len);

	free(key);
	return hash;
}

void scenario_note_loads(const struct session_options *options, const struct scenario *s,
			 struct load_variants *variants)
{
	const struct interpose_request request = request_of(options, s);

	for (size_t i = 0; i < s->n_nodes; i++)
		variants_note(variants, node_hash(&s->nodes[i], &request, true),
			      node_hash(&s->nodes[i], &request, false));
}

uint64_t scenario_load_hash(const struct session_options *options, const struct scenario *s)
{
	const struct interpose_request request = request_of(options, s);
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < s->n_nodes; i++) {
		uint64_t node = node_hash(&s->nodes[i], &request, true);

		if (!variants_differ(options->variants, node))
			node = node_hash(&s->nodes[i], &request, false);
		hash = hash_bytes(hash, (const uint8_t *)&node, sizeof(node));
	}
	return hash;
}

/* Whether @node is to be loaded with open globals. */
static bool wants_open(const struct session *s, const struct scenario_node *node,
		       const struct interpose_request *request)
{
	uint64_t base;

	if (!s->options.variants)
		return false;
	base = node_hash(node, request, true);
	for (size_t i = 0; i < s->n_closed; i++)
		if (s->closed[i] == base)
			return false;
	return variants_differ(s->options.variants, base);
}

static struct loaded *add(struct session *s, const struct scenario_node *node,
			  const struct interpose_request *request, bool open,
			  struct instance *instance, struct events *events)
{
	struct loaded *new;

	make_room(s);
	new = ARRAY_PUSH(s->loaded, s->n_loaded);
	if (open)
		new->open = instance_globals_open(instance);
	new->key = instance_key(node, request, new->open, &new->key_len);
	new->instance = instance;
	new->events = events;
	if (open && !new->open)
		*ARRAY_PUSH(s->closed, s->n_closed) = node_hash(node, request, true);
	return new;
}

/* Load it, with its events. NULL after diags. */
static struct loaded *load_new(struct life *l, const struct life_node *n,
			       const struct interpose_request *request, bool open)
{
	struct instance *instance = load(l, n->node, request, open);
	struct events *events = NULL;

	if (instance && !open_events(l, n, instance, &events))
		return add(l->session, n->node, request, open, instance, events);
	instance_free(instance);
	return NULL;
}

int node_instance(struct life *l, struct life_node *n)
{
	struct session *s = l->session;
	const struct interpose_request request = request_of(&s->options, l->scenario);
	bool open = wants_open(s, n->node, &request);
	struct loaded *mine;
	size_t len;
	uint8_t *key = instance_key(n->node, &request, open, &len);

	mine = take_clean(l, n->node, key, len);
	free(key);
	if (!mine)
		mine = load_new(l, n, &request, open);
	if (!mine)
		return -1;
	mine->dirty = true;
	mine->taken = true;
	mine->used = ++s->clock;
	n->instance = mine->instance;
	n->events = mine->events;
	return check_descriptors(l, n);
}

void session_release_instances(struct session *s)
{
	for (size_t i = 0; i < s->n_loaded; i++)
		s->loaded[i].taken = false;
}
