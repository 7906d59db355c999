/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the sources of a machine say of mirrors, in both forms, and where another suite would be. */
#include "matrix/sources.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void read_text(struct apt_sources *sources, const char *text, bool deb822)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_non_null(in);
	apt_sources_read(sources, in, deb822);
	fclose(in);
}

/* "URI SUITE COMPONENTS|URI .." of @n sources; the caller frees. */
static char *sources_text(const struct apt_source *sources, size_t n)
{
	char *text;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s%s %s %s", i ? "|" : "", sources[i].uri, sources[i].suite,
			sources[i].components);
	fclose(f);
	return text;
}

static void check_for(const struct apt_sources *sources, const char *suite, const char *expected)
{
	struct arena arena = {};
	struct apt_source *list;
	size_t n = apt_sources_for(sources, suite, &arena, &list);
	char *text = sources_text(list, n);

	assert_string_equal(text, expected);
	free(text);
	arena_free(&arena);
}

static const char two_forms[] = "# a comment\n"
				"deb http://a.example/debian/ bookworm main contrib # and another\n"
				"deb-src http://a.example/debian bookworm main\n"
				"  deb\t[ arch=amd64 signed-by=/k.gpg trusted=yes ] "
				"http://b.example/debian bookworm-security main\n"
				"deb cdrom:[Debian]/ bookworm main\n"
				"deb http://flat.example/ ./\n"
				"deb [ broken\n"
				"deb\n";

static void test_lines(void **state)
{
	struct apt_sources sources = {};
	char *text;

	(void)state;
	read_text(&sources, two_forms, false);
	text = sources_text(sources.items, sources.n);
	assert_string_equal(text, "http://a.example/debian bookworm main contrib |"
				  "http://b.example/debian bookworm-security main");
	free(text);
	assert_string_equal(sources.items[0].options, "");
	assert_string_equal(sources.items[1].options, "signed-by: /k.gpg\ntrusted: yes\n");
	apt_sources_free(&sources);
}

static void test_paragraphs(void **state)
{
	struct apt_sources sources = {};
	char *text;

	(void)state;
	read_text(&sources,
		  "# a comment\nTypes: deb deb-src\nURIs: http://a.example/debian/\n"
		  "# in between\nSuites: bookworm\n  bookworm-updates\nComponents: main\n"
		  "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n\n\n"
		  "types: deb\nuris: http://b.example/d http://c.example/d\nsuites: x\n"
		  "enabled: no\n\n"
		  "Types: deb-src\nURIs: http://b.example/d\nSuites: x\n\n"
		  "Types: deb\nURIs: http://d.example/d http://e.example/d\nSuites: x\n"
		  "Check-Valid-Until: no",
		  true);
	text = sources_text(sources.items, sources.n);
	assert_string_equal(text, "http://a.example/debian bookworm main|"
				  "http://a.example/debian bookworm-updates main|"
				  "http://d.example/d x |http://e.example/d x ");
	free(text);
	assert_string_equal(sources.items[0].options,
			    "Signed-By: -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n");
	assert_string_equal(sources.items[2].options, "Check-Valid-Until: no\n");
	apt_sources_free(&sources);
}

static void test_suites(void **state)
{
	struct apt_sources sources = {};

	(void)state;
	check_for(&sources, "trixie", "");
	read_text(&sources,
		  "deb http://a.example/debian bookworm contrib main\n"
		  "deb http://a.example/debian bookworm-updates main\n"
		  "deb http://s.example/sec bookworm-security main\n"
		  "deb http://o.example/apt stable tools\n",
		  false);
	check_for(
		&sources, "bookworm",
		"http://a.example/debian bookworm contrib main|http://o.example/apt bookworm tools");
	check_for(&sources, "trixie",
		  "http://a.example/debian trixie main|http://o.example/apt trixie tools");
	check_for(&sources, "trixie-security",
		  "http://s.example/sec trixie-security main|"
		  "http://a.example/debian-security trixie-security main|"
		  "http://o.example/apt-security trixie-security tools");
	apt_sources_free(&sources);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_paragraphs),
		cmocka_unit_test(test_suites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
