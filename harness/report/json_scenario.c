/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/json_scenario.h"

#include "base/errno_names.h"
#include "base/verdict_names.h"
#include "report/details.h"
#include "report/details_context.h"
#include "report/json_calls.h"
#include "report/json_events.h"

#include <stdlib.h>

void json_position(struct json *j, const char *key, const char *file, struct position pos)
{
	if (!file) {
		jsonw_null(j, key);
		return;
	}
	jsonw_object(j, key);
	jsonw_string(j, "file", file);
	jsonw_uint(j, "line", pos.line);
	jsonw_uint(j, "column", pos.col);
	jsonw_end(j);
}

static void write_place(struct json *j, const char *key, struct span where)
{
	json_position(j, key, where.src ? where.src->path : NULL, span_position(where));
}

static void write_strings(struct json *j, const char *key, const char *const *items, size_t n)
{
	jsonw_array(j, key);
	for (size_t i = 0; i < n; i++)
		jsonw_string(j, NULL, items[i]);
	jsonw_end(j);
}

static void write_diags(struct json *j, const char *key, const struct diags *d)
{
	jsonw_array(j, key);
	for (size_t i = 0; i < d->n; i++) {
		jsonw_object(j, NULL);
		jsonw_string(j, "severity", details_severity(d->items[i].severity));
		write_place(j, "at", d->items[i].where);
		jsonw_string(j, "message", d->items[i].message);
		jsonw_end(j);
	}
	jsonw_end(j);
}

static void write_verdict_name(struct json *j, uint32_t prog_type, int32_t verdict)
{
	jsonw_int(j, "verdict", verdict);
	jsonw_string(j, "verdict_name", verdict_name(prog_type, verdict));
}

/* Bytes as they are, and as an expression that builds them again. */
static void write_frame(struct json *j, const char *key, const uint8_t *data, size_t len)
{
	struct arena scratch = {};
	struct packet p;
	size_t text_len = 0;
	char *text;
	FILE *mem;

	if (!data) {
		jsonw_null(j, key);
		return;
	}
	packet_dissect(arena_memdup(&scratch, data, len), len, &p);
	mem = xmemstream(&text, &text_len);
	packet_print(mem, &p);
	fclose(mem);
	jsonw_object(j, key);
	jsonw_uint(j, "length", len);
	jsonw_string(j, "packet", text);
	jsonw_hex(j, "hex", data, len);
	jsonw_end(j);
	free(text);
	arena_free(&scratch);
}

static void write_observed(struct json *j, const struct step_result *s)
{
	const struct observation *o = &s->observed;

	if (!s->ran || s->capture || !s->program) {
		jsonw_null(j, "observed");
		return;
	}
	jsonw_object(j, "observed");
	if (o->error) {
		jsonw_string(j, "error", errno_name(o->error));
		jsonw_null(j, "verdict");
		jsonw_null(j, "verdict_name");
	} else {
		jsonw_null(j, "error");
		write_verdict_name(j, o->prog_type, o->verdict);
	}
	jsonw_uint(j, "duration_ns", o->duration);
	write_frame(j, "in", o->in, o->in_len);
	write_frame(j, "out", o->error ? NULL : o->out, o->out_len);
	json_context(j, o);
	json_calls(j, o);
	json_events(j, o);
	jsonw_end(j);
}

static void write_difference(struct json *j, const char *name, const char *expected,
			     const char *actual)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "name", name);
	jsonw_string(j, "expected", expected);
	jsonw_string(j, "actual", actual);
}

static void write_differences(struct json *j, const struct mismatch *m)
{
	jsonw_array(j, "differences");
	for (size_t i = 0; m->packet && i < m->packet->n; i++) {
		const struct packet_difference *d = &m->packet->items[i];

		write_difference(j, d->field, d->expected, d->actual);
		jsonw_bool(j, "derived", d->derived);
		jsonw_uint(j, "offset", d->off);
		jsonw_uint(j, "length", d->len);
		jsonw_end(j);
	}
	for (size_t i = 0; i < m->n_values; i++) {
		write_difference(j, m->values[i].member, m->values[i].expected,
				 m->values[i].actual);
		jsonw_end(j);
	}
	jsonw_end(j);
}

static void write_bytes(struct json *j, const char *key, const uint8_t *data, size_t len)
{
	if (data)
		jsonw_hex(j, key, data, len);
	else
		jsonw_null(j, key);
}

static void write_state(struct json *j, const char *key, bool known, const char **lines, size_t n,
			uint64_t total)
{
	if (!known) {
		jsonw_null(j, key);
		return;
	}
	jsonw_object(j, key);
	jsonw_uint(j, "total", total);
	write_strings(j, "entries", lines, n);
	jsonw_end(j);
}

static void write_map(struct json *j, const struct mismatch *m)
{
	if (!m->map) {
		jsonw_null(j, "map");
		return;
	}
	jsonw_object(j, "map");
	jsonw_string(j, "name", m->map);
	jsonw_string(j, "nearest", m->nearest);
	write_state(j, "before", m->has_before, m->before, m->n_before, m->total_before);
	write_state(j, "after", m->has_states, m->after, m->n_after, m->total_after);
	jsonw_end(j);
}

