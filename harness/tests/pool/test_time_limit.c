/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a step may take: counted down from outside, begun anew by each, cut short by an
 * interruption. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/time_limit.h"

#define SECOND 1000000000ull

static void a_step_has_its_time(void **state)
{
	struct time_limit t;

	(void)state;
	time_limit_init(&t);
	assert_false(time_limit_pass(&t, 100 * SECOND)); /* nothing runs */
	time_limit_begin(&t, NULL, 2 * SECOND);
	assert_false(time_limit_pass(&t, SECOND));
	assert_false(time_limit_pass(&t, SECOND));
	assert_false(time_limit_is_over(&t));
	/* At least as long as it was given: the first second may have been half over. */
	assert_true(time_limit_pass(&t, SECOND));
	assert_true(time_limit_is_over(&t));
	assert_true(time_limit_pass(&t, 1));
	assert_int_equal(time_limit_end(&t), TIME_LIMIT_EXCEEDED);
	/* Whoever looks on may be late: the next one is not ended for it. */
	assert_false(time_limit_pass(&t, SECOND));
	time_limit_begin(&t, NULL, 2 * SECOND);
	assert_false(time_limit_is_over(&t));
	assert_false(time_limit_pass(&t, SECOND));
	assert_int_equal(time_limit_end(&t), TIME_LIMIT_KEPT);
	time_limit_destroy(&t);
}

static void an_interruption_leaves_a_second(void **state)
{
	struct time_limit t;

	(void)state;
	time_limit_init(&t);
	time_limit_begin(&t, NULL, 100 * SECOND);
	assert_false(time_limit_is_interrupted(&t));
	time_limit_interrupt(&t);
	assert_true(time_limit_is_interrupted(&t));
	assert_false(time_limit_pass(&t, SECOND));
	assert_true(time_limit_pass(&t, SECOND));
	assert_int_equal(time_limit_end(&t), TIME_LIMIT_CUT);
	/* So do those that begin later; what waits for something ends at once. */
	time_limit_begin(&t, NULL, 100 * SECOND);
	assert_false(time_limit_pass(&t, SECOND));
	assert_true(time_limit_pass(&t, SECOND));
	assert_int_equal(time_limit_end(&t), TIME_LIMIT_CUT);
	time_limit_begin(&t, NULL, TIME_LIMIT_NONE);
	assert_true(time_limit_pass(&t, 1));
	assert_int_equal(time_limit_end(&t), TIME_LIMIT_CUT);
	time_limit_destroy(&t);
}

static void waiting_has_no_limit(void **state)
{
	struct time_limit t;

	(void)state;
	time_limit_init(&t);
	time_limit_begin(&t, NULL, TIME_LIMIT_NONE);
	assert_false(time_limit_pass(&t, 1000000 * SECOND));
	assert_false(time_limit_pass(&t, 1000000 * SECOND));
	time_limit_interrupt(&t);
	assert_true(time_limit_pass(&t, 1));
	time_limit_destroy(&t);
}

static void nobody_has_to_look_on(void **state)
{
	(void)state;
	time_limit_begin(NULL, NULL, 1);
	time_limit_at_frame(NULL, 1);
	assert_false(time_limit_is_over(NULL));
	assert_false(time_limit_is_interrupted(NULL));
	assert_int_equal(time_limit_end(NULL), TIME_LIMIT_KEPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_has_its_time),
		cmocka_unit_test(an_interruption_leaves_a_second),
		cmocka_unit_test(waiting_has_no_limit),
		cmocka_unit_test(nobody_has_to_look_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
