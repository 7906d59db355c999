/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The versioned format of results, written as they come: docs/results.md describes every member.
 * Two sinks write the same members, as one document or as an object a line.
 */
#include "base/json.h"

#include "report/details.h"
#include "report/json_scenario.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

struct json_state {
	struct json j;
	/* Diagnostics outside scenarios, kept as JSON until the list of scenarios is closed. */
	struct arena arena;
	struct kept_diag {
		enum severity severity;
		const char *file; /* or NULL */
		struct position at;
		const char *message;
	} * diags;
	size_t n_diags;
};

static void write_time(struct json *j, const char *key, uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	jsonw_printf(j, key, "%s.%09" PRIu64 "Z", text, ns % 1000000000);
}

static void write_known(struct json *j, const char *key, int value)
{
	if (value < 0)
		jsonw_null(j, key);
	else
		jsonw_int(j, key, value);
}

static void write_environment(struct json *j, const struct run_environment *e)
{
	if (!e->libbpf) {
		jsonw_null(j, "environment");
		return;
	}
	jsonw_object(j, "environment");
	jsonw_string(j, "os", e->os);
	jsonw_string(j, "libbpf", e->libbpf);
	jsonw_uint(j, "cpus", e->cpus);
	write_known(j, "jit", e->jit);
	write_known(j, "jit_harden", e->jit_harden);
	jsonw_string(j, "lockdown", e->lockdown);
	jsonw_end(j);
}

static void write_suite(struct json *j, const struct run_suite *s)
{
	if (!s->sha256) {
		jsonw_null(j, "suite");
		return;
	}
	jsonw_object(j, "suite");
	jsonw_uint(j, "scenarios", s->n_scenarios);
	jsonw_string(j, "sha256", s->sha256);
	jsonw_string(j, "command", s->command);
	jsonw_end(j);
}

static void write_shard(struct json *j, const struct run_shard *s)
{
	if (!s->count) {
		jsonw_null(j, "shard");
		return;
	}
	jsonw_object(j, "shard");
	jsonw_uint(j, "index", s->index);
	jsonw_uint(j, "count", s->count);
	jsonw_end(j);
}

static void write_run(struct json *j, const struct run_info *info)
{
	jsonw_string(j, "verdict", info->version);
	jsonw_string(j, "kernel", info->kernel);
	jsonw_string(j, "machine", info->machine);
	jsonw_string(j, "command", info->command);
	write_time(j, "started", info->started);
	jsonw_uint(j, "scenarios", info->n_scenarios);
	jsonw_uint(j, "jobs", info->jobs);
	/* A string: readers that keep numbers as doubles would lose bits of it. */
	if (info->shuffled)
		jsonw_printf(j, "seed", "%" PRIu64, info->seed);
	else
		jsonw_null(j, "seed");
	write_environment(j, &info->environment);
	jsonw_string(j, "column", info->column);
	write_suite(j, &info->suite);
	write_shard(j, &info->shard);
	jsonw_uint(j, "repeat", info->repeat ? info->repeat : 1);
}

static void write_objects(struct json *j, const struct run_info *info)
{
	jsonw_array(j, "objects");
	for (size_t i = 0; i < info->n_objects; i++) {
		jsonw_object(j, NULL);
		jsonw_string(j, "path", info->objects[i].path);
		jsonw_string(j, "sha256", info->objects[i].sha256);
		jsonw_uint(j, "size", info->objects[i].size);
		jsonw_end(j);
	}
	jsonw_end(j);
}

static void write_features(struct json *j, const struct run_summary *sum)
{
	jsonw_array(j, "features");
	for (size_t i = 0; i < sum->n_features; i++) {
		jsonw_object(j, NULL);
		jsonw_string(j, "name", sum->features[i].name);
		jsonw_bool(j, "supported", sum->features[i].supported);
		jsonw_string(j, "reason", sum->features[i].reason);
		jsonw_end(j);
	}
	jsonw_end(j);
}

static void write_program(struct json *j, const struct run_program *p)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "object", p->object);
	jsonw_string(j, "globals", p->globals);
	jsonw_string(j, "program", p->program);
	jsonw_string(j, "type", p->type);
	jsonw_uint(j, "insns", p->insns);
	if (p->has_verified_insns)
		jsonw_uint(j, "verified_insns", p->verified_insns);
	else
		jsonw_null(j, "verified_insns");
	jsonw_uint(j, "states", p->states);
	jsonw_uint(j, "peak_states", p->peak_states);
	jsonw_uint(j, "stack", p->stack);
	jsonw_uint(j, "load_ns", p->load);
	jsonw_string(j, "error", p->error);
	jsonw_end(j);
}

static void write_programs(struct json *j, const struct run_summary *sum)
{
	jsonw_array(j, "programs");
	for (size_t i = 0; i < sum->n_programs; i++)
		write_program(j, &sum->programs[i]);
	jsonw_end(j);
}

static void write_diag(struct json *j, enum severity severity, const char *file, struct position at,
		       const char *message)
{
	jsonw_string(j, "severity", details_severity(severity));
	json_position(j, "at", file, at);
	jsonw_string(j, "message", message);
}

