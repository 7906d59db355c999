/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/helpers.h"

#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* As Linux counts them, checked against numbers of the ABI written down here. */
static void test_ids_and_names(void **state)
{
	static const struct {
		uint32_t id;
		const char *name;
	} known[] = { { 0, "unspec" },
		      { 1, "map_lookup_elem" },
		      { 12, "tail_call" },
		      { 51, "redirect_map" },
		      { 69, "fib_lookup" },
		      { 152, "redirect_neigh" },
		      { 208, "ktime_get_tai_ns" },
		      { 211, "cgrp_storage_delete" } };
	size_t n;
	const struct helper *all = helper_table(&n);

	(void)state;
	assert_int_equal(n, 212);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(all[i].id, i);
		assert_non_null(all[i].name);
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_string_equal(helper_by_id(known[i].id)->name, known[i].name);
	assert_null(helper_by_id(212));
	assert_null(helper_by_id(UINT32_MAX));
}

static void test_find(void **state)
{
	(void)state;
	assert_int_equal(helper_find("redirect", 8)->id, BPF_FUNC_redirect);
	assert_int_equal(helper_find("bpf_redirect", 12)->id, BPF_FUNC_redirect);
	assert_int_equal(helper_find("redirect_map: 1", 12)->id, BPF_FUNC_redirect_map);
	assert_null(helper_find("redirec", 7));
	assert_null(helper_find("", 0));
	assert_null(helper_find("bpf_", 4));
	assert_null(helper_find("bpf_bpf_redirect", 16));
}

static bool has_arg(const struct helper *h, enum helper_value value)
{
	for (size_t i = 0; i < HELPER_ARGS; i++) {
		if (h->args[i].value == value)
			return true;
	}
	return false;
}

/* What the users of the table take for granted. */
static void test_rows_are_sound(void **state)
{
	size_t n;
	const struct helper *all = helper_table(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct helper *h = &all[i];
		bool seen = h->recorded || h->traced, ended = false;

		assert_false(h->recorded && h->traced);
		assert_true(seen || (!h->scriptable && !h->failable && !h->clock));
		assert_true(!h->clock || h->scriptable);
		assert_int_equal(has_arg(h, HELPER_STRUCT), h->struct_name != NULL);
		assert_true(!h->in || has_arg(h, HELPER_STRUCT) || has_arg(h, HELPER_KEY) ||
			    has_arg(h, HELPER_MEMORY));
		for (size_t a = 0; a < HELPER_ARGS; a++) {
			assert_int_equal(h->args[a].value == HELPER_NOTHING, !h->args[a].name);
			if (!h->args[a].name)
				ended = true;
			else
				assert_true(!ended &&
					    (h->args[a].size == 4 || h->args[a].size == 8));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_and_names),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_rows_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
