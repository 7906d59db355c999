/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a step expects, as plain data. Each part remembers its place in the scenario's text. */
#pragma once

#include "packet/capture.h"
#include "packet/expect.h"
#include "types/object_file.h"

/* A value or key as expected: the bytes, and the bits of them that count. */
struct expected_bytes {
	uint8_t *data, *mask;
};

enum entry_presence {
	ENTRY_PRESENT, /* some entry matches key and value */
	ENTRY_ABSENT   /* no entry matches the key (and the value, where one is given) */
};

struct entry_expectation {
	struct span where;
	enum entry_presence presence;
	struct expected_bytes key;
	bool whole_key; /* every byte of the key is given: it can be looked up */
	bool has_value;
	struct expected_bytes value;   /* per-CPU maps: the sum over all CPUs, member by member */
	struct expected_bytes *values; /* per-CPU maps: one each, or NULL */
	size_t n_values;
	const char *program;   /* PROG_ARRAY: the program's name, whose id the runner fills in */
	size_t program_object; /* the scenario's object that has it */
	/* Maps in maps: what the map that lies there holds; NULL: nothing is expected of it. */
	const struct map_expectation *inner;
};

enum map_condition {
	MAP_ENTRIES,   /* these are there; others do not matter */
	MAP_ONLY,      /* exactly these */
	MAP_UNCHANGED, /* as before the step */
	MAP_EMPTY,
	MAP_ANY /* not compared, nor one of `other_maps` */
};

struct map_expectation {
	struct span where;
	size_t map; /* index into the scenario's map references */
	enum map_condition condition;
	struct entry_expectation *entries;
	size_t n_entries;
};

/* Of a list of things that come in an order, each expected by one of its own: events, calls. */
enum list_condition {
	LIST_SOME,     /* these, in this order; others may be between */
	LIST_ONLY,     /* exactly these, in this order; none at all where none are listed */
	LIST_ANY_ORDER /* each of these; others may be between */
};

/* Each defined beside its judge. */
struct redirect_expectation; /* judge/redirect.h */
struct calls_expectation;    /* judge/calls.h */
struct tail_calls_expectation;
struct tunnel_expectation;
struct events_expectation;  /* judge/events.h */
struct context_expectation; /* judge/context.h */

/* A span whose src is NULL, a pointer that is NULL: nothing is expected of that kind. */
struct expectation {
	struct span where; /* all of `expect:` */

	struct span verdict_where;
	int32_t verdict;

	struct span error_where; /* the run itself is refused */
	int error;		 /* -errno */

	struct span packet_where;
	struct packet_expect *packet;

	struct span capture_where;
	const char *capture; /* path of the frames expected to come out, in order */

	struct span matches_where;
	const char *matches_text;
	struct capture_filter *matches;

	struct map_expectation *maps;
	size_t n_maps;
	struct span other_maps_where; /* `other_maps: unchanged`: those that maps does not name;
					`maps: unchanged`: all */

	struct redirect_expectation *redirect;
	struct calls_expectation *calls;
	struct tail_calls_expectation *tail_calls;
	struct tunnel_expectation *tunnel;
	struct events_expectation *events;
	struct context_expectation *context;
};
