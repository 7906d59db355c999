/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The table for people. Kernels are numbered in a list at the top; the tables below have a narrow
 * column for each number, so that eight of them and a path stand in 80 columns.
 */
#include "matrix/table.h"

#include "report/escape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_DEFAULT  80
#define PROGRAMS_SHOWN 12
#define COST_WIDTH     8 /* of a number of instructions, with blanks and sign */

struct printer {
	const struct matrix *m;
	const struct table_options *o;
	FILE *out;
	size_t width;
};

static const char *color_on(const struct printer *p, const char *code)
{
	return p->o->color ? code : "";
}

static const char *color_off(const struct printer *p)
{
	return p->o->color ? "\033[0m" : "";
}

/* @text in lines of at most the width, each behind @indent blanks; the first stands at @col. */
static void print_wrapped(const struct printer *p, const char *text, size_t indent, size_t col)
{
	char *plain;
	size_t len;
	FILE *f = xmemstream(&plain, &len);

	escape_plain(f, text);
	fclose(f);
	for (const char *word = plain; *word;) {
		size_t blanks = strspn(word, " "), n = strcspn(word + blanks, " ");

		if (col > indent && col + blanks + n > p->width) {
			fprintf(p->out, "\n%*s", (int)indent, "");
			word += blanks;
			col = indent;
			blanks = 0;
		}
		fprintf(p->out, "%.*s", (int)(blanks + n), word);
		col += blanks + n;
		word += blanks + n;
	}
	fputc('\n', p->out);
	free(plain);
}

static const char *verdict_color(const struct printer *p, const struct matrix_column *c)
{
	if (c->verdict == COLUMN_PASS)
		return color_on(p, "\033[32m");
	if (c->verdict == COLUMN_UNAVAILABLE && !c->required)
		return color_on(p, "\033[33m");
	return color_on(p, "\033[31m");
}

static int name_width(const struct matrix *m)
{
	size_t width = 6;

	for (size_t i = 0; i < m->n; i++)
		if (strlen(m->columns[i].name) > width)
			width = strlen(m->columns[i].name);
	return (int)width;
}

/* What is left of a line for the release, which may be long and matters least. */
static size_t release_room(const struct printer *p, int name)
{
	size_t before = 4 + (size_t)name + 1 + 11 + 1 + 6 + 1 + 6 + 1 + 7 + 1 + 7 + 2;

	return p->width > before + 10 ? p->width - before : 10;
}

static void print_column(const struct printer *p, size_t i, int width)
{
	const struct matrix_column *c = &p->m->columns[i];
	const struct doc_summary *s = c->doc ? &c->doc->summary : NULL;

	fprintf(p->out, "%2zu  %-*s %s%-11s%s", i + 1, width, c->name, verdict_color(p, c),
		column_verdict_name(c->verdict), color_off(p));
	if (s)
		fprintf(p->out, " %6" PRIu64 " %6" PRIu64 " %7" PRIu64 " %6.1fs  %.*s",
			s->passed + s->xfailed, s->failed + s->errors, s->skipped,
			(double)c->wall_ns / 1e9, (int)release_room(p, width), c->doc->run.kernel);
	fputc('\n', p->out);
	if (c->reason) {
		fputs("      ", p->out);
		print_wrapped(p, c->reason, 6, 6);
	}
	if (c->verdict == COLUMN_UNAVAILABLE && c->required)
		fputs("      it is required\n", p->out);
	if (c->running)
		fprintf(p->out, "      it was running %s\n", c->running);
	if (c->console)
		fprintf(p->out, "      its console: %s\n", c->console);
	if (c->console_tail && c->verdict > COLUMN_ERROR)
		escape_lines(p->out, "      | ", c->console_tail);
}

static void print_columns(const struct printer *p)
{
	int width = name_width(p->m);

	fprintf(p->out, "    %-*s %-11s passed failed skipped    time  release\n", width, "kernel",
		"verdict");
	for (size_t i = 0; i < p->m->n; i++)
		print_column(p, i, width);
}

/* Scenarios */

static char cell_mark(const struct matrix_cell *cell)
{
	static const char marks[] = {
		[OUTCOME_PASS] = '.',  [OUTCOME_FAIL] = 'F',  [OUTCOME_SKIP] = 's',
		[OUTCOME_XFAIL] = 'x', [OUTCOME_ERROR] = 'E',
	};

	if (cell_is_flaky(cell))
		return '~';
	if (cell->state == CELL_RAN)
		return marks[cell->outcome];
	return cell->state == CELL_BROKEN ? '!' : '-';
}

