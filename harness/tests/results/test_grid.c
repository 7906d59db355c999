/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Runs side by side: what becomes a column, what a row, what differs, what is missing. */
#include "results/grid.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SCENARIO(i, o)                                          \
	{                                                       \
		.id = (i), .name = "name of " i, .outcome = (o) \
	}

#define RUN(kernel_, list)                                                     \
	{                                                                      \
		.run = { .kernel = (kernel_), .scenarios = ARRAY_SIZE(list) }, \
		.scenarios = { (list), ARRAY_SIZE(list) }, .path = "x.json",   \
	}

static struct doc_scenario passing[] = { SCENARIO("a", OUTCOME_PASS), SCENARIO("b", OUTCOME_PASS) };
static struct doc_scenario failing[] = { SCENARIO("b", OUTCOME_FAIL), SCENARIO("a", OUTCOME_PASS) };
static struct doc_scenario other[] = { SCENARIO("c", OUTCOME_SKIP) };

static void make(struct document *docs, size_t n, struct grid *g)
{
	struct results r = { .items = docs, .n = n };

	grid_make(&r, g);
}

static void kernels_are_columns(void **state)
{
	struct document docs[] = { RUN("5.10", passing), RUN("6.1", failing), RUN("6.1", other) };
	struct grid g;

	(void)state;
	docs[0].run.column = "old";
	make(docs, 3, &g);
	assert_int_equal(g.n_columns, 3);
	assert_string_equal(g.columns[0].name, "old");
	assert_string_equal(g.columns[1].name, "6.1");
	assert_string_equal(g.columns[2].name, "6.1 (2)");
	assert_int_equal(g.n_warnings, 0);
	grid_free(&g);
}

static void scenarios_are_rows(void **state)
{
	struct document docs[] = { RUN("5.10", passing), RUN("6.1", failing) };
	struct grid g;

	(void)state;
	make(docs, 2, &g);
	assert_int_equal(g.n_rows, 2);
	assert_string_equal(g.rows[0].id, "a");
	assert_string_equal(g.rows[1].name, "name of b");
	assert_ptr_equal(g.rows[1].cells[0], &passing[1]);
	assert_ptr_equal(g.rows[1].cells[1], &failing[0]);
	assert_false(g.rows[0].differs);
	assert_false(g.rows[0].bad);
	assert_true(g.rows[1].differs);
	assert_true(g.rows[1].bad);
	grid_free(&g);
}

static void what_did_not_run_differs(void **state)
{
	struct document docs[] = { RUN("5.10", passing), RUN("6.1", other) };
	struct grid g;

	(void)state;
	make(docs, 2, &g);
	assert_int_equal(g.n_rows, 3);
	assert_null(g.rows[0].cells[1]);
	assert_null(g.rows[2].cells[0]);
	assert_true(g.rows[0].differs && g.rows[2].differs);
	assert_false(g.rows[0].bad);
	grid_free(&g);
}

static void flakiness_differs(void **state)
{
	struct doc_scenario flaky[] = { SCENARIO("a", OUTCOME_PASS), SCENARIO("b", OUTCOME_PASS) };
	struct document docs[] = { RUN("5.10", passing), RUN("6.1", flaky) };
	struct grid g;

	(void)state;
	flaky[1].flaky = true;
	make(docs, 2, &g);
	assert_false(g.rows[0].differs);
	assert_true(g.rows[1].differs);
	assert_int_equal(g.columns[1].flaky, 1);
	grid_free(&g);
}

