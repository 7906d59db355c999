/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict run: choose scenarios, run them, hand the results to the reports asked for. */
#include "base/errno_names.h"
#include "base/file.h"
#include "base/shell.h"
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
#include <fnmatch.h>
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

static bool matches_keyword(const struct scenario *s, const char *keyword)
{
	if (!keyword)
		return true;
	if (strpbrk(keyword, "*?["))
		return !fnmatch(keyword, s->id, 0) || !fnmatch(keyword, s->name, 0);
	return strstr(s->id, keyword) || strstr(s->name, keyword);
}

static bool has_tag(const struct scenario *s, const char *tag)
{
	for (size_t i = 0; i < s->n_tags; i++)
		if (!strcmp(s->tags[i], tag))
			return true;
	return false;
}

/* Any of the tags asked for, none of those excluded. */
static bool matches_tags(const struct scenario *s, const struct strings *tags)
{
	bool asked = false, found = false;

	for (size_t i = 0; i < tags->n; i++) {
		if (tags->items[i][0] == '!') {
			if (has_tag(s, tags->items[i] + 1))
				return false;
			continue;
		}
		asked = true;
		found = found || has_tag(s, tags->items[i]);
	}
	return found || !asked;
}

static void choose(struct suite *suite, const struct run_options *o)
{
	size_t n = 0;

	for (size_t i = 0; i < suite->n; i++)
		if (matches_keyword(suite->scenarios[i], o->keyword) &&
		    matches_tags(suite->scenarios[i], &o->tags))
			suite->scenarios[n++] = suite->scenarios[i];
	suite->n = n;
}

/* splitmix64: the same order for the same seed on every machine. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void shuffle(struct suite *suite, uint64_t seed)
{
	for (size_t i = suite->n; i > 1; i--) {
		size_t j = (size_t)(next_random(&seed) % i);
		struct scenario *s = suite->scenarios[i - 1];

		suite->scenarios[i - 1] = suite->scenarios[j];
		suite->scenarios[j] = s;
	}
}

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

/* What is beyond the budget is told like an error, but is a failure. Returns how much is. */
static size_t add_costs(const struct suite *suite, const struct run_options *o,
			const struct run_info *info, struct arena *arena, struct diags *d,
			struct diags *over, struct run_summary *summary)
{
	struct run_program *programs;
	struct budget budget = {};

	cost_of_scenarios(d, suite->scenarios, suite->n, arena, &programs, &summary->n_programs);
	summary->programs = programs;
	if (o->baseline)
		baseline_compare(d, o->baseline, info, programs, summary->n_programs);
	if (!o->budget || budget_parse(d, o->budget, &budget))
		return 0;
	return budget_judge(over, &budget, programs, summary->n_programs);
}

/* Emulated, programs take a hundred times as long to be verified, and longer to run. */
static uint64_t guest_time_limit(void)
{
	return inside_guest() ? 600ull * 1000000000 : 0;
}

/* Nothing runs where @d has errors. Fills @summary; problems outside of scenarios are added to @d.
 */
static void run(struct suite *suite, const struct run_options *o, struct reports *reports,
		struct coverage_counts *coverage, struct diags *d, struct run_summary *summary)
{
	struct pool_options pool = { .jobs = jobs_of(o),
				     .exitfirst = o->exitfirst,
				     .no_skip = o->no_skip,
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
	struct diags over = {};
	struct run_info info;

	run_info_make(&info, suite, o, &arena, d);
	info.jobs = pool.jobs;
	info.again = again;
	for (size_t i = 0; i < reports->n; i++) {
		reports->items[i]->info = info;
		reports->items[i]->ops->begin(reports->items[i], &info);
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
		add_costs(suite, o, &info, &arena, d, &over, summary);
	add_features(&arena, summary);
	for (size_t i = 0; i < reports->n; i++) {
		reports->items[i]->ops->diags(reports->items[i], d);
		reports->items[i]->ops->diags(reports->items[i], &over);
	}
	summary->status = run_summary_status(summary, o->no_skip, suite->diags.errors + d->errors);
	if (over.errors && !summary->status)
		summary->status = EXIT_FAILED;
	if (summary->interrupted)
		summary->status = 128 + interrupt_seen();
	for (size_t i = 0; i < reports->n; i++)
		reports->items[i]->ops->end(reports->items[i], summary);
	diags_free(&over);
	free(again);
	arena_free(&arena);
}

static void nothing_to_run(const struct suite *suite, const struct run_options *o, size_t read,
			   struct diags *d)
{
	if (suite->n || suite->diags.errors)
		return;
	if (read)
		diag(d, DIAG_ERROR, nowhere, "none of %zu scenarios is chosen by%s%s%s", read,
		     o->keyword ? " -k " : "", o->keyword ? o->keyword : "",
		     o->tags.n ? " -t" : "");
	else
		diag(d, DIAG_ERROR, nowhere, "there is no scenario to run");
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
static int run_and_report(struct suite *suite, const struct run_options *o, struct diags *d)
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
		run(suite, o, &reports, coverage, &while_running, &summary);
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
	struct diags d = {};
	int status;
	size_t read;

	for (size_t i = 0; i < o->common.args.n; i++)
		suite_read(&suite, o->common.args.items[i]);
	if (!o->common.args.n)
		suite_read(&suite, ".");
	read = suite.n;
	choose(&suite, o);
	if (o->shuffle.given)
		shuffle(&suite, o->shuffle.value);
	for (size_t i = 0; i < suite.n; i++)
		suite.scenarios[i]->number = i + 1;
	nothing_to_run(&suite, o, read, &d);
	if (o->list) {
		diags_print(stderr, &suite.diags);
		diags_print(stderr, &d);
		list(&suite);
		status = suite.diags.errors || d.errors ? EXIT_NOT_JUDGED : EXIT_PASSED;
	} else if (o->vm && !inside_guest() && suite.n) {
		status = run_in_guest(&suite, o);
	} else {
		status = run_and_report(&suite, o, &d);
	}
	diags_free(&d);
	suite_free(&suite);
	return status;
}
