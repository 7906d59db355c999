/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TAP 14, https://testanything.org/tap-version-14-specification.html: a test point each. */
#include "report/details.h"
#include "report/escape.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>

struct tap_state {
	size_t n;
};

static void tap_begin(struct sink *s, const struct run_info *info)
{
	s->state = xcalloc(1, sizeof(struct tap_state));
	fputs("TAP version 14\n", s->out);
	if (info->shuffled)
		fprintf(s->out, "# shuffled with seed %" PRIu64 "\n", info->seed);
}

static void yaml_text(FILE *out, const char *indent, const char *key, const char *value)
{
	if (!value)
		return;
	fprintf(out, "%s%s: ", indent, key);
	escape_yaml(out, value);
	fputc('\n', out);
}

static void yaml_place(FILE *out, const char *indent, struct span where)
{
	struct position pos = span_position(where);

	if (!where.src)
		return;
	yaml_text(out, indent, "file", where.src->path);
	fprintf(out, "%sline: %u\n%scolumn: %u\n", indent, pos.line, indent, pos.col);
}

static void yaml_difference(FILE *out, const char *name, const char *expected, const char *actual)
{
	fputs("        - {name: ", out);
	escape_yaml(out, name);
	fputs(", expected: ", out);
	escape_yaml(out, expected ? expected : "absent");
	fputs(", actual: ", out);
	escape_yaml(out, actual ? actual : "absent");
	fputs("}\n", out);
}

static void yaml_mismatch(FILE *out, const struct scenario_result *r, const struct step_result *s,
			  const struct mismatch *m)
{
	fprintf(out, "    - kind: %s\n      step: %zu\n", mismatch_kind_name(m->kind), s->number);
	yaml_place(out, "      ", mismatch_place(r, s, m));
	if (m->frame)
		fprintf(out, "      frame: %" PRIu64 "\n", m->frame);
	yaml_text(out, "      ", "message", m->message);
	yaml_text(out, "      ", "expected", m->expected);
	yaml_text(out, "      ", "actual", m->actual);
	yaml_text(out, "      ", "sent", m->sent);
	yaml_text(out, "      ", "nearest", m->nearest);
	if ((m->packet && m->packet->n) || m->n_values)
		fputs("      differences:\n", out);
	for (size_t i = 0; m->packet && i < m->packet->n; i++)
		yaml_difference(out, m->packet->items[i].field, m->packet->items[i].expected,
				m->packet->items[i].actual);
	for (size_t i = 0; i < m->n_values; i++)
		yaml_difference(out, m->values[i].member, m->values[i].expected,
				m->values[i].actual);
}

static void yaml_mismatches(FILE *out, const struct scenario_result *r)
{
	bool any = false;

	for (size_t i = 0; i < r->n_steps; i++)
		for (size_t j = 0; j < r->steps[i].mismatches.n; j++) {
			if (!any)
				fputs("  mismatches:\n", out);
			any = true;
			yaml_mismatch(out, r, &r->steps[i], &r->steps[i].mismatches.items[j]);
		}
}

static void yaml_diags(FILE *out, const struct diags *d)
{
	if (d->n)
		fputs("  diagnostics:\n", out);
	for (size_t i = 0; i < d->n; i++) {
		const struct diag *m = &d->items[i];
		size_t len = 0;
		char *text;
		FILE *mem = xmemstream(&text, &len);

		position_print(mem, m->where);
		fprintf(mem, "%s%s: %s", m->where.src ? ": " : "", details_severity(m->severity),
			m->message);
		fclose(mem);
		fputs("    - ", out);
		escape_yaml(out, text);
		fputc('\n', out);
		free(text);
	}
}

static void yaml_captures(FILE *out, const struct scenario_result *r)
{
	bool any = false;

	for (size_t i = 0; i < r->n_steps; i++) {
		const char *paths[] = { r->steps[i].frames_in, r->steps[i].frames_out };

		for (size_t j = 0; j < ARRAY_SIZE(paths); j++) {
			if (!paths[j])
				continue;
			fputs(any ? "" : "  captures:\n", out);
			fputs("    - ", out);
			escape_yaml(out, paths[j]);
			fputc('\n', out);
			any = true;
		}
	}
}

