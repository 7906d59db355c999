/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict run: choose scenarios, run them, hand the results to the reports asked for. */
#include "base/errno_names.h"
#include "base/file.h"
#include "base/shell.h"
#include "cli/choose.h"
#include "cli/command.h"
#include "cli/cost.h"
#include "cli/guest_command.h"
#include "cli/progress.h"
#include "cli/run_info.h"
#include "cli/run_vm.h"
#include "cli/terminal.h"
#include "kernel/descriptors.h"
#include "kernel/features.h"
#include "report/report.h"
#include "run/cost.h"
#include "run/coverage.h"
#include "run/crash.h"
#include "run/interrupt.h"
#include "run/pool.h"
#include "scenario/suite.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct span nowhere;

/* Sinks and what they write to. */
struct reports {
	struct sink **items;
	size_t n;
};

static void list(const struct suite *suite)
{
	for (size_t i = 0; i < suite->n; i++) {
		const struct scenario *s = suite->scenarios[i];

		printf("%s: %s", s->id, s->name);
		for (size_t j = 0; j < s->n_tags; j++)
			printf("%s%s", j ? ", " : "  [", s->tags[j]);
		puts(s->n_tags ? "]" : "");
	}
}

static void open_report(struct reports *reports, struct diags *d, const char *spec,
			const struct run_options *o)
{
	struct sink *sink = report_open(d, spec);

	if (!sink)
		return;
	sink->verbose = o->verbose;
	sink->color = sink->out == stdout && terminal_wants_color(o->color);
	sink->durations = (size_t)o->durations.value;
	*ARRAY_PUSH(reports->items, reports->n) = sink;
}

static int open_reports(struct reports *reports, struct diags *d, const struct run_options *o)
{
	for (size_t i = 0; i < o->formats.n; i++)
		open_report(reports, d, o->formats.items[i], o);
	if (!o->formats.n)
		open_report(reports, d, "text", o);
	if (inside_guest())
		open_report(reports, d, GUEST_RESULTS_FORMAT, o);
	if (o->results) {
		int err = folder_make(o->results);
		char *spec = xasprintf("json:%s/results.json", o->results);

		if (err)
			diag(d, DIAG_ERROR, nowhere, "cannot make folder %s: %s", o->results,
			     errno_text(err));
		else
			open_report(reports, d, spec, o);
		free(spec);
	}
	return d->errors || reports_check(d, reports->items, reports->n) ? -1 : 0;
}

static void close_reports(struct reports *reports, struct diags *d, bool complete)
{
	for (size_t i = 0; i < reports->n; i++)
		report_close(d, reports->items[i], complete);
	free(reports->items);
	*reports = (struct reports){};
}

static unsigned int jobs_of(const struct run_options *o)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (o->jobs.given)
		return (unsigned int)o->jobs.value;
	return cpus > 0 ? (unsigned int)cpus : 1;
}

/* What to type to run scenarios again in the same way, up to their ids. The caller frees. */
static char *command_again(const struct run_options *o)
{
	const struct command *c = command_find("run");
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	shell_word(out, o->common.program);
	fprintf(out, " %s", c->name);
	options_again(out, &c->options, o);
	fclose(out);
	return text;
}

/* A document on standard output is for programs: nothing may come in between. */
static bool shows_progress(const struct run_options *o, const struct reports *reports)
{
	if (o->no_progress || !terminal_wants_progress())
		return false;
	for (size_t i = 0; i < reports->n; i++)
		if (reports->items[i]->out == stdout && reports->items[i]->ops != &text_sink)
			return false;
	return true;
}

static bool wants_costs(const struct run_options *o)
{
	return o->cost || o->baseline || o->budget;
}

static void probe_all(void)
{
	size_t n;
	const struct feature *all = feature_table(&n);

	for (size_t i = 0; i < n; i++)
		feature_probe(&all[i]);
}

/* What was asked of the kernel, with its answers. */
static void add_features(struct arena *arena, struct run_summary *summary)
{
	size_t n;
	const struct feature **asked = features_asked(&n);
	struct run_feature *features = arena_alloc(arena, (n ? n : 1) * sizeof(*features));

	for (size_t i = 0; i < n; i++) {
		struct feature_answer a = feature_probe(asked[i]);

		features[i] =
			(struct run_feature){ asked[i]->name, a.support == FEATURE_YES, a.reason };
	}
	summary->features = features;
	summary->n_features = n;
	free(asked);
}

