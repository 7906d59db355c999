/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_arena(void **state)
{
	static const size_t sizes[] = { 0, 1, 7, 16, 4095, 4096, 4097, 16384, 100000 };
	unsigned char *made[ARRAY_SIZE(sizes) * 20];
	struct arena a = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
		size_t size = sizes[i % ARRAY_SIZE(sizes)];

		made[i] = arena_alloc(&a, size);
		assert_int_equal(0, (uintptr_t)made[i] % _Alignof(max_align_t));
		for (size_t j = 0; j < size; j++)
			assert_int_equal(0, made[i][j]);
		memset(made[i], (int)i + 1, size);
	}
	/* No two share a byte. */
	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		for (size_t j = 0; j < sizes[i % ARRAY_SIZE(sizes)]; j++)
			assert_int_equal((unsigned char)(i + 1), made[i][j]);
	arena_free(&a);
	assert_null(a.blocks);
	arena_free(&a);
}

static void test_texts(void **state)
{
	struct arena a = {};
	char *s;

	(void)state;
	assert_string_equal("abc", arena_strdup(&a, "abc"));
	assert_string_equal("ab", arena_strndup(&a, "abc", 2));
	assert_string_equal("abc", arena_strndup(&a, "abc", 9));
	assert_string_equal("7 x", arena_printf(&a, "%d %s", 7, "x"));
	assert_memory_equal("a\0b", arena_memdup(&a, "a\0b", 3), 3);
	assert_non_null(arena_memdup(&a, NULL, 0));
	arena_free(&a);
	s = xasprintf("%03d", 7);
	assert_string_equal("007", s);
	free(s);
}

static void test_arrays(void **state)
{
	struct arena a = {};
	uint64_t *items = NULL, *others = NULL;
	size_t n = 0, m = 0;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		uint64_t *item = ARRAY_PUSH(items, n), *other = ARENA_PUSH(&a, others, m);

		assert_int_equal(0, *item);
		assert_int_equal(0, *other);
		*item = *other = i + 1;
	}
	assert_int_equal(1000, n);
	assert_int_equal(1000, m);
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(i + 1, items[i]);
		assert_int_equal(i + 1, others[i]);
	}
	free(items);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_arrays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
