/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/details.h"

#include "base/errno_names.h"
#include "base/verdict_names.h"
#include "report/color.h"
#include "report/escape.h"
#include "report/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct span mismatch_place(const struct scenario_result *r, const struct step_result *step,
			   const struct mismatch *m)
{
	if (m->where.src)
		return m->where;
	return step->where.src ? step->where : r->where;
}

static void write_headline(FILE *out, const struct mismatch *m)
{
	fprintf(out, "%s: ", mismatch_kind_name(m->kind));
	if (m->frame)
		fprintf(out, "frame %" PRIu64 ": ", m->frame);
	fputs(m->message, out);
}

void mismatch_headline(FILE *out, const struct mismatch *m)
{
	size_t len = 0;
	char *text;
	FILE *mem = xmemstream(&text, &len);

	write_headline(mem, m);
	fclose(mem);
	escape_plain(out, text);
	free(text);
}

static const char *first_mismatch(const struct scenario_result *r, struct arena *arena,
				  struct span *where)
{
	for (size_t i = 0; i < r->n_steps; i++) {
		const struct step_result *s = &r->steps[i];
		size_t len = 0;
		const char *copy;
		char *text;
		FILE *mem;

		if (!s->mismatches.n)
			continue;
		mem = xmemstream(&text, &len);
		write_headline(mem, &s->mismatches.items[0]);
		fclose(mem);
		copy = arena_strdup(arena, text);
		free(text);
		*where = mismatch_place(r, s, &s->mismatches.items[0]);
		return copy;
	}
	return NULL;
}

static const char *what_went_wrong(const struct scenario_result *r, struct arena *arena,
				   struct span *where)
{
	const char *text = first_mismatch(r, arena, where);

	if (text)
		return text;
	for (size_t i = 0; i < r->diags.n; i++)
		if (r->diags.items[i].severity == DIAG_ERROR) {
			*where = r->diags.items[i].where.src ? r->diags.items[i].where : r->where;
			return arena_strdup(arena, r->diags.items[i].message);
		}
	*where = r->where;
	return r->reason ? arena_strdup(arena, r->reason) : outcome_name(r->outcome);
}

const char *scenario_headline(const struct scenario_result *r, struct arena *arena,
			      struct span *where)
{
	const char *text = what_went_wrong(r, arena, where);

	if (!r->flaky || !strcmp(text, r->reason))
		return text;
	return arena_printf(arena, "%s: %s", r->reason, text);
}

void position_print(FILE *out, struct span where)
{
	struct position pos = span_position(where);

	if (!where.src)
		return;
	escape_plain(out, where.src->path);
	fprintf(out, ":%u:%u", pos.line, pos.col);
}

static char *plain_text(const char *s)
{
	size_t len = 0;
	char *text;
	FILE *mem = xmemstream(&text, &len);

	escape_plain(mem, s);
	fclose(mem);
	return text;
}

void details_span(FILE *out, struct span where, const char *label, const char *message)
{
	char *text = plain_text(message);

	if (where.src) {
		struct source clean = *where.src;

		clean.path = plain_text(clean.path);
		where.src = &clean;
		span_print(out, where, label, text);
		free(clean.path);
	} else {
		span_print(out, where, label, text);
	}
	free(text);
}

const char *details_severity(enum severity s)
{
	switch (s) {
	case DIAG_NOTE:
		return "note";
	case DIAG_WARNING:
		return "warning";
	case DIAG_ERROR:
		return "error";
	}
	return "";
}

void details_diags(FILE *out, const struct diags *d)
{
	for (size_t i = 0; i < d->n; i++)
		details_span(out, d->items[i].where, details_severity(d->items[i].severity),
			     d->items[i].message);
}

static bool same_file(const struct diag *a, const struct diag *b)
{
	if (!a->where.src || !b->where.src)
		return a->where.src == b->where.src;
	return !strcmp(a->where.src->path, b->where.src->path);
}

