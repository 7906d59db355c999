/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The source lines that scenarios ran, of all workers together, as an lcov tracefile. */
#pragma once

#include <stdint.h>
#include <stdio.h>

struct coverage_counts;
struct instance;

struct coverage_counts *coverage_counts_new(void);
void coverage_counts_free(struct coverage_counts *c); /* NULL is fine */
/* Count the lines of @inst that were run since the last time; once a scenario. Any thread. */
void coverage_counts_add(struct coverage_counts *c, struct instance *inst);

/* Lines there are, and lines that were run. */
struct coverage_total {
	uint64_t lines, ran;
};

/*
 * Write the tracefile (geninfo(1)): a record for each file, sorted; DA is the line and how many
 * scenarios ran it. Returns 0 or -errno.
 */
int coverage_counts_write(const struct coverage_counts *c, const char *path,
			  struct coverage_total *total);
