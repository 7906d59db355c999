/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the sinks write is read again, member by member; what is damaged is refused at its place.
 */
#include "report/report.h"
#include "results/results.h"
#include "tests/report/results.h"

#include <jansson.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *written(const struct sink_ops *ops)
{
	struct made_results made;
	struct sink s = { .ops = ops };
	size_t len = 0;
	char *output;

	results_make(&made);
	s.out = xmemstream(&output, &len);
	results_report(&made, &s);
	fclose(s.out);
	made_results_free(&made);
	return output;
}

static void assert_read(const char *text, struct results *r)
{
	struct diags d = {};
	int err = results_parse(&d, "r.json", text, strlen(text), r);

	if (err)
		diags_print(stderr, &d);
	assert_int_equal(err, 0);
	assert_int_equal(d.n, 0);
	diags_free(&d);
}

/* What results.h of report made. */
static void assert_made(const struct document *doc)
{
	const struct doc_scenario *s = &doc->scenarios.items[1];
	const struct doc_step *step = &s->steps.items[0];
	const struct doc_mismatch *m = &step->mismatches.items[1];

	assert_string_equal(doc->run.kernel, "6.18.0");
	assert_string_equal(doc->run.seed, "18446744073709551615");
	assert_int_equal(doc->scenarios.n, 9);
	assert_int_equal(doc->diagnostics.n, 3);
	assert_int_equal(doc->diagnostics.items[0].at->line, 4);
	assert_null(doc->diagnostics.items[2].at);
	assert_int_equal(doc->summary.status, 2);
	assert_string_equal(s->id, "scenarios/clusterip/first.yaml");
	assert_int_equal(s->outcome, OUTCOME_FAIL);
	assert_int_equal(s->attempts.n, 1);
	assert_int_equal(s->needs.n + s->stale_needs.n, 0);
	assert_string_equal(doc->scenarios.items[0].tags.items[1], "smoke");
	assert_string_equal(doc->scenarios.items[2].case_name, "second");
	assert_int_equal(step->observed->verdict.value, 0);
	assert_int_equal(step->observed->in->length, 42);
	assert_int_equal(step->observed->calls->n, 3);
	assert_string_equal(step->observed->calls->items[2].arguments.items[1].name, "flags");
	assert_string_equal(step->observed->calls->items[2].arguments.items[1].value,
			    "BPF_F_INGRESS");
	assert_true(step->observed->calls->items[1].taken.known);
	assert_false(step->observed->calls->items[0].taken.known);
	assert_string_equal(step->observed->redirect->flags, "1");
	assert_string_equal(m->kind, "packet");
	assert_int_equal(m->differences.n, 3);
	assert_true(m->differences.items[2].derived);
	assert_int_equal(m->differences.items[2].offset.value, 24);
	assert_int_equal(step->mismatches.items[2].map->after->total, 2);
	assert_int_equal(step->mismatches.items[3].calls->total.value, 8);
	assert_int_equal(step->map_changes->entries.n, 3);
	assert_string_equal(step->map_changes->too_large.items[0], "huge");
	assert_ptr_equal(document_scenario(doc, s->id), s);
	assert_null(document_scenario(doc, "none"));
	assert_string_equal(document_column(doc), "6.18");
}

static void what_is_written_is_read(void **state)
{
	const struct sink_ops *const sinks[] = { &json_sink, &jsonl_sink };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sinks); i++) {
		char *text = written(sinks[i]);
		struct results r = {};

		assert_read(text, &r);
		assert_int_equal(r.n, 1);
		assert_false(r.items[0].cut_short);
		assert_made(&r.items[0]);
		results_free(&r);
		free(text);
	}
}

/* A document and JSON lines are the same JSON once they are read. */
static void both_forms_are_equal(void **state)
{
	char *document = written(&json_sink), *lines = written(&jsonl_sink);
	struct results r = {};

	(void)state;
	assert_read(document, &r);
	assert_read(lines, &r);
	assert_int_equal(r.n, 2);
	assert_true(json_equal(r.items[0].json, r.items[1].json));
	results_free(&r);
	free(document);
	free(lines);
}

/* Without what a newer verdict adds, and with what a still newer one may. */
static void other_verdicts_are_read(void **state)
{
	char *text = written(&json_sink), *other;
	json_t *root = json_loads(text, 0, NULL), *scenario;
	struct results r = {};

	(void)state;
	json_object_del(root, "objects");
	json_object_del(root, "features");
	json_object_del(root, "programs");
	json_object_del(json_object_get(root, "run"), "environment");
	json_object_del(json_object_get(root, "run"), "repeat");
	json_object_set_new(root, "colour", json_string("red"));
	scenario = json_array_get(json_object_get(root, "scenarios"), 0);
	json_object_del(scenario, "attempts");
	json_object_del(scenario, "flaky");
	json_object_del(scenario, "needs");
	json_object_del(scenario, "stale_needs");
	other = json_dumps(root, 0);
	assert_read(other, &r);
	assert_made(&r.items[0]);
	assert_null(r.items[0].run.environment);
	results_free(&r);
	json_decref(root);
	free(other);
	free(text);
}

