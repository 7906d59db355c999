/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Results of one scenario become one; scenarios are dealt to shards. */
#include "run/attempts.h"
#include "run/session.h"
#include "run/shard.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum outcome outcome_of(char letter)
{
	switch (letter) {
	case 'p':
		return OUTCOME_PASS;
	case 'f':
		return OUTCOME_FAIL;
	case 's':
		return OUTCOME_SKIP;
	}
	return OUTCOME_ERROR;
}

/*
 * Outcomes in a row, a letter each: what comes of them, which of them is kept (from 1), and the
 * reason where it is flaky.
 */
static void assert_attempts(const char *letters, enum outcome outcome, uint64_t kept,
			    const char *reason)
{
	struct scenario_result r = { .outcome = outcome_of(letters[0]), .duration = 1 };
	size_t n = strlen(letters);

	for (size_t i = 1; i < n; i++) {
		struct scenario_result next = { .outcome = outcome_of(letters[i]),
						.duration = i + 1 };

		attempts_add(&r, &next);
		assert_null(next.attempts);
	}
	assert_int_equal(r.outcome, outcome);
	assert_int_equal(r.duration, kept);
	assert_int_equal(r.flaky, reason != NULL);
	assert_int_equal(r.n_attempts, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(r.attempts[i].outcome, outcome_of(letters[i]));
		assert_int_equal(r.attempts[i].duration, i + 1);
	}
	if (reason)
		assert_string_equal(r.reason, reason);
	scenario_result_free(&r);
}

static void attempts_become_one(void **state)
{
	(void)state;
	assert_attempts("ppp", OUTCOME_PASS, 3, NULL);
	assert_attempts("ff", OUTCOME_FAIL, 2, NULL);
	assert_attempts("fp", OUTCOME_FAIL, 1, "flaky: 1 of 2 runs failed");
	assert_attempts("pfp", OUTCOME_FAIL, 2, "flaky: 1 of 3 runs failed");
	assert_attempts("pfpf", OUTCOME_FAIL, 4, "flaky: 2 of 4 runs failed");
	assert_attempts("fep", OUTCOME_ERROR, 2, "flaky: 1 of 3 runs could not be judged");
	/* A failure after what is flaky without one. */
	assert_attempts("ps", OUTCOME_FAIL, 2, "flaky: 1 of 2 runs came out otherwise");
	assert_attempts("psf", OUTCOME_FAIL, 3, "flaky: 1 of 3 runs failed");
}

static void every_scenario_is_in_one_shard(void **state)
{
	uint64_t weights[40];
	unsigned int shards[40], again[40], sizes[60];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(weights); i++)
		weights[i] = i % 7 * 1000;
	for (unsigned int count = 1; count <= 60; count++) {
		memset(shards, 0xff, sizeof(shards));
		memset(sizes, 0, sizeof(sizes));
		shards_deal(weights, 40, count, shards);
		shards_deal(weights, 40, count, again);
		assert_memory_equal(shards, again, sizeof(shards));
		for (size_t i = 0; i < 40; i++) {
			assert_true(shards[i] < count);
			sizes[shards[i]]++;
		}
		for (unsigned int i = 0; i < count && count <= 40; i++)
			assert_true(sizes[i] > 0);
	}
}

static void shards_take_equally_long(void **state)
{
	/* As much as the other four together; the one that is not known is the median, 3. */
	static const uint64_t weights[] = { 1, 10, 3, 3, 0 };
	static const uint64_t none[5] = {};
	unsigned int shards[5];

	(void)state;
	shards_deal(weights, 5, 2, shards);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(shards[i], i == 1 ? 0 : 1);
	shards_deal(none, 5, 2, shards);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(shards[i], i % 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attempts_become_one),
		cmocka_unit_test(every_scenario_is_in_one_shard),
		cmocka_unit_test(shards_take_equally_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
