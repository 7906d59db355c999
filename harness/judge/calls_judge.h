/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside judge/: calls under judgement, and what is said where they are not as expected. */
#pragma once

#include "judge/calls.h"
#include "judge/run_judge.h"

struct calls_judge {
	struct run_judge *j;
	const struct calls_expectation *e;
	const struct observed_call **calls; /* those that count, in order */
	size_t n;
};

bool call_matches(const struct call_expectation *e, const struct observed_call *c);

/* Why not all calls are known, for messages. */
const char *calls_unseen_text(const struct observation *o, struct arena *arena);

/* Only where j->found. */

/* That calls were not recorded, or not all. */
void calls_report_unknown(struct run_judge *j);
/* @x has no call from number @from on. */
void calls_report_missing(struct calls_judge *cj, const struct call_expectation *x, size_t from);
/* Call @k, or none, stands where @x should. */
void calls_report_place(struct calls_judge *cj, const struct call_expectation *x, size_t k);
void calls_report_extra(struct calls_judge *cj, size_t k);
void calls_report_times(struct calls_judge *cj, const struct call_expectation *x, uint64_t n);
/* All calls of the run, with the first mismatch that is about them. */
void calls_show(struct run_judge *j, struct mismatch *m);
