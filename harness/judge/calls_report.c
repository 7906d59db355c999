/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/calls_judge.h"

#include "judge/call_text.h"
#include "judge/events.h"

#include <inttypes.h>

#define MEMBERS_NAMED 4

const char *calls_unseen_text(const struct observation *o, struct arena *arena)
{
	return o->calls_note
		       ? arena_printf(arena, "helper calls are not recorded: %s", o->calls_note)
		       : "the program's helper calls are not recorded";
}

void calls_report_unknown(struct run_judge *j)
{
	const struct observation *o = j->o;
	struct mismatch *m = mismatch_add(j, MISMATCH_CALLS, j->e->calls->where);

	if (!o->has_calls)
		m->message = calls_unseen_text(o, j->arena);
	else
		m->message = arena_printf(j->arena,
					  "the first %" PRIu64
					  " calls were not kept: there are more than %zu",
					  o->calls_lost, o->n_calls);
}

/* Of the same helper, with the fewest differences. NULL: there is none. */
static const struct observed_call *nearest(struct calls_judge *cj, const struct call_expectation *x,
					   size_t from)
{
	const struct observed_call *best = NULL;
	size_t best_distance = 0;

	for (size_t k = from; k < cj->n; k++) {
		struct value_difference *unused;
		struct arena scratch = {};
		size_t distance;

		if (cj->calls[k]->helper != x->helper)
			continue;
		distance = call_diff(x, cj->calls[k], &scratch, &unused);
		arena_free(&scratch);
		if (best && distance >= best_distance)
			continue;
		best = cj->calls[k];
		best_distance = distance;
	}
	return best;
}

static const char *members_message(struct arena *a, const struct mismatch *m, const char *helper)
{
	const struct value_difference *first = &m->values[0];
	const char *list = "";
	size_t i;

	if (m->n_values == 1)
		return arena_printf(a, "%s: %s: expected %s, got %s", helper, first->member,
				    first->expected, first->actual);
	for (i = 0; i < m->n_values && i < MEMBERS_NAMED; i++)
		list = arena_printf(a, "%s%s%s", list, i ? ", " : "", m->values[i].member);
	if (i < m->n_values)
		list = arena_printf(a, "%s and %zu more", list, m->n_values - i);
	return arena_printf(a, "%s: %s differ", helper, list);
}

static void report_differences(struct calls_judge *cj, struct mismatch *m,
			       const struct call_expectation *x, const struct observed_call *c)
{
	struct arena *a = cj->j->arena;

	m->nearest = call_text(c, a);
	m->n_values = call_diff(x, c, a, &m->values);
	m->message = members_message(a, m, x->helper->name);
}

void calls_report_missing(struct calls_judge *cj, const struct call_expectation *x, size_t from)
{
	struct arena *a = cj->j->arena;
	struct mismatch *m = mismatch_add(cj->j, MISMATCH_CALLS, x->where);
	const struct observed_call *c = nearest(cj, x, from);

	if (c && !call_matches(x, c)) {
		report_differences(cj, m, x, c);
		return;
	}
	/* In any order: each call that would do was given to another expectation. */
	if (c) {
		m->message = arena_printf(a, "%s: fewer such calls than expected", x->helper->name);
		return;
	}
	c = from ? nearest(cj, x, 0) : NULL;
	if (!c)
		m->message = arena_printf(a, "no call of bpf_%s()", x->helper->name);
	else if (call_matches(x, c))
		m->message = arena_printf(a, "%s: this call comes too early", x->helper->name);
	else
		m->message =
			arena_printf(a, "no call of bpf_%s() after those before", x->helper->name);
}

void calls_report_place(struct calls_judge *cj, const struct call_expectation *x, size_t k)
{
	struct arena *a = cj->j->arena;
	struct mismatch *m = mismatch_add(cj->j, MISMATCH_CALLS, x->where);

	if (k == cj->n) {
		m->message = arena_printf(a, "no call of bpf_%s(): %s", x->helper->name,
					  cj->n ? "there are no more" : "there is none at all");
		return;
	}
	if (cj->calls[k]->helper == x->helper) {
		report_differences(cj, m, x, cj->calls[k]);
		return;
	}
	m->expected = x->helper->name;
	m->actual = call_text(cj->calls[k], a);
	m->message =
		arena_printf(a, "call %zu: expected %s, got %s", k + 1, m->expected, m->actual);
}

void calls_report_extra(struct calls_judge *cj, size_t k)
{
	struct arena *a = cj->j->arena;
	struct mismatch *m = mismatch_add(cj->j, MISMATCH_CALLS, cj->e->where);
	size_t n = cj->n - k;

	m->actual = call_text(cj->calls[k], a);
	m->message = arena_printf(a, "%zu call%s%s%s%s", n, n == 1 ? "" : "s",
				  cj->e->n ? " more than expected" : " where none is expected",
				  n == 1 ? ": " : ", the first: ", m->actual);
}

void calls_report_times(struct calls_judge *cj, const struct call_expectation *x, uint64_t n)
{
	struct arena *a = cj->j->arena;
	struct mismatch *m = mismatch_add(cj->j, MISMATCH_CALLS, x->where);

	m->expected = arena_printf(a, "%" PRIu64, x->times);
	m->actual = arena_printf(a, "%" PRIu64, n);
	m->message = arena_printf(a, "%s: expected %" PRIu64 " such call%s, got %" PRIu64,
				  x->helper->name, x->times, x->times == 1 ? "" : "s", n);
}

void calls_show(struct run_judge *j, struct mismatch *m)
{
	if (j->calls_shown)
		return;
	j->calls_shown = true;
	m->has_seen = true;
	m->total_seen = j->o->n_calls;
	for (size_t i = 0; i < j->o->n_calls && i < EVENTS_SHOWN; i++)
		*ARENA_PUSH(j->arena, m->seen, m->n_seen) = call_text(&j->o->calls[i], j->arena);
}
