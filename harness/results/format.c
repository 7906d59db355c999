/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The format by table, from the innermost objects to the document: docs/results.md says what each
 * is. */
#include "results/document.h"
#include "results/members.h"

#define ROW(type, name_, kind_, ...)                                                     \
	{                                                                                \
		.name = #name_, .kind = (kind_), .offset = offsetof(struct type, name_), \
		__VA_ARGS__                                                              \
	}
#define TEXT(type, name)       ROW(type, name, MEMBER_TEXT)
#define TEXT_OR(type, name)    ROW(type, name, MEMBER_TEXT, .flags = MEMBER_NULLABLE)
#define UINT(type, name)       ROW(type, name, MEMBER_UINT)
#define NUMBER(type, name)     ROW(type, name, MEMBER_INT, .flags = MEMBER_NULLABLE)
#define BOOL(type, name)       ROW(type, name, MEMBER_BOOL)
#define STRINGS(type, name)    ROW(type, name, MEMBER_STRINGS)
#define LIST(type, name, of)   ROW(type, name, MEMBER_LIST, .table = &(of))
#define OBJECT(type, name, of) ROW(type, name, MEMBER_OBJECT, .table = &(of))
#define OBJECT_OR(type, name, of) \
	ROW(type, name, MEMBER_OBJECT, .table = &(of), .flags = MEMBER_NULLABLE)
#define TABLE(rows_, type)                                                           \
	{                                                                            \
		.rows = (rows_), .n = ARRAY_SIZE(rows_), .size = sizeof(struct type) \
	}

static const struct member place_rows[] = {
	TEXT(doc_place, file),
	UINT(doc_place, line),
	UINT(doc_place, column),
};
static const struct member_table place_members = TABLE(place_rows, doc_place);

static const char *const severity_words[] = {
	[DIAG_NOTE] = "note",
	[DIAG_WARNING] = "warning",
	[DIAG_ERROR] = "error",
	NULL,
};
static const struct member diagnostic_rows[] = {
	ROW(doc_diag, severity, MEMBER_WORD, .words = severity_words),
	OBJECT_OR(doc_diag, at, place_members),
	TEXT(doc_diag, message),
};
const struct member_table diagnostic_members = TABLE(diagnostic_rows, doc_diag);

static const struct member frame_rows[] = {
	UINT(doc_frame, length),
	TEXT(doc_frame, packet),
	TEXT(doc_frame, hex),
};
static const struct member_table frame_members = TABLE(frame_rows, doc_frame);

static const struct member redirect_rows[] = {
	BOOL(doc_redirect, unknown),   TEXT_OR(doc_redirect, by),    TEXT_OR(doc_redirect, device),
	NUMBER(doc_redirect, ifindex), TEXT_OR(doc_redirect, map),   TEXT_OR(doc_redirect, key),
	TEXT_OR(doc_redirect, target), TEXT_OR(doc_redirect, flags), TEXT_OR(doc_redirect, nexthop),
};
static const struct member_table redirect_members = TABLE(redirect_rows, doc_redirect);

static const struct member call_rows[] = {
	TEXT(doc_call, helper),
	TEXT_OR(doc_call, program),
	TEXT_OR(doc_call, file),
	NUMBER(doc_call, line),
	ROW(doc_call, arguments, MEMBER_PAIRS),
	TEXT_OR(doc_call, result),
	BOOL(doc_call, scripted),
	ROW(doc_call, taken, MEMBER_BOOL, .flags = MEMBER_NULLABLE),
	TEXT_OR(doc_call, target),
	TEXT(doc_call, text),
};
static const struct member_table call_members = TABLE(call_rows, doc_call);

static const struct member event_rows[] = {
	TEXT_OR(doc_event, map), TEXT_OR(doc_event, type), TEXT(doc_event, text),
	TEXT(doc_event, hex),	 UINT(doc_event, padding),
};
static const struct member_table event_members = TABLE(event_rows, doc_event);

