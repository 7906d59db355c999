/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "results/grid.h"

#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

bool scenario_is_bad(const struct doc_scenario *s)
{
	return s->outcome == OUTCOME_FAIL || s->outcome == OUTCOME_ERROR;
}

static const struct doc_mismatch *first_mismatch(const struct doc_scenario *s)
{
	for (size_t i = 0; i < s->steps.n; i++)
		if (s->steps.items[i].mismatches.n)
			return &s->steps.items[i].mismatches.items[0];
	return NULL;
}

static const struct doc_diag *first_error(const struct doc_diags *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->items[i].severity == DIAG_ERROR)
			return &d->items[i];
	return NULL;
}

static const char *mismatch_says(const struct doc_mismatch *m, struct arena *arena)
{
	if (m->frame.known)
		return arena_printf(arena, "%s: frame %" PRId64 ": %s", m->kind, m->frame.value,
				    m->message);
	return arena_printf(arena, "%s: %s", m->kind, m->message);
}

const char *scenario_says(const struct doc_scenario *s, struct arena *arena,
			  const struct doc_place **at)
{
	const struct doc_mismatch *mismatch = first_mismatch(s);
	const struct doc_diag *error = first_error(&s->diagnostics);

	*at = s->at;
	/* Of an xfail that passed, or failed as it should, the reason says it. */
	if (scenario_is_bad(s) && mismatch) {
		*at = mismatch->at ? mismatch->at : s->at;
		return mismatch_says(mismatch, arena);
	}
	if (scenario_is_bad(s) && error) {
		*at = error->at ? error->at : s->at;
		return error->message;
	}
	return s->reason;
}

/* Whether @doc is one more shard of what @c has. */
static bool belongs(const struct grid_column *c, const struct document *doc)
{
	const struct doc_shard *shard = doc->run.shard;

	if (!shard || strcmp(document_column(c->runs[0]), document_column(doc)) != 0)
		return false;
	for (size_t i = 0; i < c->n_runs; i++) {
		const struct doc_shard *other = c->runs[i]->run.shard;

		if (!other || other->count != shard->count || other->index == shard->index)
			return false;
	}
	return true;
}

static struct grid_column *column_of(struct grid *g, const struct document *doc)
{
	for (size_t i = 0; i < g->n_columns; i++)
		if (belongs(&g->columns[i], doc))
			return &g->columns[i];
	return ARENA_PUSH(&g->arena, g->columns, g->n_columns);
}

static void add_counts(struct grid_column *c, const struct document *doc)
{
	const struct doc_summary *s = &doc->summary;

	c->sum.passed += s->passed;
	c->sum.failed += s->failed;
	c->sum.skipped += s->skipped;
	c->sum.xfailed += s->xfailed;
	c->sum.errors += s->errors;
	if (c->sum.duration_ns < s->duration_ns)
		c->sum.duration_ns = s->duration_ns;
	if (c->sum.status < s->status)
		c->sum.status = s->status;
	for (size_t i = 0; i < doc->scenarios.n; i++)
		c->flaky += doc->scenarios.items[i].flaky;
}

static bool name_is_taken(const struct grid *g, const struct grid_column *c, const char *name)
{
	for (const struct grid_column *other = g->columns; other < c; other++)
		if (!strcmp(other->name, name))
			return true;
	return false;
}

static void name_columns(struct grid *g)
{
	for (size_t i = 0; i < g->n_columns; i++) {
		struct grid_column *c = &g->columns[i];
		const char *name = document_column(c->runs[0]);

		c->name = name;
		for (unsigned int n = 2; name_is_taken(g, c, c->name); n++)
			c->name = arena_printf(&g->arena, "%s (%u)", name, n);
	}
}

struct row_index {
	const char *id;
	size_t row;
};

