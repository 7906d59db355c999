/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A result that was read: docs/results.md as plain structs, member by member, in its words and its
 * order. What is null there is a NULL pointer here, or a number or bool that is not known; so is
 * what an older verdict did not write.
 *
 * Texts are UTF-8 as the file has them, without NUL, and nothing in them is escaped: names and
 * messages are those of whoever wrote the file.
 */
#pragma once

#include "run/result.h"

struct json_t;

/* A number that may be null. */
struct doc_number {
	bool known;
	int64_t value;
};

/* A bool that may be null. */
struct doc_bool {
	bool known, value;
};

struct doc_strings {
	const char **items;
	size_t n;
};

/* Members whose names are not the format's: arguments of a call, fields of a context. */
struct doc_pair {
	const char *name;
	const char *value; /* numbers and lists as JSON has them; NULL: null */
};

struct doc_pairs {
	struct doc_pair *items;
	size_t n;
};

struct doc_place {
	const char *file;
	uint64_t line, column; /* from 1 */
};

struct doc_diag {
	unsigned int severity; /* enum severity */
	struct doc_place *at;  /* or NULL */
	const char *message;
};

struct doc_diags {
	struct doc_diag *items;
	size_t n;
};

struct doc_environment {
	const char *os; /* or NULL */
	const char *libbpf;
	uint64_t cpus;
	struct doc_number jit, jit_harden;
	const char *lockdown; /* or NULL */
};

struct doc_shard {
	uint64_t index, count; /* from 1 */
};

/* What all shards of one suite have alike. */
struct doc_suite {
	uint64_t scenarios;  /* of all shards */
	const char *sha256;  /* of what they are made of */
	const char *command; /* without what does not matter to the outcome */
};

struct doc_run {
	const char *verdict, *kernel, *machine, *command;
	const char *started; /* RFC 3339, UTC, ns */
	uint64_t scenarios, jobs;
	const char *seed;		     /* or NULL */
	struct doc_environment *environment; /* or NULL */
	const char *column;		     /* or NULL */
	struct doc_suite *suite;	     /* or NULL */
	struct doc_shard *shard;	     /* or NULL */
	uint64_t repeat;		     /* 0: an older verdict's */
};

struct doc_frame {
	uint64_t length;
	const char *packet, *hex;
};

struct doc_redirect {
	bool unknown;
	const char *by, *device;
	struct doc_number ifindex;
	const char *map, *key, *target, *flags, *nexthop;
};

struct doc_call {
	const char *helper, *program, *file;
	struct doc_number line;
	struct doc_pairs arguments;
	const char *result;
	bool scripted;
	struct doc_bool taken;
	const char *target, *text;
};

struct doc_calls {
	struct doc_call *items;
	size_t n;
};

struct doc_event {
	const char *map, *type, *text, *hex;
	uint64_t padding;
};

struct doc_events {
	struct doc_event *items;
	size_t n;
};

struct doc_observed {
	const char *error;
	struct doc_number verdict;
	const char *verdict_name;
	uint64_t duration_ns;
	struct doc_frame *in, *out; /* or NULL */
	struct doc_pairs *ctx;	    /* or NULL */
	const char *meta;
	struct doc_redirect *redirect; /* or NULL */
	struct doc_calls *calls;       /* or NULL: not recorded of all programs */
	uint64_t calls_lost;
	struct doc_events events;
	uint64_t events_lost;
};

struct doc_difference {
	const char *name, *expected, *actual;
	/* Of packets. */
	bool derived;
	struct doc_number offset, length;
};

struct doc_differences {
	struct doc_difference *items;
	size_t n;
};

struct doc_map_state {
	uint64_t total;
	struct doc_strings entries;
};

struct doc_map {
	const char *name, *nearest;
	struct doc_map_state *before, *after; /* or NULL */
};

struct doc_seen_events {
	uint64_t total;
	struct doc_strings texts;
};

