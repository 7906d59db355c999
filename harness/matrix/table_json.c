/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table for programs: docs/matrix.md describes it. */
#include "matrix/table.h"

#include "base/json.h"

#define TABLE_VERSION 1

static void write_column(struct json *j, const struct matrix_column *c)
{
	const struct doc_summary *s = c->doc ? &c->doc->summary : NULL;

	jsonw_object(j, NULL);
	jsonw_string(j, "name", c->name);
	jsonw_bool(j, "required", c->required);
	jsonw_string(j, "verdict", column_verdict_name(c->verdict));
	jsonw_string(j, "reason", c->reason);
	jsonw_string(j, "running", c->running);
	jsonw_string(j, "console", c->console);
	jsonw_string(j, "console_tail", c->console_tail);
	jsonw_string(j, "kernel", c->doc ? c->doc->run.kernel : NULL);
	jsonw_string(j, "machine", c->doc ? c->doc->run.machine : NULL);
	jsonw_bool(j, "kvm", c->kvm);
	jsonw_uint(j, "wall_ns", c->wall_ns);
	jsonw_uint(j, "passed", s ? s->passed : 0);
	jsonw_uint(j, "failed", s ? s->failed : 0);
	jsonw_uint(j, "skipped", s ? s->skipped : 0);
	jsonw_uint(j, "xfailed", s ? s->xfailed : 0);
	jsonw_uint(j, "errors", s ? s->errors : 0);
	jsonw_end(j);
}

static void write_place(struct json *j, const struct doc_place *at)
{
	if (!at) {
		jsonw_null(j, "at");
		return;
	}
	jsonw_object(j, "at");
	jsonw_string(j, "file", at->file);
	jsonw_uint(j, "line", at->line);
	jsonw_uint(j, "column", at->column);
	jsonw_end(j);
}

static void write_row(struct json *j, const struct matrix *m, const struct matrix_row *row)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "id", row->id);
	jsonw_string(j, "name", row->name);
	jsonw_bool(j, "differs", row->differs);
	jsonw_array(j, "cells");
	for (size_t i = 0; i < m->n; i++) {
		const struct matrix_cell *cell = &row->cells[i];

		jsonw_object(j, NULL);
		jsonw_string(j, "outcome", cell->state == CELL_NOT_RUN ? NULL : cell_name(cell));
		jsonw_bool(j, "flaky", cell_is_flaky(cell));
		jsonw_string(j, "reason", cell->reason);
		write_place(j, cell->at);
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_end(j);
}

static void write_feature(struct json *j, const struct matrix *m, const struct matrix_feature *f)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "name", f->name);
	jsonw_array(j, "cells");
	for (size_t i = 0; i < m->n; i++) {
		const struct doc_feature *cell = f->cells[i];

		if (!cell) {
			jsonw_null(j, NULL);
			continue;
		}
		jsonw_object(j, NULL);
		jsonw_bool(j, "supported", cell->supported);
		jsonw_string(j, "reason", cell->reason);
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_end(j);
}

static void write_cost(struct json *j, const char *key, const struct doc_program *p)
{
	if (!p) {
		jsonw_null(j, key);
		return;
	}
	jsonw_object(j, key);
	if (p->verified_insns.known)
		jsonw_int(j, "verified_insns", p->verified_insns.value);
	else
		jsonw_null(j, "verified_insns");
	jsonw_uint(j, "states", p->states);
	jsonw_uint(j, "peak_states", p->peak_states);
	jsonw_uint(j, "stack", p->stack);
	jsonw_uint(j, "load_ns", p->load_ns);
	jsonw_string(j, "error", p->error);
	jsonw_end(j);
}

static void write_program(struct json *j, const struct matrix *m, const struct matrix_program *p)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "object", p->object);
	jsonw_string(j, "program", p->program);
	jsonw_array(j, "cells");
	for (size_t i = 0; i < m->n; i++) {
		jsonw_object(j, NULL);
		write_cost(j, "is", p->cells[i].is);
		write_cost(j, "was", p->cells[i].was);
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_end(j);
}

void matrix_print_json(const struct matrix *m, FILE *out)
{
	struct json j;

	jsonw_open(&j, out, JSON_INDENTED);
	jsonw_object(&j, NULL);
	jsonw_uint(&j, "verdict_matrix", TABLE_VERSION);
	jsonw_int(&j, "status", matrix_status(m));
	jsonw_array(&j, "kernels");
	for (size_t i = 0; i < m->n; i++)
		write_column(&j, &m->columns[i]);
	jsonw_end(&j);
	jsonw_array(&j, "scenarios");
	for (size_t i = 0; i < m->n_rows; i++)
		write_row(&j, m, &m->rows[i]);
	jsonw_end(&j);
	jsonw_array(&j, "features");
	for (size_t i = 0; i < m->n_features; i++)
		write_feature(&j, m, &m->features[i]);
	jsonw_end(&j);
	jsonw_array(&j, "programs");
	for (size_t i = 0; i < m->n_programs; i++)
		write_program(&j, m, &m->programs[i]);
	jsonw_end(&j);
	jsonw_array(&j, "over_budget");
	for (size_t i = 0; i < m->n_over_budget; i++)
		jsonw_string(&j, NULL, m->over_budget[i]);
	jsonw_end(&j);
	jsonw_end(&j);
	jsonw_close(&j);
}
