/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Runs side by side: a row for each scenario, a column for each kernel. Shards of one suite on one
 * kernel are one column; other runs of it are columns of their own, named apart.
 */
#pragma once

#include "results/document.h"
#include "results/results.h"

struct grid_column {
	const char *name; /* no two alike */
	const struct document **runs;
	size_t n_runs;
	struct doc_summary sum; /* of all its runs: the counts, the longest duration, the status */
	uint64_t flaky;
};

struct grid_row {
	const char *id, *name;
	/* One for each column; NULL: did not run there. */
	const struct doc_scenario **cells;
	bool differs; /* not the same everywhere: outcome, flakiness, or whether it ran */
	bool bad;     /* fail or error somewhere */
};

struct grid {
	struct grid_column *columns;
	size_t n_columns;
	struct grid_row *rows; /* in the order first met */
	size_t n_rows;
	const char *
		*warnings; /* what makes it less than it seems: a run cut short, a shard missing */
	size_t n_warnings;
	struct arena arena;
};

/* Texts stay @r's. */
void grid_make(const struct results *r, struct grid *g);
/* Accepts an empty one; leaves it empty. */
void grid_free(struct grid *g);

bool scenario_is_bad(const struct doc_scenario *s);
/*
 * What went wrong, in a line: "packet: ipv4.ttl: expected 63, got 64" of the first mismatch, else
 * the first error, else the reason; NULL where there is nothing to say. The text is @arena's or
 * the scenario's; *at is its place, else the scenario's; or NULL.
 */
const char *scenario_says(const struct doc_scenario *s, struct arena *arena,
			  const struct doc_place **at);