static const struct member observed_rows[] = {
	TEXT_OR(doc_observed, error),
	NUMBER(doc_observed, verdict),
	TEXT_OR(doc_observed, verdict_name),
	UINT(doc_observed, duration_ns),
	OBJECT_OR(doc_observed, in, frame_members),
	OBJECT_OR(doc_observed, out, frame_members),
	ROW(doc_observed, ctx, MEMBER_PAIRS, .flags = MEMBER_NULLABLE),
	TEXT_OR(doc_observed, meta),
	OBJECT_OR(doc_observed, redirect, redirect_members),
	ROW(doc_observed, calls, MEMBER_LIST, .table = &call_members, .flags = MEMBER_NULLABLE),
	UINT(doc_observed, calls_lost),
	LIST(doc_observed, events, event_members),
	UINT(doc_observed, events_lost),
};
static const struct member_table observed_members = TABLE(observed_rows, doc_observed);

/* Of packets there is more. */
static const struct member difference_rows[] = {
	TEXT(doc_difference, name),
	TEXT_OR(doc_difference, expected),
	TEXT_OR(doc_difference, actual),
	ROW(doc_difference, derived, MEMBER_BOOL, .flags = MEMBER_NEWER),
	ROW(doc_difference, offset, MEMBER_INT, .flags = MEMBER_NULLABLE | MEMBER_NEWER),
	ROW(doc_difference, length, MEMBER_INT, .flags = MEMBER_NULLABLE | MEMBER_NEWER),
};
static const struct member_table difference_members = TABLE(difference_rows, doc_difference);

static const struct member map_state_rows[] = {
	UINT(doc_map_state, total),
	STRINGS(doc_map_state, entries),
};
static const struct member_table map_state_members = TABLE(map_state_rows, doc_map_state);

static const struct member map_rows[] = {
	TEXT(doc_map, name),
	TEXT_OR(doc_map, nearest),
	OBJECT_OR(doc_map, before, map_state_members),
	OBJECT_OR(doc_map, after, map_state_members),
};
static const struct member_table map_members = TABLE(map_rows, doc_map);

static const struct member seen_events_rows[] = {
	UINT(doc_seen_events, total),
	STRINGS(doc_seen_events, texts),
};
static const struct member_table seen_events_members = TABLE(seen_events_rows, doc_seen_events);

static const struct member seen_calls_rows[] = {
	TEXT_OR(doc_seen_calls, nearest),
	NUMBER(doc_seen_calls, total),
	STRINGS(doc_seen_calls, texts),
};
static const struct member_table seen_calls_members = TABLE(seen_calls_rows, doc_seen_calls);

static const struct member mismatch_rows[] = {
	TEXT(doc_mismatch, kind),
	OBJECT_OR(doc_mismatch, at, place_members),
	NUMBER(doc_mismatch, frame),
	TEXT(doc_mismatch, message),
	TEXT_OR(doc_mismatch, expected),
	TEXT_OR(doc_mismatch, actual),
	TEXT_OR(doc_mismatch, sent),
	LIST(doc_mismatch, differences, difference_members),
	TEXT_OR(doc_mismatch, note),
	TEXT_OR(doc_mismatch, expected_hex),
	TEXT_OR(doc_mismatch, actual_hex),
	OBJECT_OR(doc_mismatch, map, map_members),
	OBJECT_OR(doc_mismatch, events, seen_events_members),
	OBJECT_OR(doc_mismatch, calls, seen_calls_members),
};
static const struct member_table mismatch_members = TABLE(mismatch_rows, doc_mismatch);

static const struct member map_change_rows[] = {
	TEXT(doc_map_change, map),
	TEXT(doc_map_change, key),
	TEXT_OR(doc_map_change, before),
	TEXT_OR(doc_map_change, after),
};
static const struct member_table map_change_members = TABLE(map_change_rows, doc_map_change);

static const struct member map_changes_rows[] = {
	UINT(doc_map_changes, total),
	LIST(doc_map_changes, entries, map_change_members),
	STRINGS(doc_map_changes, too_large),
};
static const struct member_table map_changes_members = TABLE(map_changes_rows, doc_map_changes);

