/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/pool.h"

#include "base/clock.h"
#include "base/errno_names.h"
#include "base/status_line.h"
#include "run/attempts.h"
#include "run/crew.h"
#include "run/interrupt.h"

#include <stdlib.h>
#include <string.h>

/* So many programs that never return are enough: each keeps a CPU busy. */
#define LEFT_BEHIND_MAX 4

struct slot {
	struct scenario_result result;
	bool taken, done, delivered;
	bool again;  /* failed, and is to be run once more */
	size_t load; /* index into the pool's loads */
};

struct job;

/* What some scenarios load alike, and the worker that has it. */
struct load_group {
	uint64_t hash;
	const struct job *owner; /* NULL: nobody has */
};

struct pool {
	struct scenario *const *scenarios;
	size_t n;
	const struct pool_options *options;
	struct sink *const *sinks;
	size_t n_sinks;
	struct run_summary *summary;

	struct crew crew; /* its lock: everything below, and the sinks */
	struct diags *d;
	struct slot *slots;
	struct load_group *loads;
	size_t n_loads;
	struct load_variants variants;
	size_t next;	  /* the first that is not started */
	size_t delivered; /* handed to the sinks, without a gap */
	bool stop;
	bool rerunning; /* all were run: now those that failed, once more */
	size_t sessions;
};

/* What one worker does. */
struct job {
	struct pool *pool;
	size_t current; /* index of the scenario that runs */
};

static bool is_bad(const struct pool *p, enum outcome o)
{
	return o == OUTCOME_FAIL || o == OUTCOME_ERROR ||
	       (o == OUTCOME_SKIP && p->options->no_skip);
}

static bool has_failed(enum outcome o)
{
	return o == OUTCOME_FAIL || o == OUTCOME_ERROR;
}

static void deliver_one(struct pool *p, struct slot *s)
{
	status_line_erase();
	for (size_t i = 0; i < p->n_sinks; i++)
		p->sinks[i]->ops->scenario(p->sinks[i], &s->result);
	run_summary_add(p->summary, &s->result);
	scenario_result_free(&s->result);
	s->delivered = true;
}

/* Hand on what is complete, in order; results that overtook others wait. */
static void deliver(struct pool *p)
{
	while (p->delivered < p->n && p->slots[p->delivered].done && !p->slots[p->delivered].again)
		deliver_one(p, &p->slots[p->delivered++]);
	if (p->options->onlooker)
		p->options->onlooker->look(p->options->onlooker);
}

/* At the end of a run that was stopped: there is nothing to wait for any more. */
static size_t deliver_rest(struct pool *p)
{
	size_t missing = 0;

	for (size_t i = p->delivered; i < p->n; i++) {
		if (p->slots[i].done && !p->slots[i].delivered)
			deliver_one(p, &p->slots[i]);
		missing += !p->slots[i].done;
	}
	return missing;
}

static struct session_options session_options(const struct pool *p)
{
	struct session_options options = p->options->session;

	options.variants = &p->variants;
	return options;
}

/* Find out which scenarios load alike. */
static void group_loads(struct pool *p)
{
	const struct session_options options = session_options(p);

	for (size_t i = 0; i < p->n; i++)
		scenario_note_loads(&options, p->scenarios[i], &p->variants);
	for (size_t i = 0; i < p->n; i++) {
		uint64_t hash = scenario_load_hash(&options, p->scenarios[i]);
		size_t k = 0;

		while (k < p->n_loads && p->loads[k].hash != hash)
			k++;
		if (k == p->n_loads)
			ARRAY_PUSH(p->loads, p->n_loads)->hash = hash;
		p->slots[i].load = k;
	}
}

/*
 * Loading costs more than running: a worker takes the first scenario that needs nothing another
 * one has loaded. Where all do, the last: its owner will be there last.
 */
static size_t choose(const struct pool *p, const struct job *job)
{
	size_t last = p->next;

	for (size_t i = p->next; i < p->n; i++) {
		const struct job *owner = p->loads[p->slots[i].load].owner;

		if (p->slots[i].taken)
			continue;
		if (!owner || owner == job)
			return i;
		last = i;
	}
	return last;
}

static void take_next(struct pool *p, struct job *job)
{
	job->current = choose(p, job);
	p->slots[job->current].taken = true;
	p->loads[p->slots[job->current].load].owner = job;
	while (p->next < p->n && p->slots[p->next].taken)
		p->next++;
}

