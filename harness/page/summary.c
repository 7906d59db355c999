/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "page/page.h"

#include <inttypes.h>
#include <string.h>

static void add_runs(const struct grid *g, struct step_summary *s)
{
	for (size_t i = 0; i < g->n_columns; i++) {
		const struct grid_column *c = &g->columns[i];

		*ARENA_PUSH(&s->arena, s->runs, s->n_runs) = (struct summary_run){
			.name = c->name,
			.passed = c->sum.passed,
			.failed = c->sum.failed,
			.errors = c->sum.errors,
			.skipped = c->sum.skipped,
			.xfailed = c->sum.xfailed,
			.flaky = c->flaky,
			.duration = c->sum.duration_ns,
		};
	}
}

static bool is_bad(const struct doc_scenario *s)
{
	return scenario_is_bad(s);
}

static bool is_flaky(const struct doc_scenario *s)
{
	return s->flaky;
}

static bool is_skipped(const struct doc_scenario *s)
{
	return s->outcome == OUTCOME_SKIP;
}

/* The columns where @is holds, "5.10, 6.1"; *first is the scenario in the first of them, or NULL.
 */
static const char *where_it_is(const struct grid *g, const struct grid_row *row,
			       struct arena *arena, bool (*is)(const struct doc_scenario *),
			       const struct doc_scenario **first)
{
	const char *names = NULL;

	*first = NULL;
	for (size_t i = 0; i < g->n_columns; i++) {
		if (!row->cells[i] || !is(row->cells[i]))
			continue;
		if (!*first || (*first)->outcome > row->cells[i]->outcome)
			*first = row->cells[i];
		names = names ? arena_printf(arena, "%s, %s", names, g->columns[i].name)
			      : g->columns[i].name;
	}
	return names;
}

static void add_line(const struct grid *g, const struct grid_row *row, struct arena *arena,
		     struct summary_lines *lines, bool (*is)(const struct doc_scenario *))
{
	const struct doc_scenario *s;
	const char *on = where_it_is(g, row, arena, is, &s);
	const struct doc_place *at;
	struct summary_line *line;

	if (!s)
		return;
	line = ARENA_PUSH(arena, lines->items, lines->n);
	line->mark = is == is_flaky ? "flaky" : outcome_name(s->outcome);
	line->name = row->name;
	line->message = scenario_says(s, arena, &at);
	line->place =
		at ? arena_printf(arena, "%s:%" PRIu64 ":%" PRIu64, at->file, at->line, at->column)
		   : row->id;
	line->on = g->n_columns > 1 ? on : NULL;
}

/* Errors outside scenarios: files that could not be read. */
static void add_errors(const struct grid_column *c, struct step_summary *s)
{
	for (size_t i = 0; i < c->n_runs; i++)
		for (size_t k = 0; k < c->runs[i]->diagnostics.n; k++) {
			const struct doc_diag *d = &c->runs[i]->diagnostics.items[k];

			if (d->severity != DIAG_ERROR)
				continue;
			*ARENA_PUSH(&s->arena, s->warnings, s->n_warnings) =
				d->at ? arena_printf(&s->arena,
						     "%s: %s:%" PRIu64 ":%" PRIu64 ": %s", c->name,
						     d->at->file, d->at->line, d->at->column,
						     d->message)
				      : arena_printf(&s->arena, "%s: %s", c->name, d->message);
		}
}

void grid_summary(const struct grid *g, struct step_summary *s)
{
	add_runs(g, s);
	s->n_scenarios = g->n_rows;
	for (size_t i = 0; i < g->n_rows; i++) {
		add_line(g, &g->rows[i], &s->arena, &s->bad, is_bad);
		add_line(g, &g->rows[i], &s->arena, &s->flaky, is_flaky);
		add_line(g, &g->rows[i], &s->arena, &s->skipped, is_skipped);
	}
	for (size_t i = 0; i < g->n_warnings; i++)
		*ARENA_PUSH(&s->arena, s->warnings, s->n_warnings) = g->warnings[i];
	for (size_t i = 0; i < g->n_columns; i++)
		add_errors(&g->columns[i], s);
}
