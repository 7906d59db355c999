/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/matrix_run.h"

#include "base/clock.h"
#include "base/errno_names.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/guest_command.h"
#include "cli/kernels_arg.h"
#include "kernel/sandbox.h"
#include "matrix/process.h"
#include "run/interrupt.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct span nowhere;

/* What threads share: which job is next, and the one line that is written at a time. */
struct crew {
	struct matrix_runs *runs;
	pthread_mutex_t lock;
	size_t next, done;
};

/* The words of a run */

struct words {
	struct arena *a;
	const char **items;
	size_t n;
};

static void add(struct words *w, const char *word)
{
	*ARENA_PUSH(w->a, w->items, w->n) = word;
}

static void add_value(struct words *w, const char *option, const char *value)
{
	if (!value)
		return;
	add(w, option);
	add(w, value);
}

static void add_list(struct words *w, const char *option, const struct strings *list)
{
	for (size_t i = 0; i < list->n; i++)
		add_value(w, option, list->items[i]);
}

/* verdict run as it runs on the kernel of @job; what it leaves goes to @folder. */
static struct words run_words(struct matrix_runs *runs, const struct matrix_job *job,
			      const char *folder)
{
	const struct matrix_options *o = runs->options;
	struct words w = { .a = &runs->arena };

	add(&w, o->common.program);
	add(&w, "run");
	add_value(&w, "--column", job->column.name);
	add_value(&w, "-k", o->keyword);
	add_list(&w, "-t", &o->tags);
	add_list(&w, "-O", &o->objects);
	add_value(&w, "--shard", o->shard);
	add_value(&w, "--times", o->times);
	if (o->repeat.given)
		add_value(&w, "--repeat", arena_printf(&runs->arena, "%" PRIu64, o->repeat.value));
	if (o->rerun_failed)
		add(&w, "--rerun-failed");
	if (o->exitfirst)
		add(&w, "-x");
	if (o->no_skip)
		add(&w, "--no-skip");
	if (o->no_interpose)
		add(&w, "--no-interpose");
	if (o->cost || o->baseline || o->budget)
		add(&w, "--cost");
	if (o->features)
		add(&w, "--features");
	if (o->check_needs)
		add(&w, "--check-needs");
	if (o->time_limit)
		add_value(&w, "--time-limit",
			  arena_printf(&runs->arena, "%" PRIu64 "ns", o->time_limit));
	if (o->results)
		add_value(&w, "--results", folder);
	add(&w, "--");
	for (size_t i = 1; i < o->scenarios.n + 1; i++)
		add(&w, o->scenarios.items[i - 1]);
	return w;
}

/* What became of it */

static enum column_verdict verdict_of_status(int status)
{
	return status == 0 ? COLUMN_PASS : status == 1 ? COLUMN_FAIL : COLUMN_ERROR;
}

static enum column_verdict verdict_of_guest(const struct guest_outcome *o)
{
	static const enum column_verdict verdicts[N_GUEST_VERDICTS] = {
		[GUEST_PASS] = COLUMN_PASS,	      [GUEST_FAIL] = COLUMN_FAIL,
		[GUEST_SPLAT] = COLUMN_SPLAT,	      [GUEST_TRUNCATED] = COLUMN_TRUNCATED,
		[GUEST_CRASH] = COLUMN_CRASH,	      [GUEST_HANG] = COLUMN_HANG,
		[GUEST_BOOT_FAIL] = COLUMN_BOOT_FAIL, [GUEST_UNAVAILABLE] = COLUMN_UNAVAILABLE,
	};

	return o->verdict == GUEST_FAIL ? verdict_of_status(o->status) : verdicts[o->verdict];
}

/* The first error outside scenarios says why a run could not judge. */
static const char *first_error(const struct document *doc)
{
	for (size_t i = 0; doc && i < doc->diagnostics.n; i++)
		if (doc->diagnostics.items[i].severity == DIAG_ERROR)
			return doc->diagnostics.items[i].message;
	return NULL;
}

/* The run of @path becomes the column's document. What is cut short is told by the verdict. */
static void read_document(struct matrix_job *job, const char *path)
{
	struct diags d = {};

	if (path && !results_read(&d, path, &job->results) && job->results.n)
		job->column.doc = &job->results.items[0];
	diags_free(&d);
	if (job->column.verdict == COLUMN_ERROR && !job->column.reason)
		job->column.reason = first_error(job->column.doc);
}

/* A result to where results are wanted. */
static bool keep_file(struct matrix_job *job, const char *from, const char *to)
{
	int err = file_copy(from, to);

	if (err)
		diag(&job->diags, DIAG_ERROR, nowhere, "cannot write %s: %s", to, errno_text(err));
	return !err;
}

