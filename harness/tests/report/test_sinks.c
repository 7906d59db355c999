/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What each sink writes for a fixed set of results, byte by byte (golden/; UPDATE=1 in the
 * environment writes them anew), and read again by parsers that are not ours.
 */
#include "report/report.h"
#include "tests/report/results.h"

#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *sink_output(const struct sink_ops *ops, bool color, bool verbose)
{
	struct made_results r;
	struct sink s = { .ops = ops, .color = color, .verbose = verbose, .durations = 3 };
	size_t len = 0;
	char *output;

	results_make(&r);
	s.out = xmemstream(&output, &len);
	results_report(&r, &s);
	assert_null(s.state);
	fclose(s.out);
	made_results_free(&r);
	return output;
}

static char *golden_path(const char *name)
{
	return xasprintf("%.*sgolden/%s.txt", (int)(strrchr(__FILE__, '/') - __FILE__ + 1),
			 __FILE__, name);
}

static void write_file(const char *path, const char *data)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(data, f);
	assert_int_equal(fclose(f), 0);
}

static void assert_golden(const char *name, char *output)
{
	char *path = golden_path(name);
	struct source expected;

	if (getenv("UPDATE"))
		write_file(path, output);
	assert_int_equal(source_read(path, &expected), 0);
	assert_string_equal(output, expected.text);
	source_free(&expected);
	free(path);
	free(output);
}

static void text_is_as_recorded(void **state)
{
	(void)state;
	assert_golden("text", sink_output(&text_sink, false, false));
	assert_golden("text-verbose", sink_output(&text_sink, false, true));
	assert_golden("text-color", sink_output(&text_sink, true, false));
}

static void tap_is_as_recorded(void **state)
{
	(void)state;
	assert_golden("tap", sink_output(&tap_sink, false, false));
}

static void junit_is_as_recorded(void **state)
{
	(void)state;
	assert_golden("junit", sink_output(&junit_sink, false, false));
}

static void json_is_as_recorded(void **state)
{
	(void)state;
	assert_golden("json", sink_output(&json_sink, false, false));
	assert_golden("jsonl", sink_output(&jsonl_sink, false, false));
}

static void github_is_as_recorded(void **state)
{
	(void)state;
	unsetenv("GITHUB_WORKSPACE");
	assert_golden("github", sink_output(&github_sink, false, false));
}

static void markdown_is_as_recorded(void **state)
{
	(void)state;
	assert_golden("markdown", sink_output(&markdown_sink, false, false));
}

/* From a folder of the repository, paths are still the repository's. */
static void github_paths_start_at_the_workspace(void **state)
{
	char *folder = getcwd(NULL, 0), *slash, *output, *expected;

	(void)state;
	assert_non_null(folder);
	slash = strrchr(folder, '/');
	assert_ptr_not_equal(slash, folder);
	expected = xasprintf("file=%s/scenarios/clusterip/first.yaml,line=7,col=16,", slash + 1);
	*slash = '\0';
	setenv("GITHUB_WORKSPACE", folder, 1);
	output = sink_output(&github_sink, false, false);
	unsetenv("GITHUB_WORKSPACE");
	assert_non_null(strstr(output, expected));
	free(output);
	free(expected);
	free(folder);
}

static bool have(const char *program)
{
	char *command = xasprintf("command -v %s >/dev/null 2>&1", program);
	bool found = system(command) == 0;

	free(command);
	return found;
}

/* Status of @command with @output as its standard input. */
static int status_of(const char *command, char *output)
{
	FILE *p = popen(command, "we");

	assert_non_null(p);
	fputs(output, p);
	free(output);
	return pclose(p);
}

