/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Helper interposition: what an unmodified program does, seen and scripted. At load every call of a
 * chosen helper is led to a stub (harness/shim) appended to the program, which records arguments
 * and result on the instance's tape and calls the real helper, or gives the scenario's answer.
 * Tail calls are recorded in place.
 *
 * The object on disk, its maps, globals and line numbers stay as they are; kfuncs and helpers that
 * are not chosen are not touched. Where the kernel refuses a program with stubs, its calls are
 * recorded in place (without structs), and where it refuses that too, not at all: interposition
 * says which, and why.
 *
 * A tape belongs to one instance and is used by the thread that uses the instance.
 */
#pragma once

#include "base/mem.h"
#include "shim/tape_user.h"
#include "types/helpers.h"

#include <linux/bpf.h>

enum interposition {
	INTERPOSED_NOT, /* not asked for, no call worth it, or refused: see why */
	INTERPOSED_INLINE,
	INTERPOSED_STUBS
};

/* Which helpers: those always recorded, or all that can be, and further ones by id. */
struct interpose_request {
	bool off;    /* nothing at all */
	bool traced; /* also helpers with .traced */
	bool cover;  /* which lines are run, too: kernel/coverage.h */
	const uint32_t *helpers;
	size_t n_helpers;
};

/* A call in a program, where records point to. */
struct call_site {
	const struct helper *helper;
	const char *program; /* that holds it, also in a subprogram */
	const char *file;    /* as the compiler was told; NULL: no line info */
	uint32_t line;	     /* 0: not known */
	uint32_t key_size;   /* bytes of a HELPER_KEY recorded; 0: not known which map */
	bool inlined;	     /* structs, keys and memory are not recorded */
	bool scripted;	     /* it obeys the tape's scripts */
};

struct tape;
struct instance;

/* The instance's tape; NULL where none of its programs is interposed. */
struct tape *instance_tape(struct instance *inst);
const struct call_site *instance_call_site(const struct instance *inst, uint32_t site);
/* How program @name of object @object was loaded. *why is set where the kernel refused a better
 * way (verifier's words in one line), else NULL. */
enum interposition instance_interposition(const struct instance *inst, size_t object,
					  const char *name, const char **why);

/*
 * Whether calls of program @name (of any object), or of all programs (NULL), are recorded: also of
 * one that makes none. *why as above, NULL where nothing was interposed.
 */
bool instance_sees_calls(const struct instance *inst, const char *name, const char **why);

/* Forget calls recorded so far: before each run. A few ns. */
void tape_rewind(struct tape *t);
/*
 * Calls recorded since, oldest first: returns how many there are to read, at most TAPE_RECORDS;
 * *lost (may be NULL) counts older ones that were overwritten.
 */
size_t tape_count(const struct tape *t, uint64_t *lost);
const struct tape_record *tape_record(const struct tape *t, size_t i);

/* The map behind a HELPER_MAP argument as recorded, or NULL: one that is not the instance's (a map
 * in a map). */
struct map *instance_map_by_pointer(struct instance *inst, uint64_t pointer);

/* Scripts: none at first. */
void tape_clear_scripts(struct tape *t);
struct tape_script *tape_script(struct tape *t, uint32_t helper);
/* Helper @h, with .clock, gives @start, then @step more with each call (ns). bpf_jiffies64() counts
 * ticks of that. */
void tape_set_clock(struct tape *t, const struct helper *h, uint64_t start, uint64_t step);
/* Move the clock of every helper with .clock by @ns: scripted ones, and real ones from then on.
 * bpf_jiffies64() moves by as many ticks. */
void tape_move_clocks(struct tape *t, uint64_t ns);
void tape_clear_fib_answers(struct tape *t);
/* False: there are TAPE_FIB_ANSWERS already. */
bool tape_add_fib_answer(struct tape *t, const struct tape_fib_answer *a);
