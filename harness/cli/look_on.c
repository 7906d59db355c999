/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/look_on.h"

#include "cli/command.h"
#include "kernel/descriptors.h"
#include "run/crash.h"
#include "run/interrupt.h"
#include "run/pool.h"

#include <stdlib.h>
#include <unistd.h>

#define VIEWS_FILE "views.yaml"

static const struct span nowhere;

static void tell_outcome(struct sink *s, const struct scenario_result *r)
{
	(void)s;
	fflush(stdout);
	diags_print(stderr, &r->diags);
	if (r->load_log)
		fputs(r->load_log, stderr);
	if (r->outcome == OUTCOME_FAIL)
		fprintf(stderr,
			"verdict: warning: %s fails, so its further steps were not run; "
			"`verdict run %s` says why\n",
			r->id, r->path);
	if (r->outcome == OUTCOME_SKIP)
		fprintf(stderr, "verdict: warning: %s was not run: %s\n", r->id, r->reason);
}

static const struct sink_ops quiet = { .name = "quiet", .scenario = tell_outcome };

int look_on(struct diags *d, const struct suite *suite, const struct session_options *options)
{
	struct sink sink = { .ops = &quiet, .out = stdout }, *const sinks[] = { &sink };
	struct pool_options pool = { .jobs = 1, .session = *options };
	struct run_summary summary = { .status = EXIT_NOT_JUDGED };

	interrupts_catch();
	crash_reports_begin();
	descriptors_raise();
	if (sandbox_check(d) || sandbox_enter_process(d))
		return EXIT_NOT_JUDGED;
	pool_run(d, suite->scenarios, suite->n, &pool, sinks, ARRAY_SIZE(sinks), &summary);
	summary.status = run_summary_status(&summary, false, d->errors);
	if (!summary.left_behind)
		return summary.status;
	fflush(stdout);
	diags_print(stderr, d);
	fputs("verdict: a BPF program still runs: this process stays until it returns, as nothing "
	      "can end it\n",
	      stderr);
	_exit(summary.status);
}

int views_read(struct diags *d, struct suite *suite, const char *path, struct view_file *f)
{
	const char *found = path ? path : suite_object_path(suite, VIEWS_FILE, VIEWS_FILE);

	if (!path && access(found, F_OK)) {
		diag(d, DIAG_ERROR, nowhere,
		     "there is no %s, which says how maps and events are shown, here, in -O DIR or "
		     "where objects are installed; name one: --views FILE",
		     VIEWS_FILE);
		return -1;
	}
	return view_file_read(d, found, f);
}