static void add_costs(const struct suite *suite, const struct run_options *o,
		      const struct run_info *info, struct arena *arena, struct diags *d,
		      struct run_summary *summary)
{
	struct run_program *programs;
	struct budget budget = {};

	cost_of_scenarios(d, suite->scenarios, suite->n, arena, &programs, &summary->n_programs);
	summary->programs = programs;
	if (o->baseline)
		baseline_compare(d, o->baseline, info, programs, summary->n_programs);
	if (o->budget && !budget_parse(d, o->budget, &budget))
		summary->n_overruns = budget_judge(&budget, programs, summary->n_programs, arena,
						   &summary->overruns);
}

static void report_overruns(struct sink *s, const struct run_summary *summary)
{
	struct diags errors = {};

	for (size_t i = 0; i < summary->n_overruns; i++)
		if (s->ops->overrun)
			s->ops->overrun(s, &summary->overruns[i]);
		else
			diag(&errors, DIAG_ERROR, nowhere, "%s", summary->overruns[i].message);
	s->ops->diags(s, &errors);
	diags_free(&errors);
}

/* Emulated, programs take a hundred times as long to be verified, and longer to run. */
static uint64_t guest_time_limit(void)
{
	return inside_guest() ? 600ull * 1000000000 : 0;
}

/* A shard need not judge anything: that the suite did is for all of them together to show. */
static int status_of(const struct run_summary *summary, const struct run_options *o,
		     const struct run_info *info, size_t errors)
{
	bool judged = summary->passed + summary->failed + summary->xfailed > 0;
	int status = run_summary_status(summary, o->no_skip, errors);

	if (info->shard.count && !judged && !errors && !summary->errors && !summary->stopped &&
	    status == EXIT_NOT_JUDGED)
		return EXIT_PASSED;
	return status;
}

/* Nothing runs where @d has errors. Fills @summary; problems outside of scenarios are added to @d.
 */
static void run(struct suite *suite, const struct run_options *o, struct run_info *info,
		struct reports *reports, struct coverage_counts *coverage, struct diags *d,
		struct run_summary *summary)
{
	struct pool_options pool = { .jobs = jobs_of(o),
				     .exitfirst = o->exitfirst,
				     .no_skip = o->no_skip,
				     .repeat = info->repeat,
				     .rerun_failed = o->rerun_failed,
				     .session = { .results = o->results,
						  .time_limit = o->time_limit ? o->time_limit
									      : guest_time_limit(),
						  .no_interpose = o->no_interpose,
						  .check_needs = o->check_needs,
						  .kernel_log = o->kernel_log || inside_guest(),
						  .traced = o->verbose,
						  .coverage = coverage,
						  .map_changes = o->verbose } };
	struct progress progress;
	char *again = command_again(o);
	struct arena arena = {};

	info->jobs = pool.jobs;
	info->again = again;
	for (size_t i = 0; i < reports->n; i++) {
		reports->items[i]->info = *info;
		reports->items[i]->ops->begin(reports->items[i], info);
		reports->items[i]->ops->diags(reports->items[i], &suite->diags);
	}
	progress_begin(&progress, stdout, suite->n);
	pool.onlooker = shows_progress(o, reports) ? &progress.onlooker : NULL;
	if (suite->n && !d->errors)
		pool_run(d, suite->scenarios, suite->n, &pool, reports->items, reports->n, summary);
	progress_end(&progress);
	if (o->features && !d->errors)
		probe_all();
	if (wants_costs(o) && !d->errors && !interrupt_seen())
		add_costs(suite, o, info, &arena, d, summary);
	add_features(&arena, summary);
	for (size_t i = 0; i < reports->n; i++) {
		reports->items[i]->ops->diags(reports->items[i], d);
		report_overruns(reports->items[i], summary);
	}
	summary->status = status_of(summary, o, info, suite->diags.errors + d->errors);
	if (summary->n_overruns && !summary->status)
		summary->status = EXIT_FAILED;
	if (summary->interrupted)
		summary->status = 128 + interrupt_seen();
	for (size_t i = 0; i < reports->n; i++)
		reports->items[i]->ops->end(reports->items[i], summary);
	arena_free(&arena);
	free(again);
}

