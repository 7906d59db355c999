/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Many scenarios over several sessions, their results handed to sinks one at a time, in order. */
#pragma once

#include "run/session.h"
#include "run/sink.h"

/*
 * Who is told what goes on, before results come in order. Calls are made one at a time, and never
 * while a sink is called.
 */
struct onlooker {
	void (*started)(struct onlooker *o, const struct scenario *s);
	void (*ended)(struct onlooker *o, const struct scenario *s, enum outcome outcome);
	/* 20 times a second, and after sinks have written something. */
	void (*look)(struct onlooker *o);
};

struct pool_options {
	unsigned int jobs;	   /* worker threads, 1 or more */
	bool exitfirst;		   /* start nothing more after a failure or an error */
	bool no_skip;		   /* a skipped scenario is a failure */
	unsigned int repeat;	   /* times each scenario is run; 0: once, as 1 */
	bool rerun_failed;	   /* once more, after all others and with nothing beside it */
	struct onlooker *onlooker; /* or NULL */
	struct session_options session;
};

/*
 * Run @n scenarios and fill @summary (its status follows DESIGN: 0 passed, 1 failed, 2 could not be
 * judged, also where nothing was). Calls each sink's scenario() for every result in the order of
 * @scenarios, from one thread at a time; begin() and end() are the caller's. Where failures are to
 * be run again, the first of them and all that comes after it wait for that. Ends early when the
 * process is interrupted (interrupt.h), which is an error in @d. What stands in
 * @summary as left behind still uses @scenarios and @options: the process has to _exit() then.
 * Returns 0, or -1 after diags where not even one session could be made.
 */
int pool_run(struct diags *d, struct scenario *const *scenarios, size_t n,
	     const struct pool_options *options, struct sink *const *sinks, size_t n_sinks,
	     struct run_summary *summary);

/* Add one result to the counts. */
void run_summary_add(struct run_summary *summary, const struct scenario_result *r);
/* The exit status of a run with these counts; @errors: problems outside scenarios. */
int run_summary_status(const struct run_summary *summary, bool no_skip, size_t errors);
