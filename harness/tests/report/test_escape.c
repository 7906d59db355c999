/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/escape.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_written(void (*write)(FILE *, const char *), const char *text,
			   const char *expected)
{
	size_t len = 0;
	char *output;
	FILE *mem = xmemstream(&output, &len);

	write(mem, text);
	fclose(mem);
	assert_string_equal(output, expected);
	free(output);
}

static void plain_is_one_line(void **state)
{
	(void)state;
	assert_written(escape_plain, "", "");
	assert_written(escape_plain, "a\nb\r\tc", "a\\nb\\r\\tc");
	assert_written(escape_plain, "\x1b[31m\x7f", "\\x1b[31m\\x7f");
	assert_written(escape_plain, "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80",
		       "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
	/* C1 controls, marks of direction, a line separator, a byte order mark */
	assert_written(escape_plain, "\xc2\x9b \xe2\x80\xae \xe2\x80\xa8 \xef\xbb\xbf",
		       "\\x9b \\u202e \\u2028 \\ufeff");
}

/* RFC 3629: overlong forms, surrogates, beyond U+10FFFF, cut short, a stray continuation. */
static void what_is_no_utf8_is_shown_by_byte(void **state)
{
	(void)state;
	assert_written(escape_plain, "\xc0\xaf", "\\xc0\\xaf");
	assert_written(escape_plain, "\xed\xa0\x80", "\\xed\\xa0\\x80");
	assert_written(escape_plain, "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	assert_written(escape_plain, "\xe2\x82", "\\xe2\\x82");
	assert_written(escape_plain, "\x80\xff", "\\x80\\xff");
	assert_written(escape_plain, "\xe2(\xa1", "\\xe2(\\xa1");
}

static void width_counts_characters(void **state)
{
	(void)state;
	assert_int_equal(escaped_width("abc"), 3);
	assert_int_equal(escaped_width("\xc3\xa4\xe2\x82\xac"), 2);
	assert_int_equal(escaped_width("\n\xff"), 6);
}

static void cut(FILE *out, const char *s)
{
	escape_plain_cut(out, s, 4);
}

static void long_texts_are_cut(void **state)
{
	(void)state;
	assert_written(cut, "abcd", "abcd");
	assert_written(cut, "abcdef", "abcd.. (2 more)");
	assert_written(cut, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
		       "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4.. (1 more)");
}

static void lines(FILE *out, const char *s)
{
	escape_lines(out, "| ", s);
}

static void lines_are_indented(void **state)
{
	(void)state;
	assert_written(lines, "", "");
	assert_written(lines, "a\n\nb\x1b", "| a\n| \n| b\\x1b\n");
	assert_written(lines, "a\n", "| a\n");
}

static void tap_descriptions(void **state)
{
	(void)state;
	assert_written(escape_tap, "a # SKIP \\ b\n", "a \\# SKIP \\\\ b\\\\n");
}

static void yaml_scalars(void **state)
{
	(void)state;
	assert_written(escape_yaml, "a: \"b\" \\ #\n", "\"a: \\\"b\\\" \\\\ #\\n\"");
	assert_written(escape_yaml, "\x1b\xff", "\"\\x1b\\\\xff\"");
	assert_written(escape_yaml, "\xe2\x80\xa8", "\"\\u2028\"");
}

static void xml_texts(void **state)
{
	(void)state;
	assert_written(escape_xml, "<a b=\"c\">&\n\x1b]]>",
		       "&lt;a b=&quot;c&quot;&gt;&amp;\n\\x1b]]&gt;");
	assert_written(escape_xml_attribute, "a\nb\tc", "a\\nb\\tc");
	/* U+FFFE is valid UTF-8 and no XML character. */
	assert_written(escape_xml, "\xef\xbf\xbe\x01", "\\ufffe\\x01");
}

static void github_commands(void **state)
{
	(void)state;
	assert_written(escape_github, "50% a:b,c\nd", "50%25 a:b,c%0Ad");
	assert_written(escape_github, "\r\x1b", "\\r\\x1b");
	assert_written(escape_github_property, "a:b,c%\n", "a%3Ab%2Cc%25%0A");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_is_one_line),
		cmocka_unit_test(what_is_no_utf8_is_shown_by_byte),
		cmocka_unit_test(width_counts_characters),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(lines_are_indented),
		cmocka_unit_test(tap_descriptions),
		cmocka_unit_test(yaml_scalars),
		cmocka_unit_test(xml_texts),
		cmocka_unit_test(github_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
