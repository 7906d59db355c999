/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/color.h"
#include "report/details.h"
#include "report/escape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Widest column of a table; a row with more has a line for each text. */
#define CELL_MAX 40
/* Longest text of such a line, unless -v. */
#define CELL_SHOWN 160

static void print_cell(FILE *out, const char *text, size_t width)
{
	size_t used = escaped_width(text);

	escape_plain(out, text);
	if (width > used)
		fprintf(out, "%*s", (int)(width - used), "");
}

static void widen(size_t *width, const char *text)
{
	size_t w = escaped_width(text);

	if (w > *width && w <= CELL_MAX)
		*width = w;
}

static void print_long_row(FILE *out, const struct details_row *row, size_t width,
			   const struct details_style *style)
{
	size_t max = style->verbose ? SIZE_MAX : CELL_SHOWN;

	fputs("    ", out);
	print_cell(out, row->name, width);
	fputs("  expected ", out);
	escape_plain_cut(out, row->expected, max);
	fprintf(out, "\n    %*s  actual   ", (int)width, "");
	escape_plain_cut(out, row->actual, max);
	fprintf(out, "%s%s\n", row->remark ? "  " : "", row->remark ? row->remark : "");
}

static void print_row(FILE *out, const struct details_row *row, const size_t widths[2],
		      const struct details_style *style)
{
	fputs("    ", out);
	print_cell(out, row->name, widths[0]);
	fprintf(out, "  %s", color_on(style->color, COLOR_GREEN));
	print_cell(out, row->expected, widths[1]);
	fprintf(out, "%s  %s", color_off(style->color), color_on(style->color, COLOR_RED));
	escape_plain(out, row->actual);
	fprintf(out, "%s%s%s\n", color_off(style->color), row->remark ? "  " : "",
		row->remark ? row->remark : "");
}

static bool is_long(const struct details_row *row)
{
	return escaped_width(row->expected) > CELL_MAX || escaped_width(row->actual) > CELL_MAX;
}

void details_table(FILE *out, const char *title, const struct details_row *rows, size_t n,
		   const struct details_style *style)
{
	size_t widths[2] = { strlen(title), strlen("expected") };
	size_t n_short = 0;

	for (size_t i = 0; i < n; i++) {
		widen(&widths[0], rows[i].name);
		if (is_long(&rows[i]))
			continue;
		widen(&widths[1], rows[i].expected);
		n_short++;
	}
	if (n_short)
		fprintf(out, "    %s%-*s  %-*s  actual%s\n", color_on(style->color, COLOR_BOLD),
			(int)widths[0], title, (int)widths[1], "expected", color_off(style->color));
	for (size_t i = 0; i < n; i++) {
		if (is_long(&rows[i]))
			print_long_row(out, &rows[i], widths[0], style);
		else
			print_row(out, &rows[i], widths, style);
	}
}

static void print_members(FILE *out, const struct mismatch *m, const struct details_style *style)
{
	struct details_row *rows = xcalloc(m->n_values, sizeof(*rows));

	for (size_t i = 0; i < m->n_values; i++)
		rows[i] = (struct details_row){
			.name = *m->values[i].member ? m->values[i].member : "value",
			.expected = m->values[i].expected ? m->values[i].expected : "absent",
			.actual = m->values[i].actual ? m->values[i].actual : "absent",
		};
	details_table(out, "member", rows, m->n_values, style);
	free(rows);
}

struct state {
	const char *name;
	const char **lines;
	size_t n;
	uint64_t total;
	char sign; /* of lines that the other state has not */
};

static bool has_line(const struct state *s, const char *line)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->lines[i], line))
			return true;
	return false;
}

static void print_state(FILE *out, const struct state *s, const struct state *other)
{
	fprintf(out, "    %s the step: ", s->name);
	if (!s->total) {
		fputs("empty\n", out);
		return;
	}
	fprintf(out, "%" PRIu64 " entr%s\n", s->total, s->total == 1 ? "y" : "ies");
	for (size_t i = 0; i < s->n; i++) {
		bool only_here = other && !has_line(other, s->lines[i]);

		fprintf(out, "    %c ", only_here ? s->sign : ' ');
		escape_plain(out, s->lines[i]);
		fputc('\n', out);
	}
	if (s->total > s->n)
		fprintf(out, "      .. and %" PRIu64 " more\n", s->total - s->n);
}

static void print_states(FILE *out, const struct mismatch *m)
{
	struct state before = { "before", m->before, m->n_before, m->total_before, '-' };
	struct state after = { "after", m->after, m->n_after, m->total_after, '+' };
	/* Of states shown in part, a line that is missing may only not be shown. */
	bool whole = m->has_before && before.n == before.total && after.n == after.total;

	if (m->has_before)
		print_state(out, &before, whole ? &after : NULL);
	print_state(out, &after, whole ? &before : NULL);
}

void details_map(FILE *out, const struct mismatch *m, const struct details_style *style)
{
	if (m->nearest && m->n_values) {
		fputs("    nearest   ", out);
		escape_plain(out, m->nearest);
		fputc('\n', out);
	}
	if (m->n_values)
		print_members(out, m, style);
	if (m->has_states)
		print_states(out, m);
}

static void print_change(FILE *out, const struct map_change *c, size_t most)
{
	escape_plain(out, c->map);
	fputs("[", out);
	escape_plain_cut(out, c->key, most);
	fputs("]: ", out);
	if (c->difference) {
		escape_plain_cut(out, c->difference, most);
	} else {
		fputs(c->after ? "added: " : "removed: ", out);
		escape_plain_cut(out, c->after ? c->after : c->before, most);
	}
	fputc('\n', out);
}

void details_changes(FILE *out, const struct map_changes *c, const char *indent, size_t most)
{
	for (size_t i = 0; i < c->n; i++) {
		fputs(indent, out);
		print_change(out, &c->items[i], most);
	}
	if (c->total > c->n)
		fprintf(out, "%s.. and %" PRIu64 " more\n", indent, c->total - c->n);
	for (size_t i = 0; i < c->n_too_large; i++) {
		fputs(indent, out);
		escape_plain(out, c->too_large[i]);
		fputs(" is too large to be looked over unasked\n", out);
	}
}
