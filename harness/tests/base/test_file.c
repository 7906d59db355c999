/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/diag.h"
#include "base/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void test_paths(void **state)
{
	static const struct {
		const char *file, *path, *want;
	} cases[] = {
		{ "a/b.yaml", "c.pcap", "a/c.pcap" },
		{ "b.yaml", "c.pcap", "c.pcap" },
		{ "b.yaml", "./c.pcap", "c.pcap" },
		{ "./a/b.yaml", "../c.pcap", "c.pcap" },
		{ "a/b.yaml", "../../c.pcap", "../c.pcap" },
		{ "../a/b.yaml", "../../c", "../../c" },
		{ "/a/b.yaml", "../../../c", "/c" },
		{ "a/b.yaml", "/c/../d//e/", "/d/e" },
		{ "a/b.yaml", "..", "." },
		{ "/b.yaml", "c", "/c" },
		{ "/b.yaml", "..", "/" },
		{ "a//b.yaml", "c/./d", "a/c/d" },
		{ "a/b.yaml", "...", "a/..." },
		{ "a/b.yaml", "..c", "a/..c" },
	};
	static const struct {
		const char *from, *path, *want;
	} ways[] = {
		{ "a/b", "a/c/d", "../c/d" },
		{ "a", "a/b", "b" },
		{ "a", "a", "." },
		{ ".", "a/b", "a/b" },
		{ "a", "b", "../b" },
		{ "a/b", "c", "../../c" },
		{ "ab", "a/c", "../a/c" },
		{ "/a/b", "/c", "../../c" },
		{ "a", "/c", "/c" },
		{ "..", "c", "c" },
		{ "/", "/a", "a" },
		{ "a/b", "a", "../../a" },
	};
	struct arena a = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(cases[i].want,
				    path_relative_to(&a, cases[i].file, cases[i].path));
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		assert_string_equal(ways[i].want, path_from_folder(&a, ways[i].from, ways[i].path));
	assert_string_equal(".", path_clean(&a, ""));
	assert_string_equal("/", path_clean(&a, "//"));
	assert_string_equal("/", path_folder(&a, "/b"));
	assert_string_equal("a", path_folder(&a, "a//b"));
	assert_string_equal("b.c", path_base("a/b.c"));
	assert_true(path_ends_with("a.pcap", ".pcap"));
	assert_false(path_ends_with("pcap", ".pcap"));
	arena_free(&a);
}

static char *file_text(const char *path)
{
	struct source src;

	if (source_read(path, &src))
		return xstrdup("(no file)");
	free(src.path);
	return src.text;
}

static void assert_file(const char *path, const char *want)
{
	char *got = file_text(path);

	assert_string_equal(want, got);
	free(got);
}

static void test_replace(void **state)
{
	char folder[] = "/tmp/verdict-file-XXXXXX";
	static const char *const made[] = { "a/b/c", "a/b", "a" };
	struct replacement r = {};
	struct stat st;
	char *path, *deep;
	mode_t mask;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = xasprintf("%s/x", folder);
	deep = xasprintf("%s/a/b//c/", folder);
	replace_abandon(&r);

	mask = umask(027);
	assert_int_equal(0, replace_begin(&r, path));
	umask(mask);
	fputs("one", r.out);
	assert_file(path, "(no file)");
	assert_int_equal(0, replace_commit(&r));
	assert_file(path, "one");
	assert_int_equal(0, stat(path, &st));
	assert_int_equal(0640, st.st_mode & 0777);

	assert_int_equal(0, replace_begin(&r, path));
	fputs("two", r.out);
	replace_abandon(&r);
	assert_file(path, "one");
	assert_int_equal(0, replace_begin(&r, path));
	fputs("three", r.out);
	assert_int_equal(0, replace_commit(&r));
	assert_file(path, "three");

	assert_int_equal(-ENOTDIR, folder_make(path));
	assert_int_equal(-EISDIR, replace_begin(&r, folder));
	assert_int_equal(-ENOENT, replace_begin(&r, deep));
	assert_int_equal(0, folder_make(deep));
	assert_int_equal(0, folder_make(deep));
	assert_int_equal(0, folder_make("."));
	assert_int_equal(0, folder_make("/"));
	unlink(path);
	for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
		char *made_path = xasprintf("%s/%s", folder, made[i]);

		assert_int_equal(0, rmdir(made_path));
		free(made_path);
	}
	/* Empty again: nothing temporary was left. */
	assert_int_equal(0, rmdir(folder));
	free(path);
	free(deep);
}

static void test_copy(void **state)
{
	char dir[] = "/tmp/verdict-copy-XXXXXX";
	struct replacement r;
	char *from, *to, *lost;

	(void)state;
	assert_non_null(mkdtemp(dir));
	from = xasprintf("%s/from", dir);
	to = xasprintf("%s/a/b/to", dir);
	lost = xasprintf("%s/a/b", dir);
	assert_int_equal(0, replace_begin(&r, from));
	fputs("what it is", r.out);
	assert_int_equal(0, replace_commit(&r));
	assert_int_equal(0, file_copy(from, to));
	assert_file(to, "what it is");

	/* Neither what cannot be read nor what cannot be replaced leaves anything. */
	assert_int_equal(-EISDIR, file_copy(from, lost));
	assert_int_equal(-EIO, file_copy(lost, from));
	assert_file(from, "what it is");
	assert_int_equal(-ENOENT, file_copy("/nonexistent/file", to));
	assert_file(to, "what it is");
	folder_remove(dir);
	free(from);
	free(to);
	free(lost);
}

static void test_special(void **state)
{
	struct replacement r = {};

	(void)state;
	assert_int_equal(0, replace_begin(&r, "/dev/null"));
	assert_null(r.temporary);
	fputs("x", r.out);
	assert_int_equal(0, replace_commit(&r));
	if (access("/dev/full", W_OK))
		return;
	assert_int_equal(0, replace_begin(&r, "/dev/full"));
	fputs("x", r.out);
	assert_int_equal(-ENOSPC, replace_commit(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_special),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
