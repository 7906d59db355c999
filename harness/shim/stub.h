/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What stubs are made of. A stub is a function in section "stub/HELPER" that takes the arguments of
 * the helper, records them, calls it (or gives the scenario's answer) and returns its result.
 * kernel/interpose_stubs.c appends a copy of it to a program and leads the calls there.
 *
 * So a stub is one function without relocations: no maps, globals or functions of its own (all is
 * inlined), and no stack, since the program may have used all 512 bytes of it. Branches are few:
 * the verifier follows both sides of each, at each call.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "tape.h"

/*
 * The address of a member of the tape: a 64-bit constant, TAPE_MAGIC and the member's offset above
 * it, in whose place kernel/interpose_shim.c puts the map and that offset.
 */
#define TAPE_MAGIC 0x74617065ULL
#define TAPE_AT(member)                                                                         \
	({                                                                                      \
		typeof(((struct tape *)0)->member) *at_;                                        \
                                                                                                \
		asm volatile("%0 = %1 ll"                                                       \
			     : "=r"(at_)                                                        \
			     : "i"(TAPE_MAGIC | (__u64) __builtin_offsetof(struct tape, member) \
							<< 32));                                \
		at_;                                                                            \
	})

/* A new record. */
static __always_inline struct tape_record *record_call(void)
{
	__u64 *count = TAPE_AT(n), n = *count;
	struct tape_record *r;

	*count = n + 1;
	r = TAPE_AT(records[0]) + (n & (TAPE_RECORDS - 1));
	r->site = *TAPE_AT(site);
	r->flags = 0;
	return r;
}

/* The record of the call at hand, found again: so that it need not be kept in a register. */
static __always_inline struct tape_record *this_record(void)
{
	return TAPE_AT(records[0]) + ((*TAPE_AT(n) - 1) & (TAPE_RECORDS - 1));
}

/* An argument read back from where it was recorded, for the same reason. Not for sizes, which the
 * verifier has to know. */
static __always_inline __u64 recorded_arg(const struct tape_record *r, int i)
{
	return *(const volatile __u64 *)&r->args[i];
}

/* Whether the scenario gave an answer by script @s, and which. */
static __always_inline bool is_scripted(struct tape_record *r, struct tape_script *s, __u64 *answer)
{
	__u64 i;
	__s64 left;

	if (s->mode == TAPE_REAL)
		return false;
	r->flags = TAPE_SCRIPTED;
	i = s->used;
	s->used = i + 1;
	/* The last value is repeated: min(i, n - 1), as arithmetic, not as a branch. */
	left = (__s64)s->n - 1 - (__s64)i;
	asm volatile("" : "+r"(left));
	i = (i + (left & (left >> 63))) & (TAPE_VALUES - 1);
	*answer = s->values[i];
	s->values[i] = *answer + s->add;
	return true;
}

#define SCRIPT(helper) TAPE_AT(scripts[BPF_FUNC_##helper])

/* The result of calling bpf_@helper by @call, or the scenario's answer; recorded. */
#define RESULT(r, helper, call)                                  \
	({                                                       \
		__u64 result_;                                   \
                                                                 \
		if (!is_scripted((r), SCRIPT(helper), &result_)) \
			result_ = (__u64)(call);                 \
		(r)->result = result_;                           \
		result_;                                         \
	})

/*
 * The same where the helper writes memory that need not be initialised: the program may look at
 * it without asking for the result, so it is written then too, by @instead, a call that fails.
 */
#define RESULT_OR(r, helper, call, instead)                       \
	({                                                        \
		__u64 result_;                                    \
                                                                  \
		if (is_scripted((r), SCRIPT(helper), &result_)) { \
			(r)->result = result_;                    \
			(void)(instead);                          \
		} else {                                          \
			result_ = (__u64)(call);                  \
			this_record()->result = result_;          \
		}                                                 \
		*(volatile __u64 *)&this_record()->result;        \
	})

/* The same for helpers that return a pointer: the only answer is NULL. */
#define POINTER(r, helper, call)                                 \
	({                                                       \
		void *pointer_ = NULL;                           \
		__u64 unused_;                                   \
                                                                 \
		if (!is_scripted((r), SCRIPT(helper), &unused_)) \
			pointer_ = (call);                       \
		(r)->result = (__u64)pointer_;                   \
		pointer_;                                        \
	})

/*
 * Bytes of an argument, as many as @size says, which the program knows when it is verified: so the
 * verifier follows one way through the loop. A struct word by word; keys and other memory, which
 * may be anywhere, byte by byte. The empty asm keeps clang from making it a call of memcpy().
 */
static __always_inline void copy_struct(__u8 *to, const void *from, __u64 size)
{
	for (__u64 i = 0; i + 4 <= TAPE_BYTES && i + 4 <= size; i += 4) {
		asm volatile("" : "+r"(i));
		*(__u32 *)(to + i) = *(const __u32 *)(from + i);
	}
}

static __always_inline void copy_bytes(__u8 *to, const void *from, __u64 size)
{
	const __u8 *bytes = from;

	for (__u64 i = 0; i < TAPE_BYTES && i < size; i++) {
		to[i] = bytes[i];
		asm volatile("" : "+r"(i));
	}
}
