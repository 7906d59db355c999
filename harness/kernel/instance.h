/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The objects of a scenario, loaded together: an instance. Loaded once, used by many scenarios one
 * after the other; instance_reset() between them. One thread at a time uses an instance.
 *
 * What is loaded: programs of type XDP, SCHED_CLS and SCHED_ACT (as libbpf guesses from
 * the section, or as the scenario says). All others (kprobes, struct_ops, unknown sections) are
 * left out: they cannot be run here. All maps are made. Nothing is ever pinned: maps that ask to be
 * pinned by name are shared between the objects of one instance instead.
 */
#pragma once

#include "kernel/interpose.h"
#include "kernel/map.h"
#include "types/object_file.h"

struct instance_global {
	const struct object_global *global;
	const uint8_t *data; /* global->type->size bytes, the object's own layout */
};

struct instance_map_size {
	const struct object_map *map;
	uint32_t max_entries;
};

struct instance_program_type {
	const struct object_program *program;
	uint32_t type; /* enum bpf_prog_type */
};

/* One object to load, and what the scenario says of it. Everything is borrowed during the call;
 * @file for longer. */
struct instance_object {
	const struct object_file *file; /* outlives the instance */
	const char *alias; /* `objects: {alias: file}`, for messages; NULL: the path's last part */
	struct span where; /* the `object:` line */
	const struct instance_global *globals;
	size_t n_globals;
	const struct instance_map_size *sizes;
	size_t n_sizes;
	const struct instance_program_type *types;
	size_t n_types;
	/*
	 * Leave read-only globals as user space can still set them, with instance_set_globals():
	 * the verifier then knows no value of theirs, and follows what each could lead to. A
	 * program that it refuses so, or would not let be interposed as wished, has them fixed
	 * after all.
	 */
	bool open_globals;
};

enum load_failure_kind {
	LOAD_PRIVILEGE, /* missing capability, locked memory, lockdown */
	LOAD_MAP,	/* the kernel refused to make a map */
	LOAD_VERIFIER,	/* the kernel refused a program */
	LOAD_MISSING,	/* kernel function, symbol or BTF the object needs and the kernel lacks */
	LOAD_OTHER
};

/* What failed, beyond the diagnostic. All zero before; load_failure_free() after. */
struct load_failure {
	enum load_failure_kind kind;
	size_t object; /* index of the object */
	int error;     /* -errno, also where nothing else here is set; -1: not known */
	char *name;    /* of the program or map; NULL where it is neither */
	char *log; /* the verifier's whole log, else libbpf's messages; lines; never NULL after a
		      failure */
	bool has_reason; /* log is the verifier's */
	char *log_tail;	 /* the end of it that explains the refusal, source lines included; NULL
			    where the diagnostic says all */
};

void load_failure_free(struct load_failure *f);

struct instance;

/* Whether all objects that were to have open globals do. */
bool instance_globals_open(const struct instance *inst);
/*
 * Of such an instance: from now on object @object has these @n globals, and of all others what its
 * file says. Those that programs can write get their values with the next instance_reset(). Returns
 * 0 or -errno.
 */
int instance_set_globals(struct instance *inst, size_t object,
			 const struct instance_global globals[], size_t n);

/*
 * Load @n objects, interposed as @request says (NULL: not at all). A program that the kernel
 * refuses so, but not without, is loaded without: instance_interposition(). On failure reports at
 * the object's place, fills *failure (may be NULL) with more, of which log_tail is worth showing,
 * and returns NULL; nothing stays loaded.
 */
struct instance *instance_load(struct diags *d, const struct instance_object objects[], size_t n,
			       const struct interpose_request *request,
			       struct load_failure *failure);
void instance_free(struct instance *inst);

/* A program that can be run. */
struct program {
	const char *name;
	const char *section;
	int fd;
	uint32_t id;		       /* the kernel's, as a lookup in a PROG_ARRAY gives it */
	uint32_t type;		       /* BPF_PROG_TYPE_XDP, _SCHED_CLS or _SCHED_ACT */
	uint32_t expected_attach_type; /* BPF_XDP_DEVMAP and BPF_XDP_CPUMAP cannot be run */
	bool frags;		       /* takes frames beyond one page */
	bool meta;	/* it, or one it may tail-call to, can call bpf_xdp_adjust_meta() */
	uint64_t reads; /* words of its context that it looks at: bit i is byte 4*i */
};

/* NULL: no such program or map in object @object, or (programs) of a type that is not loaded. */
const struct program *instance_program(const struct instance *inst, size_t object,
				       const char *name);
struct map *instance_map(struct instance *inst, size_t object, const char *name);
/* For values of a PROG_ARRAY: the program with the kernel's id @id, or NULL. */
const struct program *instance_program_by_id(const struct instance *inst, uint32_t id);

/* Every map once, also those two objects share; returns how many, *maps belongs to the instance. */
size_t instance_maps(struct instance *inst, struct map ***maps);

/*
 * All maps back to their first state, and no scripts. Returns true if that is exactly so; false:
 * the caller frees the instance and loads it afresh before the next scenario. *why, where not NULL,
 * names the first map that could not be put back.
 */
bool instance_reset(struct instance *inst, const char **why);
