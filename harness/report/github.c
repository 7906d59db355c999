/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * GitHub Actions: workflow commands that annotate the lines of a pull request,
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 *
 * One annotation per place of a step, whatever went wrong there: GitHub shows ten of a step.
 */
#include "base/file.h"
#include "report/details.h"
#include "report/escape.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Rows of differences in one annotation. */
#define ROWS_SHOWN 10

struct github_state {
	struct arena arena;
	const char *workspace; /* absolute and clean, or NULL */
	const char *folder;    /* where verdict runs */
};

static void github_begin(struct sink *s, const struct run_info *info)
{
	struct github_state *st = xcalloc(1, sizeof(*st));
	const char *workspace = getenv("GITHUB_WORKSPACE");
	char *folder = getcwd(NULL, 0);

	(void)info;
	st->folder = folder ? path_clean(&st->arena, folder) : "/";
	free(folder);
	st->workspace = workspace && *workspace ? path_clean(&st->arena, workspace) : st->folder;
	s->state = st;
}

/* Annotations take paths from the root of the repository, wherever verdict runs in it. */
static const char *path_in_workspace(struct github_state *st, const char *path)
{
	size_t len = strlen(st->workspace);
	const char *whole = path_clean(&st->arena, path_join(&st->arena, st->folder, path));

	if (!strncmp(whole, st->workspace, len) && whole[len] == '/')
		return whole + len + 1;
	return path_clean(&st->arena, path);
}

static struct position end_of(struct span where)
{
	return span_position((struct span){ where.src, where.off + where.len, 0 });
}

static void annotation(struct sink *s, const char *level, struct span where, const char *title,
		       const char *message)
{
	struct position start = span_position(where), end = end_of(where);

	fprintf(s->out, "::%s ", level);
	if (where.src) {
		fputs("file=", s->out);
		escape_github_property(s->out, path_in_workspace(s->state, where.src->path));
		fprintf(s->out, ",line=%u,", start.line);
		/* Columns are only taken within one line. */
		if (end.line == start.line)
			fprintf(s->out, "col=%u,endColumn=%u,", start.col, end.col);
	}
	fputs("title=", s->out);
	escape_github_property(s->out, title);
	fputs("::", s->out);
	escape_github(s->out, message);
	fputc('\n', s->out);
}

static void write_row(FILE *out, size_t i, const char *name, const char *expected,
		      const char *actual)
{
	if (i < ROWS_SHOWN)
		fprintf(out, "\n  %s: expected %s, got %s", name, expected ? expected : "absent",
			actual ? actual : "absent");
	else if (i == ROWS_SHOWN)
		fputs("\n  ..", out);
}

static void write_rows(FILE *out, const struct mismatch *m)
{
	/* One difference is said by the message. */
	for (size_t i = 0; m->packet && m->packet->n > 1 && i < m->packet->n; i++)
		write_row(out, i, m->packet->items[i].field, m->packet->items[i].expected,
			  m->packet->items[i].actual);
	for (size_t i = 0; m->n_values > 1 && i < m->n_values; i++)
		write_row(out, i, m->values[i].member, m->values[i].expected, m->values[i].actual);
}

static bool same_place(struct span a, struct span b)
{
	return a.src == b.src && a.off == b.off && a.len == b.len;
}

static bool place_is_first(const struct scenario_result *r, const struct step_result *step,
			   size_t i)
{
	const struct mismatch *items = step->mismatches.items;

	for (size_t j = 0; j < i; j++)
		if (same_place(mismatch_place(r, step, &items[j]),
			       mismatch_place(r, step, &items[i])))
			return false;
	return true;
}

/* All that went wrong at the place of mismatch @i. */
static void annotate_place(struct sink *s, const struct scenario_result *r,
			   const struct step_result *step, size_t i, const char *title)
{
	const struct mismatch *items = step->mismatches.items;
	struct span where = mismatch_place(r, step, &items[i]);
	size_t len = 0;
	char *text;
	FILE *mem = xmemstream(&text, &len);

	for (size_t j = i; j < step->mismatches.n; j++) {
		if (!same_place(mismatch_place(r, step, &items[j]), where))
			continue;
		fputs(j == i ? "" : "\n", mem);
		mismatch_headline(mem, &items[j]);
		write_rows(mem, &items[j]);
	}
	fclose(mem);
	annotation(s, "error", where, title, text);
	free(text);
}

/* A diagnostic with the notes that belong to it; @log, where not NULL, at its end. */
static size_t annotate_diag(struct sink *s, const struct diags *d, size_t i, const char *title,
			    const char *log)
{
	const struct diag *m = &d->items[i];
	size_t len = 0;
	char *text;
	FILE *mem = xmemstream(&text, &len);

	fputs(m->message, mem);
	for (i++; i < d->n && d->items[i].severity == DIAG_NOTE; i++)
		fprintf(mem, "\nnote: %s", d->items[i].message);
	if (log)
		fprintf(mem, "\n%s", log);
	fclose(mem);
	annotation(s, m->severity == DIAG_ERROR ? "error" : "warning", m->where, title, text);
	free(text);
	return i;
}

static void annotate_diags(struct sink *s, const struct diags *d, const char *title,
			   const char *log)
{
	for (size_t i = 0; i < d->n;) {
		bool is_error = d->items[i].severity == DIAG_ERROR;

		i = annotate_diag(s, d, i, title, is_error ? log : NULL);
		if (is_error)
			log = NULL;
	}
}

static void annotate_mismatches(struct sink *s, const struct scenario_result *r, const char *title)
{
	for (size_t i = 0; i < r->n_steps; i++)
		for (size_t j = 0; j < r->steps[i].mismatches.n; j++)
			if (place_is_first(r, &r->steps[i], j))
				annotate_place(s, r, &r->steps[i], j, title);
}

static bool has_mismatches(const struct scenario_result *r)
{
	for (size_t i = 0; i < r->n_steps; i++)
		if (r->steps[i].mismatches.n)
			return true;
	return false;
}

static void github_scenario(struct sink *s, const struct scenario_result *r)
{
	char *title = r->flaky ? xasprintf("%s (%s)", r->name, r->reason) : xstrdup(r->name);

	annotate_diags(s, &r->diags, title, r->load_log);
	if (r->outcome == OUTCOME_FAIL || r->outcome == OUTCOME_ERROR) {
		annotate_mismatches(s, r, title);
		if (!r->diags.errors && !has_mismatches(r))
			annotation(s, "error", r->where, title,
				   r->reason ? r->reason : outcome_name(r->outcome));
		fflush(s->out);
	}
	free(title);
}

static void github_diags(struct sink *s, const struct diags *d)
{
	annotate_diags(s, d, "verdict", NULL);
}

static void github_end(struct sink *s, const struct run_summary *sum)
{
	struct github_state *st = s->state;

	fprintf(s->out, "::notice title=verdict::%zu passed, %zu failed, %zu skipped", sum->passed,
		sum->failed, sum->skipped);
	if (sum->errors)
		fprintf(s->out, ", %zu could not be judged", sum->errors);
	if (sum->flaky)
		fprintf(s->out, ", %zu of these flaky", sum->flaky);
	fputc('\n', s->out);
	arena_free(&st->arena);
	free(st);
	s->state = NULL;
}

const struct sink_ops github_sink = {
	.name = "github",
	.help = "GitHub Actions: annotations at the lines that failed",
	.begin = github_begin,
	.scenario = github_scenario,
	.diags = github_diags,
	.end = github_end,
};
