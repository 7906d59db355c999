/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/read_result.h"

#include "base/errno_names.h"
#include "base/text.h"
#include "types/object_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct source *source_of(struct place_sources *sources, const char *path)
{
	struct source *src;

	for (size_t i = 0; i < sources->n; i++)
		if (!strcmp(sources->items[i]->path, path))
			return sources->items[i];
	src = xcalloc(1, sizeof(*src));
	if (source_read(path, src))
		source_from_text(path, "", 0, src);
	*ARRAY_PUSH(sources->items, sources->n) = src;
	return src;
}

/* The byte of line @line where character @column stands, both from 1; the text's end beyond it. */
static size_t offset_of(const struct source *src, uint64_t line, uint64_t column)
{
	size_t off = 0, len;

	for (; line > 1; line--) {
		const char *eol = memchr(src->text + off, '\n', src->len - off);

		if (!eol)
			return src->len;
		off = (size_t)(eol - src->text) + 1;
	}
	for (; column > 1 && off < src->len && src->text[off] != '\n'; column--) {
		len = utf8_character(src->text + off, src->len - off, NULL);
		off += len ? len : 1;
	}
	return off;
}

static struct span span_of(struct place_sources *sources, const struct doc_place *at)
{
	struct span where = {};

	if (!at || !at->file)
		return where;
	where.src = source_of(sources, at->file);
	where.off = offset_of(where.src, at->line, at->column);
	where.len = where.off < where.src->len && where.src->text[where.off] != '\n';
	return where;
}

void diags_of_document(const struct doc_diags *list, struct place_sources *sources, struct diags *d)
{
	for (size_t i = 0; i < list->n; i++)
		diag(d, (enum severity)list->items[i].severity, span_of(sources, list->items[i].at),
		     "%s", list->items[i].message);
}

static void take_differences(struct arena *a, const struct doc_mismatch *from, struct mismatch *m)
{
	const struct doc_differences *list = &from->differences;
	struct packet_diff *diff;

	if (m->kind != MISMATCH_PACKET && m->kind != MISMATCH_CAPTURE) {
		m->values = arena_alloc(a, (list->n + 1) * sizeof(*m->values));
		m->n_values = list->n;
		for (size_t i = 0; i < list->n; i++)
			m->values[i] = (struct value_difference){ list->items[i].name,
								  list->items[i].expected,
								  list->items[i].actual };
		return;
	}
	m->packet = diff = arena_alloc(a, sizeof(*diff));
	diff->expected = from->expected;
	diff->actual = from->actual;
	diff->note = from->note;
	diff->items = arena_alloc(a, (list->n + 1) * sizeof(*diff->items));
	diff->n = list->n;
	for (size_t i = 0; i < list->n; i++)
		diff->items[i] = (struct packet_difference){
			.field = list->items[i].name,
			.expected = list->items[i].expected,
			.actual = list->items[i].actual,
			.derived = list->items[i].derived,
		};
}

static void take_states(const struct doc_map *map, struct mismatch *m)
{
	if (!map)
		return;
	m->map = map->name;
	m->nearest = map->nearest;
	if (map->before) {
		m->has_before = true;
		m->before = map->before->entries.items;
		m->n_before = map->before->entries.n;
		m->total_before = map->before->total;
	}
	if (map->after) {
		m->has_states = true;
		m->after = map->after->entries.items;
		m->n_after = map->after->entries.n;
		m->total_after = map->after->total;
	}
}

static void take_seen(struct mismatch *m, const struct doc_strings *texts, uint64_t total)
{
	m->has_seen = true;
	m->seen = texts->items;
	m->n_seen = texts->n;
	m->total_seen = total;
}

static struct mismatch mismatch_of(struct arena *a, struct place_sources *sources,
				   const struct doc_mismatch *from)
{
	struct mismatch m = {
		.where = span_of(sources, from->at),
		.frame = from->frame.known ? (uint64_t)from->frame.value : 0,
		.message = from->message,
		.expected = from->expected,
		.actual = from->actual,
		.sent = from->sent,
	};

	while (m.kind < N_MISMATCH_KINDS - 1 && strcmp(mismatch_kind_name(m.kind), from->kind) != 0)
		m.kind++;
	take_differences(a, from, &m);
	take_states(from->map, &m);
	if (from->events)
		take_seen(&m, &from->events->texts, from->events->total);
	if (from->calls) {
		m.nearest = from->calls->nearest;
		if (from->calls->total.known)
			take_seen(&m, &from->calls->texts, (uint64_t)from->calls->total.value);
	}
	return m;
}

