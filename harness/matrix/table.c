/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *column_verdict_name(enum column_verdict v)
{
	static const char *const names[N_COLUMN_VERDICTS] = {
		[COLUMN_PASS] = "pass",		  [COLUMN_FAIL] = "fail",
		[COLUMN_SPLAT] = "splat",	  [COLUMN_ERROR] = "error",
		[COLUMN_TRUNCATED] = "truncated", [COLUMN_CRASH] = "crash",
		[COLUMN_HANG] = "hang",		  [COLUMN_BOOT_FAIL] = "boot-fail",
		[COLUMN_EMPTY] = "empty",	  [COLUMN_UNAVAILABLE] = "unavailable",
	};

	return names[v];
}

const char *cell_name(const struct matrix_cell *cell)
{
	switch (cell->state) {
	case CELL_RAN:
		return outcome_name((enum outcome)cell->outcome);
	case CELL_BROKEN:
		return "crash";
	case CELL_NOT_RUN:
		return "-";
	}
	return NULL;
}

bool cell_is_flaky(const struct matrix_cell *cell)
{
	return cell->state == CELL_RAN && cell->scenario && cell->scenario->flaky;
}

static bool is_bad(const struct matrix_cell *cell)
{
	return cell->state == CELL_BROKEN ||
	       (cell->state == CELL_RAN &&
		(cell->outcome == OUTCOME_FAIL || cell->outcome == OUTCOME_ERROR));
}

/* Scenarios */

/* A line about what became of a scenario: its own reason, its first difference or error. */
static void explain(struct matrix *m, struct matrix_cell *cell)
{
	const struct doc_scenario *s = cell->scenario;

	cell->reason = s->flaky ? NULL : s->reason;
	cell->at = s->at;
	for (size_t i = 0; i < s->steps.n && !cell->reason; i++) {
		const struct doc_mismatches *list = &s->steps.items[i].mismatches;

		if (!list->n)
			continue;
		cell->reason = arena_printf(&m->arena, "%s: %s", list->items[0].kind,
					    list->items[0].message);
		cell->at = list->items[0].at;
	}
	for (size_t i = 0; i < s->diagnostics.n && !cell->reason; i++) {
		const struct doc_diag *d = &s->diagnostics.items[i];

		if (d->severity != DIAG_ERROR)
			continue;
		cell->reason = d->message;
		cell->at = d->at;
	}
	/* How often goes before what. */
	if (s->flaky && s->reason)
		cell->reason = cell->reason
				       ? arena_printf(&m->arena, "%s: %s", s->reason, cell->reason)
				       : s->reason;
}

static struct matrix_row *row_of(struct matrix *m, const char *id)
{
	struct matrix_row *row;

	for (size_t i = 0; i < m->n_rows; i++)
		if (!strcmp(m->rows[i].id, id))
			return &m->rows[i];
	row = ARENA_PUSH(&m->arena, m->rows, m->n_rows);
	row->id = id;
	row->cells = arena_alloc(&m->arena, m->n * sizeof(*row->cells));
	for (size_t i = 0; i < m->n; i++)
		row->cells[i].state = CELL_NOT_RUN;
	return row;
}

static void add_scenario(struct matrix *m, size_t column, const struct doc_scenario *s, size_t hint)
{
	/* Most documents have the same scenarios in the same order. */
	struct matrix_row *row = hint < m->n_rows && !strcmp(m->rows[hint].id, s->id)
					 ? &m->rows[hint]
					 : row_of(m, s->id);
	struct matrix_cell *cell = &row->cells[column];

	row->name = s->name;
	cell->state = CELL_RAN;
	cell->outcome = s->outcome;
	cell->scenario = s;
	if (s->outcome != OUTCOME_PASS)
		explain(m, cell);
}

