/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/step_summary.h"

#include "base/text_stream.h"
#include "report/details.h"
#include "report/escape.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* Bytes of one text. */
#define TEXT_SHOWN 400

/*
 * A text of the user's, on one line: in <code>, where nothing becomes a mention or a link to an
 * issue; each character that could mean something to Markdown or HTML as a reference, which by
 * CommonMark (section 2.5) never takes part in structure, and is no end of a table's cell.
 */
static void print_text(FILE *out, const char *text)
{
	static const char plain[] = " ,;/-+=()'";
	struct arena arena = {};
	struct text_stream t;
	const char *s;

	text_stream_open(&t);
	escape_plain_cut(t.out, text, TEXT_SHOWN);
	fputs("<code>", out);
	for (s = text_stream_close(&t, &arena); *s; s++) {
		unsigned char c = (unsigned char)*s;

		/* A dot between letters would make "www.example.org" a link. */
		if (c >= 0x80 || isalnum(c) || strchr(plain, c))
			fputc(c, out);
		else
			fprintf(out, "&#%u;", c);
	}
	fputs("</code>", out);
	arena_free(&arena);
}

static size_t count_bad(const struct step_summary *s, const char *mark)
{
	size_t n = 0;

	for (size_t i = 0; i < s->bad.n; i++)
		n += !strcmp(s->bad.items[i].mark, mark);
	return n;
}

static bool was_judged(const struct step_summary *s)
{
	for (size_t i = 0; i < s->n_runs; i++)
		if (s->runs[i].passed + s->runs[i].failed + s->runs[i].xfailed)
			return true;
	return false;
}

const char *step_summary_outcome(const struct step_summary *s)
{
	if (count_bad(s, "fail"))
		return "fail";
	return s->bad.n || s->n_warnings || !was_judged(s) ? "error" : "pass";
}

void step_summary_headline(FILE *out, const struct step_summary *s)
{
	size_t failed = count_bad(s, "fail"), errors = count_bad(s, "error");

	if (failed)
		fprintf(out, "%zu of %zu scenarios failed", failed, s->n_scenarios);
	if (errors)
		fprintf(out, "%s%zu could not be judged", failed ? ", " : "", errors);
	if (!s->bad.n && !was_judged(s))
		fputs("nothing was judged", out);
	else if (!s->bad.n && s->n_scenarios == 1)
		fputs("the scenario passed", out);
	else if (!s->bad.n && s->skipped.n)
		fprintf(out, "none of %zu scenarios failed, %zu skipped", s->n_scenarios,
			s->skipped.n);
	else if (!s->bad.n)
		fprintf(out, "all %zu scenarios passed", s->n_scenarios);
	if (s->n_runs > 1)
		fprintf(out, ", on %zu kernels", s->n_runs);
}

const struct summary_count summary_counts[] = {
	{ "pass", "passed", offsetof(struct summary_run, passed) },
	{ "fail", "failed", offsetof(struct summary_run, failed) },
	{ "error", "not judged", offsetof(struct summary_run, errors) },
	{ "skip", "skipped", offsetof(struct summary_run, skipped) },
	{ "xfail", "failed as expected", offsetof(struct summary_run, xfailed) },
	{ "flaky", "flaky", offsetof(struct summary_run, flaky) },
};
const size_t n_summary_counts = ARRAY_SIZE(summary_counts);

uint64_t summary_count_of(const struct summary_run *run, const struct summary_count *c)
{
	return *(const uint64_t *)(const void *)((const char *)run + c->offset);
}

bool summary_count_shown(const struct step_summary *s, const struct summary_count *c)
{
	if (c < summary_counts + 2)
		return true;
	for (size_t i = 0; i < s->n_runs; i++)
		if (summary_count_of(&s->runs[i], c))
			return true;
	return false;
}

static void print_run(FILE *out, const struct step_summary *s, const struct summary_run *r)
{
	fputs("| ", out);
	print_text(out, r->name);
	for (size_t i = 0; i < n_summary_counts; i++)
		if (summary_count_shown(s, &summary_counts[i]))
			fprintf(out, " | %" PRIu64, summary_count_of(r, &summary_counts[i]));
	fputs(" | ", out);
	duration_print(out, r->duration);
	fputs(" |\n", out);
}

static void print_runs(FILE *out, const struct step_summary *s)
{
	fputs("\n| kernel", out);
	for (size_t i = 0; i < n_summary_counts; i++)
		if (summary_count_shown(s, &summary_counts[i]))
			fprintf(out, " | %s", summary_counts[i].title);
	fputs(" | time |\n|---", out);
	for (size_t i = 0; i < n_summary_counts; i++)
		if (summary_count_shown(s, &summary_counts[i]))
			fputs("|--:", out);
	fputs("|--:|\n", out);
	for (size_t i = 0; i < s->n_runs; i++)
		print_run(out, s, &s->runs[i]);
}

static const char *mark_text(const char *mark)
{
	if (!strcmp(mark, "fail"))
		return "❌";
	if (!strcmp(mark, "error"))
		return "⚠️ not judged";
	return "";
}

static void print_line(FILE *out, const struct summary_line *l, bool several)
{
	fprintf(out, "| %s | ", mark_text(l->mark));
	print_text(out, l->name);
	if (l->place) {
		fputs("<br>", out);
		print_text(out, l->place);
	}
	fputs(" | ", out);
	if (l->message)
		print_text(out, l->message);
	if (several) {
		fputs(" | ", out);
		if (l->on)
			print_text(out, l->on);
	}
	fputs(" |\n", out);
}

static void print_lines(FILE *out, const struct step_summary *s, const struct summary_lines *lines,
			const char *title, bool folded)
{
	bool several = s->n_runs > 1;

	if (!lines->n)
		return;
	if (folded)
		fprintf(out, "\n<details><summary>%s (%zu)</summary>\n\n", title, lines->n);
	else
		fprintf(out, "\n### %s (%zu)\n\n", title, lines->n);
	fprintf(out, "| | scenario | what it says |%s\n|---|---|---|%s\n", several ? " on |" : "",
		several ? "---|" : "");
	for (size_t i = 0; i < lines->n && i < SUMMARY_LINES; i++)
		print_line(out, &lines->items[i], several);
	if (lines->n > SUMMARY_LINES)
		fprintf(out, "\n… and %zu more.\n", lines->n - SUMMARY_LINES);
	if (folded)
		fputs("\n</details>\n", out);
}

void step_summary_print(FILE *out, const struct step_summary *s)
{
	const char *outcome = step_summary_outcome(s);

	fprintf(out, "## %s verdict: ",
		!strcmp(outcome, "pass")   ? "✅"
		: !strcmp(outcome, "fail") ? "❌"
					   : "⚠️");
	step_summary_headline(out, s);
	fputc('\n', out);
	for (size_t i = 0; i < s->n_warnings && i < SUMMARY_LINES; i++) {
		fputs("\n> ⚠️ ", out);
		print_text(out, s->warnings[i]);
		fputc('\n', out);
	}
	print_lines(out, s, &s->bad, "Failures", false);
	print_runs(out, s);
	print_lines(out, s, &s->flaky, "Flaky", true);
	print_lines(out, s, &s->skipped, "Skipped", true);
}

void step_summary_free(struct step_summary *s)
{
	arena_free(&s->arena);
	*s = (struct step_summary){};
}
