/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Interposition inside kernel/. One interposer per instance: which helpers, the tape, the call
 * sites, and how each program was loaded. While an object of it loads, libbpf's hook
 * (interpose_hook.c) has each program edited by interpose_stubs.c or interpose_inline.c.
 */
#pragma once

#include "kernel/coverage_internal.h"
#include "kernel/instance.h"
#include "kernel/interpose.h"
#include "kernel/interpose_edit.h"

struct bpf_object;
struct bpf_program;
struct btf;

/* Ways to load a program, each asking less of the verifier than the one before. */
enum variant {
	VARIANT_STUBS,
	VARIANT_INLINE,
	VARIANT_INLINE_UNSCRIPTED, /* what the verifier knows of results stays as it is */
	VARIANT_NONE
};

/* A program that was about to be loaded. */
struct interposed {
	size_t object;
	const char *name;
	enum variant variant;	     /* the best that was not refused */
	bool seen;		     /* came by in the last load */
	bool sites;		     /* .. and has calls that are recorded */
	const char *why;	     /* the first refusal, in one line; NULL */
	const char *why_not_covered; /* its lines are not, and why; NULL */
};

struct map_pointer {
	uint64_t pointer;
	struct map *map;
};

struct interposer {
	struct arena *arena; /* the instance's */
	bool chosen[TAPE_HELPERS];
	int tape_fd; /* -1: not made yet */
	struct tape *tape;
	bool cover;
	struct coverage coverage;
	struct call_site *sites;
	size_t n_sites;
	struct interposed *programs;
	size_t n_programs;
	size_t object;		      /* that is being loaded, SIZE_MAX before the first */
	size_t first_site;	      /* of that object */
	size_t first_line;	      /* .. of those covered */
	struct map_pointer *pointers; /* of maps: found out when first asked for */
	size_t n_pointers;
	bool has_pointers;
};

/* NULL if @request is NULL or off. Made from @arena; interposer_close() before that goes. */
struct interposer *interposer_new(struct arena *arena, const struct interpose_request *request);
void interposer_close(struct interposer *ip);

/* Make the tape if there is none. Returns 0 or -errno. */
int interposer_tape(struct interposer *ip);

/*
 * Load @obj, object @object of the instance, interposed: bpf_object__load() and its result.
 * interposer_lower() after a failure: true if it is worth loading again, with the program that
 * failed (@failure) asking less.
 */
int interposer_load(struct interposer *ip, size_t object, struct bpf_object *obj);
bool interposer_lower(struct interposer *ip, size_t object, const struct load_failure *failure);

/* One program at work. */
struct interposing {
	struct interposer *ip;
	const struct bpf_object *obj;
	const struct btf *btf; /* NULL: none */
	const char *program;
	uint32_t func_type, line; /* of functions that are appended: BTF's id and string */
	bool scripted;
	struct blocks blocks; /* empty: lines are not covered */
	const bool *targets;  /* by instruction: control may come from elsewhere */
	struct edit edit;
};

/* Edit all of edit.in; the result is in edit.out. Returns 0 or -errno. */
int interpose_stubs(struct interposing *in);
int interpose_inline(struct interposing *in);

/* Whether @insn is a call to record. */
bool interpose_wants(const struct interposer *ip, const struct bpf_insn *insn);
/* Note the call at edit.at as a site; its number is ip->n_sites before. */
struct call_site *interpose_add_site(struct interposing *in);
/* Record a tail call and whether it was taken, without a function in between. */
void interpose_tail_call(struct interposing *in);
/* dst = &tape + offset */
void insert_tape_address(struct interposing *in, uint8_t dst, size_t offset);

/* The stub of a helper; n 0: none. Belongs to the process. */
struct stub {
	struct bpf_insn *insns;
	size_t n;
};
const struct stub *stub_of(uint32_t helper);
/* Whether @insn is the first half of an ld_imm64 that wants the tape's descriptor; the second half
 * has the offset. */
bool stub_insn_is_tape(const struct bpf_insn *insn);
