/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A run, or several, in Markdown as GitHub shows it below a job ($GITHUB_STEP_SUMMARY): counts,
 * then what failed, then what was skipped and why. Written from plain data: by `verdict run
 * --format markdown` while it runs, and by `verdict report` from results that were read.
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* One kernel's run. */
struct summary_run {
	const char *name;
	uint64_t passed, failed, errors, skipped, xfailed, flaky;
	uint64_t duration; /* ns */
};

/* A scenario with something to say. */
struct summary_line {
	const char *mark; /* "fail", "error", "skip", "flaky": the worst of all kernels */
	const char *name;
	const char *place;   /* "file:line:col", or NULL */
	const char *message; /* or NULL */
	const char *on;	     /* names of kernels, or NULL: there is only one */
};

struct summary_lines {
	struct summary_line *items;
	size_t n;
};

struct step_summary {
	struct summary_run *runs;
	size_t n_runs;
	size_t n_scenarios; /* that ran on any kernel */
	struct summary_lines bad, flaky, skipped;
	const char **warnings; /* "the run was ended by SIGINT" */
	size_t n_warnings;
	struct arena arena; /* of lists and, where they are no one else's, texts */
};

/* GitHub takes a mebibyte a step: of each list no more lines than this are shown, and cut texts. */
#define SUMMARY_LINES 200

/* What is counted of each run. */
struct summary_count {
	const char *outcome, *title;
	size_t offset; /* in struct summary_run */
};

extern const struct summary_count summary_counts[];
extern const size_t n_summary_counts;
uint64_t summary_count_of(const struct summary_run *run, const struct summary_count *c);
/* Columns that would be all zero are left out, but for those of what passed and what failed. */
bool summary_count_shown(const struct step_summary *s, const struct summary_count *c);

void step_summary_print(FILE *out, const struct step_summary *s);
/* Accepts an empty one; leaves it empty. */
void step_summary_free(struct step_summary *s);
/* "3 of 420 scenarios failed, 1 could not be judged", without line end. */
void step_summary_headline(FILE *out, const struct step_summary *s);
/* The name of an outcome for all of it: "fail", "error" (something is not known), "pass". */
const char *step_summary_outcome(const struct step_summary *s);
