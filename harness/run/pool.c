/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/pool.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	struct scenario_result result;
	bool done;
};

struct pool {
	struct scenario *const *scenarios;
	size_t n;
	const struct pool_options *options;
	struct sink *const *sinks;
	size_t n_sinks;
	struct run_summary *summary;

	pthread_mutex_t lock; /* everything below, and the sinks */
	struct diags *d;
	struct slot *slots;
	size_t next;	  /* to be started */
	size_t delivered; /* handed to the sinks */
	bool stop;
	size_t sessions;
};

static bool is_bad(const struct pool *p, enum outcome o)
{
	return o == OUTCOME_FAIL || o == OUTCOME_ERROR ||
	       (o == OUTCOME_SKIP && p->options->no_skip);
}

/* Hand on what is complete, in order; results that overtook others wait. */
static void deliver(struct pool *p)
{
	while (p->delivered < p->n && p->slots[p->delivered].done) {
		struct scenario_result *r = &p->slots[p->delivered++].result;

		for (size_t i = 0; i < p->n_sinks; i++)
			p->sinks[i]->ops->scenario(p->sinks[i], r);
		run_summary_add(p->summary, r);
		scenario_result_free(r);
	}
}

static bool take(struct pool *p, size_t *i)
{
	bool more;

	pthread_mutex_lock(&p->lock);
	more = !p->stop && p->next < p->n;
	if (more)
		*i = p->next++;
	pthread_mutex_unlock(&p->lock);
	return more;
}

static void *work(void *arg)
{
	struct pool *p = arg;
	struct diags own = {};
	struct session *session = session_new(&own, &p->options->session);
	size_t i;

	pthread_mutex_lock(&p->lock);
	diags_move(p->d, &own);
	p->sessions += session != NULL;
	pthread_mutex_unlock(&p->lock);
	while (session && take(p, &i)) {
		struct scenario_result result;

		session_run(session, p->scenarios[i], &result);
		pthread_mutex_lock(&p->lock);
		p->slots[i].result = result;
		p->slots[i].done = true;
		if (p->options->exitfirst && is_bad(p, result.outcome))
			p->stop = true;
		deliver(p);
		pthread_mutex_unlock(&p->lock);
	}
	session_free(session);
	return NULL;
}

int pool_run(struct diags *d, struct scenario *const *scenarios, size_t n,
	     const struct pool_options *options, struct sink *const *sinks, size_t n_sinks,
	     struct run_summary *summary)
{
	unsigned int jobs = options->jobs < n ? options->jobs : (unsigned int)n, started = 0;
	pthread_t *threads = xcalloc(jobs, sizeof(*threads));
	struct pool p = { .scenarios = scenarios,
			  .n = n,
			  .options = options,
			  .sinks = sinks,
			  .n_sinks = n_sinks,
			  .summary = summary,
			  .d = d,
			  .slots = xcalloc(n, sizeof(*p.slots)) };
	uint64_t start = clock_now();

	pthread_mutex_init(&p.lock, NULL);
	while (started < jobs && !pthread_create(&threads[started], NULL, work, &p))
		started++;
	for (unsigned int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&p.lock);
	summary->stopped = p.delivered < n;
	summary->duration = clock_now() - start;
	free(p.slots);
	free(threads);
	return p.sessions || !n ? 0 : -1;
}

void run_summary_add(struct run_summary *summary, const struct scenario_result *r)
{
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