static int by_id(const void *a, const void *b)
{
	const struct row_index *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static size_t row_of(struct grid *g, void **tree, const struct doc_scenario *s)
{
	struct row_index *key = xcalloc(1, sizeof(*key)), **found;
	struct grid_row *row;

	*key = (struct row_index){ .id = s->id, .row = g->n_rows };
	found = tsearch(key, tree, by_id);
	if (!found)
		abort();
	if (*found != key) {
		free(key);
		return (*found)->row;
	}
	row = ARENA_PUSH(&g->arena, g->rows, g->n_rows);
	row->id = s->id;
	row->name = s->name;
	row->cells = arena_alloc(&g->arena, g->n_columns * sizeof(*row->cells));
	return key->row;
}

static void fill_rows(struct grid *g)
{
	void *tree = NULL;

	for (size_t i = 0; i < g->n_columns; i++)
		for (size_t j = 0; j < g->columns[i].n_runs; j++) {
			const struct document *doc = g->columns[i].runs[j];

			for (size_t k = 0; k < doc->scenarios.n; k++) {
				const struct doc_scenario *s = &doc->scenarios.items[k];

				size_t row = row_of(g, &tree, s);

				g->rows[row].cells[i] = s;
			}
		}
	tdestroy(tree, free);
}

static bool alike(const struct doc_scenario *a, const struct doc_scenario *b)
{
	if (!a || !b)
		return a == b;
	return a->outcome == b->outcome && a->flaky == b->flaky;
}

static void judge_rows(struct grid *g)
{
	for (size_t i = 0; i < g->n_rows; i++) {
		struct grid_row *row = &g->rows[i];

		for (size_t j = 0; j < g->n_columns; j++) {
			row->differs |= !alike(row->cells[0], row->cells[j]);
			row->bad |= row->cells[j] && scenario_is_bad(row->cells[j]);
		}
	}
}

#define WARN(g, ...)                                                \
	(*ARENA_PUSH(&(g)->arena, (g)->warnings, (g)->n_warnings) = \
		 arena_printf(&(g)->arena, __VA_ARGS__))

static void warn_of_run(struct grid *g, const struct grid_column *c, const struct document *doc)
{
	uint64_t left =
		doc->run.scenarios > doc->scenarios.n ? doc->run.scenarios - doc->scenarios.n : 0;

	if (doc->cut_short)
		WARN(g,
		     "%s: the result was cut short (%s): %" PRIu64 " of %" PRIu64
		     " scenarios are not in it",
		     c->name, doc->path, left, doc->run.scenarios);
	else if (doc->summary.interrupted)
		WARN(g,
		     "%s: the run was ended by %s: %" PRIu64 " of %" PRIu64
		     " scenarios did not run",
		     c->name, doc->summary.interrupted, left, doc->run.scenarios);
	else if (left)
		WARN(g, "%s: %" PRIu64 " of %" PRIu64 " scenarios did not run", c->name, left,
		     doc->run.scenarios);
	else if (!doc->scenarios.n)
		WARN(g, "%s: nothing was run", c->name);
}

static bool has_shard(const struct grid_column *c, uint64_t index)
{
	for (size_t i = 0; i < c->n_runs; i++)
		if (c->runs[i]->run.shard->index == index)
			return true;
	return false;
}

static void warn_of_shards(struct grid *g, const struct grid_column *c)
{
	const struct doc_shard *shard = c->runs[0]->run.shard;

	if (!shard || c->n_runs >= shard->count)
		return;
	for (uint64_t i = 1; i <= shard->count; i++)
		if (!has_shard(c, i)) {
			WARN(g,
			     "%s: %" PRIu64 " of %" PRIu64
			     " shards are missing, the first is %" PRIu64,
			     c->name, shard->count - c->n_runs, shard->count, i);
			return;
		}
}

void grid_make(const struct results *r, struct grid *g)
{
	*g = (struct grid){};
	for (size_t i = 0; i < r->n; i++) {
		struct grid_column *c = column_of(g, &r->items[i]);

		*ARENA_PUSH(&g->arena, c->runs, c->n_runs) = &r->items[i];
		add_counts(c, &r->items[i]);
	}
	name_columns(g);
	fill_rows(g);
	judge_rows(g);
	for (size_t i = 0; i < g->n_columns; i++) {
		for (size_t j = 0; j < g->columns[i].n_runs; j++)
			warn_of_run(g, &g->columns[i], g->columns[i].runs[j]);
		warn_of_shards(g, &g->columns[i]);
	}
}

void grid_free(struct grid *g)
{
	arena_free(&g->arena);
	*g = (struct grid){};
}