/* @text is refused; the first message and its place are as said. */
static void assert_refused(const char *text, const char *message, unsigned int line,
			   unsigned int col)
{
	struct results r = {};
	struct diags d = {};

	assert_int_equal(results_parse(&d, "r.json", text, strlen(text), &r), -1);
	assert_int_equal(r.n, 0);
	assert_true(d.errors > 0);
	assert_string_equal(d.items[0].message, message);
	assert_int_equal(span_position(d.items[0].where).line, line);
	assert_int_equal(span_position(d.items[0].where).col, col);
	diags_free(&d);
	results_free(&r);
}

static void what_is_no_result_is_refused(void **state)
{
	(void)state;
	assert_refused("", "this is not JSON: '[' or '{' expected near end of file", 1, 1);
	assert_refused("{\n  \"a\": 1,\n  \"a\": 2}",
		       "this is not JSON: duplicate object key near '\"a\"'", 3, 5);
	assert_refused("{}", "this is no result of verdict: 'verdict_result' is missing", 1, 1);
	assert_refused("[1]", "this is no result of verdict: an object is expected", 1, 1);
	assert_refused("{\"verdict_result\": \"1\"}",
		       "verdict_result: the version of the format is expected here, a number", 1,
		       20);
	assert_refused("{\n\"x\": [1, {}],\n\"verdict_result\": 2}",
		       "verdict_result: version 2 is not known: this verdict reads version 1", 3,
		       19);
	assert_refused("{\"verdict_result\": 1} x", "the result has ended, but there is more", 1,
		       23);
	assert_refused("{\"verdict_result\": 1, \"runs\": []}",
		       "runs: a list of results is expected here", 1, 31);
	assert_refused("{\"record\": \"summary\"}", "record: 'summary' stands before any run", 1,
		       12);
	assert_refused("{\"record\": \"run\", \"verdict_result\": 7}",
		       "verdict_result: version 7 is not known: this verdict reads version 1", 1,
		       37);
}

/* Each value of @v is replaced by one of another type, or taken away; all of it has to be refused.
 */
static size_t damage(json_t *root, json_t *v, const char *name);

static size_t damage_member(json_t *root, json_t *object, const char *key, json_t *other)
{
	json_t *before = json_incref(json_object_get(object, key));
	struct results r = {};
	struct diags d = {};
	char *text;

	if (other)
		json_object_set_new(object, key, other);
	else
		json_object_del(object, key);
	text = json_dumps(root, 0);
	if (!results_parse(&d, "r.json", text, strlen(text), &r))
		fail_msg("read though '%s' is damaged", key);
	assert_non_null(d.items[0].where.src);
	json_object_set_new(object, key, before);
	free(text);
	diags_free(&d);
	results_free(&r);
	return 1;
}

static bool is_newer(const char *key)
{
	static const char *const newer[] = {
		"environment", "column",   "suite",  "shard",	    "repeat",	   "features",
		"objects",     "programs", "number", "needs",	    "stale_needs", "attempts",
		"flaky",       "derived",  "needs",  "stale_needs", "offset",	   "length"
	};

	for (size_t i = 0; i < ARRAY_SIZE(newer); i++)
		if (!strcmp(newer[i], key))
			return true;
	return false;
}

/* Members that are put back come last: their names are kept beforehand. */
static size_t damage_object(json_t *root, json_t *object)
{
	json_t *names = json_array(), *value;
	const char *key;
	size_t n = 0, i;

	json_object_foreach(object, key, value) json_array_append_new(names, json_string(key));
	json_array_foreach(names, i, value)
	{
		json_t *member;

		key = json_string_value(value);
		member = json_object_get(object, key);
		if (!json_is_null(member))
			n += damage_member(root, object, key,
					   json_is_string(member) ? json_integer(1)
								  : json_string("x"));
		if (!is_newer(key))
			n += damage_member(root, object, key, NULL);
		n += damage(root, json_object_get(object, key), key);
	}
	json_decref(names);
	return n;
}

static size_t damage(json_t *root, json_t *v, const char *name)
{
	size_t n = 0;

	/* Members of these are anybody's. */
	if (!strcmp(name, "arguments") || !strcmp(name, "ctx"))
		return 0;
	if (json_is_object(v))
		n += damage_object(root, v);
	for (size_t i = 0; i < json_array_size(v); i++)
		n += damage(root, json_array_get(v, i), name);
	return n;
}

