/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `ctx:` and `meta:` of expect against plain observations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge/context.h"
#include "judge/judge.h"

#include <linux/bpf.h>

static char scenario[] = "mark: 5";
static char path[] = "x.yaml";
static struct source text = { .path = path, .text = scenario, .len = sizeof(scenario) - 1 };

#define PLACE ((struct span){ &text, 0, 4 })

struct fixture {
	struct arena arena;
	struct mismatches found;
	struct context_expectation context;
	struct expectation e;
	struct observation o;
};

static struct fixture make(void)
{
	struct fixture f = { .o = { .prog_type = BPF_PROG_TYPE_SCHED_CLS,
				    .out = (const uint8_t *)"frame",
				    .out_len = 5,
				    .context = { .known = true,
						 .mark = 5,
						 .cb = { 1, 2, 3, 4, 5 },
						 .tstamp = 1ULL << 40,
						 .ifindex = 7 } } };

	return f;
}

static bool judge(struct fixture *f)
{
	bool holds, same;

	f->e.where = PLACE;
	f->e.context = &f->context;
	f->found = (struct mismatches){ 0 };
	holds = judge_run(&f->e, &f->o, NULL, 0, &f->arena, NULL);
	same = judge_run(&f->e, &f->o, NULL, 0, &f->arena, &f->found);
	assert_int_equal(holds, same);
	assert_int_equal(holds, !f->found.n);
	return holds;
}

static struct context_item item(const char *name, uint32_t index, uint64_t value)
{
	const struct context_field *field =
		context_field_find(BPF_PROG_TYPE_SCHED_CLS, name, strlen(name));

	assert_non_null(field);
	return (struct context_item){
		.where = PLACE, .field = field, .index = index, .value = value
	};
}

static void fields(void **state)
{
	static struct type_enumerator names[] = { { "eth0", 7 }, { "eth1", 8 } };
	static const struct value_names devices = { .items = names, .n = 2 };
	struct fixture f = make();
	struct context_item items[3];
	(void)state;

	f.context.items = items;
	f.context.n = 3;
	items[0] = item("mark", 0, 5);
	items[1] = item("cb", 4, 5);
	items[2] = item("tstamp", 0, 1ULL << 40);
	assert_true(judge(&f));
	items[0].value = 16;
	items[2].value = 0; /* differs in its upper half only */
	assert_false(judge(&f));
	assert_int_equal(f.found.n, 2);
	assert_int_equal(f.found.items[0].kind, MISMATCH_CONTEXT);
	assert_string_equal(f.found.items[0].message, "mark: expected 16 (0x10), got 5");
	assert_string_equal(f.found.items[1].message, "tstamp: expected 0, got 1099511627776");
	items[0] = item("cb", 0, 2);
	items[1] = item("ifindex", 0, 0);
	items[1].device = "eth1";
	f.context.n = 2;
	f.o.devices = &devices;
	assert_false(judge(&f));
	assert_string_equal(f.found.items[0].message, "cb[0]: expected 2, got 1");
	assert_string_equal(f.found.items[1].message, "ifindex: expected eth1, got eth0");
	f.o.devices = NULL; /* a name cannot hold then */
	items[1].device = "eth0";
	assert_false(judge(&f));
	assert_string_equal(f.found.items[1].message, "ifindex: expected eth0, got 7");
	arena_free(&f.arena);
}

static void text_of_a_context(void **state)
{
	struct fixture f = make();
	struct observed_context none = { .known = true };
	(void)state;

	f.o.context.mark = 0x1234;
	assert_string_equal(context_text(&f.o.context, NULL, &f.arena),
			    "mark=4660 (0x1234), cb[0]=1, cb[1]=2, cb[2]=3, cb[3]=4, cb[4]=5, "
			    "tstamp=1099511627776, ifindex=7");
	assert_string_equal(context_text(&none, NULL, &f.arena), "");
	arena_free(&f.arena);
}

static void metadata(void **state)
{
	uint8_t expected[4] = { 1, 2, 3, 4 }, actual[4] = { 1, 2, 3, 5 }, mask[4] = { 0xff };
	struct fixture f = make();
	(void)state;

	assert_true(judge(&f)); /* nothing is expected */
	f.context.meta_where = PLACE;
	assert_true(judge(&f)); /* none, and there is none */
	f.o.meta = actual;
	f.o.meta_len = 4;
	assert_false(judge(&f));
	assert_int_equal(f.found.items[0].kind, MISMATCH_META);
	assert_string_equal(f.found.items[0].message, "expected none, got hex(01020305) (4 bytes)");
	f.context.meta = expected;
	f.context.meta_len = 4;
	assert_false(judge(&f));
	assert_string_equal(f.found.items[0].message, "expected hex(01020304), got hex(01020305)");
	f.context.meta_type = type_uint(&f.arena, 4);
	f.context.mask = mask; /* only the first byte counts */
	assert_true(judge(&f));
	memset(mask, 0xff, sizeof(mask));
	assert_false(judge(&f));
	assert_int_equal(f.found.items[0].n_values, 1);
	f.o.meta_len = 0;
	assert_false(judge(&f));
	assert_string_equal(f.found.items[0].message, "expected u32 (4 bytes), got none");
	arena_free(&f.arena);
}

/* A run that did not take place has no context. */
static void refused(void **state)
{
	struct fixture f = make();
	struct context_item items[1] = { item("mark", 0, 6) };
	(void)state;

	f.context.items = items;
	f.context.n = 1;
	f.o.error = -22;
	f.e.error = -22;
	f.e.error_where = PLACE;
	assert_true(judge(&f));
	arena_free(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(text_of_a_context),
		cmocka_unit_test(metadata),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
