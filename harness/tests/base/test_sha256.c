/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Digests of FIPS 180-2, and of lengths around those where padding takes another block. */
#include "base/mem.h"
#include "base/sha256.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
	const char *text; /* this many times */
	size_t times;
	const char *digest;
} cases[] = {
	{ "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ "aaaaaaaaaa", 100000,
	  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
};

static void test_digests(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char hex[SHA256_HEX];
		struct sha256 s;

		sha256_begin(&s);
		for (size_t n = 0; n < cases[i].times; n++)
			sha256_update(&s, cases[i].text, strlen(cases[i].text));
		sha256_finish_hex(&s, hex);
		assert_string_equal(hex, cases[i].digest);
	}
}

/* Of a file of @n bytes, as sha256sum(1) has it. */
static void check_file(const char *path, size_t n)
{
	char *command = xasprintf("sha256sum %s", path), hex[SHA256_HEX], want[SHA256_HEX] = "";
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (size_t i = 0; i < n; i++)
		putc((int)(i * 7), f);
	assert_int_equal(fclose(f), 0);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(want, sizeof(want), f));
	pclose(f);
	assert_int_equal(sha256_file(path, hex), 0);
	assert_string_equal(hex, want);
	free(command);
}

static void test_files(void **state)
{
	static const size_t sizes[] = {
		1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 65536, 65537
	};
	char path[] = "/tmp/sha256.XXXXXX", hex[SHA256_HEX] = "as it was";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		check_file(path, sizes[i]);
	unlink(path);
	assert_int_equal(sha256_file(path, hex), -ENOENT);
	assert_int_equal(sha256_file("/", hex), -EISDIR);
	assert_string_equal(hex, "as it was");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
