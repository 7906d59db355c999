/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What programs emit, on its way from the kernel to the judge. */
#include "run/internal.h"

#include <inttypes.h>
#include <string.h>

/* How the scenario reads the records of each map. A name is that of one map: the pointer counts. */
static void find_formats(struct life *l, const struct step *step, struct observed_event *events,
			 size_t n)
{
	const struct scenario *s = l->scenario;

	for (size_t i = 0; i < s->n_event_formats; i++) {
		const struct event_format *f = s->event_formats[i];
		const struct map *m;

		if (s->map_refs[f->map_ref].node != step->node)
			continue;
		m = life_map(l, f->map_ref);
		for (size_t j = 0; j < n; j++)
			if (events[j].map == m->name)
				events[j].format = f;
	}
}

/* BPF_F_CTXLEN_MASK: bytes of the frame that follow the program's own. */
#define CONTEXT_LENGTH(flags) ((flags) >> 32 & 0xfffff)

/* The length that the call gave the record, or 0 if that is not known. */
static uint64_t emitted_length(const struct observed_call *c)
{
	if (c->helper->id != BPF_FUNC_perf_event_output || c->result || c->scripted || !c->map)
		return 0;
	return c->args[4] + CONTEXT_LENGTH(c->args[2]);
}

/*
 * A perf event array rounds records up, and calls say what they were given. A map's records are in
 * the order of the calls that emitted them, from the first on as long as the lengths fit.
 */
static void find_lengths(const struct observation *o, struct observed_event *events, size_t n)
{
	size_t next = 0;

	for (size_t i = 0; i < n; i++) {
		struct observed_event *e = &events[i];
		uint64_t len = 0;

		if (i && events[i - 1].map != e->map)
			next = 0; /* maps come one after the other */
		while (e->padding && next < o->n_calls && !len) {
			const struct observed_call *c = &o->calls[next++];

			if (c->map && !strcmp(c->map, e->map))
				len = emitted_length(c);
		}
		if (!len || len > e->len || len < e->len - e->padding)
			continue;
		e->len = (size_t)len;
		e->padding = 0;
	}
}

/* What is observed outlives the instance. Maps come one after the other: each name once. */
static void copy_names(struct observed_event *events, size_t n, struct arena *arena)
{
	const char *name = NULL, *copy = NULL;

	for (size_t i = 0; i < n; i++) {
		if (events[i].map != name) {
			name = events[i].map;
			copy = arena_strdup(arena, name);
		}
		events[i].map = copy;
	}
}

void observe_events(struct life *l, const struct step *step, struct observation *o,
		    struct arena *arena)
{
	const struct life_node *n = step_node(l, step);
	struct observed_event *events;

	if (!n->events)
		return;
	o->n_events = events_drain(n->events, arena, &events, &o->events_lost);
	o->events = events;
	find_formats(l, step, events, o->n_events);
	if (o->has_calls && !o->calls_lost)
		find_lengths(o, events, o->n_events);
	copy_names(events, o->n_events, arena);
}

void step_judge_events(const struct expectation *e, const struct observation *o,
		       struct arena *arena, struct mismatches *out)
{
	struct events_judge *j;

	if (!e->events || o->error)
		return;
	j = events_judge_begin(e->events);
	events_judge_run(j, o);
	events_judge_end(j, arena, out);
}

void step_note_lost_events(struct life *l, struct step_result *r, uint64_t lost)
{
	if (lost)
		step_note(l, r,
			  "%" PRIu64 " event%s lost: the buffer of the perf event array was full",
			  lost, lost == 1 ? " was" : "s were");
}