static const char *mark_color(const struct printer *p, char mark)
{
	return color_on(p, strchr("FE!~", mark) ? "\033[31m" : mark == 's' ? "\033[33m" : "");
}

static void print_numbers(const struct printer *p, const char *title, size_t room, int cell)
{
	fprintf(p->out, "\n%-*s", (int)room, title);
	for (size_t i = 0; i < p->m->n; i++)
		fprintf(p->out, "%*zu", cell, i + 1);
	fputc('\n', p->out);
}

/* What stands on the left, and what is too long for there on a line of its own. */
static void print_left(const struct printer *p, const char *text, size_t room)
{
	escape_plain(p->out, text);
	if (escaped_width(text) > room)
		fprintf(p->out, "\n%*s", (int)room, "");
	else
		fprintf(p->out, "%*s", (int)(room - escaped_width(text)), "");
}

static void print_reasons(const struct printer *p, const struct matrix_row *row)
{
	struct arena a = {};

	for (size_t i = 0; i < p->m->n; i++) {
		const struct matrix_cell *cell = &row->cells[i];
		const char *names, *text;
		bool first;

		if (!cell->reason)
			continue;
		names = row_columns_like(p->m, row, i, &a, &first);
		if (!first)
			continue;
		text = arena_printf(&a, "%s on %s: %s", cell_name(cell), names, cell->reason);
		if (cell->at && cell->outcome != OUTCOME_SKIP)
			text = arena_printf(&a, "%s (%s:%" PRIu64 ":%" PRIu64 ")", text,
					    cell->at->file, cell->at->line, cell->at->column);
		fputs("    ", p->out);
		print_wrapped(p, text, 6, 4);
	}
	arena_free(&a);
}

static void print_row(const struct printer *p, const struct matrix_row *row, size_t room)
{
	print_left(p, row->id, room);
	for (size_t i = 0; i < p->m->n; i++) {
		char mark = cell_mark(&row->cells[i]);

		fprintf(p->out, "%s %c%s", mark_color(p, mark), mark, color_off(p));
		if (i >= 9)
			fputc(' ', p->out);
	}
	fputc('\n', p->out);
	print_reasons(p, row);
}

static void print_alike(const struct printer *p)
{
	struct matrix_alike alike = matrix_alike(p->m);
	bool more = false;

	if (!alike.all)
		return;
	fprintf(p->out, "\n%zu scenario%s the same on all kernels that ran %s: ", alike.all,
		alike.all == 1 ? " is" : "s are", alike.all == 1 ? "it" : "them");
	for (size_t i = 0; i < ARRAY_SIZE(alike.n); i++)
		if (alike.n[i]) {
			fprintf(p->out, "%s%zu %s", more ? ", " : "", alike.n[i],
				outcome_name((enum outcome)i));
			more = true;
		}
	fputc('\n', p->out);
}

static bool has_flaky(const struct matrix *m)
{
	for (size_t i = 0; i < m->n_rows; i++)
		for (size_t j = 0; j < m->n; j++)
			if (cell_is_flaky(&m->rows[i].cells[j]))
				return true;
	return false;
}

static void print_scenarios(const struct printer *p)
{
	const struct matrix *m = p->m;
	size_t cells = 2 * m->n + (m->n > 9 ? m->n - 9 : 0);
	size_t room = p->width > cells + 30 ? p->width - cells : 30, shown = 0;

	for (size_t i = 0; i < m->n_rows; i++) {
		const struct matrix_row *row = &m->rows[i];

		if (!row->differs && !row->bad && !p->o->verbose)
			continue;
		if (!shown++) {
			print_numbers(p, "scenarios that fail or differ", room, 2);
		}
		print_row(p, row, room);
	}
	if (shown)
		fputs("    . pass   F fail   s skip   x xfail   E error   ! it ended badly   "
		      "- not run\n",
		      p->out);
	if (has_flaky(m))
		fputs("    ~ flaky: it failed, but not always\n", p->out);
	print_alike(p);
}

/* Features */

static void print_features(const struct printer *p)
{
	size_t cells = 4 * p->m->n, room = p->width > cells + 30 ? p->width - cells : 30;

	if (!p->m->n_features)
		return;
	print_numbers(p, "features that not all have", room, 4);
	for (size_t i = 0; i < p->m->n_features; i++) {
		const struct matrix_feature *f = &p->m->features[i];

		print_left(p, f->name, room);
		for (size_t j = 0; j < p->m->n; j++)
			fprintf(p->out, "%4s",
				!f->cells[j]		 ? "-"
				: f->cells[j]->supported ? "yes"
							 : "no");
		fputc('\n', p->out);
	}
}

/* Programs */

