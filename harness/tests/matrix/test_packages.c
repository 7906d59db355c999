/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which package a pattern stands for, from lists of Debian as they were one day; the order of
 * versions, as dpkg has it.
 */
#include "matrix/deb822.h"
#include "matrix/packages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_versions(void **state)
{
	/* Each is less than the next. */
	static const char *const order[] = {
		"0~",
		"0",
		"1~rc1-1",
		"1-1~bpo1+1",
		"1-1",
		"1-1+b1",
		"1-2",
		"1-10",
		"1a-1",
		"1+b-1",
		"1.0.1-1",
		"5.9-1",
		"5.10.9-1",
		"5.10.10-1",
		"6.12.117-1~deb12u1",
		"6.12.117-1",
		"6.12.118-1",
		"7.3~rc7-1~exp1",
		"7.3.4-1~bpo13+1",
		"7.3.4-1",
		"7.3.4+1-1",
		"07.3.5-1",
		"7.10-1",
		"1:0.1-1",
		"1:1-1",
		"2:0-1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		for (size_t j = 0; j < ARRAY_SIZE(order); j++) {
			int got = deb_version_compare(order[i], order[j]);

			if ((got > 0) - (got < 0) != (i > j) - (i < j))
				fail_msg("'%s' and '%s': %d", order[i], order[j], got);
		}
	assert_int_equal(deb_version_compare("1.0-0", "1.0"), 0);
	assert_int_equal(deb_version_compare("0:1.00-01", "1.0-1"), 0);
}

/* dpkg itself says the same, where it is here. */
static void test_versions_of_dpkg(void **state)
{
	static const char *const versions[] = {
		"1.0",	 "1.0-0", "1.0~1", "1.0a",  "1.0+", "1.0.",
		"1-1.0", "a1",	  "1:0",   "1.a.2", "1.~",  "1.0-~"
	};

	(void)state;
	if (system("dpkg --version >/dev/null 2>&1") != 0)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
		for (size_t j = 0; j < i; j++) {
			int got = deb_version_compare(versions[i], versions[j]);
			char *command =
				xasprintf("dpkg --compare-versions '%s' %s '%s' 2>/dev/null",
					  versions[i],
					  got < 0 ? "lt"
					  : got	  ? "gt"
						  : "eq",
					  versions[j]);

			if (system(command) != 0)
				fail_msg("dpkg says no: %s", command);
			free(command);
		}
}

static void read_list(struct package_list *list, const char *suite)
{
	char *path = xasprintf("harness/tests/matrix/lists/%s", suite);
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	package_list_read(list, in, suite);
	fclose(in);
	free(path);
}

static void test_resolve(void **state)
{
	static const struct {
		const char *pattern;
		size_t n;
		const char *best, *version; /* the first */
		const char *parts;	    /* what comes with it */
	} cases[] = {
		{ "linux-image-6.1.*-cloud-amd64", 8, "linux-image-6.1.0-57-cloud-amd64",
		  "6.1.192-3", "" },
		{ "linux-image-6.1.*-cloud-amd64-unsigned", 4,
		  "linux-image-6.1.0-57-cloud-amd64-unsigned", "6.1.192-3", "" },
		{ "linux-image-6.18.*-cloud-amd64", 2, "linux-image-6.18.15+deb13-cloud-amd64",
		  "6.18.15-1~bpo13+1", "" },
		{ "linux-image-7.*-cloud-amd64", 2, "linux-image-7.3.4+deb13-cloud-amd64",
		  "7.3.4-1~bpo13+1",
		  " linux-base-7.3.4+deb13-cloud-amd64 linux-binary-7.3.4+deb13-cloud-amd64"
		  " linux-modules-7.3.4+deb13-cloud-amd64" },
		{ "linux-image-cloud-amd64", 1, "linux-image-cloud-amd64", "7.3.4-1~bpo13+1",
		  " linux-image-7.3.4+deb13-cloud-amd64 linux-base-7.3.4+deb13-cloud-amd64"
		  " linux-binary-7.3.4+deb13-cloud-amd64 linux-modules-7.3.4+deb13-cloud-amd64" },
		/* Those of Debian 12 and of backports: dpkg's order says which is newer. */
		{ "linux-image-6.12.*-cloud-amd64", 12, "linux-image-6.12.117+deb12-cloud-amd64",
		  NULL, "" },
		{ "linux-image-9.*", 0, NULL, NULL, NULL },
	};
	struct package_list list = {};

	(void)state;
	read_list(&list, "trixie-backports");
	read_list(&list, "bookworm-security");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena arena = {};
		struct package_choice *choices;
		size_t n = packages_resolve(&list, cases[i].pattern, "amd64", &arena, &choices);
		const char *parts = "";

		if (n != cases[i].n)
			fail_msg("%s: %zu", cases[i].pattern, n);
		if (n) {
			assert_string_equal(choices->packages[0]->name, cases[i].best);
			for (size_t j = 1; j < choices->n; j++)
				parts = arena_printf(&arena, "%s %s", parts,
						     choices->packages[j]->name);
			assert_string_equal(parts, cases[i].parts);
			if (choices->missing)
				fail_msg("%s: %s is missing", cases[i].pattern, choices->missing);
		}
		if (cases[i].version)
			assert_string_equal(choices->packages[0]->version, cases[i].version);
		assert_int_equal(0, packages_resolve(&list, cases[i].pattern, "arm64", &arena,
						     &choices));
		arena_free(&arena);
	}
	package_list_free(&list);
}

