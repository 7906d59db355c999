/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where results go, one at a time and in the order of the suite: an ops struct per format.
 * A sink never sees two calls at once.
 */
#pragma once

#include "run/result.h"

struct sink;

struct sink_ops {
	const char *name; /* of --format; first: text_nearest() looks here */
	const char *help;
	void (*begin)(struct sink *s, const struct run_info *info);
	void (*scenario)(struct sink *s, const struct scenario_result *r);
	/* Files that could not be read, before or instead of scenarios. */
	void (*diags)(struct sink *s, const struct diags *d);
	/* A program over its budget, where it is a test of its own; NULL: told as an error like
	 * others. */
	void (*overrun)(struct sink *s, const struct run_overrun *o);
	void (*end)(struct sink *s, const struct run_summary *summary);
};

struct sink {
	const struct sink_ops *ops;
	FILE *out;
	bool color;	  /* text: on a terminal that wants it */
	bool verbose;	  /* -v: every step, hexdumps */
	size_t durations; /* text: so many of the slowest scenarios are listed */
	struct run_info info;
	void *state; /* the sink's own; made in begin, freed in end */
};
