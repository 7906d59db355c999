/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `needs:`: what the running kernel lacks, and whether that matters. */
#include "run/needs.h"

#include "kernel/features.h"

/* Whether the kernel has it; 0 or 1, or -1: that cannot be found out, which is reported. */
static int has(struct life *l, const struct need *need, struct feature_answer *a)
{
	*a = feature_probe(need->feature);
	if (a->support != FEATURE_UNKNOWN)
		return a->support == FEATURE_YES;
	diag(&l->result->diags, DIAG_ERROR, need->where,
	     "cannot find out whether this kernel has %s: %s", need->feature->name, a->reason);
	return -1;
}

static void describe(struct life *l)
{
	struct scenario_result *r = l->result;

	r->needs = arena_alloc(&r->arena, l->scenario->n_needs * sizeof(*r->needs));
	r->n_needs = l->scenario->n_needs;
	for (size_t i = 0; i < r->n_needs; i++)
		r->needs[i] = l->scenario->needs[i].feature->name;
}

/* Add what is missing to l->unmet, a text. */
static void add_unmet(struct life *l, const struct need *need, const char *reason)
{
	struct arena *a = &l->result->arena;

	if (l->unmet)
		l->unmet = arena_printf(a, "%s; %s: %s", l->unmet, need->feature->name, reason);
	else
		l->unmet = arena_printf(a, "needs %s: %s", need->feature->name, reason);
	/* An array of texts. NOLINTNEXTLINE(bugprone-sizeof-expression) */
	*ARENA_PUSH(a, l->unmet_names, l->n_unmet) = need->feature->name;
}

static int check_needs(struct life *l)
{
	const struct scenario *s = l->scenario;
	int ret = 0;

	describe(l);
	for (size_t i = 0; i < s->n_needs; i++) {
		struct feature_answer a;
		int known = has(l, &s->needs[i], &a);

		ret |= known < 0 ? -1 : 0;
		if (!known)
			add_unmet(l, &s->needs[i], a.reason);
	}
	return ret;
}

/* A known failure is none on a kernel that has all it was waiting for. */
static int check_xfail(struct life *l)
{
	const struct scenario *s = l->scenario;
	bool lacks = !s->n_xfail_unless;
	int ret = 0;

	for (size_t i = 0; i < s->n_xfail_unless; i++) {
		struct feature_answer a;
		int known = has(l, &s->xfail_unless[i], &a);

		ret |= known < 0 ? -1 : 0;
		lacks |= !known;
	}
	l->xfail = lacks ? s->xfail : NULL;
	return ret;
}

int life_check_needs(struct life *l)
{
	if (check_needs(l) | check_xfail(l))
		return -1;
	if (!l->unmet || l->session->options.check_needs)
		return 0;
	l->skip = l->unmet;
	return -1;
}

/* What it found in spite of that is of no interest. */
static void skip_after_all(struct life *l)
{
	struct scenario_result *r = l->result;

	diags_free(&r->diags);
	r->outcome = OUTCOME_SKIP;
	r->reason = l->unmet;
	r->load_log = NULL;
	r->steps = NULL;
	r->n_steps = 0;
}

void life_judge_needs(struct life *l)
{
	const struct scenario *s = l->scenario;
	struct scenario_result *r = l->result;

	if (!l->unmet || r->outcome == OUTCOME_SKIP)
		return;
	if (r->outcome != OUTCOME_PASS) {
		skip_after_all(l);
		return;
	}
	r->outcome = OUTCOME_FAIL;
	r->stale_needs = l->unmet_names;
	r->n_stale_needs = l->n_unmet;
	r->reason = "passes, though it needs what this kernel lacks";
	for (size_t i = 0; i < l->n_unmet; i++)
		r->reason = arena_printf(&r->arena, "%s%s %s", r->reason, i ? "," : ":",
					 l->unmet_names[i]);
	for (size_t i = 0; i < s->n_needs; i++)
		if (s->needs[i].feature->name == l->unmet_names[0])
			r->where = s->needs[i].where;
}
