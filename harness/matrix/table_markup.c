/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table as Markdown, as JUnit's XML (a suite for each kernel), as commands of GitHub Actions.
 */
#include "matrix/table.h"

#include "report/escape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Markdown */

/* In a cell of a table: one line, in which nothing has a meaning. */
static void markdown(FILE *out, const char *text)
{
	size_t len;
	char *plain;
	FILE *f = xmemstream(&plain, &len);

	escape_plain(f, text);
	fclose(f);
	for (const char *s = plain; *s; s++)
		switch (*s) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '\\':
		case '`':
		case '*':
		case '_':
		case '[':
		case ']':
		case '|':
		case '~':
		case '@':
		case '#':
			fputc('\\', out);
			/* fallthrough */
		default:
			fputc(*s, out);
		}
	free(plain);
}

static void markdown_head(const struct matrix *m, FILE *out, const char *title)
{
	fprintf(out, "\n| %s |", title);
	for (size_t i = 0; i < m->n; i++) {
		fputc(' ', out);
		markdown(out, m->columns[i].name);
		fputs(" |", out);
	}
	fputs("\n|---|", out);
	for (size_t i = 0; i < m->n; i++)
		fputs("---|", out);
	fputc('\n', out);
}

static void markdown_columns(const struct matrix *m, FILE *out)
{
	fputs("| kernel | verdict | passed | failed | skipped | time | release |\n"
	      "|---|---|---:|---:|---:|---:|---|\n",
	      out);
	for (size_t i = 0; i < m->n; i++) {
		const struct matrix_column *c = &m->columns[i];
		const struct doc_summary *s = c->doc ? &c->doc->summary : NULL;
		bool good = c->verdict == COLUMN_PASS;

		fputs("| ", out);
		markdown(out, c->name);
		fprintf(out, " | %s%s%s | ", good ? "" : "**", column_verdict_name(c->verdict),
			good ? "" : "**");
		if (s)
			fprintf(out, "%" PRIu64 " | %" PRIu64 " | %" PRIu64 " | %.1f s | ",
				s->passed + s->xfailed, s->failed + s->errors, s->skipped,
				(double)c->wall_ns / 1e9);
		else
			fputs("| | | | ", out);
		if (c->doc)
			markdown(out, c->doc->run.kernel);
		if (c->doc && c->reason)
			fputs(": ", out);
		if (c->reason)
			markdown(out, c->reason);
		fputs(" |\n", out);
	}
}

static void markdown_reasons(const struct matrix *m, const struct matrix_row *row, FILE *out)
{
	struct arena a = {};

	for (size_t i = 0; i < m->n; i++) {
		const char *names;
		bool first;

		if (!row->cells[i].reason)
			continue;
		names = row_columns_like(m, row, i, &a, &first);
		if (!first)
			continue;
		fputs("<br>", out);
		markdown(out, arena_printf(&a, "%s: %s", names, row->cells[i].reason));
	}
	arena_free(&a);
}

static void markdown_scenarios(const struct matrix *m, FILE *out)
{
	struct matrix_alike alike = matrix_alike(m);
	size_t shown = 0;

	for (size_t i = 0; i < m->n_rows; i++) {
		const struct matrix_row *row = &m->rows[i];

		if (!row->differs && !row->bad)
			continue;
		if (!shown++)
			markdown_head(m, out, "scenarios that fail or differ");
		fputs("| ", out);
		markdown(out, row->id);
		markdown_reasons(m, row, out);
		fputs(" |", out);
		for (size_t j = 0; j < m->n; j++)
			fprintf(out, " %s |", cell_name(&row->cells[j]));
		fputc('\n', out);
	}
	if (!alike.all)
		return;
	fputs("\nThe same on all kernels that ran them:", out);
	for (size_t i = 0; i < ARRAY_SIZE(alike.n); i++)
		if (alike.n[i])
			fprintf(out, " %zu %s", alike.n[i], outcome_name((enum outcome)i));
	fputc('\n', out);
}