/* Where it was run more than once. */
static void yaml_attempts(FILE *out, const struct scenario_result *r)
{
	if (!r->n_attempts)
		return;
	fprintf(out, "  flaky: %s\n  attempts: [", r->flaky ? "true" : "false");
	for (size_t i = 0; i < r->n_attempts; i++)
		fprintf(out, "%s%s", i ? ", " : "", outcome_name(r->attempts[i].outcome));
	fputs("]\n", out);
}

static void tap_details(FILE *out, const struct scenario_result *r)
{
	struct arena scratch = {};
	struct span where = {};
	const char *message = scenario_headline(r, &scratch, &where);

	fputs("  ---\n", out);
	yaml_text(out, "  ", "id", r->id);
	fprintf(out, "  severity: %s\n", outcome_name(r->outcome));
	yaml_text(out, "  ", "message", message);
	yaml_place(out, "  ", where);
	fprintf(out, "  duration_ms: %.3f\n", (double)r->duration / 1e6);
	yaml_attempts(out, r);
	yaml_diags(out, &r->diags);
	yaml_mismatches(out, r);
	yaml_text(out, "  ", "load_log", r->load_log);
	yaml_captures(out, r);
	fputs("  ...\n", out);
	arena_free(&scratch);
}

static void tap_directive(FILE *out, const char *directive, const char *reason)
{
	fprintf(out, " # %s ", directive);
	escape_tap(out, reason ? reason : "");
}

static void tap_scenario(struct sink *s, const struct scenario_result *r)
{
	bool ok = r->outcome == OUTCOME_PASS || r->outcome == OUTCOME_SKIP;
	struct tap_state *st = s->state;

	fprintf(s->out, "%s %zu - ", ok ? "ok" : "not ok", ++st->n);
	escape_tap(s->out, r->path);
	fputs(": ", s->out);
	escape_tap(s->out, r->name);
	if (r->outcome == OUTCOME_SKIP)
		tap_directive(s->out, "SKIP", r->reason);
	else if (r->outcome == OUTCOME_XFAIL)
		tap_directive(s->out, "TODO", r->reason);
	fputc('\n', s->out);
	if (!ok)
		tap_details(s->out, r);
	fflush(s->out);
}

/* A file that could not be read is a test that failed: consumers count points, not comments. */
static void tap_file(struct sink *s, const struct diags *d)
{
	const struct diag *first = details_first_error(d);
	struct tap_state *st = s->state;

	if (!first) {
		for (size_t i = 0; i < d->n; i++) {
			fputs("# ", s->out);
			escape_plain(s->out, d->items[i].message);
			fputc('\n', s->out);
		}
		return;
	}
	fprintf(s->out, "not ok %zu - ", ++st->n);
	escape_tap(s->out, first->where.src ? first->where.src->path : "verdict");
	fputs(": ", s->out);
	escape_tap(s->out, first->message);
	fputs("\n  ---\n  severity: error\n", s->out);
	yaml_text(s->out, "  ", "message", first->message);
	yaml_place(s->out, "  ", first->where);
	yaml_diags(s->out, d);
	fputs("  ...\n", s->out);
}

static void tap_diags(struct sink *s, const struct diags *d)
{
	struct diags part;

	for (size_t i = 0; i < d->n; i += part.n) {
		details_file_diags(d, i, &part);
		tap_file(s, &part);
	}
}

static void tap_overrun(struct sink *s, const struct run_overrun *o)
{
	struct tap_state *st = s->state;

	fprintf(s->out, "not ok %zu - budget: ", ++st->n);
	escape_tap(s->out, o->program);
	fprintf(s->out, ": %s\n  ---\n  severity: fail\n", o->number);
	yaml_text(s->out, "  ", "message", o->message);
	fputs("  ...\n", s->out);
}

/* The plan stands at the end: a run that broke off has none and counts as failed. */
static void tap_end(struct sink *s, const struct run_summary *sum)
{
	struct tap_state *st = s->state;

	if (sum->stopped && !sum->interrupted && !sum->gave_up)
		fputs("# stopped at the first failure\n", s->out);
	fprintf(s->out, "1..%zu\n", st->n);
	fflush(s->out);
	free(st);
	s->state = NULL;
}

const struct sink_ops tap_sink = {
	.name = "tap",
	.help = "TAP version 14, with the differences as YAML",
	.begin = tap_begin,
	.scenario = tap_scenario,
	.diags = tap_diags,
	.overrun = tap_overrun,
	.end = tap_end,
};
