/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Expectation against observation. Pure functions: no kernel, no files, no global state.
 *
 * Each difference is one mismatch that points at its own expectation's place. All of a step's
 * are found, not only the first.
 */
#pragma once

#include "judge/expectation.h"
#include "judge/observation.h"

enum mismatch_kind {
	MISMATCH_VERDICT,
	MISMATCH_ERROR,	  /* refused where it should run, or run where it should be refused */
	MISMATCH_PACKET,
	MISMATCH_CAPTURE,
	MISMATCH_MATCHES,
	MISMATCH_MAP,
	MISMATCH_FRAMES,  /* a frame nobody judged, a range beyond the capture */
	N_MISMATCH_KINDS
};

struct mismatch {
	enum mismatch_kind kind;
	struct span where;
	uint64_t frame;	     /* number in the capture; 0 outside a replay */
	const char *message; /* "expected XDP_DROP, got XDP_PASS" */
	const char *expected, *actual; /* short texts, or NULL */

	struct packet_diff *packet; /* packet and capture: how the frames differ; else NULL */

	const char *map;			/* name */
	struct value_difference *values;	/* map: members of the nearest entry that differ */
	size_t n_values;
	const char *nearest;			/* that entry, as text; NULL where there is none */
	const char **before, **after;		/* the map's entries as text, when shown */
	size_t n_before, n_after;
	bool has_states;
};

struct mismatches {
	struct mismatch *items; /* in the arena */
	size_t n;
};

/* "verdict", "packet", .. as the key of the language is called. */
const char *mismatch_kind_name(enum mismatch_kind kind);

/*
 * Verdict, error, packet and matches of one run. @expected_out is the frame that
 * `capture:` asks for here (@expected_out_len bytes), or NULL. Returns true if all hold, without
 * touching @arena; otherwise adds to @out. @arena owns what is added.
 */
bool judge_run(const struct expectation *e, const struct observation *o,
	       const uint8_t *expected_out, size_t expected_out_len, struct arena *arena,
	       struct mismatches *out);

/* A map as judging sees it. */
struct judged_map {
	const struct object_map *type;
	const struct value_context *values;
	unsigned int n_cpus;		  /* values per entry: 1, or the possible CPUs of a per-CPU map */
	const struct map_view *before;	  /* needed for MAP_UNCHANGED; else NULL */
	const struct map_view *after;
	const char *(*program_name)(void *ctx, uint32_t id); /* PROG_ARRAY values for people; may be NULL */
	void *ctx;
};

/* One map's expectation against what the map holds. Returns true if it holds. */
bool judge_map(const struct map_expectation *e, const struct judged_map *m, struct arena *arena,
	       struct mismatches *out);
/* One entry as text, "{key: .., value: ..}". Per-CPU: the sum, and each CPU that is not zero. */
const char *judged_entry_text(const struct judged_map *m, const struct map_entry *e,
			      struct arena *arena);