static void markdown_features(const struct matrix *m, FILE *out)
{
	if (m->n_features)
		markdown_head(m, out, "features that not all have");
	for (size_t i = 0; i < m->n_features; i++) {
		fputs("| ", out);
		markdown(out, m->features[i].name);
		fputs(" |", out);
		for (size_t j = 0; j < m->n; j++) {
			const struct doc_feature *f = m->features[i].cells[j];

			fprintf(out, " %s |", !f ? "" : f->supported ? "yes" : "no");
		}
		fputc('\n', out);
	}
}

static void markdown_cost(const struct program_cost *cost, FILE *out)
{
	const struct doc_program *is = cost->is, *was = cost->was;

	if (is && is->verified_insns.known)
		fprintf(out, " %" PRId64, is->verified_insns.value);
	if (is && was && is->verified_insns.known && was->verified_insns.known &&
	    is->verified_insns.value != was->verified_insns.value)
		fprintf(out, " (%+" PRId64 ")",
			is->verified_insns.value - was->verified_insns.value);
	if (is && is->error)
		fputs(" refused", out);
	fputs(" |", out);
}

static void markdown_programs(const struct matrix *m, FILE *out)
{
	if (!m->n_programs)
		return;
	fputs("\n<details><summary>What programs cost the verifiers: instructions walked"
	      "</summary>\n",
	      out);
	markdown_head(m, out, "program");
	for (size_t i = 0; i < m->n_programs; i++) {
		fputs("| ", out);
		markdown(out, m->programs[i].object);
		fputc(' ', out);
		markdown(out, m->programs[i].program);
		fputs(" |", out);
		for (size_t j = 0; j < m->n; j++)
			markdown_cost(&m->programs[i].cells[j], out);
		fputc('\n', out);
	}
	fputs("\n</details>\n", out);
	for (size_t i = 0; i < m->n_over_budget; i++) {
		fputs("\n**over budget**: ", out);
		markdown(out, m->over_budget[i]);
		fputc('\n', out);
	}
}

void matrix_print_markdown(const struct matrix *m, FILE *out)
{
	markdown_columns(m, out);
	markdown_scenarios(m, out);
	markdown_features(m, out);
	markdown_programs(m, out);
}

/* JUnit */

static void junit_case(const struct matrix_column *c, const struct matrix_row *row,
		       const struct matrix_cell *cell, FILE *out)
{
	uint64_t ns = cell->scenario ? cell->scenario->duration_ns : 0;
	bool skip = cell->outcome == OUTCOME_SKIP || cell->outcome == OUTCOME_XFAIL;
	const char *element = cell->state == CELL_BROKEN || cell->outcome == OUTCOME_ERROR ? "error"
			      : skip ? "skipped"
				     : "failure";

	fputs("    <testcase name=\"", out);
	escape_xml_attribute(out, row->id);
	fputs("\" classname=\"", out);
	escape_xml_attribute(out, c->name);
	fprintf(out, "\" time=\"%.6f\"", (double)ns / 1e9);
	if (cell->state == CELL_RAN && cell->outcome == OUTCOME_PASS) {
		fputs("/>\n", out);
		return;
	}
	fprintf(out, ">\n      <%s message=\"", element);
	escape_xml_attribute(out, cell->reason ? cell->reason : cell_name(cell));
	fputs("\"/>\n    </testcase>\n", out);
}

struct junit_counts {
	size_t tests, failures, errors, skipped;
};

static struct junit_counts junit_count(const struct matrix *m, size_t column)
{
	struct junit_counts n = {};

	for (size_t i = 0; i < m->n_rows; i++) {
		const struct matrix_cell *cell = &m->rows[i].cells[column];

		if (cell->state == CELL_NOT_RUN)
			continue;
		n.tests++;
		if (cell->state == CELL_BROKEN || cell->outcome == OUTCOME_ERROR)
			n.errors++;
		else if (cell->outcome == OUTCOME_FAIL)
			n.failures++;
		else if (cell->outcome != OUTCOME_PASS)
			n.skipped++;
	}
	return n;
}

