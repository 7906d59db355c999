/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		int err;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "80", 0, 80 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999", -ERANGE, 0 },
		{ "0x0", 0, 0 },
		{ "0x00ff", 0, 255 },
		{ "0XfF", 0, 255 },
		{ "0xffffffffffffffff", 0, UINT64_MAX },
		{ "0x10000000000000000", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "010", -EINVAL, 0 },
		{ "00", -EINVAL, 0 },
		{ "80x", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "x80", -EINVAL, 0 },
		{ "ff", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "0x-1", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "1_000", -EINVAL, 0 },
		{ "99999999999999999999999x", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 42;
		int err = number_parse(cases[i].text, strlen(cases[i].text), &value);

		if (err != cases[i].err || value != (err ? 42 : cases[i].value))
			fail_msg("'%s': %d, %llu", cases[i].text, err, (unsigned long long)value);
	}
}

static void test_signed_numbers(void **state)
{
	static const struct {
		const char *text;
		int err;
		int64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "-0", 0, 0 },
		{ "-1", 0, -1 },
		{ "-0x10", 0, -16 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "9223372036854775808", -ERANGE, 0 },
		{ "-9223372036854775808", 0, INT64_MIN },
		{ "-9223372036854775809", -ERANGE, 0 },
		{ "-18446744073709551615", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "-", -EINVAL, 0 },
		{ "--1", -EINVAL, 0 },
		{ "- 1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t value = 42;
		int err = number_parse_signed(cases[i].text, strlen(cases[i].text), &value);

		if (err != cases[i].err || value != (err ? 42 : cases[i].value))
			fail_msg("'%s': %d, %lld", cases[i].text, err, (long long)value);
	}
}

static void test_hex(void **state)
{
	static const struct {
		const char *text;
		long n;
		size_t bad;
		uint8_t want[4];
	} cases[] = {
		{ "", 0, 0, {} },
		{ "00 fF\n1a", 3, 0, { 0, 255, 26 } },
		{ "aa:bb.cc\tdd", 4, 0, { 0xaa, 0xbb, 0xcc, 0xdd } },
		{ " 01 ", 1, 0, { 1 } },
		{ "0", -EINVAL, 0, {} },
		{ "00 1", -EINVAL, 3, {} },
		{ "0 0", -EINVAL, 1, {} },
		{ "00 xx", -EINVAL, 3, {} },
		{ "0x00", -EINVAL, 1, {} },
		{ "0011223344", -ENOSPC, 8, {} },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t got[4] = {};
		size_t bad = 0;
		long n = hex_parse(cases[i].text, strlen(cases[i].text), got, sizeof(got), &bad);

		if (n != cases[i].n || (n < 0 && bad != cases[i].bad) ||
		    (n > 0 && memcmp(got, cases[i].want, (size_t)n)))
			fail_msg("'%s': %ld, bad at %zu", cases[i].text, n, bad);
		assert_int_equal(n, hex_parse(cases[i].text, strlen(cases[i].text), got,
					      sizeof(got), NULL));
	}
}