void details_file_diags(const struct diags *d, size_t from, struct diags *part)
{
	size_t i = from;

	while (i < d->n && (i == from || d->items[i].severity == DIAG_NOTE ||
			    same_file(&d->items[i], &d->items[from])))
		i++;
	*part = (struct diags){ .items = d->items + from, .n = i - from };
}

const struct diag *details_first_error(const struct diags *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->items[i].severity == DIAG_ERROR)
			return &d->items[i];
	return NULL;
}

void duration_print(FILE *out, uint64_t ns)
{
	if (ns < 1000000)
		fprintf(out, "%" PRIu64 " us", ns / 1000);
	else if (ns < 1000000000)
		fprintf(out, "%.1f ms", (double)ns / 1e6);
	else
		fprintf(out, "%.2f s", (double)ns / 1e9);
}

static void write_verdicts(FILE *out, const struct step_result *s)
{
	fprintf(out, "%" PRIu64 " frame%s", s->frames, s->frames == 1 ? "" : "s");
	for (size_t i = 0; i < s->n_verdicts; i++) {
		fprintf(out, "%s %" PRIu64 " ", i ? "," : ":", s->verdicts[i].frames);
		verdict_print(out, s->prog_type, s->verdicts[i].verdict);
	}
}

static void write_run(FILE *out, const struct step_result *s)
{
	const struct observation *o = &s->observed;

	if (o->error) {
		fprintf(out, "refused with %s", errno_name(o->error));
		return;
	}
	verdict_print(out, o->prog_type, o->verdict);
	fprintf(out, ", %zu bytes in, %zu out, %u ns", o->in_len, o->out_len, o->duration);
}

void details_step(FILE *out, const struct step_result *s)
{
	fprintf(out, "step %zu", s->number);
	if (s->name) {
		fputs(" '", out);
		escape_plain(out, s->name);
		fputs("'", out);
	}
	fprintf(out, ", %s", s->kind);
	if (s->capture) {
		fputs(" ", out);
		escape_plain(out, s->capture);
	}
	if (s->program) {
		fputs(" to ", out);
		escape_plain(out, s->program);
	}
	if (s->node)
		fprintf(out, " in %s", s->node);
	if (!s->ran) {
		fputs(": did not run", out);
	} else if (s->capture) {
		fputs(": ", out);
		write_verdicts(out, s);
	} else if (s->program) {
		fputs(": ", out);
		write_run(out, s);
	}
}

static bool same_place(struct span a, struct span b)
{
	return a.src == b.src && a.off == b.off && a.len == b.len;
}

/* Several mismatches of one expectation show its line once. */
static void print_head(FILE *out, struct span where, const struct mismatch *m, bool again,
		       const struct details_style *style)
{
	size_t len = 0;
	char *text;
	FILE *mem;

	if (style->outline || again) {
		position_print(out, where);
		fputs(where.src ? ": failed: " : "verdict: failed: ", out);
		mismatch_headline(out, m);
		fputc('\n', out);
		return;
	}
	mem = xmemstream(&text, &len);
	write_headline(mem, m);
	fclose(mem);
	details_span(out, where, "failed", text);
	free(text);
}

static void print_mismatch(FILE *out, const struct mismatch *m, const char *sent_before,
			   const struct details_style *style)
{
	if (m->sent && m->sent != sent_before) {
		fputs("    sent      ", out);
		escape_plain_cut(out, m->sent, style->verbose ? SIZE_MAX : 160);
		fputc('\n', out);
	}
	if (m->packet || m->out)
		details_frame(out, m, style);
	if (m->map || m->n_values)
		details_map(out, m, style);
	if (m->has_seen)
		details_seen(out, m);
}