/* The scenario that was running did not get away with it. */
static void add_running(struct matrix *m, size_t column)
{
	const struct matrix_column *c = &m->columns[column];
	struct matrix_cell *cell;

	if (!c->running)
		return;
	cell = &row_of(m, c->running)->cells[column];
	if (c->verdict == COLUMN_SPLAT) {
		cell->state = CELL_RAN;
		cell->outcome = OUTCOME_FAIL;
	} else if (cell->state == CELL_NOT_RUN) {
		cell->state = CELL_BROKEN;
	} else {
		return;
	}
	cell->reason = c->reason;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_cell(const struct matrix_cell *a, const struct matrix_cell *b)
{
	return a->state == b->state && a->outcome == b->outcome && same_text(a->reason, b->reason);
}

static void look_over(const struct matrix *m, struct matrix_row *row)
{
	const struct matrix_cell *first = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct matrix_cell *cell = &row->cells[i];

		row->bad = row->bad || is_bad(cell);
		/* What did not run because its kernel ended says nothing of the scenario. */
		if (cell->state == CELL_NOT_RUN)
			continue;
		if (first && (first->state != cell->state || first->outcome != cell->outcome))
			row->differs = true;
		first = cell;
	}
	if (!row->name)
		row->name = "";
}

/* Features */

static int order_features(const void *a, const void *b)
{
	const struct matrix_feature *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void add_feature(struct matrix *m, size_t column, const struct doc_feature *f)
{
	struct matrix_feature *row = NULL;

	for (size_t i = 0; i < m->n_features && !row; i++)
		if (!strcmp(m->features[i].name, f->name))
			row = &m->features[i];
	if (!row) {
		row = ARENA_PUSH(&m->arena, m->features, m->n_features);
		row->name = f->name;
		row->cells = arena_alloc(&m->arena, m->n * sizeof(const struct doc_feature *));
	}
	row->cells[column] = f;
}

/* Those that all kernels which were asked have, or lack, are left out. */
static void keep_differing_features(struct matrix *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n_features; i++) {
		bool yes = false, no = false;

		for (size_t j = 0; j < m->n; j++) {
			const struct doc_feature *f = m->features[i].cells[j];

			yes = yes || (f && f->supported);
			no = no || (f && !f->supported);
		}
		if (yes && no)
			m->features[kept++] = m->features[i];
	}
	m->n_features = kept;
	if (kept)
		qsort(m->features, kept, sizeof(*m->features), order_features);
}

/* Programs */

static bool is_dearer(const struct doc_program *a, const struct doc_program *b)
{
	int64_t x = a->verified_insns.known ? a->verified_insns.value : -1;
	int64_t y = b->verified_insns.known ? b->verified_insns.value : -1;

	return x > y || (x == y && a->load_ns > b->load_ns);
}

static struct matrix_program *program_row(struct matrix *m, const struct doc_program *p)
{
	struct matrix_program *row;

	for (size_t i = 0; i < m->n_programs; i++)
		if (!strcmp(m->programs[i].program, p->program) &&
		    !strcmp(m->programs[i].object, p->object))
			return &m->programs[i];
	row = ARENA_PUSH(&m->arena, m->programs, m->n_programs);
	*row = (struct matrix_program){ .object = p->object, .program = p->program, .most = -1 };
	row->cells = arena_alloc(&m->arena, m->n * sizeof(*row->cells));
	return row;
}

static void add_programs(struct matrix *m, size_t column)
{
	const struct matrix_column *c = &m->columns[column];

	for (size_t i = 0; c->doc && i < c->doc->programs.n; i++) {
		const struct doc_program *p = &c->doc->programs.items[i];
		struct matrix_program *row = program_row(m, p);
		struct program_cost *cost = &row->cells[column];

		if (!cost->is || is_dearer(p, cost->is))
			cost->is = p;
		if (p->verified_insns.known && p->verified_insns.value > row->most)
			row->most = p->verified_insns.value;
	}
	for (size_t i = 0; c->baseline && i < c->baseline->programs.n; i++) {
		const struct doc_program *p = &c->baseline->programs.items[i];
		struct program_cost *cost = &program_row(m, p)->cells[column];

		if (!cost->was || is_dearer(p, cost->was))
			cost->was = p;
	}
}

static int order_programs(const void *a, const void *b)
{
	const struct matrix_program *x = a, *y = b;
	int order = (x->most < y->most) - (x->most > y->most);

	if (!order)
		order = strcmp(x->object, y->object);
	return order ? order : strcmp(x->program, y->program);
}