/* The next of those that failed; @p->next counts them. */
static bool take_failed(struct pool *p, struct job *job)
{
	while (p->next < p->n && !p->slots[p->next].again)
		p->next++;
	job->current = p->next++;
	return job->current < p->n;
}

/* The next scenario for the worker; false: there is none. */
static bool take(struct worker *w)
{
	struct job *job = w->job;
	struct pool *p = job->pool;
	bool more;

	pthread_mutex_lock(&p->crew.lock);
	more = !p->stop && !interrupt_seen() && !w->left_behind && p->next < p->n;
	if (more && p->rerunning)
		more = take_failed(p, job);
	else if (more)
		take_next(p, job);
	if (more && p->options->onlooker && !p->rerunning)
		p->options->onlooker->started(p->options->onlooker, p->scenarios[job->current]);
	pthread_mutex_unlock(&p->crew.lock);
	return more;
}

/* With the lock held. */
static void finish(struct pool *p, size_t i, const struct scenario_result *result)
{
	struct slot *s = &p->slots[i];
	struct scenario_result next = *result;

	if (p->rerunning)
		attempts_add(&s->result, &next);
	else
		s->result = next;
	s->again = p->options->rerun_failed && !p->rerunning && has_failed(next.outcome);
	s->done = true;
	if (p->options->exitfirst && !p->rerunning && is_bad(p, s->result.outcome))
		p->stop = true;
	if (p->options->onlooker && !p->rerunning)
		p->options->onlooker->ended(p->options->onlooker, p->scenarios[i], result->outcome);
	deliver(p);
}

/* As often as was asked for; who was left behind, or is interrupted, has run enough. */
static void run_attempts(struct worker *w, struct session *session, const struct scenario *s,
			 struct scenario_result *result)
{
	const struct pool *p = ((struct job *)w->job)->pool;
	unsigned int times = p->rerunning ? 1 : p->options->repeat;
	struct scenario_result next;

	session_run(session, s, result);
	for (unsigned int i = 1; i < times && !interrupt_seen() && !w->left_behind; i++) {
		session_run(session, s, &next);
		attempts_add(result, &next);
	}
}

static void run_current(struct worker *w, struct session *session)
{
	struct job *job = w->job;
	struct pool *p = job->pool;
	struct scenario_result result;

	run_attempts(w, session, p->scenarios[job->current], &result);
	pthread_mutex_lock(&p->crew.lock);
	if (w->left_behind) /* it has a result already */
		scenario_result_free(&result);
	else
		finish(p, job->current, &result);
	pthread_mutex_unlock(&p->crew.lock);
}

/* NULL after diags. */
static struct session *open_session(struct worker *w)
{
	struct pool *p = ((struct job *)w->job)->pool;
	struct session_options options = session_options(p);
	struct diags own = {};
	struct session *session;

	options.limit = &w->limit;
	session = session_new(&own, &options);
	pthread_mutex_lock(&p->crew.lock);
	diags_move(p->d, &own);
	p->sessions += session != NULL;
	pthread_mutex_unlock(&p->crew.lock);
	return session;
}

static void work(struct worker *w)
{
	struct job *job = w->job;
	struct session *session = open_session(w);

	while (session && take(w)) {
		run_current(w, session);
		/* What it has loaded may be what fails. */
		if (job->pool->rerunning) {
			session_free(session);
			session = open_session(w);
		}
	}
	session_free(session);
	free(job);
}

static int add_worker(struct pool *p)
{
	struct job *job = xcalloc(1, sizeof(*job));
	int err;

	job->pool = p;
	err = crew_add(&p->crew, job);
	if (err)
		free(job);
	return err;
}

/* The scenario is over for everybody else; another worker goes on with the next. */
static void left_behind(struct worker *w)
{
	struct job *job = w->job;
	struct pool *p = job->pool;
	const struct span nowhere = {};
	struct scenario_result result;

	for (size_t i = 0; i < p->n_loads; i++)
		if (p->loads[i].owner == job)
			p->loads[i].owner = NULL;

	session_give_up(p->scenarios[job->current], &w->limit, &result);
	finish(p, job->current, &result);
	if (p->crew.n_left_behind >= LEFT_BEHIND_MAX) {
		diag(p->d, DIAG_ERROR, nowhere,
		     "%zu programs run without end: no more scenarios are started",
		     p->crew.n_left_behind);
		p->summary->gave_up = p->stop = true;
	} else if (p->next < p->n) {
		add_worker(p);
	}
}

