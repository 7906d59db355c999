/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records of ring buffers and perf event arrays: how they are read, what is expected of them, and
 * whether it came.
 */
#pragma once

#include "judge/judge.h"

/* One type that records of a map have. What follows it in a record is its payload, a packet. */
struct event_type {
	const char *name; /* as items and texts call it: "trace_event", without "struct" */
	const struct type *type;
	const uint8_t *tag; /* tag_size bytes at tag_off of each such record */
	struct span where;
};

/* How the records of one map are read: a row of `events:`, or what its items say. */
struct event_format {
	const char *map;
	size_t map_ref; /* index into the scenario's map references */
	const struct value_context *values;
	struct span where;
	uint32_t tag_off, tag_size; /* bytes; size 0: one type at most */
	struct event_type *types;   /* none: records are bytes */
	size_t n_types;
};

enum event_payload {
	PAYLOAD_ANY, /* or none */
	PAYLOAD_NONE,
	PAYLOAD_PACKET
};

/* One record that is expected. */
struct event_expectation {
	struct span where;
	const char *name;		   /* of the map or type, as the scenario calls it */
	const struct event_format *format; /* of its map */
	const struct type *type;	   /* NULL: bytes, or any record of the map */
	struct expected_bytes value;	   /* with a type: of its size */
	enum event_payload payload;
	struct packet_expect *packet;
	const uint8_t *bytes; /* hex(..): exactly these; or NULL */
	size_t n_bytes;
};

/*
 * Order is that of each map's own records: between maps it is not known.
 */
struct events_expectation {
	struct span where;
	enum list_condition condition;
	struct event_expectation *items; /* LIST_ONLY without any: `none` */
	size_t n;
};

/* Records shown where one is missing, at most. */
#define EVENTS_SHOWN 16

/* The type of a record, by its tag; NULL: none, or not said. */
const struct event_type *event_type_of(const struct observed_event *e);
/*
 * A record in one line: "ring: flow_event {saddr: 10.0.0.1, dport: 80} / eth() / ipv4() / ..".
 * Not escaped. @values NULL: those of its format.
 * Bytes at the end that the kernel may have added (padding) are left out where type or packet end
 * before.
 */
const char *event_text(const struct observed_event *e, const struct value_context *values,
		       struct arena *arena);

/* Whether a record is as expected. @o: of its run, for `payload: same`. */
bool event_matches(const struct event_expectation *x, const struct observed_event *e,
		   const struct observation *o);
/* Whether it can be compared with what is expected: it has the map and the type. */
bool event_comparable(const struct event_expectation *x, const struct observed_event *e);
/* How far it is from that, where it can be compared: members that differ. 0 if it matches. */
size_t event_distance(const struct event_expectation *x, const struct observed_event *e,
		      const struct observation *o);
/* What differs: "saddr", "payload ipv4.dst", "length". Returns how many rows there are. */
size_t event_diff(const struct event_expectation *x, const struct observed_event *e,
		  const struct observation *o, struct arena *arena, struct value_difference **out);

/*
 * What runs emit, judged run by run: what is kept does not grow with their number. @e outlives it;
 * events_judge_end() frees it.
 */
struct events_judge;
struct events_judge *events_judge_begin(const struct events_expectation *e);
/* One more run. */
void events_judge_run(struct events_judge *j, const struct observation *o);
/*
 * Returns whether it holds; otherwise adds to @out (NULL: nothing), the records that were seen with
 * the last mismatch. A record that was lost does not hold.
 */
bool events_judge_end(struct events_judge *j, struct arena *arena, struct mismatches *out);
