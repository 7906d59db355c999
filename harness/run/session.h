/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One worker: a private network namespace, the instances it has loaded, and the life of a
 * scenario in them: set up, send, observe, judge step by step, put back.
 *
 * Every scenario is as isolated as if it were alone: maps start as its objects define them, the
 * namespace holds its devices and nothing else.
 */
#pragma once

#include "kernel/instance.h"
#include "kernel/sandbox.h"
#include "kernel/test_run.h"
#include "run/result.h"
#include "run/time_limit.h"
#include "run/variants.h"
#include "run/watch.h"
#include "scenario/scenario.h"

struct session_options {
	const char *results; /* folder where frames of failures are left; NULL: nowhere */
	bool no_interpose;   /* load programs as they are: no helper calls are seen */
	bool traced;	     /* record map lookups too, which only traces show */
	struct coverage_counts *coverage; /* where lines that are run are counted; NULL: nowhere */
	bool map_changes;    /* note what each step changes in maps, not only for one that failed */
	bool check_needs;    /* run also what needs more than the kernel has: is that true? */
	bool kernel_log;     /* note scenarios there, and look for what the kernel says of itself */
	uint64_t time_limit; /* ns, for steps whose scenario says none; 0: TIME_LIMIT_DEFAULT */
	struct time_limit *limit;      /* where it is kept to; NULL: it is not */
	const struct watcher *watcher; /* who looks on, or NULL */
	/* Loads that the run has with several sets of globals: each is verified once for all of
	 * them. NULL: for each set, as it would be loaded to be attached. */
	const struct load_variants *variants;
};

struct session;

/* For the calling thread, which alone uses it. NULL after diags. */
struct session *session_new(struct diags *d, const struct session_options *options);
void session_free(struct session *s);

/*
 * Scenarios with the same number load the same, so one session that runs them one after the other
 * loads once. (Those with different ones may do so for some of their nodes.)
 */
uint64_t scenario_load_hash(const struct session_options *options, const struct scenario *s);
/* Note what the nodes of @s load, for options->variants. */
void scenario_note_loads(const struct session_options *options, const struct scenario *s,
			 struct load_variants *variants);

/* Run @scenario and fill @result, which the caller frees with scenario_result_free(). */
void session_run(struct session *s, const struct scenario *scenario,
		 struct scenario_result *result);

/* The result of a scenario whose worker @limit is left behind: its step does not end. */
void session_give_up(const struct scenario *scenario, struct time_limit *limit,
		     struct scenario_result *result);

void scenario_result_free(struct scenario_result *r);
