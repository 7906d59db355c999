/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tape of a run as calls with names: of maps, devices, programs. */
#include "run/internal.h"

#include "kernel/interpose.h"
#include "types/helper_values.h"

#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>

/* What is read outlives the instance and the namespace: names are copied. */
struct reading {
	const struct life_node *n;
	struct arena *arena;
	struct observation *o;
	const struct value_names *devices;
};

static const struct value_names *device_names(const struct life_node *n, struct arena *arena)
{
	struct value_names *names;
	struct type_enumerator *items;

	if (!n->node->n_devices)
		return NULL;
	names = arena_alloc(arena, sizeof(*names));
	items = arena_alloc(arena, n->node->n_devices * sizeof(*items));
	names->member = "ifindex";
	names->items = items;
	for (size_t i = 0; i < n->node->n_devices; i++) {
		const struct device *d = sandbox_device(n->sandbox, n->node->devices[i].name);

		if (d)
			items[names->n++] = (struct type_enumerator){ arena_strdup(arena, d->name),
								      d->ifindex };
	}
	return names;
}

static const char *copy_name(const struct reading *r, const char *name)
{
	return name ? arena_strdup(r->arena, name) : NULL;
}

static const char *device_name(const struct reading *r, uint32_t ifindex)
{
	const struct device *d = sandbox_device_by_index(r->n->sandbox, ifindex);

	return d ? copy_name(r, d->name) : NULL;
}

/* The object's own word on @map: types of its keys. */
static const struct object_map *declared_map(const struct life_node *n, const struct map *map)
{
	for (size_t i = 0; i < n->node->n_objects; i++) {
		const struct object_map *m = object_file_map(n->node->objects[i].file, map->name);

		if (m && instance_map(n->instance, i, map->name) == map)
			return m;
	}
	return NULL;
}

/* How much of the room for bytes the call's are: what follows is of a former call. */
static uint64_t bytes_recorded(const struct observed_call *c)
{
	unsigned int i = helper_bytes_arg(c->helper);

	return c->helper->args[i].value == HELPER_KEY ? c->key_size : (uint32_t)c->args[i + 1];
}

static const uint8_t *copy_bytes(struct reading *r, const struct observed_call *c,
				 const uint8_t *bytes)
{
	uint8_t *copy = arena_memdup(r->arena, bytes, HELPER_BYTES);
	const char *name = c->helper->struct_name;
	uint64_t len = bytes_recorded(c);

	if (len < HELPER_BYTES)
		memset(copy + len, 0, HELPER_BYTES - len);
	if (name && !strcmp(name, "struct bpf_tunnel_key") && !(c->args[3] & BPF_F_TUNINFO_IPV6))
		helper_tunnel_swap(copy);
	return copy;
}

static void name_map(struct reading *r, struct observed_call *c, const struct map *map)
{
	const struct object_map *declared = declared_map(r->n, map);

	c->map = copy_name(r, map->name);
	if (declared) {
		c->key_type = declared->key;
		c->key_is_prefix = declared->type == BPF_MAP_TYPE_LPM_TRIE;
	}
}

/* Which program stands in the slot now: programs cannot change what they tail-call through. */
static const char *program_in_slot(const struct life_node *n, const struct map *map, uint64_t slot)
{
	const struct program *p;
	uint32_t key = (uint32_t)slot, id;

	if (map->type != BPF_MAP_TYPE_PROG_ARRAY || map_lookup(map, &key, &id))
		return NULL;
	p = instance_program_by_id(n->instance, id);
	return p ? p->name : NULL;
}

static void name_arguments(struct reading *r, struct observed_call *c)
{
	for (size_t i = 0; i < HELPER_ARGS; i++) {
		const struct map *map = NULL;

		if (c->helper->args[i].value == HELPER_MAP)
			map = instance_map_by_pointer(r->n->instance, c->args[i]);
		if (map)
			name_map(r, c, map);
		if (map && c->helper->id == BPF_FUNC_tail_call)
			c->target = copy_name(r, program_in_slot(r->n, map, c->args[i + 1]));
		if (c->helper->args[i].value == HELPER_IFINDEX)
			c->device = device_name(r, (uint32_t)c->args[i]);
	}
}

/* A key is not recorded where it is not known of which map. */
static bool has_bytes(const struct call_site *site)
{
	bool is_key = helper_arg_of(site->helper, HELPER_KEY) < HELPER_ARGS;

	return !site->inlined && (!is_key || site->key_size);
}

static void read_call(struct reading *r, const struct tape_record *t, uint32_t prog_type,
		      struct observed_call *c)
{
	const struct call_site *site = instance_call_site(r->n->instance, t->site);

	*c = (struct observed_call){
		.helper = site->helper,
		.program = copy_name(r, site->program),
		.prog_type = prog_type,
		.file = copy_name(r, site->file),
		.line = site->line,
		.result = t->result,
		.scripted = t->flags & TAPE_SCRIPTED,
		.key_size = site->key_size,
		.devices = r->devices,
		.taken = site->helper->id == BPF_FUNC_tail_call && !(t->flags & TAPE_FELL_THROUGH),
	};
	memcpy(c->args, t->args, sizeof(c->args));
	if (site->helper->in && has_bytes(site))
		c->in = copy_bytes(r, c, t->in);
	if (site->helper->out && has_bytes(site))
		c->out = copy_bytes(r, c, t->out);
	name_arguments(r, c);
	if (c->helper->id == BPF_FUNC_fib_lookup && c->out) {
		uint32_t ifindex;

		memcpy(&ifindex, c->out + offsetof(struct bpf_fib_lookup, ifindex),
		       sizeof(ifindex));
		c->device = device_name(r, ifindex);
	}
}

/* Whether all calls of program @name, which ran, are among those recorded; NULL: of any. */
static bool sees_program(struct reading *r, const char *name)
{
	const char *why;

	if (instance_sees_calls(r->n->instance, name, &why))
		return true;
	if (why)
		r->o->calls_note = arena_printf(r->arena, "those of %s: %s",
						name ? name : "a program that may have run", why);
	return false;
}

/* The program the run began with, and those it went on to. */
static bool sees_all(struct reading *r, const char *program)
{
	if (!sees_program(r, program))
		return false;
	for (size_t i = 0; i < r->o->n_calls; i++)
		if (r->o->calls[i].taken && !sees_program(r, r->o->calls[i].target))
			return false;
	return true;
}

bool observe_calls(const struct life_node *n, const struct program_ref *program, uint32_t prog_type,
		   struct observation *o, struct arena *arena)
{
	struct reading r = { .n = n, .arena = arena, .o = o };
	struct tape *tape = instance_tape(n->instance);
	struct observed_call *calls;

	r.devices = device_names(n, arena);
	o->devices = r.devices;
	/* Where no program of the instance calls anything that is recorded, there is no tape. */
	if (tape)
		o->n_calls = tape_count(tape, &o->calls_lost);
	calls = o->n_calls ? arena_alloc(arena, o->n_calls * sizeof(*calls)) : NULL;
	for (size_t i = 0; i < o->n_calls; i++)
		read_call(&r, tape_record(tape, i), prog_type, &calls[i]);
	o->calls = calls;
	o->has_calls = sees_all(&r, program->program->name);
	return o->has_calls;
}
