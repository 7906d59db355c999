/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Threads that work, and one (the caller's) that looks on: what takes too long is ended, what
 * cannot be ended is left behind, and an interruption of the process reaches all of them.
 *
 * A worker's system calls are ended by a signal, of which nothing but EINTR is to be seen, sent
 * again and again until the worker notices. A BPF program that runs is not ended by that, nor by
 * anything else: the kernel has it run until it returns.
 */
#pragma once

#include "run/time_limit.h"

#include <stddef.h>

struct crew;

struct worker {
	struct time_limit limit; /* its half: see there */
	struct crew *crew;
	void *job;     /* the owner's: what it does */
	size_t number; /* from 0, in the order they were added */

	/* Of the crew's lock. */
	pthread_t thread;
	bool ended, left_behind;
	uint64_t overdue; /* ns since its time was up */
};

struct crew {
	pthread_mutex_t lock; /* of all here, and of what the owner wants */
	pthread_cond_t ended;
	struct worker **workers;
	size_t n;
	size_t n_left_behind; /* that have not come back since */
	bool interrupted;

	/* What a worker does; it ends when this returns. */
	void (*work)(struct worker *w);
	/* With the lock held: @w is left behind; whatever it does from now on counts no more. */
	void (*left_behind)(struct worker *w);
	/* With the lock held, each time all are looked at: 20 times a second. NULL: nothing. */
	void (*looked)(struct crew *c);
};

void crew_init(struct crew *c, void (*work)(struct worker *w),
	       void (*left_behind)(struct worker *w));
/* One more worker; with the lock held if others run. Returns 0 or -errno. */
int crew_add(struct crew *c, void *job);
/* Look on until all have ended or are left behind. */
void crew_wait(struct crew *c);
/*
 * Free what is theirs. Returns the number of workers that still run: then @c and all they use
 * must stay as they are until the process ends.
 */
size_t crew_end(struct crew *c);