static void test_addresses(void **state)
{
	static const uint8_t want_mac[6] = { 0x12, 0x52, 0xe3, 0x7e, 0x87, 0x4f };
	static const char *const bad_macs[] = {
		"",
		"12:52:e3:7e:87",
		"12:52:e3:7e:87:4",
		"12:52:e3:7e:87:4f:",
		"12:52-e3:7e:87:4f",
		"12.52.e3.7e.87.4f",
		"1252:e3:7e:87:4f:",
		"g2:52:e3:7e:87:4f",
	};
	static const char *const bad_ipv4[] = { "",	     "10.0.0",	  "10.0.0.256",
						"10.0.0.1 ", "010.0.0.1", "10.0.0.1.2",
						"::1" };
	static const char *const bad_ipv6[] = { "",	 ":",	       "1:2:3:4:5:6:7",
						"::1::", "fe80::1%lo", "10.0.0.1" };
	uint8_t addr[16];

	(void)state;
	assert_int_equal(0, mac_parse("12:52:E3:7e:87:4f", 17, addr));
	assert_memory_equal(want_mac, addr, 6);
	assert_int_equal(0, mac_parse("12-52-e3-7e-87-4f", 17, addr));
	assert_memory_equal(want_mac, addr, 6);
	for (size_t i = 0; i < ARRAY_SIZE(bad_macs); i++)
		assert_int_equal(-EINVAL, mac_parse(bad_macs[i], strlen(bad_macs[i]), addr));
	assert_int_equal(0, ipv4_parse("10.249.0.255!", 12, addr));
	assert_memory_equal("\x0a\xf9\0\xff", addr, 4);
	for (size_t i = 0; i < ARRAY_SIZE(bad_ipv4); i++)
		assert_int_equal(-EINVAL, ipv4_parse(bad_ipv4[i], strlen(bad_ipv4[i]), addr));
	assert_int_equal(0, ipv6_parse("fd00::1", 7, addr));
	assert_memory_equal("\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", addr, 16);
	assert_int_equal(-EINVAL, ipv6_parse("::1\0::", 6, addr));
	for (size_t i = 0; i < ARRAY_SIZE(bad_ipv6); i++)
		assert_int_equal(-EINVAL, ipv6_parse(bad_ipv6[i], strlen(bad_ipv6[i]), addr));
}

static void test_nearest(void **state)
{
	static const struct {
		const char *name;
		int other;
	} names[] = { { "send", 0 }, { "expect", 0 }, { "packet", 0 }, { "program", 0 },
		      { NULL, 0 },   { "dport", 0 },  { "sport", 0 },  { "", 0 } };
	static const struct {
		const char *word, *want;
	} cases[] = {
		{ "sned", "send" },	  { "expct", "expect" }, { "packets", "packet" },
		{ "Program", "program" }, { "dprt", "dport" },	 { "sport", "sport" },
		{ "zebra", NULL },	  { "x", NULL },	 { "", NULL },
	};
	char longer[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = text_nearest(cases[i].word, strlen(cases[i].word), names,
					       ARRAY_SIZE(names), sizeof(names[0]));

		if (got != cases[i].want && (!got || !cases[i].want || strcmp(got, cases[i].want)))
			fail_msg("'%s': '%s'", cases[i].word, got ? got : "(none)");
	}
	memset(longer, 'a', sizeof(longer));
	assert_null(
		text_nearest(longer, sizeof(longer), names, ARRAY_SIZE(names), sizeof(names[0])));
}

static void test_utf8(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		uint32_t c;
	} cases[] = {
		{ "a", 1, 'a' },
		{ "\x7f", 1, 0x7f },
		{ "\xc2\x80", 2, 0x80 },
		{ "\xdf\xbf", 2, 0x7ff },
		{ "\xe0\xa0\x80", 3, 0x800 },
		{ "\xed\x9f\xbf", 3, 0xd7ff },
		{ "\xef\xbf\xbf", 3, 0xffff },
		{ "\xf0\x90\x80\x80", 4, 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		{ "", 0, 0 },
		{ "\x80", 0, 0 },
		{ "\xc0\x80", 0, 0 },
		{ "\xc1\xbf", 0, 0 },
		{ "\xc2", 0, 0 },
		{ "\xc2"
		  "a",
		  0, 0 },
		{ "\xe0\x9f\xbf", 0, 0 },
		{ "\xed\xa0\x80", 0, 0 },
		{ "\xf0\x8f\xbf\xbf", 0, 0 },
		{ "\xf4\x90\x80\x80", 0, 0 },
		{ "\xf5\x80\x80\x80", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint32_t c = 0;

		assert_int_equal(cases[i].n,
				 utf8_character(cases[i].text, strlen(cases[i].text), &c));
		assert_int_equal(cases[i].c, c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_signed_numbers),
		cmocka_unit_test(test_hex),	cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_nearest), cmocka_unit_test(test_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