static void write_cost(const struct doc_program *p, char text[static 24])
{
	int64_t n = p && p->verified_insns.known ? p->verified_insns.value : -1;

	if (p && p->error)
		snprintf(text, 24, "refused");
	else if (n < 0)
		snprintf(text, 24, "-");
	else if (n < 100000)
		snprintf(text, 24, "%" PRId64, n);
	else
		snprintf(text, 24, "%" PRId64 "K", n / 1000);
}

/* "+12%" against what it was; "" where it is the same, or nothing is known. */
static void write_change(const struct program_cost *cost, char text[static 24])
{
	const struct doc_program *is = cost->is, *was = cost->was;
	double change;

	text[0] = '\0';
	if (!is || !was || !is->verified_insns.known || !was->verified_insns.known ||
	    is->verified_insns.value == was->verified_insns.value || !was->verified_insns.value)
		return;
	change = 100.0 * (double)(is->verified_insns.value - was->verified_insns.value) /
		 (double)was->verified_insns.value;
	snprintf(text, 24, "%+.*f%%", change < 100 ? 1 : 0, change);
}

static bool has_change(const struct matrix_program *row, size_t from, size_t to)
{
	char text[24];

	for (size_t i = from; i < to; i++) {
		write_change(&row->cells[i], text);
		if (*text)
			return true;
	}
	return false;
}

static void print_costs(const struct printer *p, const struct matrix_program *row, size_t from,
			size_t to, size_t room, bool changes)
{
	struct arena a = {};
	char text[24];
	int blanks = 0;

	print_left(p,
		   changes ? "  against the baseline"
			   : arena_printf(&a, "%s %s", row->object, row->program),
		   room);
	for (size_t i = from; i < to; i++) {
		if (changes)
			write_change(&row->cells[i], text);
		else
			write_cost(row->cells[i].is, text);
		blanks += COST_WIDTH;
		if (!*text)
			continue;
		fprintf(p->out, "%*s", blanks, text);
		blanks = 0;
	}
	fputc('\n', p->out);
	arena_free(&a);
}

/* Columns @from to @to: more than fit stand below, in a table of their own. */
static void print_programs_of(const struct printer *p, size_t from, size_t to, size_t room,
			      size_t shown)
{
	fprintf(p->out, "\n%-*s", (int)room, "instructions that verifiers walk");
	for (size_t i = from; i < to; i++)
		fprintf(p->out, "%*zu", COST_WIDTH, i + 1);
	fputc('\n', p->out);
	for (size_t i = 0; i < p->m->n_programs; i++) {
		const struct matrix_program *row = &p->m->programs[i];

		if (i >= shown && !has_change(row, 0, p->m->n))
			continue;
		print_costs(p, row, from, to, room, false);
		if (has_change(row, from, to))
			print_costs(p, row, from, to, room, true);
	}
}

static void print_programs(const struct printer *p)
{
	const struct matrix *m = p->m;
	size_t fit = (p->width - 32) / COST_WIDTH, n = m->n < fit ? m->n : fit;
	size_t shown = p->o->verbose ? m->n_programs : PROGRAMS_SHOWN;

	for (size_t from = 0; m->n_programs && from < m->n; from += n)
		print_programs_of(p, from, from + n < m->n ? from + n : m->n,
				  p->width - n * COST_WIDTH, shown);
	if (m->n_programs > shown)
		fprintf(p->out,
			"    the %zu that cost most, of %zu, and what changed; -v shows all\n",
			shown, m->n_programs);
	for (size_t i = 0; i < m->n_over_budget; i++) {
		fprintf(p->out, "%sover budget:%s ", color_on(p, "\033[31m"), color_off(p));
		print_wrapped(p, m->over_budget[i], 4, 13);
	}
}

static void print_total(const struct printer *p)
{
	size_t n[N_COLUMN_VERDICTS] = {};
	bool more = false;

	for (size_t i = 0; i < p->m->n; i++)
		n[p->m->columns[i].verdict]++;
	fprintf(p->out, "\n%zu kernel%s: ", p->m->n, p->m->n == 1 ? "" : "s");
	for (size_t i = 0; i < N_COLUMN_VERDICTS; i++)
		if (n[i]) {
			fprintf(p->out, "%s%zu %s", more ? ", " : "", n[i],
				column_verdict_name((enum column_verdict)i));
			more = true;
		}
	fputc('\n', p->out);
}

void matrix_print_text(const struct matrix *m, const struct table_options *o, FILE *out)
{
	struct printer p = { m, o, out, o->width > 60 ? o->width : WIDTH_DEFAULT };

	print_columns(&p);
	print_scenarios(&p);
	print_features(&p);
	print_programs(&p);
	print_total(&p);
}