/*
 * Programs that do not return still use the suite, and the kernel ends the process only when they
 * do. Everything is written by now.
 */
static void leave_behind(const struct run_summary *summary, int status)
{
	if (!summary->left_behind)
		return;
	fflush(stdout);
	fprintf(stderr, "verdict: a BPF program still runs: this process stays until it returns, "
			"as nothing can end it\n");
	_exit(status);
}

static void write_coverage(const struct coverage_counts *counts, const char *path, struct diags *d)
{
	struct coverage_total total;
	int err = coverage_counts_write(counts, path, &total);

	if (err)
		diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", path, errno_text(err));
	else if (!total.lines)
		diag(d, DIAG_ERROR, nowhere,
		     "no line of any program is known: coverage needs objects built with -g");
	else
		diag(d, DIAG_NOTE, nowhere,
		     "coverage: %.1f %% of lines, %" PRIu64 " of %" PRIu64 ", in %s",
		     100.0 * (double)total.ran / (double)total.lines, total.ran, total.lines, path);
}

/* Returns an enum exit_status, or 128 + signal. */
static int run_and_report(struct suite *suite, const struct run_options *o, struct run_info *info,
			  struct diags *d)
{
	struct coverage_counts *coverage = o->coverage ? coverage_counts_new() : NULL;
	struct run_summary summary = { .status = EXIT_NOT_JUDGED };
	struct diags while_running = {};
	struct reports reports = {};
	bool complete;

	interrupts_catch();
	crash_reports_begin();
	descriptors_raise();
	/* Before a file is opened: it can only be named in the mount namespace it was opened in. */
	if (suite->n && !sandbox_check(&while_running))
		sandbox_enter_process(&while_running);
	if (o->coverage && o->no_interpose)
		diag(d, DIAG_ERROR, nowhere,
		     "--coverage and --no-interpose exclude each other: lines are counted by "
		     "instructions that are put in between");
	/* Known before anything is run. */
	if (o->budget)
		budget_parse(d, o->budget, &(struct budget){});
	if (o->baseline && access(o->baseline, R_OK) && strcmp(o->baseline, "-"))
		diag(d, DIAG_ERROR, nowhere, "--baseline: cannot read %s: %s", o->baseline,
		     errno_text(-errno));
	complete = !open_reports(&reports, d, o);
	if (complete) {
		diags_move(&while_running, d);
		run(suite, o, info, &reports, coverage, &while_running, &summary);
	}
	diags_free(&while_running);
	if (coverage && complete && summary.passed + summary.failed + summary.xfailed)
		write_coverage(coverage, o->coverage, d);
	close_reports(&reports, d, complete);
	diags_print(stderr, d);
	if (d->errors)
		summary.status = EXIT_NOT_JUDGED;
	leave_behind(&summary, summary.status);
	coverage_counts_free(coverage);
	return summary.status;
}

int cmd_run(const void *options)
{
	const struct run_options *o = options;
	struct suite suite = { .object_dirs = o->objects.items, .n_object_dirs = o->objects.n };
	struct run_info info = {};
	struct arena arena = {};
	struct diags d = {};
	int status;

	for (size_t i = 0; i < o->common.args.n; i++)
		suite_read(&suite, o->common.args.items[i]);
	if (!o->common.args.n)
		suite_read(&suite, ".");
	suite_choose(&suite, o, &d);
	run_info_make(&info, &suite, o, &arena, &d);
	/* A guest takes its shard itself, of the whole suite. */
	if (!o->vm || inside_guest())
		suite_take_shard(&suite, o, &d, &info.shard);
	info.n_scenarios = suite.n;
	if (o->list) {
		diags_print(stderr, &suite.diags);
		diags_print(stderr, &d);
		list(&suite);
		status = suite.diags.errors || d.errors ? EXIT_NOT_JUDGED : EXIT_PASSED;
	} else if (o->vm && !inside_guest() && suite.n) {
		status = run_in_guest(&suite, o, &info);
	} else {
		status = run_and_report(&suite, o, &info, &d);
	}
	diags_free(&d);
	suite_free(&suite);
	arena_free(&arena);
	return status;
}