/* Signed and not: both are there, in that order; the list of 6.19 had lost its modules. */
static void test_twins(void **state)
{
	struct package_list list = {};
	struct package_choice *choices;
	const struct package *twin;
	struct arena arena = {};

	(void)state;
	read_list(&list, "trixie-backports");
	read_list(&list, "bookworm-security");
	assert_int_equal(8, packages_resolve(&list, "linux-image-6.1.*-cloud-amd64", "amd64",
					     &arena, &choices));
	assert_string_equal(choices[1].packages[0]->name,
			    "linux-image-6.1.0-57-cloud-amd64-unsigned");
	assert_string_equal(choices[2].packages[0]->name, "linux-image-6.1.0-56-cloud-amd64");
	assert_string_equal(choices[2].packages[0]->suite, "bookworm-security");
	twin = package_unsigned(&list, choices[2].packages[0]);
	assert_non_null(twin);
	assert_string_equal(twin->name, "linux-image-6.1.0-56-cloud-amd64-unsigned");
	assert_null(package_unsigned(&list, twin));

	assert_int_equal(2, packages_resolve(&list, "linux-image-7.*-cloud-amd64", "amd64", &arena,
					     &choices));
	twin = package_unsigned(&list, choices[0].packages[2]);
	assert_non_null(twin);
	assert_string_equal(twin->name, "linux-binary-unsigned-7.3.4+deb13-cloud-amd64");

	assert_int_equal(1, packages_resolve(&list, "linux-image-6.19.*-cloud-amd64", "amd64",
					     &arena, &choices));
	assert_non_null(choices[0].missing);
	arena_free(&arena);
	package_list_free(&list);
}

/* What is written is read again alike; what could not be fetched, or is no name, is left out. */
static void test_lists(void **state)
{
	static const char *const wrong[] = {
		"Package: linux-image-1\nVersion: 1\nArchitecture: amd64\nFilename: a\nSize: 1\n",
		"Package: linux-image-1\nVersion: 1\nFilename: a\nSize: 1\nSHA256: 12\n",
		"Package: linux-image-1\nVersion: 1\nFilename: ../a\nSize: 1\nSHA256: %s\n",
		"Package: linux-image-1\nVersion: 1\nFilename: /a\nSize: 1\nSHA256: %s\n",
		"Package: linux-image-/1\nVersion: 1\nFilename: a\nSize: 1\nSHA256: %s\n",
		"Package: linux-image-1\nVersion: 1/2\nFilename: a\nSize: 1\nSHA256: %s\n",
		"Package: linux-image-1\nVersion: 1\nFilename: a\nSize: 1x\nSHA256: %s\n",
		"Package: hello\nVersion: 1\nFilename: a\nSize: 1\nSHA256: %s\n",
	};
	struct package_list list = {}, again = {};
	char *text;
	size_t len, n;
	FILE *f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		f = xmemstream(&text, &len);
		for (const char *s = wrong[i]; *s; s++) {
			if (s[0] == '%' && s[1] == 's') {
				for (int j = 0; j < 64; j++)
					fputc('a', f);
				s++;
			} else {
				fputc(*s, f);
			}
		}
		fclose(f);
		f = fmemopen(text, len, "r");
		package_list_read(&list, f, "x");
		fclose(f);
		free(text);
		if (list.n)
			fail_msg("taken: %s", wrong[i]);
	}
	read_list(&list, "trixie-backports");
	n = list.n;
	assert_int_equal(n, 19);
	read_list(&list, "bookworm-security");
	f = xmemstream(&text, &len);
	package_list_write(&list, "trixie-backports", f);
	fclose(f);
	f = fmemopen(text, len, "r");
	package_list_read(&again, f, "trixie-backports");
	fclose(f);
	free(text);
	assert_int_equal(again.n, n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(again.items[i].name, list.items[i].name);
		assert_string_equal(again.items[i].depends, list.items[i].depends);
		assert_int_equal(again.items[i].size, list.items[i].size);
	}
	package_list_free(&list);
	package_list_free(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions), cmocka_unit_test(test_versions_of_dpkg),
		cmocka_unit_test(test_resolve),	 cmocka_unit_test(test_twins),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