/* What no scenario stands for: a kernel that did not come to its end is a case of its own. */
static bool is_kernel_case(const struct matrix_column *c)
{
	return c->verdict >= COLUMN_TRUNCATED;
}

static void junit_suite(const struct matrix *m, size_t i, FILE *out)
{
	const struct matrix_column *c = &m->columns[i];
	struct junit_counts n = junit_count(m, i);
	bool optional = c->verdict == COLUMN_UNAVAILABLE && !c->required;

	if (is_kernel_case(c)) {
		n.tests++;
		n.errors += !optional;
		n.skipped += optional;
	}
	fputs("  <testsuite name=\"", out);
	escape_xml_attribute(out, c->name);
	fprintf(out,
		"\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\">\n",
		n.tests, n.failures, n.errors, n.skipped, (double)c->wall_ns / 1e9);
	if (is_kernel_case(c)) {
		fputs("    <testcase name=\"the kernel\" classname=\"", out);
		escape_xml_attribute(out, c->name);
		fprintf(out, "\" time=\"%.6f\">\n      <%s message=\"", (double)c->wall_ns / 1e9,
			optional ? "skipped" : "error");
		escape_xml_attribute(out, column_verdict_name(c->verdict));
		if (c->reason) {
			fputs(": ", out);
			escape_xml_attribute(out, c->reason);
		}
		fputs("\"/>\n    </testcase>\n", out);
	}
	for (size_t j = 0; j < m->n_rows; j++)
		if (m->rows[j].cells[i].state != CELL_NOT_RUN)
			junit_case(c, &m->rows[j], &m->rows[j].cells[i], out);
	fputs("  </testsuite>\n", out);
}

void matrix_print_junit(const struct matrix *m, FILE *out)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"verdict matrix\">\n",
	      out);
	for (size_t i = 0; i < m->n; i++)
		junit_suite(m, i, out);
	fputs("</testsuites>\n", out);
}

/* GitHub */

static void github_column(const struct matrix_column *c, FILE *out)
{
	bool optional = c->verdict == COLUMN_UNAVAILABLE && !c->required;

	if (c->verdict != COLUMN_SPLAT && c->verdict < COLUMN_TRUNCATED)
		return;
	fprintf(out, "::%s title=", optional ? "warning" : "error");
	escape_github_property(out, c->name);
	fputs("::kernel ", out);
	escape_github(out, c->name);
	fprintf(out, ": %s", column_verdict_name(c->verdict));
	if (c->reason) {
		fputs(": ", out);
		escape_github(out, c->reason);
	}
	fputc('\n', out);
}

static void github_cell(const struct matrix *m, const struct matrix_row *row, size_t i, FILE *out)
{
	const struct matrix_cell *cell = &row->cells[i];
	struct arena a = {};
	const char *names;
	bool first, bad = cell->state == CELL_BROKEN ||
			  (cell->state == CELL_RAN &&
			   (cell->outcome == OUTCOME_FAIL || cell->outcome == OUTCOME_ERROR));

	names = row_columns_like(m, row, i, &a, &first);
	if (bad && first) {
		fputs("::error ", out);
		if (cell->at) {
			fputs("file=", out);
			escape_github_property(out, cell->at->file);
			fprintf(out, ",line=%" PRIu64 ",col=%" PRIu64 ",", cell->at->line,
				cell->at->column);
		}
		fputs("title=", out);
		escape_github_property(out, row->id);
		fputs("::", out);
		escape_github(out, arena_printf(&a, "%s on %s: %s", cell_name(cell), names,
						cell->reason ? cell->reason : row->name));
		fputc('\n', out);
	}
	arena_free(&a);
}

void matrix_print_github(const struct matrix *m, FILE *out)
{
	for (size_t i = 0; i < m->n; i++)
		github_column(&m->columns[i], out);
	for (size_t i = 0; i < m->n_rows; i++)
		for (size_t j = 0; j < m->n; j++)
			github_cell(m, &m->rows[i], j, out);
	for (size_t i = 0; i < m->n_over_budget; i++) {
		fputs("::error title=over budget::", out);
		escape_github(out, m->over_budget[i]);
		fputc('\n', out);
	}
}
