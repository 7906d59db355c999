/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/attempts.h"

#include "run/session.h"

#include <string.h>

/* What says more about what is wrong is higher. */
static const unsigned int badness[] = {
	[OUTCOME_PASS] = 0, [OUTCOME_XFAIL] = 1, [OUTCOME_SKIP] = 2,
	[OUTCOME_FAIL] = 3, [OUTCOME_ERROR] = 4,
};

static enum outcome worst_of(const struct attempt *attempts, size_t n)
{
	enum outcome worst = attempts[0].outcome;

	for (size_t i = 1; i < n; i++)
		if (badness[attempts[i].outcome] > badness[worst])
			worst = attempts[i].outcome;
	return worst;
}

static size_t count_as(const struct attempt *attempts, size_t n, enum outcome outcome)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += attempts[i].outcome == outcome;
	return count;
}

/* "flaky: 1 of 3 runs failed" */
static const char *flaky_reason(struct scenario_result *r, enum outcome worst)
{
	size_t n = count_as(r->attempts, r->n_attempts, worst);
	const char *what = worst == OUTCOME_ERROR  ? "could not be judged"
			   : worst == OUTCOME_FAIL ? "failed"
						   : "came out otherwise";

	return arena_printf(&r->arena, "flaky: %zu of %zu runs %s", n, r->n_attempts, what);
}

void attempts_add(struct scenario_result *r, struct scenario_result *next)
{
	const struct attempt first = { r->outcome, r->duration };
	const struct attempt *before = r->n_attempts ? r->attempts : &first;
	size_t n = r->n_attempts ? r->n_attempts : 1;
	struct scenario_result *kept =
		badness[next->outcome] >= badness[worst_of(before, n)] ? next : r;
	struct attempt *all = arena_alloc(&kept->arena, (n + 1) * sizeof(*all));
	enum outcome worst;

	memcpy(all, before, n * sizeof(*all));
	all[n] = (struct attempt){ next->outcome, next->duration };
	if (kept == next) {
		scenario_result_free(r);
		*r = *next;
	} else {
		scenario_result_free(next);
	}
	*next = (struct scenario_result){};
	r->attempts = all;
	r->n_attempts = n + 1;
	r->flaky = count_as(all, n + 1, all[0].outcome) != n + 1;
	if (!r->flaky)
		return;
	worst = worst_of(all, n + 1);
	r->outcome = worst == OUTCOME_ERROR ? OUTCOME_ERROR : OUTCOME_FAIL;
	r->reason = flaky_reason(r, worst);
}