/* Where files of a guest go: below the results of its column. */
struct delivery {
	const char *prefix, *folder; /* what is below the one goes below the other */
	struct matrix_job *job;
	struct arena a;
};

static void deliver(void *arg, const char *file)
{
	struct delivery *to = arg;
	const char *rest = file + strlen(to->prefix);

	keep_file(to->job, file, path_join(&to->a, to->folder, rest + (*rest == '/')));
}

/* Captures, the console and the records of a guest, to @folder where results are wanted. */
static void keep_results(struct matrix_runs *runs, struct matrix_job *job, const char *work,
			 const char *folder)
{
	struct guest_outcome *o = &job->outcome;
	struct delivery to = { .folder = folder, .job = job };

	if (!runs->options->results)
		return;
	to.prefix = path_join(&to.a, work, path_join(&to.a, "files", folder + 1));
	folder_each_file(to.prefix, deliver, &to);
	if (o->results)
		keep_file(job, o->results, path_join(&to.a, folder, "results.jsonl"));
	if (o->console && keep_file(job, o->console, path_join(&to.a, folder, "console.log")) &&
	    job->column.verdict > COLUMN_FAIL)
		job->column.console = arena_strdup(
			&job->outcome.arena,
			path_join(&to.a, path_join(&to.a, runs->options->results, job->column.name),
				  "console.log"));
	arena_free(&to.a);
}

static bool was_interrupted(void *arg)
{
	(void)arg;
	return interrupt_seen() != 0;
}

/* A guest with all that it needs. Made before threads are started; run by one of them. */
struct guest_job {
	struct guest_spec spec;
	struct guest_run run;
	const char *work, *folder;
};

static void run_guest(struct matrix_runs *runs, struct matrix_job *job, struct guest_job *g)
{
	const struct guest_watch watch = { .stop = was_interrupted };
	struct matrix_column *c = &job->column;
	const struct guest_outcome *o = &job->outcome;

	guest_run(&g->spec, &g->run.command, g->work, &watch, &job->outcome);
	job->has_outcome = true;
	c->verdict = verdict_of_guest(o);
	c->reason = o->reason;
	c->running = o->running;
	c->console_tail = o->console_tail;
	c->kvm = o->kvm;
	if (c->verdict == COLUMN_FAIL || c->verdict == COLUMN_ERROR)
		c->reason = NULL; /* the table says it better */
	read_document(job, o->results);
	keep_results(runs, job, g->work, g->folder);
	folder_remove(g->work);
}

/* The kernel that runs here: the same command, as a process. */
static void run_here(struct matrix_runs *runs, struct matrix_job *job, const char *work,
		     const char *folder)
{
	struct matrix_column *c = &job->column;
	struct words w = run_words(runs, job, folder), all = { .a = &runs->arena };
	const char *records = path_join(&runs->arena, work, "results.jsonl");
	char *text;
	int status;

	add(&all, "/proc/self/exe");
	add(&all, "run");
	add(&all, "--format");
	add(&all, arena_printf(&runs->arena, "jsonl:%s", records));
	for (size_t i = 2; i < w.n; i++)
		add(&all, w.items[i]);
	add(&all, NULL);
	status = folder_make(work);
	if (!status)
		status = process_run(all.items, PROCESS_ERRORS, &text);
	else
		text = NULL;
	c->verdict = status < 0 || status > 2 ? COLUMN_CRASH : verdict_of_status(status);
	if (c->verdict == COLUMN_CRASH)
		c->reason = status < 0 ? errno_text(status)
				       : arena_printf(&runs->arena, "verdict ended with status %d",
						      status);
	free(text);
	read_document(job, records);
	if (runs->options->results)
		keep_file(job, records, path_join(&runs->arena, folder, "results.jsonl"));
	folder_remove(work);
}

/* Nothing of it runs. */
static void unavailable(struct matrix_job *job, const char *why)
{
	job->column.verdict = COLUMN_UNAVAILABLE;
	job->column.reason = why;
}

/* Whether a job can begin; else its column says why not. */
static bool prepare(struct diags *d, struct matrix_runs *runs, struct matrix_job *job,
		    struct guest_job *g)
{
	const struct kernel_spec *k = job->kernel;
	struct arena *a = &runs->arena;
	struct diags why = {};
	const char *text;
	struct words w;