static void every_member_is_checked(void **state)
{
	char *text = written(&json_sink);
	json_t *root = json_loads(text, 0, NULL);

	(void)state;
	assert_true(damage(root, root, "") > 500);
	json_decref(root);
	free(text);
}

static void counts_are_compared(void **state)
{
	char *text = written(&json_sink), *at = strstr(text, "\"failed\": 5");
	struct position pos = { 1, 1 };

	(void)state;
	assert_non_null(at);
	at[10] = '3';
	for (const char *p = text; p < at + 10; p++) {
		pos.line += *p == '\n';
		pos.col = *p == '\n' ? 1 : pos.col + 1;
	}
	assert_refused(text, "summary.failed: 3 are said, but 5 scenarios are", pos.line, pos.col);
	free(text);
}

/* Wherever it breaks off, JSON lines are read so far, or it is said that they are damaged. */
static void lines_may_be_cut_short(void **state)
{
	char *text = written(&jsonl_sink);
	size_t len = strlen(text), kept = 0;

	(void)state;
	for (size_t n = 0; n < len; n += n + 17 < len || n == len - 1 ? 17 : len - 1 - n) {
		struct results r = {};
		struct diags d = {};

		if (!results_parse(&d, "r.jsonl", text, n, &r)) {
			assert_int_equal(r.n, 1);
			/* Only the line's end is missing at the very end. */
			assert_int_equal(r.items[0].cut_short, n < len - 1);
			assert_int_equal(d.warnings, n < len - 1);
			assert_true(r.items[0].scenarios.n >= kept);
			kept = r.items[0].scenarios.n;
			if (n < len - 1)
				assert_int_equal(r.items[0].summary.status, 2);
		} else {
			assert_int_equal(r.n, 0);
			assert_int_equal(kept, 0);
			assert_true(d.errors > 0);
		}
		results_free(&r);
		diags_free(&d);
	}
	assert_int_equal(kept, 9);
	free(text);
}

static void documents_may_not(void **state)
{
	char *text = written(&json_sink);
	size_t len = strlen(text);

	(void)state;
	for (size_t n = 0; n < len - 2; n += 7) {
		struct results r = {};
		struct diags d = {};

		assert_int_equal(results_parse(&d, "r.json", text, n, &r), -1);
		assert_int_equal(d.errors, 1);
		results_free(&r);
		diags_free(&d);
	}
	free(text);
}

/* A guest that was started twice, and a record that is not known. */
static void lines_hold_several_runs(void **state)
{
	char *text = written(&jsonl_sink), *half = strstr(text, "{\"record\": \"summary\"");
	char *both = xasprintf("%.*s%s{\"record\": \"exit\", \"status\": 0}\n", (int)(half - text),
			       text, text);
	struct results r = {};
	struct diags d = {};

	(void)state;
	assert_int_equal(results_parse(&d, "r.jsonl", both, strlen(both), &r), 0);
	assert_int_equal(r.n, 2);
	assert_true(r.items[0].cut_short);
	assert_false(r.items[1].cut_short);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.items[0].message, "the result is cut short: it has no summary, and 9 "
						"of its 10 scenarios");
	diags_free(&d);
	results_free(&r);
	free(both);
	free(text);
}

static void assert_no_shard(const char *lines)
{
	struct results r = {};
	struct diags d = {};

	assert_int_equal(results_parse(&d, "r.jsonl", lines, strlen(lines), &r), -1);
	assert_int_equal(r.n, 0);
	assert_string_equal(d.items[0].message, "there is no shard 0 of 2");
	diags_free(&d);
	results_free(&r);
}

/* The same of a run that ended and of one that did not. */
static void there_is_no_such_shard(void **state)
{
	static const char shard[] = "\"shard\": {\"index\": ";
	char *lines = written(&jsonl_sink), *at = strstr(lines, shard);

	(void)state;
	assert_non_null(at);
	at[strlen(shard)] = '0';
	assert_no_shard(lines);
	*strstr(lines, "{\"record\": \"summary\"") = '\0';
	assert_no_shard(lines);
	free(lines);
}

static void a_file_that_is_not_there(void **state)
{
	struct results r = {};
	struct diags d = {};

	(void)state;
	assert_int_equal(results_read(&d, "/nonexistent.json", &r), -1);
	assert_string_equal(d.items[0].message,
			    "cannot read /nonexistent.json: No such file or directory");
	diags_free(&d);
	results_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(both_forms_are_equal),
		cmocka_unit_test(other_verdicts_are_read),
		cmocka_unit_test(what_is_no_result_is_refused),
		cmocka_unit_test(every_member_is_checked),
		cmocka_unit_test(counts_are_compared),
		cmocka_unit_test(lines_may_be_cut_short),
		cmocka_unit_test(documents_may_not),
		cmocka_unit_test(lines_hold_several_runs),
		cmocka_unit_test(there_is_no_such_shard),
		cmocka_unit_test(a_file_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
