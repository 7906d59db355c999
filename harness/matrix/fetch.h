/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict matrix fetch: patterns become packages, packages become kernels in the store. */
#pragma once

#include "matrix/kernels.h"
#include "matrix/lock.h"

struct fetch_options {
	bool update;	    /* resolve anew, whatever the lock file says */
	const char **names; /* kernels asked for; none: all */
	size_t n_names;
	FILE *out;	/* a line for each kernel */
	FILE *progress; /* what goes on, or NULL */
};

/*
 * Make the kernels of @f ready, and write @lock anew where it changed. Returns 0; 1 where one that
 * was asked for by name or is required cannot be had, which is an error in @d (of others it is a
 * warning); -1 where nothing could be begun.
 */
int kernels_fetch(struct diags *d, const struct kernels_file *f, struct lock_file *lock,
		  const struct fetch_options *options);