	g->work = arena_printf(a, "%s/%s.guest", runs->folder, job->column.name);
	g->folder = path_join(a, runs->folder, job->column.name);
	if (!k) {
		if (!sandbox_check(&why))
			return true;
		unavailable(job, why.n ? arena_strdup(a, why.items[0].message) : NULL);
		diags_free(&why);
		return false;
	}
	if (kernel_as_guest(a, k, runs->lock, &g->spec, &text)) {
		unavailable(job, text);
		return false;
	}
	w = run_words(runs, job, g->folder);
	if (guest_run_make(d, &g->run, runs->suite, w.n, w.items))
		return false;
	for (size_t i = 0; i < runs->options->scenarios.n; i++)
		guest_run_give(&g->run, runs->options->scenarios.items[i]);
	if (runs->options->times)
		guest_run_give(&g->run, runs->options->times);
	if (runs->options->results)
		guest_run_want(&g->run, g->folder);
	return true;
}

static void tell(struct crew *crew, const struct matrix_job *job)
{
	const struct matrix_column *c = &job->column;
	const struct doc_summary *s = c->doc ? &c->doc->summary : NULL;
	FILE *out = crew->runs->progress;

	pthread_mutex_lock(&crew->lock);
	fprintf(out, "[%zu/%zu] %s: %s", ++crew->done, crew->runs->n, c->name,
		column_verdict_name(c->verdict));
	if (s)
		fprintf(out,
			", %" PRIu64 " passed, %" PRIu64 " failed, %" PRIu64 " skipped, %.1f s",
			s->passed + s->xfailed, s->failed + s->errors, s->skipped,
			(double)c->wall_ns / 1e9);
	fputc('\n', out);
	pthread_mutex_unlock(&crew->lock);
}

/* What threads are given. */
struct crew_member {
	struct crew *crew;
	struct guest_job *guests;
	const bool *ready;
};

static void *work(void *arg)
{
	struct crew_member *member = arg;
	struct crew *crew = member->crew;
	struct matrix_runs *runs = crew->runs;

	for (;;) {
		struct matrix_job *job;
		uint64_t begun = clock_now();
		size_t i;

		pthread_mutex_lock(&crew->lock);
		i = crew->next++;
		pthread_mutex_unlock(&crew->lock);
		if (i >= runs->n)
			return NULL;
		job = &runs->jobs[i];
		if (member->ready[i] && interrupt_seen())
			unavailable(job, "the run was interrupted before");
		else if (member->ready[i] && job->kernel)
			run_guest(runs, job, &member->guests[i]);
		job->column.wall_ns = clock_now() - begun;
		if (job->kernel)
			tell(crew, job);
	}
}

/* Signals are for the main thread. */
static int start(pthread_t *thread, struct crew_member *member)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(thread, NULL, work, member);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

static size_t jobs_at_once(const struct matrix_runs *runs)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = runs->options->jobs.given ? (size_t)runs->options->jobs.value
		   : cpus > 0		     ? (size_t)cpus
					     : 1;

	return n < runs->n ? n : runs->n;
}

int matrix_runs_do(struct diags *d, struct matrix_runs *runs)
{
	size_t n = jobs_at_once(runs), started = 0;
	struct guest_job *guests = xcalloc(runs->n, sizeof(*guests));
	bool *ready = xcalloc(runs->n, sizeof(*ready));
	pthread_t *threads = xcalloc(n, sizeof(*threads));
	struct crew crew = { .runs = runs };
	struct crew_member member = { &crew, guests, ready };
	unsigned int errors = d->errors;
	int ret;

	pthread_mutex_init(&crew.lock, NULL);
	for (size_t i = 0; i < runs->n; i++)
		ready[i] = prepare(d, runs, &runs->jobs[i], &guests[i]);
	if (d->errors == errors)
		while (started < n && !start(&threads[started], &member))
			started++;
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	/* It has all processors to itself: last, and alone. */
	for (size_t i = 0; i < runs->n && d->errors == errors; i++) {
		struct matrix_job *job = &runs->jobs[i];
		uint64_t begun = clock_now();

		if (job->kernel)
			continue;
		if (ready[i] && !interrupt_seen())
			run_here(runs, job, guests[i].work, guests[i].folder);
		job->column.wall_ns = clock_now() - begun;
		tell(&crew, job);
	}
	for (size_t i = 0; i < runs->n; i++)
		guest_run_free(&guests[i].run);
	pthread_mutex_destroy(&crew.lock);
	free(threads);
	free(ready);
	free(guests);
	if (d->errors == errors && !started && runs->n)
		diag(d, DIAG_ERROR, nowhere, "cannot start a thread");
	ret = d->errors == errors ? 0 : -1;
	/* What could not be kept is no reason not to show what is known. */
	for (size_t i = 0; i < runs->n; i++)
		diags_move(d, &runs->jobs[i].diags);
	return ret;
}

void matrix_runs_free(struct matrix_runs *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		results_free(&runs->jobs[i].results);
		if (runs->jobs[i].has_outcome)
			guest_outcome_free(&runs->jobs[i].outcome);
	}
	free(runs->jobs);
	arena_free(&runs->arena);
	*runs = (struct matrix_runs){};
}
