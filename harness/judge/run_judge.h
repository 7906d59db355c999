/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the judges of one run share. */
#pragma once

#include "judge/judge.h"

/* One run under judgement. */
struct run_judge {
	const struct expectation *e;
	const struct observation *o;
	const uint8_t *out; /* never NULL */
	size_t out_len;
	const uint8_t *expected_out; /* the frame that `capture:` asks for; NULL: none left */
	size_t expected_out_len;
	struct arena *arena;
	struct mismatches *found; /* NULL: only whether all hold is asked */
	const char *sent;	  /* made for the first mismatch */
	bool calls_shown;	  /* with a mismatch of this run */
};

/* One more, with what was sent. Only where @j->found. */
struct mismatch *mismatch_add(struct run_judge *j, enum mismatch_kind kind, struct span where);

/*
 * Each judges one part of the expectation, if it is there: returns true if it holds, and adds to
 * @j->found otherwise, unless that is NULL. Their rows are in judge_run().
 */
bool judge_redirect(struct run_judge *j);
bool judge_calls(struct run_judge *j);
bool judge_tail_calls(struct run_judge *j);
bool judge_tunnel(struct run_judge *j);
bool judge_context(struct run_judge *j);
bool judge_meta(struct run_judge *j);