static const struct member verdict_rows[] = {
	ROW(doc_verdict, verdict, MEMBER_INT),
	TEXT_OR(doc_verdict, verdict_name),
	UINT(doc_verdict, frames),
};
static const struct member_table verdict_members = TABLE(verdict_rows, doc_verdict);

static const struct member step_rows[] = {
	UINT(doc_step, number),
	TEXT(doc_step, kind),
	TEXT_OR(doc_step, name),
	OBJECT_OR(doc_step, at, place_members),
	TEXT_OR(doc_step, node),
	TEXT_OR(doc_step, program),
	TEXT_OR(doc_step, program_type),
	TEXT_OR(doc_step, capture),
	BOOL(doc_step, ran),
	UINT(doc_step, frames),
	LIST(doc_step, verdicts, verdict_members),
	OBJECT_OR(doc_step, observed, observed_members),
	UINT(doc_step, failed_frames),
	LIST(doc_step, mismatches, mismatch_members),
	OBJECT_OR(doc_step, map_changes, map_changes_members),
	STRINGS(doc_step, notes),
	TEXT_OR(doc_step, frames_in),
	TEXT_OR(doc_step, frames_out),
};
static const struct member_table step_members = TABLE(step_rows, doc_step);

static const char *const outcome_words[] = {
	[OUTCOME_PASS] = "pass",   [OUTCOME_FAIL] = "fail",   [OUTCOME_SKIP] = "skip",
	[OUTCOME_XFAIL] = "xfail", [OUTCOME_ERROR] = "error", NULL,
};
static const struct member attempt_rows[] = {
	ROW(doc_attempt, outcome, MEMBER_WORD, .words = outcome_words),
	UINT(doc_attempt, duration_ns),
};
static const struct member_table attempt_members = TABLE(attempt_rows, doc_attempt);

static const struct member scenario_rows[] = {
	TEXT(doc_scenario, id),
	TEXT(doc_scenario, file),
	TEXT(doc_scenario, name),
	{ .name = "case",
	  .kind = MEMBER_TEXT,
	  .flags = MEMBER_NULLABLE,
	  .offset = offsetof(struct doc_scenario, case_name) },
	STRINGS(doc_scenario, tags),
	OBJECT_OR(doc_scenario, at, place_members),
	ROW(doc_scenario, needs, MEMBER_STRINGS, .flags = MEMBER_NEWER),
	ROW(doc_scenario, stale_needs, MEMBER_STRINGS, .flags = MEMBER_NEWER),
	ROW(doc_scenario, outcome, MEMBER_WORD, .words = outcome_words),
	TEXT_OR(doc_scenario, reason),
	UINT(doc_scenario, duration_ns),
	LIST(doc_scenario, diagnostics, diagnostic_members),
	TEXT_OR(doc_scenario, load_log),
	LIST(doc_scenario, steps, step_members),
	ROW(doc_scenario, number, MEMBER_UINT, .flags = MEMBER_NEWER),
	ROW(doc_scenario, attempts, MEMBER_LIST, .table = &attempt_members, .flags = MEMBER_NEWER),
	ROW(doc_scenario, flaky, MEMBER_BOOL, .flags = MEMBER_NEWER),
};
const struct member_table scenario_members = TABLE(scenario_rows, doc_scenario);

static const struct member environment_rows[] = {
	TEXT_OR(doc_environment, os),	     TEXT(doc_environment, libbpf),
	UINT(doc_environment, cpus),	     NUMBER(doc_environment, jit),
	NUMBER(doc_environment, jit_harden), TEXT_OR(doc_environment, lockdown),
};
static const struct member_table environment_members = TABLE(environment_rows, doc_environment);

static const struct member suite_rows[] = {
	UINT(doc_suite, scenarios),
	TEXT(doc_suite, sha256),
	TEXT(doc_suite, command),
};
static const struct member_table suite_members = TABLE(suite_rows, doc_suite);