static void json_is_read_by_others(void **state)
{
	(void)state;
	if (!have("jq"))
		skip();
	assert_int_equal(
		status_of(
			"jq -e '.verdict_result == 1 and .run.seed == \"18446744073709551615\" "
			"and .run.started == \"2023-11-14T22:13:20.123456789Z\" "
			"and (.scenarios | length) == 9 and (.diagnostics | length) == 3 "
			"and .scenarios[0].steps[0].observed.verdict_name == \"TC_ACT_OK\" "
			"and (.scenarios[1].steps[0].mismatches | map(.kind)) == "
			"[\"verdict\", \"packet\", \"maps\", \"calls\"] "
			"and .scenarios[1].steps[0].observed.calls[2].arguments.flags == \"BPF_F_INGRESS\" "
			"and .scenarios[1].steps[0].mismatches[3].calls.total == 8 "
			"and .scenarios[1].steps[0].mismatches[1].at.line == 8 "
			"and .scenarios[1].steps[0].mismatches[1].differences[2].derived "
			"and .scenarios[2].steps[0].failed_frames == 5 "
			"and .scenarios[2].steps[0].mismatches[0].frame == 3 "
			"and .scenarios[7].diagnostics[2].at.line == 12 "
			"and .scenarios[7].diagnostics[2].at.column == 13 "
			"and (.scenarios[8].name | startswith(\"a\\\"b\")) "
			"and .summary.status == 2' >/dev/null",
			sink_output(&json_sink, false, false)),
		0);
}

static void json_is_strict(void **state)
{
	(void)state;
	if (!have("python3"))
		skip();
	assert_int_equal(status_of("python3 -c 'import json, sys; "
				   "json.loads(sys.stdin.buffer.read().decode(\"utf-8\", "
				   "\"strict\"))'",
				   sink_output(&json_sink, false, false)),
			 0);
}

static void json_is_documented(void **state)
{
	int folder = (int)(strrchr(__FILE__, '/') - __FILE__ + 1);
	char *command;

	(void)state;
	if (!have("python3"))
		skip();
	command = xasprintf("python3 %.*sdocumented.py %.*s../../../docs/results.md", folder,
			    __FILE__, folder, __FILE__);
	assert_int_equal(status_of(command, sink_output(&json_sink, false, false)), 0);
	free(command);
}

static void junit_is_well_formed(void **state)
{
	(void)state;
	if (!have("xmllint"))
		skip();
	assert_int_equal(status_of("xmllint --noout -", sink_output(&junit_sink, false, false)), 0);
}

static void junit_counts_are_its_own(void **state)
{
	(void)state;
	if (!have("python3"))
		skip();
	assert_int_equal(
		status_of("python3 -c 'import sys, xml.etree.ElementTree as E\n"
			  "s = E.fromstring(sys.stdin.buffer.read()).find(\"testsuite\")\n"
			  "n = lambda p: str(len(s.findall(p)))\n"
			  "assert s.get(\"tests\") == n(\"testcase\") == \"11\"\n"
			  "assert s.get(\"failures\") == n(\"testcase/failure\") == \"5\"\n"
			  "assert s.get(\"errors\") == n(\"testcase/error\") == \"3\"\n"
			  "assert s.get(\"skipped\") == n(\"testcase/skipped\") == \"2\"\n"
			  "names = [c.get(\"classname\") for c in s.findall(\"testcase\")]\n"
			  "assert \"scenarios.arp.reply\" in names'",
			  sink_output(&junit_sink, false, false)),
		0);
}

/* junit.xsd is what both Jenkins and GitLab read. */
static void junit_is_as_its_schema_says(void **state)
{
	char *command = xasprintf("xmllint --noout --schema %.*sjunit.xsd - 2>/dev/null",
				  (int)(strrchr(__FILE__, '/') - __FILE__ + 1), __FILE__);
	char *output = sink_output(&junit_sink, false, false), *name;

	(void)state;
	if (!have("xmllint"))
		skip();
	assert_int_equal(status_of(command, xstrdup(output)), 0);
	name = strstr(output, "classname=");
	assert_non_null(name);
	*name = 'k';
	assert_int_not_equal(status_of(command, output), 0);
	free(command);
}

