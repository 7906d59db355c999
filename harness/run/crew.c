/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/crew.h"

#include "base/clock.h"
#include "base/mem.h"
#include "kernel/test_run.h"
#include "run/crash.h"
#include "run/interrupt.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

/* How often is looked: ns. */
#define TICK 50000000u
/* What counts of the time between two looks: the process may have been stopped. */
#define TICK_MAX 200000000u
/* A worker that does not notice within this that its time is up never will: ns. */
#define GRACE 2000000000u

static void do_nothing(int sig)
{
	(void)sig;
}

void crew_init(struct crew *c, void (*work)(struct worker *w),
	       void (*left_behind)(struct worker *w))
{
	struct sigaction action = { .sa_handler = do_nothing }; /* no SA_RESTART: EINTR is wanted */
	pthread_condattr_t attr;

	*c = (struct crew){ .work = work, .left_behind = left_behind };
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->ended, &attr);
	pthread_condattr_destroy(&attr);
	sigemptyset(&action.sa_mask);
	sigaction(TEST_RUN_END_SIGNAL, &action, NULL);
}

/*
 * Keep the thread to one CPU, of those it may use: free entries of LRU maps belong to the CPU that
 * has used them, so maps are put back exactly only where that is always the same (map_reset.c).
 */
static void keep_to_cpu(size_t nth)
{
	cpu_set_t allowed, one;
	size_t left;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return;
	left = nth % (size_t)CPU_COUNT(&allowed);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed) || left--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct crew *c = w->crew;

	keep_to_cpu(w->number);
	test_run_block_signals();
	crash_thread_begin();
	c->work(w);
	crash_thread_end();
	pthread_mutex_lock(&c->lock);
	w->ended = true;
	if (w->left_behind)
		c->n_left_behind--;
	pthread_cond_signal(&c->ended);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

int crew_add(struct crew *c, void *job)
{
	struct worker *w = xcalloc(1, sizeof(*w));
	int err;

	w->crew = c;
	w->job = job;
	w->number = c->n;
	time_limit_init(&w->limit);
	if (c->interrupted)
		time_limit_interrupt(&w->limit);
	err = pthread_create(&w->thread, NULL, worker_main, w);
	if (err) {
		time_limit_destroy(&w->limit);
		free(w);
		return -err;
	}
	*ARRAY_PUSH(c->workers, c->n) = w;
	return 0;
}

static bool is_at_work(const struct worker *w)
{
	return !w->ended && !w->left_behind;
}

static bool all_done(const struct crew *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (is_at_work(c->workers[i]))
			return false;
	return true;
}

static void look_at(struct worker *w, uint64_t passed)
{
	struct crew *c = w->crew;

	if (!time_limit_pass(&w->limit, passed)) {
		w->overdue = 0;
		return;
	}
	w->overdue += passed;
	pthread_kill(w->thread, TEST_RUN_END_SIGNAL);
	if (w->overdue <= GRACE)
		return;
	w->left_behind = true;
	c->n_left_behind++;
	c->left_behind(w);
}

/* Sleep until @ns of the clock, or until a worker ends; whether it was the former. */
static bool sleep_until(struct crew *c, uint64_t ns)
{
	struct timespec until = { .tv_sec = (time_t)(ns / 1000000000),
				  .tv_nsec = (long)(ns % 1000000000) };

	return pthread_cond_timedwait(&c->ended, &c->lock, &until) == ETIMEDOUT;
}

void crew_wait(struct crew *c)
{
	uint64_t last = clock_now(), passed;
	size_t n;

	pthread_mutex_lock(&c->lock);
	while (!all_done(c)) {
		if (!sleep_until(c, last + TICK))
			continue;
		passed = clock_now() - last;
		last += passed;
		if (interrupt_seen() && !c->interrupted) {
			c->interrupted = true;
			for (size_t i = 0; i < c->n; i++)
				time_limit_interrupt(&c->workers[i]->limit);
		}
		n = c->n; /* who comes in place of another has just begun */
		for (size_t i = 0; i < n; i++)
			if (is_at_work(c->workers[i]))
				look_at(c->workers[i], passed < TICK_MAX ? passed : TICK_MAX);
		if (c->looked)
			c->looked(c);
	}
	pthread_mutex_unlock(&c->lock);
}

size_t crew_end(struct crew *c)
{
	size_t running;

	pthread_mutex_lock(&c->lock);
	running = c->n_left_behind;
	pthread_mutex_unlock(&c->lock);
	if (running)
		return running;
	for (size_t i = 0; i < c->n; i++) {
		pthread_join(c->workers[i]->thread, NULL);
		time_limit_destroy(&c->workers[i]->limit);
		free(c->workers[i]);
	}
	free(c->workers);
	pthread_cond_destroy(&c->ended);
	pthread_mutex_destroy(&c->lock);
	return 0;
}
