/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Archives are what cpio(1) reads: listed, and unpacked. */
#include "base/diag.h"
#include "base/file.h"
#include "guest/cpio.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/verdict-test-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

/* All that a command prints about $ARCHIVE; the caller frees. */
static char *output_of(const char *command, const char *archive)
{
	char *text;
	size_t len;
	FILE *to = xmemstream(&text, &len), *from;
	char part[4096];
	size_t n;

	setenv("ARCHIVE", archive, 1);
	from = popen(command, "r");
	assert_non_null(from);
	while ((n = fread(part, 1, sizeof(part), from)) > 0)
		fwrite(part, 1, n, to);
	assert_int_equal(pclose(from), 0);
	fclose(to);
	return text;
}

static void write_archive(const char *path, void (*fill)(struct cpio *c))
{
	FILE *out = fopen(path, "we");
	struct cpio c;

	assert_non_null(out);
	cpio_open(&c, out);
	fill(&c);
	assert_int_equal(cpio_close(&c), 0);
	fclose(out);
}

static void fill(struct cpio *c)
{
	cpio_bytes(c, "/a/b/odd", 0755, "12345", 5);
	cpio_bytes(c, "a/empty", 0644, NULL, 0);
	cpio_folder(c, "/a/folder");
	cpio_bytes(c, "a/b/odd", 0644, "again", 5); /* there already */
	cpio_bytes(c, "a/name with blanks", 0644, "\0\n\xff", 3);
}

static void test_unpacked(void **state)
{
	char *archive = xasprintf("%s/one.cpio", folder);
	char *listed, *read;

	(void)state;
	write_archive(archive, fill);
	listed = output_of("cpio --quiet -t < $ARCHIVE", archive);
	assert_string_equal(listed, "a\na/b\na/b/odd\na/empty\na/folder\na/name with blanks\n");
	free(listed);
	read = output_of(
		"d=$(dirname $ARCHIVE) && mkdir -p $d/out && cd $d/out && cpio --quiet -i < $ARCHIVE "
		"&& stat -c '%n %a %s' a/b/odd a/empty a/folder && od -An -tx1 a/b/odd "
		"'a/name with blanks'",
		archive);
	read[strcspn(read, "\r")] = 0;
	assert_non_null(strstr(read, "a/b/odd 755 5\n"));
	assert_non_null(strstr(read, "a/empty 644 0\n"));
	assert_non_null(strstr(read, "a/folder 755 "));
	assert_non_null(strstr(read, " 31 32 33 34 35 00 0a ff\n"));
	free(read);
	free(archive);
}

static void fill_device(struct cpio *c)
{
	cpio_device(c, "dev/console", 0600, 5, 1);
}

static void test_device(void **state)
{
	char *archive = xasprintf("%s/device.cpio", folder), *listed;

	(void)state;
	write_archive(archive, fill_device);
	listed = output_of("cpio --quiet -tvn < $ARCHIVE", archive);
	assert_non_null(strstr(listed, "crw------- "));
	assert_non_null(strstr(listed, " 5,   1 "));
	free(listed);
	free(archive);
}

static void fill_from_host(struct cpio *c)
{
	char *script = xasprintf("%s/script", folder);
	FILE *out = fopen(script, "we");

	fputs("#!/bin/sh\n", out);
	fclose(out);
	assert_int_equal(chmod(script, 0700), 0);
	assert_int_equal(cpio_file(c, "bin/script", script), 0);
	assert_int_equal(cpio_file(c, "bin/none", "/does/not/exist"), -ENOENT);
	assert_int_equal(cpio_file(c, "bin/folder", folder), -EISDIR);
	assert_false(cpio_has(c, "bin/none"));
	assert_true(cpio_has(c, "/bin/script"));
	free(script);
}

/* Whoever may run it here, everybody may there; what cannot be read leaves nothing. */
static void test_from_host(void **state)
{
	char *archive = xasprintf("%s/host.cpio", folder), *listed;

	(void)state;
	write_archive(archive, fill_from_host);
	listed = output_of("cpio --quiet -tv < $ARCHIVE", archive);
	assert_non_null(strstr(listed, "-rwxr-xr-x "));
	assert_null(strstr(listed, "none"));
	free(listed);
	free(archive);
}

/* The same contents make the same bytes; archives one after the other begin at a multiple of 4. */
static void test_stable(void **state)
{
	char *one = xasprintf("%s/s1.cpio", folder), *two = xasprintf("%s/s2.cpio", folder);
	struct source a, b;

	(void)state;
	write_archive(one, fill);
	write_archive(two, fill);
	assert_int_equal(source_read(one, &a), 0);
	assert_int_equal(source_read(two, &b), 0);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.text, b.text, a.len);
	assert_int_equal(a.len % 512, 0);
	source_free(&a);
	source_free(&b);
	free(one);
	free(two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unpacked),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_from_host),
		cmocka_unit_test(test_stable),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