static void shards_are_one_column(void **state)
{
	struct document docs[] = { RUN("6.1", passing), RUN("6.1", other), RUN("6.1", failing) };
	struct doc_shard shards[] = { { 1, 2 }, { 2, 2 }, { 1, 2 } };
	struct grid g;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		docs[i].run.shard = &shards[i];
	docs[0].summary = (struct doc_summary){ .passed = 2, .duration_ns = 9, .status = 1 };
	docs[1].summary = (struct doc_summary){ .skipped = 1, .duration_ns = 5 };
	make(docs, 2, &g);
	assert_int_equal(g.n_columns, 1);
	assert_int_equal(g.n_rows, 3);
	assert_int_equal(g.columns[0].sum.passed, 2);
	assert_int_equal(g.columns[0].sum.skipped, 1);
	assert_int_equal(g.columns[0].sum.duration_ns, 9);
	assert_int_equal(g.columns[0].sum.status, 1);
	assert_int_equal(g.n_warnings, 0);
	grid_free(&g);
	/* The same shard again is another run, of which one is missing. */
	make(docs, 3, &g);
	assert_int_equal(g.n_columns, 2);
	assert_int_equal(g.n_warnings, 1);
	assert_string_equal(g.warnings[0], "6.1 (2): 1 of 2 shards are missing, the first is 2");
	grid_free(&g);
}

static void what_is_missing_is_said(void **state)
{
	struct document docs[] = { RUN("a", passing), RUN("b", passing), RUN("c", passing),
				   RUN("d", passing) };
	struct grid g;

	(void)state;
	docs[0].run.scenarios = docs[1].run.scenarios = docs[2].run.scenarios = 5;
	docs[0].cut_short = true;
	docs[1].summary.interrupted = "SIGINT";
	docs[3].scenarios.n = docs[3].run.scenarios = 0;
	make(docs, 4, &g);
	assert_int_equal(g.n_warnings, 4);
	assert_string_equal(g.warnings[0], "a: the result was cut short (x.json): 3 of 5 scenarios "
					   "are not in it");
	assert_string_equal(g.warnings[1],
			    "b: the run was ended by SIGINT: 3 of 5 scenarios did not run");
	assert_string_equal(g.warnings[2], "c: 3 of 5 scenarios did not run");
	assert_string_equal(g.warnings[3], "d: nothing was run");
	grid_free(&g);
}

static void what_went_wrong_is_found(void **state)
{
	struct doc_place here = { "a.yaml", 1, 2 }, there = { "a.yaml", 3, 4 };
	struct doc_mismatch mismatch = { .kind = "packet", .message = "differs", .at = &there };
	struct arena arena = {};
	struct doc_diag diags[] = { { DIAG_WARNING, &there, "careful" },
				    { DIAG_ERROR, NULL, "no" } };
	struct doc_step step = { .mismatches = { &mismatch, 1 } };
	struct doc_scenario s = { .outcome = OUTCOME_ERROR, .at = &here, .reason = "why" };
	const struct doc_place *at;

	(void)state;
	assert_string_equal(scenario_says(&s, &arena, &at), "why");
	s.diagnostics = (struct doc_diags){ diags, 2 };
	assert_string_equal(scenario_says(&s, &arena, &at), "no");
	assert_ptr_equal(at, &here);
	s.steps = (struct doc_steps){ &step, 1 };
	assert_string_equal(scenario_says(&s, &arena, &at), "packet: differs");
	assert_ptr_equal(at, &there);
	mismatch.frame = (struct doc_number){ .known = true, .value = 3 };
	assert_string_equal(scenario_says(&s, &arena, &at), "packet: frame 3: differs");
	s.outcome = OUTCOME_XFAIL;
	assert_string_equal(scenario_says(&s, &arena, &at), "why");
	s.reason = NULL;
	assert_null(scenario_says(&s, &arena, &at));
	arena_free(&arena);
}

static void nothing_is_accepted(void **state)
{
	struct grid g = {};

	(void)state;
	grid_free(&g);
	make(NULL, 0, &g);
	assert_int_equal(g.n_columns + g.n_rows + g.n_warnings, 0);
	grid_free(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_are_columns),
		cmocka_unit_test(scenarios_are_rows),
		cmocka_unit_test(what_did_not_run_differs),
		cmocka_unit_test(flakiness_differs),
		cmocka_unit_test(shards_are_one_column),
		cmocka_unit_test(what_is_missing_is_said),
		cmocka_unit_test(what_went_wrong_is_found),
		cmocka_unit_test(nothing_is_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