static void take_observed(const struct doc_observed *from, struct step_result *s)
{
	struct observation *o = &s->observed;
	int error = from && from->error ? errno_parse(from->error, strlen(from->error)) : 0;

	o->prog_type = s->prog_type;
	if (!from)
		return;
	/* An error of another kernel's is one all the same. */
	o->error = error < 0 ? error : -error;
	o->verdict = (int32_t)from->verdict.value;
	o->duration = (uint32_t)from->duration_ns;
	o->in_len = from->in ? from->in->length : 0;
	o->out_len = from->out ? from->out->length : 0;
}

static void take_map_changes(struct arena *a, const struct doc_map_changes *from,
			     struct map_changes *c)
{
	if (!from)
		return;
	c->known = true;
	c->total = from->total;
	c->n = from->entries.n;
	c->items = arena_alloc(a, (c->n + 1) * sizeof(*c->items));
	for (size_t i = 0; i < c->n; i++) {
		const struct doc_map_change *e = &from->entries.items[i];

		c->items[i] = (struct map_change){ e->map, e->key, e->before, e->after, NULL };
		if (e->before && e->after)
			c->items[i].difference = arena_printf(a, "%s -> %s", e->before, e->after);
	}
	c->too_large = from->too_large.items;
	c->n_too_large = from->too_large.n;
}

/* A capture that did not come cannot be pointed at. */
static const char *if_here(const char *path)
{
	return path && !access(path, F_OK) ? path : NULL;
}

static void take_step(struct arena *a, struct place_sources *sources, const struct doc_step *from,
		      struct step_result *s)
{
	*s = (struct step_result){
		.number = from->number,
		.where = span_of(sources, from->at),
		.kind = from->kind,
		.name = from->name,
		.node = from->node,
		.program = from->program,
		.capture = from->capture,
		.ran = from->ran,
		.frames = from->frames,
		.mismatched_frames = from->failed_frames,
		.notes = from->notes.items,
		.n_notes = from->notes.n,
		.frames_in = if_here(from->frames_in),
		.frames_out = if_here(from->frames_out),
	};
	if (from->program_type)
		prog_type_parse(from->program_type, &s->prog_type);
	take_observed(from->observed, s);
	take_map_changes(a, from->map_changes, &s->map_changes);
	s->verdicts = arena_alloc(a, (from->verdicts.n + 1) * sizeof(*s->verdicts));
	for (; s->n_verdicts < from->verdicts.n; s->n_verdicts++)
		s->verdicts[s->n_verdicts] = (struct verdict_count){
			(int32_t)from->verdicts.items[s->n_verdicts].verdict,
			from->verdicts.items[s->n_verdicts].frames
		};
	for (size_t i = 0; i < from->mismatches.n; i++)
		*ARENA_PUSH(a, s->mismatches.items, s->mismatches.n) =
			mismatch_of(a, sources, &from->mismatches.items[i]);
}

static void take_attempts(const struct doc_scenario *s, struct scenario_result *r)
{
	/* One attempt is the scenario itself. */
	if (s->attempts.n > 1)
		for (size_t i = 0; i < s->attempts.n; i++)
			*ARENA_PUSH(&r->arena, r->attempts, r->n_attempts) =
				(struct attempt){ (enum outcome)s->attempts.items[i].outcome,
						  s->attempts.items[i].duration_ns };
}

void result_of_document(const struct doc_scenario *s, struct place_sources *sources,
			struct scenario_result *r)
{
	*r = (struct scenario_result){
		.id = s->id,
		.path = s->file,
		.name = s->name,
		.case_name = s->case_name,
		.tags = s->tags.items,
		.n_tags = s->tags.n,
		.where = span_of(sources, s->at),
		.outcome = (enum outcome)s->outcome,
		.reason = s->reason,
		.needs = s->needs.items,
		.n_needs = s->needs.n,
		.stale_needs = s->stale_needs.items,
		.n_stale_needs = s->stale_needs.n,
		.load_log = s->load_log,
		.duration = s->duration_ns,
		.number = s->number,
		.flaky = s->flaky && s->reason,
	};
	diags_of_document(&s->diagnostics, sources, &r->diags);
	take_attempts(s, r);
	r->steps = arena_alloc(&r->arena, (s->steps.n + 1) * sizeof(*r->steps));
	for (; r->n_steps < s->steps.n; r->n_steps++)
		take_step(&r->arena, sources, &s->steps.items[r->n_steps], &r->steps[r->n_steps]);
}

void place_sources_free(struct place_sources *sources)
{
	for (size_t i = 0; i < sources->n; i++) {
		source_free(sources->items[i]);
		free(sources->items[i]);
	}
	free(sources->items);
	*sources = (struct place_sources){};
}
