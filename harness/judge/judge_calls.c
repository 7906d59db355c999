/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The helper calls of a run against those expected. */
#include "judge/calls_judge.h"

#include "judge/call_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool call_matches(const struct call_expectation *e, const struct observed_call *c)
{
	struct value_difference *unused;
	struct arena scratch = {};
	bool holds;

	if (e->helper != c->helper)
		return false;
	holds = !call_diff(e, c, &scratch, &unused);
	arena_free(&scratch);
	return holds;
}

/* Calls that are recorded only where somebody asks count as long as an item names their helper. */
static bool counts(const struct calls_expectation *e, const struct observed_call *c)
{
	if (c->helper->recorded || e->condition != LIST_ONLY)
		return true;
	for (size_t i = 0; i < e->n; i++)
		if (e->items[i].helper == c->helper)
			return true;
	return false;
}

static void begin(struct calls_judge *cj, struct run_judge *j)
{
	const struct observation *o = j->o;

	*cj = (struct calls_judge){ .j = j, .e = j->e->calls };
	cj->calls = xcalloc(o->n_calls + 1, sizeof(*cj->calls));
	for (size_t i = 0; i < o->n_calls; i++)
		if (counts(cj->e, &o->calls[i]))
			cj->calls[cj->n++] = &o->calls[i];
}

static void end(struct calls_judge *cj)
{
	free(cj->calls);
}

/* `times`: wherever they are. */
static bool judge_times(struct calls_judge *cj)
{
	bool holds = true;

	for (size_t i = 0; i < cj->e->n; i++) {
		const struct call_expectation *x = &cj->e->items[i];
		uint64_t n = 0;

		if (!x->has_times)
			continue;
		for (size_t k = 0; k < cj->n; k++)
			n += call_matches(x, cj->calls[k]);
		if (n == x->times)
			continue;
		holds = false;
		if (cj->j->found)
			calls_report_times(cj, x, n);
	}
	return holds;
}

static bool judge_some(struct calls_judge *cj)
{
	size_t next = 0;

	for (size_t i = 0; i < cj->e->n; i++) {
		const struct call_expectation *x = &cj->e->items[i];
		size_t k = next;

		if (x->has_times)
			continue;
		while (k < cj->n && !call_matches(x, cj->calls[k]))
			k++;
		if (k < cj->n) {
			next = k + 1;
			continue;
		}
		/* Where this one should have been is not known, so nor is what should follow it. */
		if (cj->j->found)
			calls_report_missing(cj, x, next);
		return false;
	}
	return true;
}

/* Exactly these. `times` is then that many in a row. */
static bool judge_only(struct calls_judge *cj)
{
	size_t k = 0;

	for (size_t i = 0; i < cj->e->n; i++) {
		const struct call_expectation *x = &cj->e->items[i];

		for (uint64_t left = x->has_times ? x->times : 1; left; left--, k++) {
			if (k < cj->n && call_matches(x, cj->calls[k]))
				continue;
			if (cj->j->found)
				calls_report_place(cj, x, k);
			return false;
		}
	}
	if (k < cj->n && cj->j->found)
		calls_report_extra(cj, k);
	return k == cj->n;
}

/* Bipartite matching by augmenting paths (Kuhn): calls are few, the tape holds TAPE_RECORDS. */
struct pairing {
	struct calls_judge *cj;
	size_t *item_of; /* of each call; e->n: none */
	bool *tried;
};

static bool give_call(struct pairing *p, size_t item)
{
	const struct calls_expectation *e = p->cj->e;

	for (size_t k = 0; k < p->cj->n; k++) {
		if (p->tried[k] || !call_matches(&e->items[item], p->cj->calls[k]))
			continue;
		p->tried[k] = true;
		if (p->item_of[k] == e->n || give_call(p, p->item_of[k])) {
			p->item_of[k] = item;
			return true;
		}
	}
	return false;
}

static bool judge_any_order(struct calls_judge *cj)
{
	const struct calls_expectation *e = cj->e;
	struct pairing p = { .cj = cj };
	bool holds = true;

	p.item_of = xcalloc(cj->n + 1, sizeof(*p.item_of));
	p.tried = xcalloc(cj->n + 1, sizeof(*p.tried));
	for (size_t k = 0; k < cj->n; k++)
		p.item_of[k] = e->n;
	for (size_t i = 0; i < e->n; i++) {
		if (e->items[i].has_times)
			continue;
		memset(p.tried, 0, cj->n * sizeof(*p.tried));
		if (give_call(&p, i))
			continue;
		holds = false;
		if (cj->j->found)
			calls_report_missing(cj, &e->items[i], 0);
	}
	free(p.item_of);
	free(p.tried);
	return holds;
}

static bool judge_condition(struct calls_judge *cj)
{
	bool holds = true;

	switch (cj->e->condition) {
	case LIST_ONLY:
		return judge_only(cj);
	case LIST_SOME:
		holds = judge_some(cj);
		break;
	case LIST_ANY_ORDER:
		holds = judge_any_order(cj);
		break;
	}
	return judge_times(cj) && holds;
}

/* Calls that nobody saw may be those expected, or too many. */
static bool all_are_known(struct run_judge *j)
{
	const struct observation *o = j->o;

	if (o->has_calls && !o->calls_lost)
		return true;
	if (j->found)
		calls_report_unknown(j);
	return false;
}

bool judge_calls(struct run_judge *j)
{
	struct calls_judge cj;
	size_t first = j->found ? j->found->n : 0;
	bool holds;

	if (!j->e->calls)
		return true;
	if (!all_are_known(j))
		return false;
	begin(&cj, j);
	holds = judge_condition(&cj);
	if (j->found && j->found->n > first)
		calls_show(j, &j->found->items[j->found->n - 1]);
	end(&cj);
	return holds;
}
