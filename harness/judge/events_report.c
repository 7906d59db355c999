/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/events_judge.h"

#include <inttypes.h>

/* What the mismatches are made of. */
struct report {
	struct events_judge *j;
	struct arena *arena;
	struct mismatches *out;
};

static struct mismatch *add_mismatch(struct report *r, struct span where, const char *map)
{
	struct mismatch *m = ARENA_PUSH(r->arena, r->out->items, r->out->n);

	m->kind = MISMATCH_EVENTS;
	m->where = where;
	m->map = map;
	return m;
}

static const char *text_of(struct report *r, const struct kept_event *k)
{
	return event_text(&k->event, NULL, r->arena);
}

#define MEMBERS_NAMED 4

static const char *members_message(struct report *r, const struct mismatch *m)
{
	const struct value_difference *first = &m->values[0];
	const char *list = "";
	size_t i;

	if (m->n_values == 1)
		return arena_printf(r->arena, "'%s': %s: expected %s, got %s", m->map,
				    *first->member ? first->member : "value",
				    first->expected ? first->expected : "absent",
				    first->actual ? first->actual : "absent");
	for (i = 0; i < m->n_values && i < MEMBERS_NAMED; i++)
		list = arena_printf(r->arena, "%s%s%s", list, i ? ", " : "", m->values[i].member);
	if (i < m->n_values)
		list = arena_printf(r->arena, "%s and %zu more", list, m->n_values - i);
	return arena_printf(r->arena, "'%s': %s differ", m->map, list);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static const char *missing_message(struct report *r, const struct mismatch *m)
{
	uint64_t n = r->j->n;

	if (!n)
		return arena_printf(r->arena, "'%s': no event came", m->map);
	return arena_printf(r->arena, "'%s': no such event among the %" PRIu64 " that came", m->map,
			    n);
}

static const char *type_name(const struct observed_event *e)
{
	const struct event_type *type = event_type_of(e);

	return type ? type->name : "it is not known";
}

/* An item that no record was found for. */
static void item_missing(struct report *r, size_t i)
{
	const struct event_expectation *x = &r->j->e->items[i];
	const struct item_state *item = &r->j->items[i];
	struct mismatch *m = add_mismatch(r, x->where, x->name);
	const struct kept_event *k = item->nearest;

	if (!k) {
		m->message = missing_message(r, m);
		return;
	}
	m->nearest = text_of(r, k);
	if (!event_comparable(x, &k->event)) {
		m->message = arena_printf(r->arena, "'%s': got a record of another type: %s",
					  m->map, type_name(&k->event));
		return;
	}
	m->n_values = event_diff(x, &k->event, &k->run, r->arena, &m->values);
	if (m->n_values)
		m->message = members_message(r, m);
	else
		m->message = arena_printf(r->arena,
					  "'%s': this event came too early, as number %" PRIu64,
					  m->map, k->number);
}

/* In order, what comes after one that is missing was not looked for. */
static bool follows_missing(const struct events_judge *j, size_t item)
{
	for (size_t i = 0; i < item; i++)
		if (!j->items[i].found && j->e->items[i].format == j->e->items[item].format)
			return true;
	return false;
}

static void report_missing(struct report *r)
{
	const struct events_judge *j = r->j;

	for (size_t i = 0; i < j->e->n; i++) {
		if (j->items[i].found ||
		    (j->e->condition != LIST_ANY_ORDER && follows_missing(j, i)))
			continue;
		item_missing(r, i);
	}
}

static void report_extra(struct report *r)
{
	const struct events_judge *j = r->j;
	const char *text;
	struct mismatch *m;

	if (!j->n_extra)
		return;
	text = text_of(r, j->first_extra);
	m = add_mismatch(r, j->e->where, arena_strdup(r->arena, j->first_extra->event.map));
	m->nearest = text;
	if (!j->e->n)
		m->message =
			arena_printf(r->arena, "expected no event, got %" PRIu64 "%s%s", j->n_extra,
				     j->n_extra == 1 ? ": " : ", the first: ", text);
	else
		m->message = arena_printf(r->arena, "%" PRIu64 " event%s more than expected%s%s",
					  j->n_extra, plural(j->n_extra),
					  j->n_extra == 1 ? ": " : ", the first: ", text);
}

static void report_lost(struct report *r)
{
	const struct events_judge *j = r->j;

	if (j->lost)
		add_mismatch(r, j->e->where, NULL)->message =
			arena_printf(r->arena,
				     "%" PRIu64
				     " event%s lost: the buffer of the perf event array was full",
				     j->lost, j->lost == 1 ? " was" : "s were");
}

static void show_seen(struct report *r, struct mismatch *m)
{
	const struct events_judge *j = r->j;

	m->has_seen = true;
	m->total_seen = j->n;
	for (size_t i = 0; i < j->n && i < EVENTS_SHOWN; i++) {
		const char *text = text_of(r, j->shown[i]);

		if (j->shown[i]->run.frame)
			text = arena_printf(r->arena, "frame %" PRIu64 ": %s",
					    j->shown[i]->run.frame, text);
		*ARENA_PUSH(r->arena, m->seen, m->n_seen) = text;
	}
}

void events_report(struct events_judge *j, struct arena *arena, struct mismatches *out)
{
	struct report r = { j, arena, out };
	size_t first = out->n;

	report_missing(&r);
	report_extra(&r);
	report_lost(&r);
	if (out->n > first)
		show_seen(&r, &out->items[out->n - 1]);
}
