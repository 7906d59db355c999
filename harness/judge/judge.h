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
	MISMATCH_ERROR, /* refused where it should run, or run where it should be refused */
	MISMATCH_PACKET,
	MISMATCH_CAPTURE,
	MISMATCH_MATCHES,
	MISMATCH_MAP,
	MISMATCH_EVENTS,
	MISMATCH_REDIRECT,
	MISMATCH_CALLS,
	MISMATCH_TAIL_CALLS,
	MISMATCH_TUNNEL,
	MISMATCH_CONTEXT,
	MISMATCH_META,
	N_MISMATCH_KINDS
};

struct mismatch {
	enum mismatch_kind kind;
	struct span where;
	uint64_t frame;		       /* number in the capture; 0 outside a replay */
	const char *message;	       /* "expected XDP_DROP, got XDP_PASS (2)" */
	const char *expected, *actual; /* short texts, or NULL */
	const char *sent; /* what went in, in one line, as packet_summary(); NULL for maps */

	struct packet_diff *packet; /* packet and capture: how the frames differ; else NULL */
	const uint8_t *out;	    /* packet, capture, matches: what came out; else NULL */
	size_t out_len;

	const char *map; /* name */
	/*
	 * An entry that is missing: the members of the nearest entry that differ ("key.dport",
	 * "value.count"). MAP_UNCHANGED: what changed, named "[KEY]" or "[KEY].count".
	 */
	struct value_difference *values;
	size_t n_values;
	const char *nearest;	      /* that entry, as text; NULL where there is none */
	const char **before, **after; /* the map's entries as text; at most STATES_SHOWN of each */
	size_t n_before, n_after;
	uint64_t total_before, total_after; /* entries the map had */
	bool has_states;		    /* after is known; @before only if has_before too */
	bool has_before;

	/* Events that came, calls that were made, as text; at most EVENTS_SHOWN. */
	const char **seen;
	size_t n_seen;
	uint64_t total_seen;
	bool has_seen;
};

/* Entries of a map shown as its state, and changes listed, at most. Of a larger map those
 * that changed come first. */
#define STATES_SHOWN 16

struct mismatches {
	struct mismatch *items; /* in the arena */
	size_t n;
};

/* "verdict", "packet", .. as the key of the language is called. */
const char *mismatch_kind_name(enum mismatch_kind kind);

/*
 * Verdict, error, packet, capture and matches of one run. @expected_out is the frame that
 * `capture:` asks for here (@expected_out_len bytes); NULL where its file has none left, which
 * does not hold. A run that was refused though nothing expects it is one mismatch, and nothing
 * else is judged. Returns true if all hold, without touching @arena; otherwise adds to @out.
 * @arena owns what is added. @out may be NULL: then only whether all hold is found.
 */
bool judge_run(const struct expectation *e, const struct observation *o,
	       const uint8_t *expected_out, size_t expected_out_len, struct arena *arena,
	       struct mismatches *out);

/* A map as judging sees it. */
struct judged_map {
	const struct object_map *type;
	const struct value_context *values;
	unsigned int n_cpus; /* values per entry: 1, or the possible CPUs of a per-CPU map */
	/* Needed whole for MAP_UNCHANGED; else NULL, or what to show where it fails. */
	const struct map_view *before;
	const struct map_view *after;
	const char *(*program_name)(void *ctx,
				    uint32_t id); /* PROG_ARRAY values for people; may be NULL */
	void *ctx;
};

/*
 * One map's expectation against what the map holds. Returns true if it holds; otherwise adds to
 * @out, the states of the map with the last mismatch.
 *
 * Partial keys match any entry that fits; under MAP_ONLY each expected entry needs one of its
 * own. Elements of arrays always exist: for `only`, `empty` and `absent` one that is all zero
 * counts as not there, and it is not shown in states.
 * Per-CPU values: integers are compared by their sum over all CPUs (modulo their width), other
 * members have to be as expected on every CPU; of `values:` each is compared with its CPU's, and
 * further CPUs are not compared.
 */
bool judge_map(const struct map_expectation *e, const struct judged_map *m, struct arena *arena,
	       struct mismatches *out);
/*
 * One entry as text, "{key: .., value: ..}". Per-CPU: the sum, and each CPU that is not zero, as
 * a YAML comment: "{key: 1, value: 5}  # CPU 0: 3, CPU 2: 2".
 */
const char *judged_entry_text(const struct judged_map *m, const struct map_entry *e,
			      struct arena *arena);