static const struct member shard_rows[] = {
	UINT(doc_shard, index),
	UINT(doc_shard, count),
};
static const struct member_table shard_members = TABLE(shard_rows, doc_shard);

#define NEWER_OR_NULL (MEMBER_NEWER | MEMBER_NULLABLE)

static const struct member run_rows[] = {
	TEXT(doc_run, verdict),
	TEXT(doc_run, kernel),
	TEXT(doc_run, machine),
	TEXT(doc_run, command),
	TEXT(doc_run, started),
	UINT(doc_run, scenarios),
	UINT(doc_run, jobs),
	TEXT_OR(doc_run, seed),
	ROW(doc_run, environment, MEMBER_OBJECT, .table = &environment_members,
	    .flags = NEWER_OR_NULL),
	ROW(doc_run, column, MEMBER_TEXT, .flags = NEWER_OR_NULL),
	ROW(doc_run, suite, MEMBER_OBJECT, .table = &suite_members, .flags = NEWER_OR_NULL),
	ROW(doc_run, shard, MEMBER_OBJECT, .table = &shard_members, .flags = NEWER_OR_NULL),
	ROW(doc_run, repeat, MEMBER_UINT, .flags = MEMBER_NEWER),
};
const struct member_table run_members = TABLE(run_rows, doc_run);

static const struct member feature_rows[] = {
	TEXT(doc_feature, name),
	BOOL(doc_feature, supported),
	TEXT_OR(doc_feature, reason),
};
static const struct member_table feature_members = TABLE(feature_rows, doc_feature);

static const struct member object_rows[] = {
	TEXT(doc_object, path),
	TEXT(doc_object, sha256),
	UINT(doc_object, size),
};
static const struct member_table object_members = TABLE(object_rows, doc_object);

static const struct member program_rows[] = {
	TEXT(doc_program, object),   TEXT(doc_program, globals),
	TEXT(doc_program, program),  TEXT(doc_program, type),
	UINT(doc_program, insns),    NUMBER(doc_program, verified_insns),
	UINT(doc_program, states),   UINT(doc_program, peak_states),
	UINT(doc_program, stack),    UINT(doc_program, load_ns),
	TEXT_OR(doc_program, error),
};
static const struct member_table program_members = TABLE(program_rows, doc_program);

static const struct member summary_rows[] = {
	UINT(doc_summary, passed),
	UINT(doc_summary, failed),
	UINT(doc_summary, skipped),
	UINT(doc_summary, xfailed),
	UINT(doc_summary, errors),
	UINT(doc_summary, duration_ns),
	ROW(doc_summary, flaky, MEMBER_UINT, .flags = MEMBER_NEWER),
	BOOL(doc_summary, stopped),
	TEXT_OR(doc_summary, interrupted),
	ROW(doc_summary, status, MEMBER_INT),
};
const struct member_table summary_members = TABLE(summary_rows, doc_summary);

#define NEWER_LIST(name, of) ROW(document, name, MEMBER_LIST, .table = &(of), .flags = MEMBER_NEWER)

static const struct member document_rows[] = {
	OBJECT(document, run, run_members),
	LIST(document, scenarios, scenario_members),
	LIST(document, diagnostics, diagnostic_members),
	NEWER_LIST(features, feature_members),
	NEWER_LIST(objects, object_members),
	NEWER_LIST(programs, program_members),
	OBJECT(document, summary, summary_members),
};
const struct member_table document_members = TABLE(document_rows, document);

/* Of JSON lines: lists that stand on a line of their own. */
static const struct member features_rows[] = { LIST(document, features, feature_members) };
const struct member_table features_members = TABLE(features_rows, document);
static const struct member objects_rows[] = { LIST(document, objects, object_members) };
const struct member_table objects_members = TABLE(objects_rows, document);
static const struct member programs_rows[] = { LIST(document, programs, program_members) };
const struct member_table programs_members = TABLE(programs_rows, document);
