/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What programs cost the verifier of this kernel, loaded as they are shipped: nothing is
 * interposed, nothing put before them. kernel/bpf/verifier.c, print_verification_stats().
 */
#pragma once

#include "kernel/instance.h"

/* Instructions that the verifier looks at before it gives up on a program: Linux 5.2. */
#define COST_INSNS_MAX 1000000

struct program_cost {
	const char *program;
	uint32_t type;	/* enum bpf_prog_type */
	uint64_t insns; /* that were looked at, one way through the program after the other */
	bool has_verified_insns;
	uint64_t verified_insns; /* the same as the kernel keeps it, since Linux 5.16 */
	uint64_t states;	 /* that were kept in all, and at most at a time */
	uint64_t peak_states;
	uint64_t stack;	   /* bytes, of all its functions together: which call which is not told */
	uint64_t load;	   /* ns that verification took */
	const char *error; /* why it did not load, or NULL */
};

/*
 * Load @o alone, maps and all, and let go of it. What each of its programs costs comes into *costs,
 * in the arena; a program that does not load says why, and with it all others of the object.
 * Returns 0, or -1 and one error in @d: the object could not be opened.
 */
int cost_measure(struct diags *d, const struct instance_object *o, struct arena *arena,
		 struct program_cost **costs, size_t *n);
