/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What instance_open.c and instance_load.c make and instance.c uses. */
#pragma once

#include "kernel/instance.h"

struct bpf_object;
struct bpf_map;
struct interposer;

/* A map as this object names it. */
struct named_map {
	const char *name; /* taken before loading: reuse may shorten libbpf's */
	struct bpf_map *libbpf;
	struct map *map; /* the same for all objects that share it; NULL: not made */
	bool pinned;	 /* asked to be pinned by name: shared */
	bool internal;
	uint8_t *initial;    /* first contents of .data and the like, map_stride() long; or NULL */
	size_t initial_size; /* bytes that count */
};

struct loaded_object {
	struct bpf_object *obj;
	struct program *programs; /* those that were loaded */
	size_t n_programs;
	struct named_map *maps;
	size_t n_maps;
};

struct instance {
	struct arena arena; /* owns names, structs and first contents */
	struct loaded_object *objects;
	size_t n_objects;
	struct map **maps; /* each once */
	size_t n_maps;
	struct interposer *interposer; /* in the arena; NULL: off */
};

/* One load at work. */
struct loading {
	struct diags *diags;
	struct instance *inst;
	const struct instance_object *objects;
	size_t n;
};

/*
 * Open object @object of the load: program types, sizes, globals, shared maps. Returns 0, or -1
 * after an error at the object's place. What is open belongs to the instance.
 */
int instance_open(struct loading *l, size_t object);
