/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/json.h"
#include "base/mem.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct written {
	struct json j;
	char *text;
	size_t len;
};

static struct json *begin(struct written *w, enum json_layout layout)
{
	jsonw_open(&w->j, xmemstream(&w->text, &w->len), layout);
	return &w->j;
}

static void assert_written(struct written *w, const char *want)
{
	assert_int_equal(0, jsonw_close(&w->j));
	fclose(w->j.out);
	assert_string_equal(want, w->text);
	assert_int_equal(strlen(want), w->len);
	free(w->text);
}

static void write_all_kinds(struct json *j)
{
	jsonw_object(j, NULL);
	jsonw_string(j, "name", "x");
	jsonw_string(j, "none", NULL);
	jsonw_array(j, "list");
	jsonw_uint(j, NULL, UINT64_MAX);
	jsonw_int(j, NULL, INT64_MIN);
	jsonw_bool(j, NULL, true);
	jsonw_bool(j, NULL, false);
	jsonw_null(j, NULL);
	jsonw_end(j);
	jsonw_object(j, "empty");
	jsonw_end(j);
	jsonw_array(j, "none");
	jsonw_end(j);
	jsonw_double(j, "d", 1.0 / 3, 3);
	jsonw_double(j, "inf", 1e300 * 1e300, 3);
	jsonw_hex(j, "hex", "\0\xff\x1a", 3);
	jsonw_printf(j, "printf", "%d%%\n", 5);
	jsonw_end(j);
}

static void test_line(void **state)
{
	struct written w;

	(void)state;
	write_all_kinds(begin(&w, JSON_LINE));
	assert_written(
		&w, "{\"name\": \"x\", \"none\": null, \"list\": [18446744073709551615, "
		    "-9223372036854775808, true, false, null], \"empty\": {}, \"none\": [], "
		    "\"d\": 0.333, \"inf\": null, \"hex\": \"00ff1a\", \"printf\": \"5%\\n\"}\n");
}

static void test_indented(void **state)
{
	struct written w;
	struct json *j = begin(&w, JSON_INDENTED);

	(void)state;
	jsonw_array(j, NULL);
	jsonw_object(j, NULL);
	jsonw_uint(j, "a", 1);
	jsonw_uint(j, "b", 2);
	jsonw_end(j);
	jsonw_array(j, NULL);
	jsonw_end(j);
	jsonw_end(j);
	assert_written(&w, "[\n  {\n    \"a\": 1,\n    \"b\": 2\n  },\n  []\n]\n");
}

/* RFC 8259 section 7; RFC 3629 for what is UTF-8. */
static void test_escapes(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *want;
	} cases[] = {
		{ "", 0, "\"\"\n" },
		{ "a\"b\\c/", 6, "\"a\\\"b\\\\c/\"\n" },
		{ "\b\t\n\v\f\r", 6, "\"\\b\\t\\n\\u000b\\f\\r\"\n" },
		{ "\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\\u007f\"\n" },
		{ "\xcf\x80\xe2\x9c\x93\xf0\x9f\x98\x80", 9,
		  "\"\xcf\x80\xe2\x9c\x93\xf0\x9f\x98\x80\"\n" },
		{ "\xff"
		  "a\xc0\x80",
		  4, "\"\\ufffda\\ufffd\\ufffd\"\n" },
		{ "\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\"\n" },
		{ "\xf4\x90\x80\x80", 4, "\"\\ufffd\\ufffd\\ufffd\\ufffd\"\n" },
		{ "\xe2\x9c", 2, "\"\\ufffd\\ufffd\"\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct written w;

		jsonw_text(begin(&w, JSON_LINE), NULL, cases[i].text, cases[i].len);
		assert_written(&w, cases[i].want);
	}
}

static void test_full_disk(void **state)
{
	FILE *full = fopen("/dev/full", "we");
	struct json j;

	(void)state;
	if (!full)
		skip();
	jsonw_open(&j, full, JSON_LINE);
	jsonw_bool(&j, NULL, true);
	assert_int_equal(-ENOSPC, jsonw_close(&j));
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_indented),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
