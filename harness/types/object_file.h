/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a BPF object file says of itself: programs, maps, globals and their types. Read without
 * any privilege and without the kernel (libbpf opens it, nothing is loaded).
 */
#pragma once

#include "types/type.h"

struct object_program {
	const char *name;    /* of the C function; first: text_nearest() looks here */
	const char *section; /* "tc", "xdp", "classifier/from_container" */
	uint32_t type; /* enum bpf_prog_type; BPF_PROG_TYPE_UNSPEC (0) where libbpf cannot guess it
			*/
	uint32_t expected_attach_type;
	bool frags; /* loaded with BPF_F_XDP_HAS_FRAGS */
	uint32_t n_insns;
};

struct object_map {
	const char *name;
	uint32_t type;					   /* enum bpf_map_type */
	uint32_t key_size, value_size, max_entries, flags; /* bytes; BPF_F_* */
	/*
	 * Never NULL, and of the sizes above. Without BTF: TYPE_BYTES, but for the indices of
	 * arrays and the like (u32). An internal map's value is a struct of its globals.
	 */
	const struct type *key, *value;
	bool pinned;			/* asks to be pinned by name (LIBBPF_PIN_BY_NAME) */
	bool internal;			/* .data, .rodata, .bss, .kconfig: globals live there */
	const struct object_map *inner; /* template of a map in map, or NULL */
};

struct object_global {
	const char *name;
	const char *section; /* ".rodata", ".data.hot" */
	const char *map;     /* the internal map's full name as libbpf gives it */
	const struct type *type;
	uint32_t off;	/* bytes in the section */
	bool read_only; /* in .rodata: set before load */
	bool folded; /* const but not volatile: the compiler may have put its value into the code */
};

struct object_file {
	struct arena arena; /* owns everything below */
	char *path;
	struct object_program *programs;
	size_t n_programs;
	struct object_map *maps;
	size_t n_maps;
	struct object_global *globals;
	size_t n_globals;
	bool has_btf;
	struct type_set
		*types;	 /* of its BTF: the object's own enumerators as names; NULL without */
	char *license;	 /* "" if it has none */
	char digest[17]; /* of the file's bytes: 64-bit FNV-1a in hex, to tell builds apart in
			    results */
};

/*
 * Read @path. Reports at @where (an `object:` line) and returns NULL if it cannot be read or is no
 * BPF object (the message says what it is: source text, an ELF for another machine, LLVM bitcode, a
 * folder).
 */
struct object_file *object_file_read(struct diags *d, struct span where, const char *path);
/* The same of an object in memory, as if read from @path. */
struct object_file *object_file_from_memory(struct diags *d, struct span where, const char *path,
					    const void *data, size_t size);
void object_file_free(struct object_file *f); /* NULL is fine */
/* For `verdict show`: programs, maps with the layout of keys and values, globals. */
void object_file_print(FILE *out, const struct object_file *f);

/*
 * A program by name, or by a section that holds just one. Reports at @where (unknown: the nearest
 * name or the list; a section with several: their names) and returns NULL.
 */
const struct object_program *object_file_program(struct diags *d, struct span where,
						 const struct object_file *f, const char *name);
const struct object_map *object_file_map(const struct object_file *f, const char *name);
const struct object_global *object_file_global(const struct object_file *f, const char *name);

/* Names of UAPI values for messages: "xdp", "sched_cls"; "hash", "lpm_trie". "type 77" for unknown
 * ones. */
const char *prog_type_name(uint32_t type);
const char *map_type_name(uint32_t type);
/* 0 and *type, or -EINVAL. Accepts xdp, tc, sched_cls, sched_act, and their BPF_PROG_TYPE_ names.
 */
int prog_type_parse(const char *name, uint32_t *type);

/*
 * Types by name: those of an object's own BTF, and further ones that it lacks (`types: FILE`, any
 * object or BTF file). type_set_find() looks up "struct name", "union name", "enum name" or a
 * typedef. The set owns its types. Threads may share one.
 */
struct type_set;
struct type_set *type_set_read(struct diags *d, struct span where, const char *path);
const struct type *type_set_find(const struct type_set *s, const char *name);
/*
 * All enumerators of all enums in it, so that their names can be used in values. NULL if there is
 * none, and for a name that has several values.
 */
const struct type_enumerator *type_set_enumerator(const struct type_set *s, const char *name);
/* The enumerator's name nearest to @word, or NULL. */
const char *type_set_nearest(const struct type_set *s, const char *word, size_t len);
void type_set_free(struct type_set *s); /* NULL is fine */
