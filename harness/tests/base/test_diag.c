/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/diag.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The message and its marker, for each place in a text. */
static void test_print(void **state)
{
	static const struct {
		const char *text;
		size_t off, len;
		const char *want;
	} cases[] = {
		{ "abc def", 4, 3, "f:1:5: error: m\n  abc def\n      ^~~\n" },
		{ "abc\ndef\n", 4, 3, "f:2:1: error: m\n  def\n  ^~~\n" },
		{ "abc\ndef\n", 3, 1, "f:1:4: error: m\n  abc\n     ^\n" },
		{ "abc\ndef", 7, 0, "f:2:4: error: m\n  def\n     ^\n" },
		{ "abc\n", 4, 0, "f:2:1: error: m\n  \n  ^\n" },
		{ "", 0, 0, "f:1:1: error: m\n  \n  ^\n" },
		/* Over the end of its line, and of the text. */
		{ "abc\ndef\n", 1, 5, "f:1:2: error: m\n  abc\n   ^~\n" },
		{ "abc", 1, 100, "f:1:2: error: m\n  abc\n   ^~\n" },
		{ "abc", 100, 100, "f:1:4: error: m\n  abc\n     ^\n" },
		/* Carriage returns take no part. */
		{ "abc\r\nde f\r\n", 8, 1, "f:2:4: error: m\n  de f\n     ^\n" },
		{ "abc\r\nde f\r\n", 8, 4, "f:2:4: error: m\n  de f\n     ^\n" },
		/* Columns count characters; a tab is one, and the marker stays below. */
		{ "\xcf\x80 = \xe2\x9c\x93 x", 9, 1,
		  "f:1:7: error: m\n  \xcf\x80 = \xe2\x9c\x93 x\n        ^\n" },
		{ "\xcf\x80\xcf\x80", 0, 4, "f:1:1: error: m\n  \xcf\x80\xcf\x80\n  ^~\n" },
		{ "\ta\tb", 3, 1, "f:1:4: error: m\n  \ta\tb\n  \t \t^\n" },
		{ "a\x01\x1b[2J\x7f b", 8, 1, "f:1:9: error: m\n  a??[2J? b\n          ^\n" },
		/* A byte order mark is not to be seen. */
		{ "\xef\xbb\xbf"
		  "abc",
		  3, 3, "f:1:1: error: m\n  abc\n  ^~~\n" },
		{ "\xef\xbb\xbf"
		  "abc",
		  0, 6, "f:1:1: error: m\n  abc\n  ^~~\n" },
		{ "\xef\xbb\xbf"
		  "abc\nd",
		  7, 1, "f:2:1: error: m\n  d\n  ^\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct diags d = {};
		struct source src;
		char *text;
		size_t len;
		FILE *f = xmemstream(&text, &len);

		source_from_text("f", cases[i].text, strlen(cases[i].text), &src);
		diag(&d, DIAG_ERROR, (struct span){ &src, cases[i].off, cases[i].len }, "%s", "m");
		diags_print(f, &d);
		fclose(f);
		assert_string_equal(cases[i].want, text);
		free(text);
		diags_free(&d);
		source_free(&src);
	}
}

static void test_nowhere(void **state)
{
	struct diag m = { DIAG_WARNING, {}, xstrdup("odd") };
	char *text;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	(void)state;
	diag_print(f, &m);
	span_print(f, (struct span){}, "failed", "x");
	fclose(f);
	assert_string_equal("verdict: warning: odd\nverdict: failed: x\n", text);
	free(text);
	free(m.message);
}

static void test_counts(void **state)
{
	struct diags d = {}, more = {};

	(void)state;
	for (int i = 0; i < 9; i++) {
		diag(&d, DIAG_ERROR, (struct span){}, "e%d", i);
		diag(&d, DIAG_NOTE, (struct span){}, "n%d", i);
	}
	diag(&more, DIAG_WARNING, (struct span){}, "w");
	assert_int_equal(9, d.errors);
	diags_rewind(&d, 5);
	assert_int_equal(5, d.n);
	assert_int_equal(3, d.errors);
	diags_move(&d, &more);
	assert_int_equal(0, more.n);
	assert_int_equal(1, d.warnings);
	assert_string_equal("w", d.items[5].message);
	/* Room must follow the count again after rewinding. */
	for (int i = 0; i < 20; i++)
		diag(&d, DIAG_ERROR, (struct span){}, "again");
	assert_int_equal(26, d.n);
	diags_rewind(&d, 0);
	diag(&d, DIAG_ERROR, (struct span){}, "one");
	assert_int_equal(1, d.errors);
	diags_free(&d);
	diags_free(&d);
	diags_free(&more);
}

/* A file that is wrong in every line does not flood the terminal. */
static void test_many(void **state)
{
	struct diags d = {};
	char *text, *last;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	(void)state;
	for (int i = 0; i < DIAGS_SHOWN + 7; i++)
		diag(&d, DIAG_ERROR, (struct span){}, "e%d", i);
	diags_print(f, &d);
	fclose(f);
	last = strstr(text, "e499\n");
	assert_non_null(last);
	assert_string_equal("e499\nverdict: note: 7 more messages are not shown\n", last);
	free(text);
	diags_free(&d);
}

static void test_parts(void **state)
{
	struct source src;
	struct span all, part;

	(void)state;
	source_from_text("f", "0123456789", 10, &src);
	all = span_all(&src);
	part = span_part(all, 2, 3);
	assert_int_equal(2, part.off);
	assert_int_equal(3, part.len);
	part = span_part(part, 2, 100);
	assert_int_equal(4, part.off);
	assert_int_equal(1, part.len);
	part = span_part(part, 100, 1);
	assert_int_equal(5, part.off);
	assert_int_equal(0, part.len);
	source_free(&src);
	source_free(&src);
}

static void test_read(void **state)
{
	char path[] = "/tmp/verdict-diag-XXXXXX";
	struct source src = { .len = 42 };
	int fd = mkstemp(path);
	FILE *f;

	(void)state;
	assert_int_equal(-ENOENT, source_read("/nonexistent/file", &src));
	assert_int_equal(-EISDIR, source_read("/", &src));
	assert_int_equal(42, src.len);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	assert_non_null(f);
	fwrite("a\0b", 1, 3, f);
	fflush(f);
	assert_int_equal(0, source_read(path, &src));
	assert_int_equal(3, src.len);
	assert_memory_equal("a\0b", src.text, 4);
	assert_string_equal(path, src.path);
	source_free(&src);
	assert_int_equal(0, ftruncate(fd, SOURCE_MAX + 1));
	assert_int_equal(-EFBIG, source_read(path, &src));
	assert_int_equal(0, ftruncate(fd, SOURCE_MAX));
	assert_int_equal(0, source_read(path, &src));
	assert_int_equal(SOURCE_MAX, src.len);
	source_free(&src);
	fclose(f);
	remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_print),  cmocka_unit_test(test_nowhere),
		cmocka_unit_test(test_counts), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_many),   cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