static void check_limit(struct matrix *m, const struct matrix_program *p, size_t column,
			const char *what, uint64_t is, uint64_t limit)
{
	if (!limit || is <= limit)
		return;
	*ARENA_PUSH(&m->arena, m->over_budget, m->n_over_budget) =
		arena_printf(&m->arena,
			     "%s of %s on %s: %" PRIu64 " %s, and the budget is %" PRIu64,
			     p->program, p->object, m->columns[column].name, is, what, limit);
}

static void check_budget(struct matrix *m)
{
	const struct matrix_budget *b = &m->budget;

	for (size_t i = 0; i < m->n_programs; i++)
		for (size_t j = 0; j < m->n; j++) {
			const struct matrix_program *row = &m->programs[i];
			const struct doc_program *p = row->cells[j].is;

			if (!p)
				continue;
			if (p->verified_insns.known)
				check_limit(m, row, j, "verified instructions",
					    (uint64_t)p->verified_insns.value, b->insns);
			check_limit(m, row, j, "states", p->states, b->states);
			check_limit(m, row, j, "bytes of stack", p->stack, b->stack);
			check_limit(m, row, j, "ns to load", p->load_ns, b->load_ns);
		}
}

/* All together */

static void check_judged(struct matrix_column *c)
{
	const struct doc_summary *s = c->doc ? &c->doc->summary : NULL;

	/* A shard need not judge anything: all of them together do. */
	if (c->verdict == COLUMN_PASS && c->doc && c->doc->run.shard)
		return;
	if (c->verdict > COLUMN_ERROR || (s && s->passed + s->failed + s->xfailed + s->errors))
		return;
	c->verdict = COLUMN_EMPTY;
	if (!c->reason)
		c->reason = s && s->skipped ? "every scenario was skipped" : "nothing was judged";
}

void matrix_build(struct matrix *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct document *doc = m->columns[i].doc;

		check_judged(&m->columns[i]);
		for (size_t j = 0; doc && j < doc->scenarios.n; j++)
			add_scenario(m, i, &doc->scenarios.items[j], j);
		for (size_t j = 0; doc && j < doc->features.n; j++)
			add_feature(m, i, &doc->features.items[j]);
		add_running(m, i);
		add_programs(m, i);
	}
	for (size_t i = 0; i < m->n_rows; i++)
		look_over(m, &m->rows[i]);
	keep_differing_features(m);
	if (m->n_programs)
		qsort(m->programs, m->n_programs, sizeof(*m->programs), order_programs);
	check_budget(m);
}

void matrix_free(struct matrix *m)
{
	arena_free(&m->arena);
	*m = (struct matrix){};
}

int matrix_status(const struct matrix *m)
{
	bool failed = m->n_over_budget != 0, judged = false;

	for (size_t i = 0; i < m->n; i++) {
		const struct matrix_column *c = &m->columns[i];

		if (c->verdict == COLUMN_UNAVAILABLE && !c->required)
			continue;
		if (c->verdict >= COLUMN_ERROR)
			return 2;
		judged = true;
		failed = failed || c->verdict != COLUMN_PASS;
	}
	return !judged ? 2 : failed;
}

struct matrix_alike matrix_alike(const struct matrix *m)
{
	struct matrix_alike alike = {};

	for (size_t i = 0; i < m->n_rows; i++) {
		const struct matrix_cell *cell = NULL;

		for (size_t j = 0; j < m->n && !cell; j++)
			if (m->rows[i].cells[j].state == CELL_RAN)
				cell = &m->rows[i].cells[j];
		if (m->rows[i].differs || m->rows[i].bad || !cell)
			continue;
		alike.n[cell->outcome]++;
		alike.all++;
	}
	return alike;
}

const char *row_columns_like(const struct matrix *m, const struct matrix_row *row, size_t of,
			     struct arena *a, bool *first)
{
	const char *names = NULL;

	*first = true;
	for (size_t i = 0; i < m->n; i++) {
		if (!same_cell(&row->cells[i], &row->cells[of]))
			continue;
		if (i < of)
			*first = false;
		names = names ? arena_printf(a, "%s, %s", names, m->columns[i].name)
			      : m->columns[i].name;
	}
	return names;
}
