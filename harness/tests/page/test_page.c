/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The parts of the report page: data in <script>, links to captures, tracefiles. */
#include "page/internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Written @step bytes at a time. */
static void assert_data(const char *text, size_t step, const char *expected)
{
	size_t len = 0, left = strlen(text);
	char *output;
	FILE *mem = xmemstream(&output, &len), *data = script_data_open(mem);

	for (; left; text += step, left -= step) {
		step = step < left ? step : left;
		assert_int_equal(fwrite(text, 1, step, data), step);
		fflush(data);
	}
	fclose(data);
	fclose(mem);
	assert_string_equal(output, expected);
	free(output);
}

static void no_text_ends_a_script(void **state)
{
	static const char text[] = "\"</script><!-- <img src=x onerror=a> \xe2\x80\xa8\xe2\x80\xa9 "
				   "\xc3\xa9 \xf0\x9f\x98\x80\"";
	static const char expected[] =
		"\"\\u003c/script>\\u003c!-- \\u003cimg src=x onerror=a> \\u2028\\u2029 "
		"\\u00e9 \\ud83d\\ude00\"";

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++)
		assert_data(text, step, expected);
}

struct files {
	char folder[40];
	char *page, *results, *capture;
};

static int make_files(void **state)
{
	struct files *f = xcalloc(1, sizeof(*f));
	char *frames;

	strncpy(f->folder, "/tmp/verdict-page-XXXXXX", sizeof(f->folder) - 1);
	assert_non_null(mkdtemp(f->folder));
	f->page = xasprintf("%s/site", f->folder);
	f->results = xasprintf("%s/results", f->folder);
	frames = xasprintf("%s/frames", f->results);
	f->capture = xasprintf("%s/a b#?%%c:.pcap", frames);
	assert_int_equal(mkdir(f->page, 0700) | mkdir(f->results, 0700) | mkdir(frames, 0700), 0);
	assert_int_equal(fclose(fopen(f->capture, "we")), 0);
	free(frames);
	*state = f;
	return 0;
}

static int remove_files(void **state)
{
	struct files *f = *state;
	char *command = xasprintf("rm -r '%s'", f->folder);

	assert_int_equal(system(command), 0);
	free(command);
	free(f->page);
	free(f->results);
	free(f->capture);
	free(f);
	return 0;
}

static void captures_are_linked_where_they_are(void **state)
{
	static const char address[] = "../results/frames/a%20b%23%3F%25c%3A.pcap";
	struct files *f = *state;
	struct arena arena = {};
	char *document = arena_printf(&arena, "%s/results.json", f->results);

	assert_string_equal(capture_address(&arena, f->page, "x.json", f->capture), address);
	assert_string_equal(capture_address(&arena, f->results, "x.json", f->capture),
			    address + strlen("../results/"));
	/* As another machine named it, found beside the document. */
	assert_string_equal(capture_address(&arena, f->page, document,
					    "/home/ci/frames/out/frames/a b#?%c:.pcap"),
			    address);
	assert_null(capture_address(&arena, f->page, document, "/home/ci/out/frames/b.pcap"));
	assert_null(capture_address(&arena, f->page, document, "noframes/a b#?%c:.pcap"));
	assert_null(capture_address(&arena, f->page, document, ""));
	arena_free(&arena);
}

/* Reads @text as a tracefile, which is gone afterwards. */
static int read_trace(struct diags *d, const char *text, struct tracefile *t)
{
	char path[] = "/tmp/verdict-trace-XXXXXX";
	int fd = mkstemp(path), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	err = tracefile_read(d, path, t);
	unlink(path);
	return err;
}

static void tracefiles_are_read(void **state)
{
	struct tracefile t;
	struct diags d = {};

	(void)state;
	assert_int_equal(
		read_trace(&d,
			   "TN:\n# as geninfo(1) has it\nSF:/nowhere/a.c\nFN:1,f\nDA:7,2\r\n"
			   "DA:3,0,hash\nLF:2\nLH:1\nend_of_record\n"
			   "SF:/nowhere/b.c\nend_of_record\nSF:/nowhere/a.c\nDA:7,3\n"
			   "end_of_record\n",
			   &t),
		0);
	assert_int_equal(d.n, 0);
	assert_int_equal(t.n, 2);
	assert_string_equal(t.files[0].path, "/nowhere/a.c");
	assert_null(t.files[0].source);
	assert_int_equal(t.files[0].n, 2);
	assert_int_equal(t.files[0].lines[0].line, 3);
	assert_int_equal(t.files[0].lines[0].count, 0);
	assert_int_equal(t.files[0].lines[1].line, 7);
	assert_int_equal(t.files[0].lines[1].count, 5);
	assert_int_equal(t.files[1].n, 0);
	tracefile_free(&t);
}

static void assert_no_trace(const char *text, unsigned int line, unsigned int col, const char *part)
{
	struct tracefile t;
	struct diags d = {};
	struct position at;

	assert_int_equal(read_trace(&d, text, &t), -1);
	assert_int_equal(d.errors, 1);
	at = span_position(d.items[0].where);
	if (line) {
		assert_int_equal(at.line, line);
		assert_int_equal(at.col, col);
	}
	assert_non_null(strstr(d.items[0].message, part));
	diags_free(&d);
	tracefile_free(&t);
}

static void bad_tracefiles_are_refused(void **state)
{
	(void)state;
	assert_no_trace("", 0, 0, "names no source file");
	assert_no_trace("{\"a\": 1}\n", 1, 1, "no line of an lcov tracefile");
	assert_no_trace("DA:1,1\n", 1, 4, "a line without a file");
	assert_no_trace("SF:a\nDA:1\n", 2, 4, "as in 12,3");
	assert_no_trace("SF:a\nDA:0,1\n", 2, 4, "as in 12,3");
	assert_no_trace("SF:a\nDA:1,-1\n", 2, 4, "as in 12,3");
	assert_no_trace("SF:a\nDA:1,\n", 2, 4, "as in 12,3");
	assert_no_trace("SF:a\nDA:\n", 2, 4, "as in 12,3");
	assert_no_trace("SF:a\nend_of_record\nDA:1,1\n", 3, 4, "a line without a file");
}

/* Nothing in the files of the page could end the element it stands in. */
static void the_pages_own_files_can_be_embedded(void **state)
{
	(void)state;
	assert_true(n_page_scripts > 5);
	for (size_t i = 0; i < n_page_scripts; i++) {
		size_t len = (size_t)(page_scripts[i].to - page_scripts[i].from);

		assert_true(len > 100);
		assert_null(memmem(page_scripts[i].from, len, "</", 2));
		assert_null(memmem(page_scripts[i].from, len, "<!--", 4));
		assert_null(memmem(page_scripts[i].from, len, "innerHTML", 9));
	}
	assert_null(memmem(page_css.from, (size_t)(page_css.to - page_css.from), "</", 2));
	assert_null(memmem(page_css.from, (size_t)(page_css.to - page_css.from), "url(", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_text_ends_a_script),
		cmocka_unit_test_setup_teardown(captures_are_linked_where_they_are, make_files,
						remove_files),
		cmocka_unit_test(tracefiles_are_read),
		cmocka_unit_test(bad_tracefiles_are_refused),
		cmocka_unit_test(the_pages_own_files_can_be_embedded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