static void write_mismatch(struct json *j, const struct scenario_result *r,
			   const struct step_result *s, const struct mismatch *m)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "kind", mismatch_kind_name(m->kind));
	write_place(j, "at", mismatch_place(r, s, m));
	if (m->frame)
		jsonw_uint(j, "frame", m->frame);
	else
		jsonw_null(j, "frame");
	jsonw_string(j, "message", m->message);
	jsonw_string(j, "expected", m->expected);
	jsonw_string(j, "actual", m->actual);
	jsonw_string(j, "sent", m->sent);
	write_differences(j, m);
	jsonw_string(j, "note", m->packet ? m->packet->note : NULL);
	write_bytes(j, "expected_hex", m->packet ? m->packet->expected_data : NULL,
		    m->packet ? m->packet->expected_len : 0);
	write_bytes(j, "actual_hex", m->out, m->out_len);
	write_map(j, m);
	json_seen_events(j, m);
	json_seen_calls(j, m);
	jsonw_end(j);
}

static void write_verdicts(struct json *j, const struct step_result *s)
{
	jsonw_array(j, "verdicts");
	for (size_t i = 0; i < s->n_verdicts; i++) {
		jsonw_object(j, NULL);
		write_verdict_name(j, s->prog_type, s->verdicts[i].verdict);
		jsonw_uint(j, "frames", s->verdicts[i].frames);
		jsonw_end(j);
	}
	jsonw_end(j);
}

static void write_map_changes(struct json *j, const struct map_changes *c)
{
	if (!c->known) {
		jsonw_null(j, "map_changes");
		return;
	}
	jsonw_object(j, "map_changes");
	jsonw_uint(j, "total", c->total);
	jsonw_array(j, "entries");
	for (size_t i = 0; i < c->n; i++) {
		jsonw_object(j, NULL);
		jsonw_string(j, "map", c->items[i].map);
		jsonw_string(j, "key", c->items[i].key);
		jsonw_string(j, "before", c->items[i].before);
		jsonw_string(j, "after", c->items[i].after);
		jsonw_end(j);
	}
	jsonw_end(j);
	write_strings(j, "too_large", c->too_large, c->n_too_large);
	jsonw_end(j);
}

static void write_step(struct json *j, const struct scenario_result *r, const struct step_result *s)
{
	jsonw_object(j, NULL);
	jsonw_uint(j, "number", s->number);
	jsonw_string(j, "kind", s->kind);
	jsonw_string(j, "name", s->name);
	write_place(j, "at", s->where);
	jsonw_string(j, "node", s->node);
	jsonw_string(j, "program", s->program);
	jsonw_string(j, "program_type", s->program ? prog_type_name(s->prog_type) : NULL);
	jsonw_string(j, "capture", s->capture);
	jsonw_bool(j, "ran", s->ran);
	jsonw_uint(j, "frames", s->frames);
	write_verdicts(j, s);
	write_observed(j, s);
	jsonw_uint(j, "failed_frames", s->mismatched_frames);
	jsonw_array(j, "mismatches");
	for (size_t i = 0; i < s->mismatches.n; i++)
		write_mismatch(j, r, s, &s->mismatches.items[i]);
	jsonw_end(j);
	write_map_changes(j, &s->map_changes);
	write_strings(j, "notes", s->notes, s->n_notes);
	jsonw_string(j, "frames_in", s->frames_in);
	jsonw_string(j, "frames_out", s->frames_out);
	jsonw_end(j);
}

static void write_attempts(struct json *j, const struct scenario_result *r)
{
	const struct attempt only = { r->outcome, r->duration };
	const struct attempt *attempts = r->n_attempts ? r->attempts : &only;
	size_t n = r->n_attempts ? r->n_attempts : 1;

	jsonw_array(j, "attempts");
	for (size_t i = 0; i < n; i++) {
		jsonw_object(j, NULL);
		jsonw_string(j, "outcome", outcome_name(attempts[i].outcome));
		jsonw_uint(j, "duration_ns", attempts[i].duration);
		jsonw_end(j);
	}
	jsonw_end(j);
}

void json_scenario(struct json *j, const struct scenario_result *r)
{
	jsonw_string(j, "id", r->id);
	jsonw_string(j, "file", r->path);
	jsonw_string(j, "name", r->name);
	jsonw_string(j, "case", r->case_name);
	write_strings(j, "tags", r->tags, r->n_tags);
	write_place(j, "at", r->where);
	write_strings(j, "needs", r->needs, r->n_needs);
	write_strings(j, "stale_needs", r->stale_needs, r->n_stale_needs);
	jsonw_string(j, "outcome", outcome_name(r->outcome));
	jsonw_string(j, "reason", r->reason);
	jsonw_uint(j, "duration_ns", r->duration);
	write_diags(j, "diagnostics", &r->diags);
	jsonw_string(j, "load_log", r->load_log);
	jsonw_array(j, "steps");
	for (size_t i = 0; i < r->n_steps; i++)
		write_step(j, r, &r->steps[i]);
	jsonw_end(j);
	jsonw_uint(j, "number", r->number);
	write_attempts(j, r);
	jsonw_bool(j, "flaky", r->flaky);
}
