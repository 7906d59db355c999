/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a person at a terminal sees of a run while it goes on: one line (base/status_line.h). */
#pragma once

#include "run/pool.h"

struct running {
	const char *id;
	uint64_t since; /* clock_now() */
};

struct progress {
	struct onlooker onlooker; /* first: what a pool is given */
	FILE *out;
	uint64_t started; /* clock_now() */
	size_t n, ended, failed;
	struct running *running; /* the one that was started first is first */
	size_t n_running;
};

/*
 * @n scenarios are about to run; the line is drawn on @out where it can be (status_line_room()).
 * Nothing is drawn before the pool calls.
 */
void progress_begin(struct progress *p, FILE *out, size_t n);
/* The line is gone, and what @p owns is free. */
void progress_end(struct progress *p);

/*
 * The line @now, in at most @room columns, escaped: how many of how many, for how long, failures so
 * far, and what runs, the longest first. The caller frees.
 */
returns_memory char *progress_text(const struct progress *p, uint64_t now, size_t room);
