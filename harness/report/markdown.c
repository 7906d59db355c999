/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What GitHub shows below a job, of a run: see step_summary.h. */
#include "base/text_stream.h"
#include "report/details.h"
#include "report/report.h"
#include "report/step_summary.h"

#include <stdlib.h>

static void markdown_begin(struct sink *s, const struct run_info *info)
{
	struct step_summary *sum = s->state = xcalloc(1, sizeof(*sum));
	struct summary_run *run = ARENA_PUSH(&sum->arena, sum->runs, sum->n_runs);

	run->name = arena_strdup(&sum->arena, info->kernel);
}

/* As the message of a diag shows it; the line is escaped when it is printed. */
static const char *place_text(struct arena *arena, struct span where)
{
	struct position at;

	if (!where.src)
		return NULL;
	at = span_position(where);
	return arena_printf(arena, "%s:%u:%u", where.src->path, at.line, at.col);
}

static void add_line(struct arena *arena, struct summary_lines *lines,
		     const struct scenario_result *r)
{
	struct span where = r->where;
	struct arena scratch = {};
	const char *says = scenario_headline(r, &scratch, &where);

	*ARENA_PUSH(arena, lines->items, lines->n) = (struct summary_line){
		.mark = outcome_name(r->outcome),
		.name = arena_strdup(arena, r->name),
		.place = place_text(arena, where),
		.message = says ? arena_strdup(arena, says) : NULL,
	};
	arena_free(&scratch);
}

static void markdown_scenario(struct sink *s, const struct scenario_result *r)
{
	struct step_summary *sum = s->state;

	if (r->outcome == OUTCOME_FAIL || r->outcome == OUTCOME_ERROR)
		add_line(&sum->arena, &sum->bad, r);
	else if (r->outcome == OUTCOME_SKIP)
		add_line(&sum->arena, &sum->skipped, r);
}

static void markdown_diags(struct sink *s, const struct diags *d)
{
	struct step_summary *sum = s->state;

	for (size_t i = 0; i < d->n; i++) {
		const char *place = place_text(&sum->arena, d->items[i].where);

		if (d->items[i].severity == DIAG_NOTE)
			continue;
		*ARENA_PUSH(&sum->arena, sum->warnings, sum->n_warnings) =
			arena_printf(&sum->arena, "%s%s%s: %s", place ? place : "",
				     place ? ": " : "", details_severity(d->items[i].severity),
				     d->items[i].message);
	}
}

static void markdown_end(struct sink *s, const struct run_summary *total)
{
	struct step_summary *sum = s->state;
	struct summary_run *run = &sum->runs[0];

	run->passed = total->passed;
	run->failed = total->failed;
	run->errors = total->errors;
	run->skipped = total->skipped;
	run->xfailed = total->xfailed;
	run->duration = total->duration;
	sum->n_scenarios =
		total->passed + total->failed + total->errors + total->skipped + total->xfailed;
	step_summary_print(s->out, sum);
	step_summary_free(sum);
	free(sum);
	s->state = NULL;
}

const struct sink_ops markdown_sink = {
	.name = "markdown",
	.help = "a summary for people: GitHub shows it below a job",
	.begin = markdown_begin,
	.scenario = markdown_scenario,
	.diags = markdown_diags,
	.end = markdown_end,
};
