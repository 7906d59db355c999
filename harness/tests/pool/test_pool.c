/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The counts of a run and what its exit status follows from; results in order from many workers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/pool.h"
#include "scenario/suite.h"

#define SCENARIOS 40

static void status_follows_from_counts(void **state)
{
	static const struct {
		struct run_summary summary;
		bool no_skip;
		size_t errors;
		int status;
	} cases[] = {
		{ { .passed = 1 }, false, 0, 0 },
		{ { .xfailed = 1 }, false, 0, 0 },
		{ { .passed = 1, .skipped = 1 }, false, 0, 0 },
		{ { .passed = 1, .skipped = 1 }, true, 0, 1 },
		{ { .passed = 1, .failed = 1 }, false, 0, 1 },
		{ { .passed = 1, .failed = 1, .errors = 1 }, false, 0, 2 }, /* 2 wins */
		{ { .passed = 1, .failed = 1 }, false, 1, 2 },
		{ { .skipped = 3 }, false, 0, 2 }, /* nothing was judged */
		{ {}, false, 0, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(run_summary_status(&cases[i].summary, cases[i].no_skip,
						    cases[i].errors),
				 cases[i].status);
}

static void every_outcome_is_counted(void **state)
{
	static const enum outcome outcomes[] = { OUTCOME_PASS,	OUTCOME_FAIL,  OUTCOME_SKIP,
						 OUTCOME_XFAIL, OUTCOME_ERROR, OUTCOME_PASS };
	struct run_summary s = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		struct scenario_result r = { .outcome = outcomes[i] };

		run_summary_add(&s, &r);
	}
	assert_int_equal(s.passed, 2);
	assert_int_equal(s.failed, 1);
	assert_int_equal(s.skipped, 1);
	assert_int_equal(s.xfailed, 1);
	assert_int_equal(s.errors, 1);
}

/* A sink that keeps the order of what it is handed. */
struct order {
	const char *ids[SCENARIOS];
	size_t n;
};

static void keep_id(struct sink *s, const struct scenario_result *r)
{
	struct order *o = s->state;

	o->ids[o->n++] = r->id;
}

static size_t run_all(unsigned int jobs, bool exitfirst, struct order *order,
		      struct run_summary *summary)
{
	static const struct sink_ops ops = { .name = "order", .scenario = keep_id };
	struct pool_options options = { .jobs = jobs, .exitfirst = exitfirst };
	struct sink sink = { .ops = &ops, .state = order }, *sinks[] = { &sink };
	static struct scenario scenarios[SCENARIOS];
	struct scenario *all[SCENARIOS];
	static char ids[SCENARIOS][8];
	struct diags d = {};
	size_t n = SCENARIOS;

	for (size_t i = 0; i < n; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%zu", i);
		/* No object, no step: nothing to load, nothing that can fail, but for every tenth.
		 */
		scenarios[i] = (struct scenario){ .id = ids[i], .path = ids[i], .name = ids[i] };
		if (i % 10 == 9)
			scenarios[i].xfail = "passes";
		all[i] = &scenarios[i];
	}
	pool_run(&d, all, n, &options, sinks, 1, summary);
	diags_free(&d);
	return order->n;
}

static void results_come_in_order(void **state)
{
	struct diags d = {};

	(void)state;
	if (sandbox_check(&d)) {
		diags_free(&d);
		skip();
	}
	for (unsigned int jobs = 1; jobs <= 8; jobs *= 2) {
		struct order order = {};
		struct run_summary summary = {};

		assert_int_equal(run_all(jobs, false, &order, &summary), SCENARIOS);
		for (size_t i = 0; i < SCENARIOS; i++)
			assert_int_equal(strtoul(order.ids[i], NULL, 10), i);
		assert_int_equal(summary.passed, SCENARIOS - SCENARIOS / 10);
		assert_int_equal(summary.failed, SCENARIOS / 10); /* xfail that passes */
		assert_false(summary.stopped);
	}
}

static void exitfirst_stops(void **state)
{
	struct order order = {};
	struct run_summary summary = {};
	struct diags d = {};

	(void)state;
	if (sandbox_check(&d)) {
		diags_free(&d);
		skip();
	}
	assert_int_equal(run_all(1, true, &order, &summary), 10);
	assert_int_equal(summary.failed, 1);
	assert_true(summary.stopped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_follows_from_counts),
		cmocka_unit_test(every_outcome_is_counted),
		cmocka_unit_test(results_come_in_order),
		cmocka_unit_test(exitfirst_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