/*
 * Perl's parser knows version 13, whose points, plan and directives are the same; its reader of
 * YAML does not know all of YAML.
 */
static void tap_is_read_by_perl(void **state)
{
	static const char command[] =
		"perl -MTAP::Parser -e '"
		"local $/; my $t = <STDIN>;"
		"$t =~ s/^TAP version 14/TAP version 13/;"
		"$t =~ s/^  ---\\n.*?^  \\.\\.\\.\\n//gms;"
		"my $p = TAP::Parser->new({tap => $t}); while ($p->next) {}"
		"my $got = join \" \", $p->tests_planned, $p->tests_run, scalar $p->failed,"
		"	scalar $p->todo, scalar $p->skipped, scalar $p->parse_errors;"
		"exit($got ne \"11 11 8 1 1 0\")'";

	(void)state;
	if (!have("prove"))
		skip();
	assert_int_equal(status_of(command, sink_output(&tap_sink, false, false)), 0);
}

static void tap_details_are_yaml(void **state)
{
	(void)state;
	if (!have("python3") || system("python3 -c 'import yaml' 2>/dev/null"))
		skip();
	assert_int_equal(
		status_of("python3 -c 'import re, sys, yaml\n"
			  "t = sys.stdin.buffer.read().decode(\"utf-8\", \"strict\")\n"
			  "docs = [yaml.safe_load(d) for d in\n"
			  "        re.findall(r\"^  ---\\n(.*?)^  \\.\\.\\.$\", t, re.M | re.S)]\n"
			  "assert len(docs) == len(re.findall(\"^not ok\", t, re.M)) == 9\n"
			  "assert docs[2][\"mismatches\"][1][\"line\"] == 8\n"
			  "assert docs[8][\"message\"].startswith(\"maps: a\\\"b\")'",
			  sink_output(&tap_sink, false, false)),
		0);
}

/* One test point per line whatever is in a name, and as many as the plan says. */
static void tap_points_are_numbered(void **state)
{
	char *output = sink_output(&tap_sink, false, false), *line = output;
	unsigned int n = 0;

	(void)state;
	for (; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		n += !strncmp(line, "ok ", 3) || !strncmp(line, "not ok ", 7);
	assert_int_equal(n, 11);
	assert_non_null(strstr(output, "\n1..11\n"));
	free(output);
}

/* Nothing in a result reaches a terminal as a control sequence, or a log as a command. */
static void nothing_escapes(void **state)
{
	const struct sink_ops *all[] = { &text_sink,  &tap_sink,    &junit_sink,   &json_sink,
					 &jsonl_sink, &github_sink, &markdown_sink };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		char *output = sink_output(all[i], false, true);

		assert_null(strchr(output, '\033'));
		/* The source line is quoted as it is, and only a byte of it. */
		if (all[i] != &text_sink && all[i] != &junit_sink)
			assert_null(strchr(output, '\xff'));
		assert_null(strstr(output, "\n::error::"));
		free(output);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_as_recorded),
		cmocka_unit_test(tap_is_as_recorded),
		cmocka_unit_test(junit_is_as_recorded),
		cmocka_unit_test(json_is_as_recorded),
		cmocka_unit_test(github_is_as_recorded),
		cmocka_unit_test(markdown_is_as_recorded),
		cmocka_unit_test(github_paths_start_at_the_workspace),
		cmocka_unit_test(json_is_read_by_others),
		cmocka_unit_test(json_is_strict),
		cmocka_unit_test(json_is_documented),
		cmocka_unit_test(junit_is_well_formed),
		cmocka_unit_test(junit_counts_are_its_own),
		cmocka_unit_test(junit_is_as_its_schema_says),
		cmocka_unit_test(tap_is_read_by_perl),
		cmocka_unit_test(tap_details_are_yaml),
		cmocka_unit_test(tap_points_are_numbered),
		cmocka_unit_test(nothing_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
