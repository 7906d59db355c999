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
	const uint8_t *own;  /* the same as the object file has them */
	size_t initial_size; /* bytes that count */
	bool open;	     /* read-only for programs, but user space still sets it */
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
	bool closed;		       /* globals of an object that was to be left open are fixed */
};

/* One load at work. */
struct loading {
	struct diags *diags;
	struct instance *inst;
	const struct instance_object *objects;
	size_t n;
	bool open; /* read-only globals of the object at hand stay open */
};

/* The map that @o's file calls @name, or NULL. */
struct named_map *named_map_find(struct loaded_object *o, const char *name);

/*
 * Open object @object of the load: program types, sizes, globals, shared maps. Returns 0, or -1
 * after an error at the object's place. What is open belongs to the instance.
 */
int instance_open(struct loading *l, size_t object);

/* instance_globals.c, of an object that is open but not loaded. Both return 0, or -1 after an error
 * at the object's place. */
/* First contents of .data, .rodata and their like, with what the scenario says of them. */
int globals_set(struct loading *l, size_t object);
/* Have the sections with read-only globals in maps that libbpf does not freeze. */
int globals_open(struct loading *l, size_t object);
