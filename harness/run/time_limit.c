/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/time_limit.h"

#include <stddef.h>

void time_limit_init(struct time_limit *t)
{
	*t = (struct time_limit){};
	pthread_mutex_init(&t->lock, NULL);
}

void time_limit_destroy(struct time_limit *t)
{
	pthread_mutex_destroy(&t->lock);
}

static uint64_t at_most(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t left_when_interrupted(uint64_t limit, uint64_t left)
{
	return limit == TIME_LIMIT_NONE ? 0 : at_most(left, TIME_LIMIT_INTERRUPTED);
}

void time_limit_begin(struct time_limit *t, const struct step *step, uint64_t ns)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->limit = ns;
	t->left = t->interrupted ? left_when_interrupted(ns, ns) : ns;
	t->step = step;
	t->frame = 0;
	t->running = true;
	t->over = false;
	pthread_mutex_unlock(&t->lock);
}

enum time_limit_end time_limit_end(struct time_limit *t)
{
	enum time_limit_end end = TIME_LIMIT_KEPT;

	if (!t)
		return end;
	pthread_mutex_lock(&t->lock);
	if (t->over)
		end = t->interrupted ? TIME_LIMIT_CUT : TIME_LIMIT_EXCEEDED;
	t->running = false;
	t->over = false;
	pthread_mutex_unlock(&t->lock);
	return end;
}

bool time_limit_is_over(const struct time_limit *t)
{
	return t && atomic_load_explicit(&t->over, memory_order_relaxed);
}

bool time_limit_is_interrupted(const struct time_limit *t)
{
	return t && t->interrupted;
}

void time_limit_at_frame(struct time_limit *t, uint64_t number)
{
	if (t)
		atomic_store_explicit(&t->frame, number, memory_order_relaxed);
}

bool time_limit_pass(struct time_limit *t, uint64_t ns)
{
	bool over;

	pthread_mutex_lock(&t->lock);
	if (t->running && !t->left)
		t->over = true;
	t->left -= at_most(t->left, ns);
	over = t->over;
	pthread_mutex_unlock(&t->lock);
	return over;
}

void time_limit_interrupt(struct time_limit *t)
{
	pthread_mutex_lock(&t->lock);
	t->interrupted = true;
	t->left = left_when_interrupted(t->limit, t->left);
	pthread_mutex_unlock(&t->lock);
}
