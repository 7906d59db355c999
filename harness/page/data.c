/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "page/internal.h"

#include "base/json.h"
#include "results/print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void write_place(struct json *j, const char *key, const struct doc_place *at)
{
	jsonw_object(j, key);
	jsonw_string(j, "file", at->file);
	jsonw_uint(j, "line", at->line);
	jsonw_uint(j, "column", at->column);
	jsonw_end(j);
}

static void write_member(struct json *j, const struct document *doc, const char *name)
{
	document_member_print(jsonw_value(j, name), doc, name);
}

static void write_run(struct json *j, const struct document *doc)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "file", doc->path);
	write_member(j, doc, "run");
	write_member(j, doc, "summary");
	write_member(j, doc, "diagnostics");
	write_member(j, doc, "objects");
	jsonw_end(j);
}

/* Lists of all runs of a column, one behind the other; what is asked of each machine is the same.
 */
static void write_lists(struct json *j, const struct grid_column *c, const char *name)
{
	jsonw_array(j, name);
	for (size_t i = 0; i < c->n_runs; i++)
		document_elements_print(j, c->runs[i], name);
	jsonw_end(j);
}

static bool is_before(const struct page *p, const struct grid_column *c, const struct document *doc)
{
	bool only = p->baseline->n == 1 && p->grid->n_columns == 1;

	return doc->programs.n &&
	       (only || !strcmp(document_column(doc), document_column(c->runs[0])));
}

static bool has_baseline(const struct page *p, const struct grid_column *c)
{
	for (size_t i = 0; p->baseline && i < p->baseline->n; i++)
		if (is_before(p, c, &p->baseline->items[i]))
			return true;
	return false;
}

size_t page_baselines(const struct page *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->grid->n_columns; i++)
		n += has_baseline(p, &p->grid->columns[i]);
	return n;
}

static void write_baseline(struct json *j, const struct page *p, const struct grid_column *c)
{
	if (!has_baseline(p, c)) {
		jsonw_null(j, "baseline");
		return;
	}
	jsonw_array(j, "baseline");
	for (size_t i = 0; i < p->baseline->n; i++)
		if (is_before(p, c, &p->baseline->items[i]))
			document_elements_print(j, &p->baseline->items[i], "programs");
	jsonw_end(j);
}

static void write_columns(struct json *j, const struct page *p)
{
	const struct grid *g = p->grid;

	jsonw_array(j, "columns");
	for (size_t i = 0; i < g->n_columns; i++) {
		const struct grid_column *c = &g->columns[i];

		jsonw_object(j, NULL);
		jsonw_string(j, "name", c->name);
		jsonw_array(j, "runs");
		for (size_t k = 0; k < c->n_runs; k++)
			write_run(j, c->runs[k]);
		jsonw_end(j);
		write_lists(j, c, "features");
		write_lists(j, c, "programs");
		write_baseline(j, p, c);
		jsonw_end(j);
	}
	jsonw_end(j);
}

/* The document that a cell of column @c is from. */
static const struct document *document_of(const struct grid_column *c, const struct doc_scenario *s)
{
	for (size_t i = 0; i < c->n_runs; i++) {
		const struct doc_scenarios *list = &c->runs[i]->scenarios;

		if (s >= list->items && s < list->items + list->n)
			return c->runs[i];
	}
	return c->runs[0];
}

static void write_link(struct json *j, const struct page *p, const struct document *doc,
		       const char *path)
{
	struct arena arena = {};
	const char *address = path ? capture_address(&arena, p->folder, doc->path, path) : NULL;

	if (address)
		jsonw_string(j, path, address);
	arena_free(&arena);
}

static void write_links(struct json *j, const struct page *p, const struct document *doc,
			const struct doc_scenario *s)
{
	jsonw_object(j, "links");
	for (size_t i = 0; i < s->steps.n; i++) {
		write_link(j, p, doc, s->steps.items[i].frames_in);
		write_link(j, p, doc, s->steps.items[i].frames_out);
	}
	jsonw_end(j);
}

static void write_cell(struct json *j, const struct page *p, const struct grid_column *c,
		       const struct doc_scenario *s)
{
	struct arena arena = {};
	const struct doc_place *at;
	const char *says;

	if (!s) {
		jsonw_null(j, NULL);
		return;
	}
	jsonw_object(j, NULL);
	jsonw_string(j, "outcome", outcome_name(s->outcome));
	jsonw_uint(j, "duration_ns", s->duration_ns);
	if (s->flaky)
		jsonw_bool(j, "flaky", true);
	if (s->reason)
		jsonw_string(j, "reason", s->reason);
	if (scenario_is_bad(s)) {
		says = scenario_says(s, &arena, &at);
		if (says)
			jsonw_string(j, "message", says);
		if (at)
			write_place(j, "at", at);
		write_links(j, p, document_of(c, s), s);
	}
	jsonw_end(j);
	arena_free(&arena);
}

