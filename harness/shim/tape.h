/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tape: one mappable array map per instance, in which interposed programs record their helper
 * calls and find the answers the scenario scripted. Included by the stubs (BPF) and by kernel/
 * (user space); both sides see the same layout. Numbers are in native order.
 */
#pragma once

#define TAPE_RECORDS	 256 /* a power of two: older ones are overwritten */
#define TAPE_BYTES	 64  /* of a struct, key or memory argument */
#define TAPE_HELPERS	 212 /* __BPF_FUNC_MAX_ID: helpers are frozen, new ones are kfuncs */
#define TAPE_VALUES	 32  /* a power of two */
#define TAPE_FIB_ANSWERS 16
#define TAPE_POINTERS	 32

/* What each call writes lies in one cache line, structs in two more. */
struct tape_record {
	__u32 site;    /* which call: index into the instance's sites */
	__u32 flags;   /* TAPE_SCRIPTED .. */
	__u64 args[5]; /* 32-bit ones widened by their sign; HELPER_HIDDEN ones are not written */
	__u64 result;
	__u64 spare;
	__u8 in[TAPE_BYTES], out[TAPE_BYTES]; /* of a struct argument, before and after the call */
} __attribute__((aligned(64)));

#define TAPE_SCRIPTED	  1u /* the helper was not called: the scenario gave the answer */
#define TAPE_FELL_THROUGH 2u /* a tail call that was not taken */

enum tape_mode {
	TAPE_REAL,     /* call the helper; add @add to its result (clocks that were moved) */
	TAPE_SEQUENCE, /* values[0], [1], ..; the last one again and again. @add is 0 */
	TAPE_CLOCK     /* values[0], which then advances by @add; n is 1 */
};

struct tape_script {
	__u32 mode; /* enum tape_mode */
	__u32 n;    /* values given: 1 to TAPE_VALUES */
	__u32 used; /* calls answered */
	__u32 spare;
	__u64 add;
	__u64 values[TAPE_VALUES];
};

/* An answer to bpf_fib_lookup() for questions whose bits under @mask are those of @question. */
struct tape_fib_answer {
	__u8 mask[TAPE_BYTES], question[TAPE_BYTES];
	__u8 set[TAPE_BYTES], reply[TAPE_BYTES]; /* bits of the struct that the answer changes */
	__u64 result;
};

struct tape {
	__u64 n;	 /* calls recorded since the run began: the next goes to n % TAPE_RECORDS */
	__u32 site;	 /* set before each call of a stub */
	__u32 n_fib;	 /* answers in @fib */
	__u32 fib_found; /* the one that fits the question at hand */
	__u32 spare;
	__u64 moved;		       /* ns that clocks were moved; of no use to stubs */
	__u64 scratch[5];	       /* inline variant: arguments, over the call */
	__u64 flags;		       /* inline variant: of the record to come */
	__u64 pointers[TAPE_POINTERS]; /* of maps: see instance_map_by_pointer() */
	struct tape_script scripts[TAPE_HELPERS];
	struct tape_fib_answer fib[TAPE_FIB_ANSWERS];
	struct tape_record records[TAPE_RECORDS];
};
