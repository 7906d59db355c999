/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reports opened by name, and the files they write. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
	char folder[32];
	char *path, *spec;
	struct diags d;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	strncpy(f->folder, "/tmp/verdict-report-XXXXXX", sizeof(f->folder) - 1);
	assert_non_null(mkdtemp(f->folder));
	f->path = xasprintf("%s/out", f->folder);
	f->spec = xasprintf("tap:%s", f->path);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	/* Fails where something else was left behind. */
	assert_int_equal(rmdir(f->folder), 0);
	diags_free(&f->d);
	free(f->path);
	free(f->spec);
	free(f);
	return 0;
}

static void assert_refused(struct fixture *f, const char *spec, const char *message)
{
	assert_null(report_open(&f->d, spec));
	assert_int_equal(f->d.n, 1);
	assert_string_equal(f->d.items[0].message, message);
	diags_rewind(&f->d, 0);
}

static void formats_are_found(void **state)
{
	(void)state;
	assert_string_equal(report_formats[0]->name, "text");
	for (size_t i = 0; report_formats[i]; i++) {
		const char *name = report_formats[i]->name;

		assert_ptr_equal(report_find(name, strlen(name)), report_formats[i]);
		assert_non_null(report_formats[i]->help);
	}
	assert_null(report_find("tex", 3));
}

static void bad_specs_are_refused(void **state)
{
	struct fixture *f = *state;

	assert_refused(f, "jsn", "unknown format 'jsn': did you mean 'json'?");
	assert_refused(
		f, "whatever:x",
		"unknown format 'whatever': text, tap, junit, json, jsonl, github or markdown");
	assert_refused(f, "",
		       "unknown format '': text, tap, junit, json, jsonl, github or markdown");
	assert_refused(f, "json:",
		       "'json:' names no file: write json:FILE, or json for standard "
		       "output");
	assert_refused(f, "json:/dev/null/x",
		       "cannot write the json report to /dev/null/x: Not a directory");
}

static void write_report(struct sink *s)
{
	struct run_info info = { .version = "0", .kernel = "0", .machine = "0", .command = "0" };
	struct run_summary summary = { .passed = 1 };

	s->ops->begin(s, &info);
	s->ops->end(s, &summary);
}

static void assert_file(struct fixture *f, const char *expected)
{
	struct source src;

	assert_int_equal(source_read(f->path, &src), 0);
	assert_string_equal(src.text, expected);
	source_free(&src);
}

static void files_appear_whole(void **state)
{
	struct fixture *f = *state;
	struct sink *s = report_open(&f->d, f->spec);

	assert_non_null(s);
	write_report(s);
	assert_int_equal(access(f->path, F_OK), -1);
	assert_int_equal(report_close(&f->d, s, true), 0);
	assert_file(f, "TAP version 14\n1..0\n");
}

static void incomplete_reports_leave_what_was_there(void **state)
{
	struct fixture *f = *state;
	FILE *old = fopen(f->path, "we");
	struct sink *s = report_open(&f->d, f->spec);

	assert_non_null(old);
	fputs("old", old);
	fclose(old);
	assert_non_null(s);
	write_report(s);
	assert_int_equal(report_close(&f->d, s, false), 0);
	assert_file(f, "old");
	assert_int_equal(report_close(&f->d, NULL, true), 0);
}

static void full_disks_are_said(void **state)
{
	struct fixture *f = *state;
	struct sink *s;

	if (access("/dev/full", W_OK))
		skip();
	s = report_open(&f->d, "json:/dev/full");
	assert_non_null(s);
	write_report(s);
	assert_int_equal(report_close(&f->d, s, true), -1);
	assert_int_equal(f->d.errors, 1);
	assert_non_null(
		strstr(f->d.items[0].message, "cannot write the json report to /dev/full: "));
}

static void folders_are_made(void **state)
{
	struct fixture *f = *state;
	char *spec = xasprintf("tap:%s/a/b/out", f->folder);
	struct sink *s = report_open(&f->d, spec);

	free(f->path);
	f->path = xasprintf("%s/a/b/out", f->folder);
	assert_non_null(s);
	write_report(s);
	assert_int_equal(report_close(&f->d, s, true), 0);
	assert_file(f, "TAP version 14\n1..0\n");
	assert_int_equal(unlink(f->path), 0);
	*strrchr(f->path, '/') = '\0';
	assert_int_equal(rmdir(f->path), 0);
	*strrchr(f->path, '/') = '\0';
	assert_int_equal(rmdir(f->path), 0);
	free(spec);
}

/* Whether @a and @b go together. */
static bool go_together(struct fixture *f, const char *a, const char *b)
{
	struct sink *sinks[] = { report_open(&f->d, a), report_open(&f->d, b) };
	bool ok = !reports_check(&f->d, sinks, ARRAY_SIZE(sinks));

	assert_int_equal(f->d.errors, !ok);
	for (size_t i = 0; i < ARRAY_SIZE(sinks); i++)
		assert_int_equal(report_close(&f->d, sinks[i], false), 0);
	diags_rewind(&f->d, 0);
	return ok;
}

static void what_shares_an_output(void **state)
{
	struct fixture *f = *state;
	char *same = xasprintf("json:%s", f->path);

	assert_true(go_together(f, "text", "github"));
	assert_true(go_together(f, "text", f->spec));
	assert_true(go_together(f, "tap", f->spec));
	assert_false(go_together(f, "text", "text:-"));
	assert_false(go_together(f, "text", "tap"));
	assert_false(go_together(f, "junit", "github"));
	assert_false(go_together(f, "json", "tap:-"));
	assert_false(go_together(f, f->spec, same));
	free(same);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_found),
		TEST(bad_specs_are_refused),
		TEST(files_appear_whole),
		TEST(incomplete_reports_leave_what_was_there),
		TEST(full_disks_are_said),
		TEST(folders_are_made),
		TEST(what_shares_an_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