static const struct doc_scenario *any_cell(const struct grid *g, const struct grid_row *row)
{
	size_t i = 0;

	while (i + 1 < g->n_columns && !row->cells[i])
		i++;
	return row->cells[i];
}

static void write_row(struct json *j, const struct page *p, const struct grid_row *row)
{
	const struct doc_scenario *s = any_cell(p->grid, row);

	jsonw_object(j, NULL);
	jsonw_string(j, "id", row->id);
	jsonw_string(j, "name", row->name);
	jsonw_array(j, "tags");
	for (size_t i = 0; i < s->tags.n; i++)
		jsonw_string(j, NULL, s->tags.items[i]);
	jsonw_end(j);
	jsonw_array(j, "cells");
	for (size_t i = 0; i < p->grid->n_columns; i++)
		write_cell(j, p, &p->grid->columns[i], row->cells[i]);
	jsonw_end(j);
	jsonw_end(j);
}

static void write_traced_file(struct json *j, const struct traced_file *f)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "path", f->path);
	jsonw_array(j, "lines");
	for (size_t i = 0; i < f->n; i++) {
		jsonw_array(j, NULL);
		jsonw_uint(j, NULL, f->lines[i].line);
		jsonw_uint(j, NULL, f->lines[i].count);
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_string(j, "source", f->source);
	jsonw_end(j);
}

static void write_coverage(struct json *j, const struct tracefile *t)
{
	if (!t) {
		jsonw_null(j, "coverage");
		return;
	}
	jsonw_object(j, "coverage");
	jsonw_string(j, "file", t->path);
	jsonw_array(j, "files");
	for (size_t i = 0; i < t->n; i++)
		write_traced_file(j, &t->files[i]);
	jsonw_end(j);
	jsonw_end(j);
}

static const char *left_out_text(const struct page *p, size_t left_out)
{
	if (left_out)
		return "The page has no room for this result: verdict report of fewer files, or "
		       "the result file, has it.";
	return p->all ? ""
		      : "Results of scenarios that failed nowhere are not in this page: verdict "
			"report --all puts them in.";
}

static void print_overview(FILE *out, const struct page *p, size_t left_out)
{
	FILE *data;
	struct json j;

	fputs("<script type=\"application/json\" id=\"overview\">", out);
	data = script_data_open(out);
	jsonw_open(&j, data, JSON_LINE);
	jsonw_object(&j, NULL);
	write_columns(&j, p);
	jsonw_array(&j, "rows");
	for (size_t i = 0; i < p->grid->n_rows; i++)
		write_row(&j, p, &p->grid->rows[i]);
	jsonw_end(&j);
	jsonw_string(&j, "left_out_text", left_out_text(p, left_out));
	write_coverage(&j, p->coverage);
	jsonw_end(&j);
	jsonw_close(&j);
	fclose(data);
	fputs("</script>\n", out);
}

/* Which results come first, where there is not room for all. */
enum turn {
	TURN_BAD,    /* what failed */
	TURN_BESIDE, /* the same scenario elsewhere; what is flaky */
	TURN_OTHERS, /* the rest, where it was asked for */
	TURN_NEVER
};

static enum turn turn_of(const struct page *p, const struct grid_row *row,
			 const struct doc_scenario *s)
{
	if (!s)
		return TURN_NEVER;
	if (scenario_is_bad(s))
		return TURN_BAD;
	if (row->bad || s->flaky)
		return TURN_BESIDE;
	return p->all ? TURN_OTHERS : TURN_NEVER;
}

/* Returns whether there was room for it; *room is what is left. */
static bool print_result(FILE *out, const struct doc_scenario *s, size_t row, size_t column,
			 size_t *room)
{
	size_t len = 0;
	char *text;
	FILE *mem = xmemstream(&text, &len), *data = script_data_open(mem);
	bool fits;

	result_json_print(data, s->json);
	fclose(data);
	fclose(mem);
	fits = len <= *room;
	if (fits) {
		*room -= len;
		fprintf(out,
			"<script type=\"application/json\" id=\"result-%zu-%zu\">%s</script>\n",
			row, column, text);
	}
	free(text);
	return fits;
}

size_t page_print_data(FILE *out, const struct page *p)
{
	const struct grid *g = p->grid;
	size_t room = PAGE_RESULTS_MAX, left_out = 0;

	for (enum turn turn = TURN_BAD; turn < TURN_NEVER; turn++)
		for (size_t i = 0; i < g->n_rows; i++)
			for (size_t k = 0; k < g->n_columns; k++) {
				const struct doc_scenario *s = g->rows[i].cells[k];

				if (turn_of(p, &g->rows[i], s) == turn)
					left_out += !print_result(out, s, i, k, &room);
			}
	print_overview(out, p, left_out);
	return left_out;
}
