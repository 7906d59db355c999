/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs a run went through. */
#include "judge/call_text.h"
#include "judge/calls.h"
#include "judge/calls_judge.h"

#include <inttypes.h>
#include <linux/bpf.h>
#include <string.h>

/* The next tail call from *@at on that is taken or, where @any, that was tried; NULL: no more. */
static const struct observed_call *next_tail_call(const struct observation *o, size_t *at, bool any)
{
	while (*at < o->n_calls) {
		const struct observed_call *c = &o->calls[(*at)++];

		if (c->helper->id == BPF_FUNC_tail_call && (any || c->taken))
			return c;
	}
	return NULL;
}

/* Through that slot of that map. */
static bool goes_there(const struct tail_call_expectation *x, const struct observed_call *c)
{
	if (x->map && (!c->map || strcmp(x->map, c->map) != 0))
		return false;
	return !x->has_slot || x->slot == (uint32_t)c->args[2];
}

static bool fits(const struct tail_call_expectation *x, const struct observed_call *c)
{
	if (x->taken != c->taken)
		return false;
	if (x->program && (!c->target || strcmp(x->program, c->target) != 0))
		return false;
	return goes_there(x, c);
}

static const char *expected_text(const struct tail_call_expectation *x, struct arena *a)
{
	const char *slot = x->has_slot ? arena_printf(a, " in slot %" PRIu32, x->slot) : "";
	const char *map = x->map ? arena_printf(a, " of %s", x->map) : "";

	return arena_printf(a, "%s%s%s%s", x->program ? x->program : "a program", slot, map,
			    x->taken ? "" : ", not taken");
}

static void differs(struct run_judge *j, const struct tail_call_expectation *x,
		    const struct observed_call *c)
{
	struct mismatch *m;

	if (!j->found)
		return;
	m = mismatch_add(j, MISMATCH_TAIL_CALLS, x->where);
	m->expected = expected_text(x, j->arena);
	m->actual = c ? call_text(c, j->arena) : NULL;
	m->message = c ? arena_printf(j->arena, "expected %s, got %s", m->expected, m->actual)
		       : arena_printf(j->arena, "expected %s, but there are no more tail calls",
				      m->expected);
}

static bool too_many(struct run_judge *j, const struct observed_call *c)
{
	struct mismatch *m;

	if (!j->found)
		return false;
	m = mismatch_add(j, MISMATCH_TAIL_CALLS, j->e->tail_calls->where);
	m->actual = call_text(c, j->arena);
	m->message = arena_printf(j->arena, "expected no%s tail call, got %s",
				  j->e->tail_calls->n ? " further" : "", m->actual);
	return false;
}

static bool not_recorded(struct run_judge *j)
{
	struct mismatch *m;

	if (!j->found)
		return false;
	m = mismatch_add(j, MISMATCH_TAIL_CALLS, j->e->tail_calls->where);
	m->message = j->o->has_calls ? "there are more helper calls than are kept"
				     : calls_unseen_text(j->o, j->arena);
	return false;
}

/*
 * One that is not taken is looked for where it is listed: up to the next that is taken, others
 * that were not are passed over.
 */
static const struct observed_call *find_untaken(const struct observation *o, size_t *at,
						const struct tail_call_expectation *x)
{
	const struct observed_call *c, *first = NULL;
	size_t next = *at;

	while ((c = next_tail_call(o, &next, true))) {
		if (!first)
			first = c;
		if (c->taken || fits(x, c))
			break;
	}
	if (!c || c->taken)
		return first;
	*at = next;
	return c;
}

/* Where no more are taken: the one that was tried, from @at on; or NULL. */
static const struct observed_call *find_tried(const struct observation *o, size_t at,
					      const struct tail_call_expectation *x)
{
	const struct observed_call *c;

	while ((c = next_tail_call(o, &at, true)))
		if (goes_there(x, c))
			return c;
	return NULL;
}

static bool judge_list(struct run_judge *j)
{
	const struct tail_calls_expectation *e = j->e->tail_calls;
	const struct observed_call *c;
	size_t at = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct tail_call_expectation *x = &e->items[i];
		size_t from = at;

		c = x->taken ? next_tail_call(j->o, &at, false) : find_untaken(j->o, &at, x);
		if (c && fits(x, c))
			continue;
		differs(j, x, c ? c : find_tried(j->o, from, x));
		return false;
	}
	c = next_tail_call(j->o, &at, false);
	return !c || too_many(j, c);
}

bool judge_tail_calls(struct run_judge *j)
{
	bool holds;

	if (!j->e->tail_calls)
		return true;
	if (!j->o->has_calls || j->o->calls_lost)
		return not_recorded(j);
	holds = judge_list(j);
	if (!holds && j->found)
		calls_show(j, &j->found->items[j->found->n - 1]);
	return holds;
}