struct doc_seen_calls {
	const char *nearest;
	struct doc_number total;
	struct doc_strings texts;
};

struct doc_mismatch {
	const char *kind;
	struct doc_place *at; /* or NULL */
	struct doc_number frame;
	const char *message, *expected, *actual, *sent;
	struct doc_differences differences;
	const char *note, *expected_hex, *actual_hex;
	struct doc_map *map;		/* or NULL */
	struct doc_seen_events *events; /* or NULL */
	struct doc_seen_calls *calls;	/* or NULL */
};

struct doc_mismatches {
	struct doc_mismatch *items;
	size_t n;
};

struct doc_map_change {
	const char *map, *key, *before, *after;
};

struct doc_map_change_list {
	struct doc_map_change *items;
	size_t n;
};

struct doc_map_changes {
	uint64_t total;
	struct doc_map_change_list entries;
	struct doc_strings too_large;
};

struct doc_verdict {
	int64_t verdict;
	const char *verdict_name;
	uint64_t frames;
};

struct doc_verdicts {
	struct doc_verdict *items;
	size_t n;
};

struct doc_step {
	uint64_t number;
	const char *kind, *name;
	struct doc_place *at; /* or NULL */
	const char *node, *program, *program_type, *capture;
	bool ran;
	uint64_t frames;
	struct doc_verdicts verdicts;
	struct doc_observed *observed; /* or NULL */
	uint64_t failed_frames;
	struct doc_mismatches mismatches;
	struct doc_map_changes *map_changes; /* or NULL */
	struct doc_strings notes;
	const char *frames_in, *frames_out;
};

struct doc_steps {
	struct doc_step *items;
	size_t n;
};

struct doc_attempt {
	unsigned int outcome; /* enum outcome */
	uint64_t duration_ns;
};

struct doc_attempts {
	struct doc_attempt *items;
	size_t n;
};

struct doc_scenario {
	const char *id, *file, *name, *case_name;
	struct doc_strings tags;
	struct doc_place *at; /* or NULL */
	struct doc_strings needs, stale_needs;
	unsigned int outcome; /* enum outcome */
	const char *reason;
	uint64_t duration_ns;
	struct doc_diags diagnostics;
	const char *load_log;
	struct doc_steps steps;
	uint64_t number; /* in the suite, from 1; 0: an older verdict's */
	struct doc_attempts attempts;
	bool flaky;
	const struct json_t *json; /* all of it, with members that are not known here */
};

struct doc_scenarios {
	struct doc_scenario *items;
	size_t n;
};

struct doc_feature {
	const char *name;
	bool supported;
	const char *reason;
};

struct doc_features {
	struct doc_feature *items;
	size_t n;
};

struct doc_object {
	const char *path, *sha256;
	uint64_t size;
};

struct doc_objects {
	struct doc_object *items;
	size_t n;
};

struct doc_program {
	const char *object, *globals, *program, *type;
	uint64_t insns;
	struct doc_number verified_insns;
	uint64_t states, peak_states, stack, load_ns;
	const char *error;
};

struct doc_programs {
	struct doc_program *items;
	size_t n;
};

struct doc_summary {
	uint64_t passed, failed, skipped, xfailed, errors, duration_ns;
	uint64_t flaky; /* of those that failed or are errors */
	bool stopped;
	const char *interrupted;
	int64_t status;
};

/* One run: what ran where, and what came of it. */
struct document {
	struct doc_run run;
	struct doc_scenarios scenarios;
	struct doc_diags diagnostics;
	struct doc_features features;
	struct doc_objects objects;
	struct doc_programs programs;
	struct doc_summary summary;
	/*
	 * JSON lines without a summary: whoever wrote them did not come to the end. The counts of
	 * the summary are those of the scenarios that are there, `stopped` is true, `status` 2.
	 */
	bool cut_short;
	const char *path; /* of the file it was read from */
	struct json_t *json;
};
