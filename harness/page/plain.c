/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "page/internal.h"

#include "report/details.h"
#include "report/escape.h"

#include <inttypes.h>

/* Without JavaScript all of them stand there at once. */
#define FAILURES_LISTED 500

void page_print_title(FILE *out, const struct page *p)
{
	fputs("<title>", out);
	if (p->title) {
		escape_xml(out, p->title);
		fputs(": ", out);
	}
	step_summary_headline(out, p->summary);
	fputs("</title>\n", out);
}

/* A part of the bar: an attribute of SVG, since the policy allows no style but the page's own. */
static void print_part(FILE *out, const char *name, uint64_t n, uint64_t total, double *x)
{
	double width = total ? 100.0 * (double)n / (double)total : 0;

	if (n)
		fprintf(out, "<rect class=\"is-%s\" x=\"%.3f\" width=\"%.3f\" height=\"1\"/>", name,
			*x, width);
	*x += width;
}

static void print_bar(FILE *out, const struct summary_run *r)
{
	uint64_t total = r->passed + r->failed + r->errors + r->skipped + r->xfailed;
	double x = 0;

	fputs("<svg class=\"share\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" "
	      "aria-hidden=\"true\">",
	      out);
	print_part(out, "fail", r->failed, total, &x);
	print_part(out, "error", r->errors, total, &x);
	print_part(out, "xfail", r->xfailed, total, &x);
	print_part(out, "pass", r->passed, total, &x);
	print_part(out, "skip", r->skipped, total, &x);
	fputs("</svg>", out);
}

static void print_number(FILE *out, const char *name, uint64_t n)
{
	if (n)
		fprintf(out,
			"<td class=\"number\"><span class=\"outcome is-%s\">%" PRIu64
			"</span></td>",
			name, n);
	else
		fputs("<td class=\"number zero\">0</td>", out);
}

static void print_run(FILE *out, const struct page *p, const struct summary_run *r)
{
	fputs("<tr><th scope=\"row\">", out);
	escape_xml(out, r->name);
	print_bar(out, r);
	fputs("</th>", out);
	for (size_t i = 0; i < n_summary_counts; i++)
		if (summary_count_shown(p->summary, &summary_counts[i]))
			print_number(out, summary_counts[i].outcome,
				     summary_count_of(r, &summary_counts[i]));
	fputs("<td class=\"number\">", out);
	duration_print(out, r->duration);
	fputs("</td></tr>\n", out);
}

static void print_runs(FILE *out, const struct page *p)
{
	fputs("<div class=\"card scroll\" id=\"counts\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"Counts\">\n"
	      "<table><caption class=\"hidden\">Outcomes on each kernel</caption>\n"
	      "<thead><tr><th scope=\"col\">kernel</th>",
	      out);
	for (size_t i = 0; i < n_summary_counts; i++)
		if (summary_count_shown(p->summary, &summary_counts[i]))
			fprintf(out, "<th scope=\"col\" class=\"number\">%s</th>",
				summary_counts[i].title);
	fputs("<th scope=\"col\" class=\"number\">time</th></tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < p->summary->n_runs; i++)
		print_run(out, p, &p->summary->runs[i]);
	fputs("</tbody></table></div>\n", out);
}

static void print_warnings(FILE *out, const struct step_summary *s)
{
	if (!s->n_warnings)
		return;
	fputs("<ul class=\"warnings\">\n", out);
	for (size_t i = 0; i < s->n_warnings; i++) {
		fputs("<li>", out);
		escape_xml(out, s->warnings[i]);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

void page_print_summary(FILE *out, const struct page *p)
{
	fprintf(out,
		"<section id=\"summary\" aria-labelledby=\"summary-title\">\n"
		"<div class=\"card headline is-%s\"><div>\n",
		step_summary_outcome(p->summary));
	if (p->title) {
		fputs("<p>", out);
		escape_xml(out, p->title);
		fputs("</p>\n", out);
	}
	fputs("<h1 id=\"summary-title\">", out);
	step_summary_headline(out, p->summary);
	fputs("</h1>\n</div></div>\n", out);
	print_warnings(out, p->summary);
	print_runs(out, p);
	fputs("</section>\n", out);
}

static void print_failure(FILE *out, const struct summary_line *l)
{
	fprintf(out, "<li><span class=\"outcome is-%s\">%s</span> <b>", l->mark, l->mark);
	escape_xml(out, l->name);
	fputs("</b>", out);
	if (l->on) {
		fputs(" on ", out);
		escape_xml(out, l->on);
	}
	if (l->place) {
		fputs("<br><code>", out);
		escape_xml(out, l->place);
		fputs("</code>", out);
	}
	if (l->message) {
		fputs("<br><code>", out);
		escape_xml(out, l->message);
		fputs("</code>", out);
	}
	fputs("</li>\n", out);
}

void page_print_failures(FILE *out, const struct page *p)
{
	const struct summary_lines *bad = &p->summary->bad;

	if (!bad->n)
		return;
	fprintf(out,
		"<section id=\"failures\" class=\"part\" aria-labelledby=\"failures-title\">\n"
		"<h2 id=\"failures-title\">Failures (%zu)</h2>\n<ol class=\"card lines\">\n",
		bad->n);
	for (size_t i = 0; i < bad->n && i < FAILURES_LISTED; i++)
		print_failure(out, &bad->items[i]);
	if (bad->n > FAILURES_LISTED)
		fprintf(out, "<li>and %zu more</li>\n", bad->n - FAILURES_LISTED);
	fputs("</ol>\n</section>\n", out);
}
