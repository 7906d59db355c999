/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The line that shows what runs: what it says, and that it fits into any window. */
#include "base/mem.h"
#include "base/status_line.h"
#include "cli/progress.h"
#include "scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000000)

static struct scenario scenarios[] = {
	{ .id = "scenarios/clusterip/first_packet.yaml" },
	{ .id = "scenarios/\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97/\x1b[31m.yaml" },
	{ .id = "c.yaml[one]" },
};

static void start(struct progress *p, size_t i, uint64_t since)
{
	p->onlooker.started(&p->onlooker, &scenarios[i]);
	p->running[p->n_running - 1].since = since;
}

static void end(struct progress *p, size_t i, enum outcome outcome)
{
	p->onlooker.ended(&p->onlooker, &scenarios[i], outcome);
}

static void assert_says(const struct progress *p, uint64_t now, size_t room, const char *expected)
{
	char *text = progress_text(p, now, room);

	assert_string_equal(text, expected);
	free(text);
}

static void test_what_it_says(void **state)
{
	struct progress p;

	(void)state;
	progress_begin(&p, stdout, 343);
	p.started = 0;
	assert_says(&p, 0, 79, "[  0/343] 0s");
	start(&p, 0, SECOND);
	assert_says(&p, 2 * SECOND, 79, "[  0/343] 2s: scenarios/clusterip/first_packet.yaml");
	start(&p, 2, 2 * SECOND);
	assert_says(&p, 5 * SECOND, 79,
		    "[  0/343] 5s: scenarios/clusterip/first_packet.yaml for 4s, and 1 more");
	assert_says(&p, 5 * SECOND, 52, "[  0/343] 5s: ..first_packet.yaml for 4s, and 1 more");
	/* The one that began later ends first. */
	end(&p, 2, OUTCOME_FAIL);
	assert_says(&p, 66 * SECOND, 79,
		    "[  1/343] 1m06s, 1 failed: scenarios/clusterip/first_packet.yaml for 1m05s");
	end(&p, 0, OUTCOME_ERROR);
	assert_says(&p, 66 * SECOND, 79, "[  2/343] 1m06s, 2 failed");
	start(&p, 2, 66 * SECOND);
	end(&p, 2, OUTCOME_SKIP);
	assert_says(&p, 66 * SECOND, 79, "[  3/343] 1m06s, 2 failed");
	progress_end(&p);
}

static void test_it_fits(void **state)
{
	struct progress p;

	(void)state;
	progress_begin(&p, stdout, 3);
	for (size_t i = 0; i < ARRAY_SIZE(scenarios); i++) {
		start(&p, i, 0);
		for (size_t room = 0; room < 120; room++) {
			char *text = progress_text(&p, 5 * SECOND, room);

			assert_true(text_columns(text) <= room);
			for (const char *c = text; *c; c++)
				assert_true((unsigned char)*c >= ' ');
			free(text);
		}
		if (i == 1)
			end(&p, 0, OUTCOME_PASS); /* the wide one is shown */
	}
	progress_end(&p);
}

static void test_columns(void **state)
{
	const char *wide = "a\xe6\xbc\xa2\xe5\xad\x97";

	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("gr\xc3\xb6\xc3\x9f"
				      "er"),
			 6);
	assert_int_equal(text_columns(wide), 5);
	assert_string_equal(text_last_columns(wide, 5), wide);
	assert_string_equal(text_last_columns(wide, 4), wide + 1);
	assert_string_equal(text_last_columns(wide, 3), wide + 4);
	assert_string_equal(text_last_columns(wide, 0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_says),
		cmocka_unit_test(test_it_fits),
		cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
