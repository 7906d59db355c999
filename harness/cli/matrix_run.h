/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict matrix: a suite on each kernel, several at a time, each in a guest of its own. */
#pragma once

#include "cli/options.h"
#include "guest/guest.h"
#include "matrix/kernels.h"
#include "matrix/lock.h"
#include "matrix/table.h"
#include "scenario/suite.h"

/* One kernel on its way to a column. */
struct matrix_job {
	const struct kernel_spec *kernel; /* NULL: the one that runs here */
	struct matrix_column column;
	struct results results;
	struct guest_outcome outcome;
	bool has_outcome;
	struct diags diags; /* what of it could not be kept; moved on when all have run */
};

struct matrix_runs {
	struct arena arena;
	const struct matrix_options *options;
	const struct suite *suite;
	const struct lock_file *lock;
	struct matrix_job *jobs; /* in the order of columns */
	size_t n;
	const char *folder; /* where guests leave what they leave, absolute */
	FILE *progress;
};

/*
 * Run the suite on the kernels of @runs->jobs, whose `kernel` is set, and fill in the rest. Ends
 * early where the process is interrupted. Returns 0, or -1 after a diag. matrix_runs_free() is due.
 */
int matrix_runs_do(struct diags *d, struct matrix_runs *runs);
void matrix_runs_free(struct matrix_runs *runs);
