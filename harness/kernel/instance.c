/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/instance_internal.h"
#include "kernel/interpose_internal.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

void instance_free(struct instance *inst)
{
	if (!inst)
		return;
	for (size_t i = 0; i < inst->n_maps; i++)
		map_close(inst->maps[i]);
	for (size_t i = 0; i < inst->n_objects; i++)
		bpf_object__close(inst->objects[i].obj);
	interposer_close(inst->interposer);
	arena_free(&inst->arena);
	free(inst);
}

const struct program *instance_program(const struct instance *inst, size_t object, const char *name)
{
	const struct loaded_object *o;

	if (object >= inst->n_objects)
		return NULL;
	o = &inst->objects[object];
	for (size_t i = 0; i < o->n_programs; i++) {
		if (!strcmp(o->programs[i].name, name))
			return &o->programs[i];
	}
	return NULL;
}

struct named_map *named_map_find(struct loaded_object *o, const char *name)
{
	for (size_t i = 0; i < o->n_maps; i++) {
		if (!strcmp(o->maps[i].name, name))
			return &o->maps[i];
	}
	return NULL;
}

struct map *instance_map(struct instance *inst, size_t object, const char *name)
{
	const struct named_map *m;

	m = object < inst->n_objects ? named_map_find(&inst->objects[object], name) : NULL;
	return m ? m->map : NULL;
}

const struct program *instance_program_by_id(const struct instance *inst, uint32_t id)
{
	for (size_t i = 0; i < inst->n_objects; i++) {
		for (size_t j = 0; j < inst->objects[i].n_programs; j++) {
			if (inst->objects[i].programs[j].id == id)
				return &inst->objects[i].programs[j];
		}
	}
	return NULL;
}

size_t instance_maps(struct instance *inst, struct map ***maps)
{
	*maps = inst->maps;
	return inst->n_maps;
}

bool instance_reset(struct instance *inst, const char **why)
{
	struct tape *tape = instance_tape(inst);
	bool exact = true;

	if (tape)
		tape_clear_scripts(tape);
	for (size_t i = 0; i < inst->n_maps; i++) {
		if (map_reset(inst->maps[i]))
			continue;
		if (exact && why)
			*why = inst->maps[i]->name;
		exact = false;
	}
	return exact;
}