static void write_summary(struct json *j, const struct run_summary *sum)
{
	jsonw_uint(j, "passed", sum->passed);
	jsonw_uint(j, "failed", sum->failed);
	jsonw_uint(j, "skipped", sum->skipped);
	jsonw_uint(j, "xfailed", sum->xfailed);
	jsonw_uint(j, "errors", sum->errors);
	jsonw_uint(j, "flaky", sum->flaky);
	jsonw_uint(j, "duration_ns", sum->duration);
	jsonw_bool(j, "stopped", sum->stopped);
	jsonw_string(j, "interrupted", sum->interrupted);
	jsonw_int(j, "status", sum->status);
}

static void json_begin(struct sink *s, const struct run_info *info)
{
	struct json_state *st = xcalloc(1, sizeof(*st));
	struct json *j = &st->j;

	s->state = st;
	jsonw_open(j, s->out, JSON_INDENTED);
	jsonw_object(j, NULL);
	jsonw_uint(j, "verdict_result", RESULT_VERSION);
	jsonw_object(j, "run");
	write_run(j, info);
	jsonw_end(j);
	write_objects(j, info);
	jsonw_array(j, "scenarios");
	fflush(s->out);
}

static void json_one_scenario(struct sink *s, const struct scenario_result *r)
{
	struct json_state *st = s->state;

	jsonw_object(&st->j, NULL);
	json_scenario(&st->j, r);
	jsonw_end(&st->j);
	fflush(s->out);
}

/* Their sources may be gone by the end. */
static void json_diags(struct sink *s, const struct diags *d)
{
	struct json_state *st = s->state;

	for (size_t i = 0; i < d->n; i++) {
		const struct diag *m = &d->items[i];
		struct kept_diag *kept = ARENA_PUSH(&st->arena, st->diags, st->n_diags);

		kept->severity = m->severity;
		if (m->where.src)
			kept->file = arena_strdup(&st->arena, m->where.src->path);
		kept->at = span_position(m->where);
		kept->message = arena_strdup(&st->arena, m->message);
	}
}

static void write_kept_diags(struct json_state *st)
{
	struct json *j = &st->j;

	jsonw_array(j, "diagnostics");
	for (size_t i = 0; i < st->n_diags; i++) {
		const struct kept_diag *m = &st->diags[i];

		jsonw_object(j, NULL);
		write_diag(j, m->severity, m->file, m->at, m->message);
		jsonw_end(j);
	}
	jsonw_end(j);
}

static void json_finish(struct sink *s, const struct run_summary *sum)
{
	struct json_state *st = s->state;
	struct json *j = &st->j;

	jsonw_end(j);
	write_kept_diags(st);
	write_features(j, sum);
	write_programs(j, sum);
	jsonw_object(j, "summary");
	write_summary(j, sum);
	jsonw_end(j);
	jsonw_end(j);
	jsonw_close(j); /* whoever opened the file asks whether it could be written */
	arena_free(&st->arena);
	free(st);
	s->state = NULL;
}

const struct sink_ops json_sink = {
	.name = "json",
	.help = "everything, for other programs: one JSON document",
	.begin = json_begin,
	.scenario = json_one_scenario,
	.diags = json_diags,
	.end = json_finish,
};

/* A line begins with what it is, and is on its way when it ends: others read along. */
static void line_begin(struct json *j, struct sink *s, const char *record)
{
	jsonw_open(j, s->out, JSON_LINE);
	jsonw_object(j, NULL);
	jsonw_string(j, "record", record);
}

static void line_end(struct json *j)
{
	jsonw_end(j);
	jsonw_close(j);
}

static void jsonl_begin(struct sink *s, const struct run_info *info)
{
	struct json j;

	line_begin(&j, s, "run");
	jsonw_uint(&j, "verdict_result", RESULT_VERSION);
	write_run(&j, info);
	line_end(&j);
	line_begin(&j, s, "objects");
	write_objects(&j, info);
	line_end(&j);
}

static void jsonl_scenario(struct sink *s, const struct scenario_result *r)
{
	struct json j;

	line_begin(&j, s, "scenario");
	json_scenario(&j, r);
	line_end(&j);
}

static void jsonl_diags(struct sink *s, const struct diags *d)
{
	struct json j;

	for (size_t i = 0; i < d->n; i++) {
		const struct diag *m = &d->items[i];

		line_begin(&j, s, "diagnostic");
		write_diag(&j, m->severity, m->where.src ? m->where.src->path : NULL,
			   span_position(m->where), m->message);
		line_end(&j);
	}
}

static void jsonl_end(struct sink *s, const struct run_summary *sum)
{
	struct json j;

	line_begin(&j, s, "features");
	write_features(&j, sum);
	line_end(&j);
	line_begin(&j, s, "programs");
	write_programs(&j, sum);
	line_end(&j);
	line_begin(&j, s, "summary");
	write_summary(&j, sum);
	line_end(&j);
}

const struct sink_ops jsonl_sink = {
	.name = "jsonl",
	.help = "the same, an object a line as it comes: JSON lines",
	.begin = jsonl_begin,
	.scenario = jsonl_scenario,
	.diags = jsonl_diags,
	.end = jsonl_end,
};