/* Frames that failed beyond those described. */
static uint64_t frames_beyond(const struct step_result *s)
{
	uint64_t shown = 0, last = 0;

	for (size_t i = 0; i < s->mismatches.n; i++) {
		const struct mismatch *m = &s->mismatches.items[i];

		if (m->kind == MISMATCH_MAP || m->kind == MISMATCH_EVENTS || m->frame == last)
			continue;
		last = m->frame;
		shown++;
	}
	return s->mismatched_frames > shown ? s->mismatched_frames - shown : 0;
}

/* A mismatch of a map shows it before and after already. */
static bool is_shown(const struct step_result *s, const char *map)
{
	for (size_t i = 0; i < s->mismatches.n; i++) {
		const struct mismatch *m = &s->mismatches.items[i];

		if (m->map && m->has_before && !strcmp(m->map, map))
			return true;
	}
	return false;
}

void details_step_changes(FILE *out, const struct step_result *s, bool verbose)
{
	struct map_changes rest = s->map_changes;

	rest.items = xcalloc(rest.n, sizeof(*rest.items));
	rest.n = 0;
	for (size_t i = 0; i < s->map_changes.n; i++)
		if (is_shown(s, s->map_changes.items[i].map))
			rest.total--;
		else
			rest.items[rest.n++] = s->map_changes.items[i];
	if (rest.total || rest.n_too_large) {
		fputs("  changed in maps:\n", out);
		details_changes(out, &rest, "    ", verbose ? SIZE_MAX : 160);
	}
	free(rest.items);
}

static void print_rest_of_step(FILE *out, const struct step_result *s,
			       const struct details_style *style)
{
	uint64_t more = frames_beyond(s);

	if (s->capture && more)
		fprintf(out, "  %" PRIu64 " more frame%s failed, %" PRIu64 " of %" PRIu64 "\n",
			more, more == 1 ? "" : "s", s->mismatched_frames, s->frames);
	if (!style->outline)
		details_step_changes(out, s, style->verbose);
	for (size_t i = 0; i < s->n_notes; i++) {
		fputs("  note: ", out);
		escape_plain(out, s->notes[i]);
		fputc('\n', out);
	}
	if (s->frames_in) {
		fputs("  frames in:  ", out);
		escape_plain(out, s->frames_in);
		fputc('\n', out);
	}
	if (s->frames_out) {
		fputs("  frames out: ", out);
		escape_plain(out, s->frames_out);
		fputc('\n', out);
	}
}

void details_trace(FILE *out, const struct step_result *s)
{
	if (s->observed.in && s->program)
		trace_print(out, "    ", s->program, &s->observed, NULL);
}

static void print_step(FILE *out, const struct scenario_result *r, const struct step_result *s,
		       const struct details_style *style)
{
	struct span before = {};
	const char *sent = NULL;

	if (!s->mismatches.n && !s->n_notes && !style->verbose)
		return;
	fputs("  ", out);
	details_step(out, s);
	fputc('\n', out);
	if (style->verbose)
		details_trace(out, s);
	for (size_t i = 0; i < s->mismatches.n; i++) {
		const struct mismatch *m = &s->mismatches.items[i];
		struct span where = mismatch_place(r, s, m);

		print_head(out, where, m, before.src && same_place(before, where), style);
		if (!style->outline)
			print_mismatch(out, m, sent, style);
		before = where;
		sent = m->sent;
	}
	print_rest_of_step(out, s, style);
}

static void print_load_log(FILE *out, const char *log)
{
	if (!log || !*log)
		return;
	fputs("  the verifier's log ends:\n", out);
	escape_lines(out, "    | ", log);
}

void details_print(FILE *out, const struct scenario_result *r, const struct details_style *style)
{
	bool failed = false;

	details_diags(out, &r->diags);
	print_load_log(out, r->load_log);
	for (size_t i = 0; i < r->n_steps; i++) {
		failed |= r->steps[i].mismatches.n > 0;
		print_step(out, r, &r->steps[i], style);
	}
	if (!failed && !r->diags.errors && r->reason)
		details_span(out, r->where, "failed", r->reason);
}
