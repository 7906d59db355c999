/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How long a worker may be at one thing: a step, or making things ready for the first. The worker
 * says when it begins and ends, another thread (crew.h) lets the time pass and looks on. Time is
 * what that thread saw pass: a process that was stopped (SIGSTOP) has lost next to none.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct step;

#define TIME_LIMIT_DEFAULT 10000000000ull /* ns: of a step whose scenario says none */
#define TIME_LIMIT_SETUP   60000000000ull /* ns: of loading and making devices, at least */
/* As long as it takes, but it may be ended at once: ns. */
#define TIME_LIMIT_NONE UINT64_MAX
/* What a step still gets after the run was interrupted: ns. */
#define TIME_LIMIT_INTERRUPTED 1000000000ull

/* How what was begun ended. */
enum time_limit_end {
	TIME_LIMIT_KEPT,
	TIME_LIMIT_EXCEEDED,
	TIME_LIMIT_CUT /* the run was interrupted, and it did not end soon after */
};

struct time_limit {
	pthread_mutex_t lock; /* of what follows */
	uint64_t limit, left; /* ns; left 0 while running: over */
	bool running;
	const struct step *step; /* that runs, NULL: making ready */
	/* Also without the lock. */
	atomic_bool over;
	atomic_bool interrupted; /* the run is: nothing more may take long */
	_Atomic uint64_t frame;	 /* of a replay: its number in the file; 0: none yet */
};

void time_limit_init(struct time_limit *t);
void time_limit_destroy(struct time_limit *t);

/* The worker's half. All accept NULL: nobody looks on. */
void time_limit_begin(struct time_limit *t, const struct step *step, uint64_t ns);
enum time_limit_end time_limit_end(struct time_limit *t);
/* What runs has to end: to be asked in loops. */
bool time_limit_is_over(const struct time_limit *t);
/* Nothing more should be begun. */
bool time_limit_is_interrupted(const struct time_limit *t);
/* A replay is at frame @number. */
void time_limit_at_frame(struct time_limit *t, uint64_t number);

/* The other half: @ns have passed; whether what runs has to end. */
bool time_limit_pass(struct time_limit *t, uint64_t ns);
/* The run is interrupted: what runs, and what comes, ends soon. */
void time_limit_interrupt(struct time_limit *t);
