/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * JUnit XML as Jenkins and GitLab read it: one suite, a test case per scenario. Totals are
 * attributes of the first element, so everything is kept until the end.
 */
#include "report/details.h"
#include "report/escape.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct junit_state {
	FILE *cases;
	char *text;
	size_t len;
	size_t tests, failures, errors, skipped;
};

static void junit_begin(struct sink *s, const struct run_info *info)
{
	struct junit_state *st = xcalloc(1, sizeof(*st));

	(void)info;
	st->cases = xmemstream(&st->text, &st->len);
	s->state = st;
}

static void attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	escape_xml_attribute(out, value);
	fputc('"', out);
}

/* "scenarios/arp/reply.yaml" -> "scenarios.arp.reply": what comes last is the class. */
static void class_attribute(FILE *out, const char *path)
{
	char *name = xstrdup(path + strspn(path, "./")), *dot, *p = name;

	dot = strrchr(name, '.');
	if (dot && !strchr(dot, '/') && dot > name)
		*dot = '\0';
	for (; *p; p++)
		if (*p == '/')
			*p = '.';
	attribute(out, "classname", name);
	free(name);
}

static void write_escaped_text(FILE *out, char *text)
{
	escape_xml(out, text);
	free(text);
}

static void write_details(FILE *out, const struct scenario_result *r)
{
	struct details_style style = {};
	size_t len = 0;
	char *text;
	FILE *mem = xmemstream(&text, &len);

	details_print(mem, r, &style);
	fclose(mem);
	write_escaped_text(out, text);
}

/* <failure> or <error>: the message is what lists show, the text what one case shows. */
static void write_failure(FILE *out, const struct scenario_result *r, const char *element)
{
	struct arena scratch = {};
	struct span where;
	const char *message = scenario_headline(r, &scratch, &where);

	fprintf(out, "      <%s", element);
	attribute(out, "message", message);
	attribute(out, "type", outcome_name(r->outcome));
	fputs(">", out);
	write_details(out, r);
	fprintf(out, "</%s>\n", element);
	arena_free(&scratch);
}

static void write_skipped(FILE *out, const struct scenario_result *r)
{
	char *text = xasprintf("%s%s", r->outcome == OUTCOME_XFAIL ? "failed as expected: " : "",
			       r->reason ? r->reason : "");

	fputs("      <skipped", out);
	attribute(out, "message", text);
	fputs("/>\n", out);
	free(text);
}

static void write_attachment(FILE *out, const char *path)
{
	if (!path)
		return;
	fputs("[[ATTACHMENT|", out);
	escape_xml_attribute(out, path);
	fputs("]]\n", out);
}

/* Both systems show these files with the case. */
static void write_captures(FILE *out, const struct scenario_result *r)
{
	bool any = false;

	for (size_t i = 0; i < r->n_steps; i++)
		any |= r->steps[i].frames_in || r->steps[i].frames_out;
	if (!any)
		return;
	fputs("      <system-out>", out);
	for (size_t i = 0; i < r->n_steps; i++) {
		write_attachment(out, r->steps[i].frames_in);
		write_attachment(out, r->steps[i].frames_out);
	}
	fputs("</system-out>\n", out);
}

static void case_begin(FILE *out, const char *path, const char *name, struct span where)
{
	fputs("    <testcase", out);
	class_attribute(out, path);
	attribute(out, "name", name);
	attribute(out, "file", path);
	if (where.src)
		fprintf(out, " line=\"%u\"", span_position(where).line);
}

static void junit_scenario(struct sink *s, const struct scenario_result *r)
{
	struct junit_state *st = s->state;
	FILE *out = st->cases;

	st->tests++;
	case_begin(out, r->path, r->name, r->where);
	fprintf(out, " time=\"%.6f\">\n", (double)r->duration / 1e9);
	switch (r->outcome) {
	case OUTCOME_PASS:
		break;
	case OUTCOME_FAIL:
		st->failures++;
		write_failure(out, r, "failure");
		break;
	case OUTCOME_ERROR:
		st->errors++;
		write_failure(out, r, "error");
		break;
	case OUTCOME_SKIP:
	case OUTCOME_XFAIL:
		st->skipped++;
		write_skipped(out, r);
		break;
	}
	write_captures(out, r);
	fputs("    </testcase>\n", out);
}

static void junit_file(struct sink *s, const struct diags *d)
{
	struct junit_state *st = s->state;
	const struct diag *first = details_first_error(d);
	size_t len = 0;
	char *text;
	FILE *mem;

	if (!first)
		return;
	st->tests++;
	st->errors++;
	case_begin(st->cases, first->where.src ? first->where.src->path : "verdict", "can be read",
		   first->where);
	fputs(" time=\"0\">\n      <error", st->cases);
	attribute(st->cases, "message", first->message);
	attribute(st->cases, "type", "error");
	fputs(">", st->cases);
	mem = xmemstream(&text, &len);
	details_diags(mem, d);
	fclose(mem);
	write_escaped_text(st->cases, text);
	fputs("</error>\n    </testcase>\n", st->cases);
}

static void junit_diags(struct sink *s, const struct diags *d)
{
	struct diags part;

	for (size_t i = 0; i < d->n; i += part.n) {
		details_file_diags(d, i, &part);
		junit_file(s, &part);
	}
}

static void junit_overrun(struct sink *s, const struct run_overrun *o)
{
	struct junit_state *st = s->state;
	FILE *out = st->cases;

	st->tests++;
	st->failures++;
	fputs("    <testcase", out);
	attribute(out, "classname", "budget");
	fputs(" name=\"", out);
	escape_xml_attribute(out, o->program);
	fprintf(out, ": %s\" time=\"0\">\n      <failure", o->number);
	attribute(out, "message", o->message);
	attribute(out, "type", "budget");
	fputs("/>\n    </testcase>\n", out);
}

static void totals(FILE *out, const struct junit_state *st, const struct run_summary *sum)
{
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\"",
		st->tests, st->failures, st->errors, st->skipped, (double)sum->duration / 1e9);
}

static void timestamp(FILE *out, uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	attribute(out, "timestamp", text);
}

static void property(FILE *out, const char *name, const char *value)
{
	fputs("      <property", out);
	attribute(out, "name", name);
	attribute(out, "value", value);
	fputs("/>\n", out);
}

static void junit_end(struct sink *s, const struct run_summary *sum)
{
	struct junit_state *st = s->state;

	fclose(st->cases);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"verdict\"", s->out);
	totals(s->out, st, sum);
	fputs(">\n  <testsuite name=\"verdict\"", s->out);
	totals(s->out, st, sum);
	timestamp(s->out, s->info.started);
	fputs(">\n    <properties>\n", s->out);
	property(s->out, "verdict", s->info.version);
	property(s->out, "kernel", s->info.kernel);
	property(s->out, "machine", s->info.machine);
	property(s->out, "command", s->info.command);
	fputs("    </properties>\n", s->out);
	fwrite(st->text, 1, st->len, s->out);
	fputs("  </testsuite>\n</testsuites>\n", s->out);
	free(st->text);
	free(st);
	s->state = NULL;
}

const struct sink_ops junit_sink = {
	.name = "junit",
	.help = "JUnit XML, as Jenkins and GitLab read it",
	.begin = junit_begin,
	.scenario = junit_scenario,
	.diags = junit_diags,
	.overrun = junit_overrun,
	.end = junit_end,
};