static void looked(struct crew *c)
{
	struct pool *p = (struct pool *)((char *)c - offsetof(struct pool, crew));

	if (p->options->onlooker)
		p->options->onlooker->look(p->options->onlooker);
}

static void start(struct pool *p)
{
	size_t jobs = p->options->jobs < p->n ? p->options->jobs : p->n;
	int err = 0;

	pthread_mutex_lock(&p->crew.lock);
	while (p->crew.n < jobs && !err)
		err = add_worker(p);
	if (!p->crew.n && err)
		diag(p->d, DIAG_ERROR, (struct span){}, "cannot start a thread: %s (%s)",
		     errno_text(err), errno_name(err));
	pthread_mutex_unlock(&p->crew.lock);
}

/* Those that failed, one after the other. Whatever comes of it, they wait no longer. */
static void rerun_failed(struct pool *p)
{
	bool any = false;

	for (size_t i = 0; i < p->n; i++)
		any |= p->slots[i].again;
	if (any && !interrupt_seen() && !p->summary->gave_up) {
		p->rerunning = true;
		p->stop = false;
		p->next = 0;
		pthread_mutex_lock(&p->crew.lock);
		add_worker(p);
		pthread_mutex_unlock(&p->crew.lock);
		crew_wait(&p->crew);
	}
	pthread_mutex_lock(&p->crew.lock);
	for (size_t i = 0; i < p->n; i++)
		p->slots[i].again = false;
	deliver(p);
	pthread_mutex_unlock(&p->crew.lock);
}

/* What is told of the run as a whole. Returns what pool_run() does. */
static int sum_up(struct pool *p, uint64_t started)
{
	const struct span nowhere = {};

	size_t missing = deliver_rest(p);

	p->summary->stopped = missing > 0;
	p->summary->duration = clock_now() - started;
	if (p->summary->stopped && interrupt_seen()) {
		p->summary->interrupted = interrupt_name(interrupt_seen());
		diag(p->d, DIAG_ERROR, nowhere,
		     "interrupted by %s: %zu of %zu scenarios were not run",
		     p->summary->interrupted, missing, p->n);
	}
	return p->sessions || !p->n ? 0 : -1;
}

int pool_run(struct diags *d, struct scenario *const *scenarios, size_t n,
	     const struct pool_options *options, struct sink *const *sinks, size_t n_sinks,
	     struct run_summary *summary)
{
	struct pool *p = xcalloc(1, sizeof(*p));
	uint64_t started = clock_now();
	int status;

	*p = (struct pool){ .scenarios = scenarios,
			    .n = n,
			    .options = options,
			    .sinks = sinks,
			    .n_sinks = n_sinks,
			    .summary = summary,
			    .d = d,
			    .slots = xcalloc(n, sizeof(*p->slots)) };
	group_loads(p);
	crew_init(&p->crew, work, left_behind);
	p->crew.looked = looked;
	start(p);
	crew_wait(&p->crew);
	rerun_failed(p);
	pthread_mutex_lock(&p->crew.lock);
	status = sum_up(p, started);
	pthread_mutex_unlock(&p->crew.lock);
	summary->left_behind = crew_end(&p->crew);
	/* Those that run on still use it. */
	if (summary->left_behind)
		return status;
	free(p->slots);
	free(p->loads);
	variants_free(&p->variants);
	free(p);
	return status;
}

void run_summary_add(struct run_summary *summary, const struct scenario_result *r)
{
	summary->flaky += r->flaky;
	switch (r->outcome) {
	case OUTCOME_PASS:
		summary->passed++;
		break;
	case OUTCOME_FAIL:
		summary->failed++;
		break;
	case OUTCOME_SKIP:
		summary->skipped++;
		break;
	case OUTCOME_XFAIL:
		summary->xfailed++;
		break;
	case OUTCOME_ERROR:
		summary->errors++;
		break;
	}
}

int run_summary_status(const struct run_summary *summary, bool no_skip, size_t errors)
{
	if (errors || summary->errors)
		return 2;
	if (summary->failed || (no_skip && summary->skipped))
		return 1;
	/* Nothing judged is not success: all skipped included. */
	return summary->passed + summary->xfailed ? 0 : 2;
}
