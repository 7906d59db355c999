/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/errno_names.h"
#include "results/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

void report_no_json(struct diags *d, struct span text, const json_error_t *error)
{
	char message[JSON_ERROR_TEXT_LENGTH];
	size_t off = error->position > 0 ? (size_t)error->position - 1 : 0;

	/* It quotes the text, whatever that holds. */
	snprintf(message, sizeof(message), "%s", error->text);
	for (char *p = message; *p; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
			*p = '?';
	diag(d, DIAG_ERROR, span_part(text, off, 1), "this is not JSON: %s", message);
}

int version_check(struct member_reader *r, json_t *object)
{
	const struct member_path at = { .name = "verdict_result" };
	const json_t *version = json_object_get(object, at.name);

	if (!version)
		member_error(r, NULL, "this is no result of verdict: 'verdict_result' is missing");
	else if (!json_is_integer(version))
		member_error(r, &at, "the version of the format is expected here, a number");
	else if (json_integer_value(version) != RESULT_VERSION)
		member_error(r, &at,
			     "version %" JSON_INTEGER_FORMAT
			     " is not known: this verdict reads version %d",
			     json_integer_value(version), RESULT_VERSION);
	else
		return 0;
	return -1;
}

void scenarios_count(const struct doc_scenarios *scenarios, struct doc_summary *summary)
{
	uint64_t counts[OUTCOME_ERROR + 1] = {};

	for (size_t i = 0; i < scenarios->n; i++)
		counts[scenarios->items[i].outcome]++;
	summary->passed = counts[OUTCOME_PASS];
	summary->failed = counts[OUTCOME_FAIL];
	summary->skipped = counts[OUTCOME_SKIP];
	summary->xfailed = counts[OUTCOME_XFAIL];
	summary->errors = counts[OUTCOME_ERROR];
}

static void check_count(struct member_reader *r, const struct member_path *summary,
			const char *name, uint64_t said, uint64_t counted)
{
	const struct member_path at = { .parent = summary, .name = name };

	if (said != counted)
		member_error(r, &at, "%" PRIu64 " are said, but %" PRIu64 " scenarios are", said,
			     counted);
}

static int by_id(const void *a, const void *b)
{
	const struct doc_scenario *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

static void check_ids(struct member_reader *r, const struct doc_scenarios *scenarios)
{
	const struct doc_scenario **sorted = xcalloc(scenarios->n, sizeof(*sorted));

	for (size_t i = 0; i < scenarios->n; i++)
		sorted[i] = &scenarios->items[i];
	if (scenarios->n)
		qsort(sorted, scenarios->n, sizeof(*sorted), by_id);
	for (size_t i = 1; i < scenarios->n; i++)
		if (!by_id(&sorted[i - 1], &sorted[i])) {
			member_error(r, NULL, "scenario '%s' is there twice", sorted[i]->id);
			break;
		}
	free(sorted);
}

static void check_shard(struct member_reader *r, const struct doc_shard *shard)
{
	if (shard && (!shard->index || shard->index > shard->count || shard->count > SHARDS_MAX))
		member_error(r, NULL, "there is no shard %" PRIu64 " of %" PRIu64, shard->index,
			     shard->count);
}

int document_check(struct member_reader *r, const struct member_path *summary,
		   const struct document *doc)
{
	const struct doc_summary *s = &doc->summary;
	unsigned int errors = r->d->errors;
	struct doc_summary n = {};

	check_ids(r, &doc->scenarios);
	check_shard(r, doc->run.shard);
	if (doc->cut_short)
		return r->d->errors == errors ? 0 : -1;
	scenarios_count(&doc->scenarios, &n);
	check_count(r, summary, "passed", s->passed, n.passed);
	check_count(r, summary, "failed", s->failed, n.failed);
	check_count(r, summary, "skipped", s->skipped, n.skipped);
	check_count(r, summary, "xfailed", s->xfailed, n.xfailed);
	check_count(r, summary, "errors", s->errors, n.errors);
	return r->d->errors == errors ? 0 : -1;
}

json_t *results_keep(struct results *r, json_t *json)
{
	return *ARRAY_PUSH(r->roots, r->n_roots) = json;
}

static int read_document(struct member_reader *reader, const struct member_path *at, json_t *object,
			 struct results *r)
{
	const struct member_path summary = { .parent = at, .name = "summary" };
	struct document doc = { .path = reader->text.src->path, .json = object };

	if (members_read(reader, at, object, &document_members, &doc))
		return -1;
	for (size_t i = 0; i < doc.scenarios.n; i++)
		doc.scenarios.items[i].json =
			json_array_get(json_object_get(object, "scenarios"), i);
	if (document_check(reader, &summary, &doc))
		return -1;
	*ARRAY_PUSH(r->items, r->n) = doc;
	return 0;
}

/* A document of one run, or of several that were merged. */
static int read_documents(struct member_reader *reader, json_t *root, struct results *r)
{
	const struct member_path list = { .name = "runs" };
	json_t *runs = json_object_get(root, list.name);
	int err = 0;

	if (version_check(reader, root))
		return -1;
	if (!runs)
		return read_document(reader, NULL, root, r);
	if (!json_array_size(runs)) {
		member_error(reader, &list, "a list of results is expected here");
		return -1;
	}
	for (size_t i = 0; i < json_array_size(runs); i++) {
		const struct member_path at = { .parent = &list, .index = i };

		if (json_is_object(json_array_get(runs, i)))
			err |= read_document(reader, &at, json_array_get(runs, i), r);
		else
			member_error(reader, &at,
				     "an object is expected here, the result of a run");
	}
	return reader->d->errors || err ? -1 : 0;
}

/* After the first value there is nothing more. */
static int check_end(struct diags *d, struct span text, size_t off)
{
	while (off < text.len && text.src->text[off] && strchr(" \t\r\n", text.src->text[off]))
		off++;
	if (off == text.len)
		return 0;
	diag(d, DIAG_ERROR, span_part(text, off, 1), "the result has ended, but there is more");
	return -1;
}

static int read_text(struct member_reader *reader, struct results *r)
{
	struct span text = reader->text;
	json_error_t error;
	json_t *root = json_loadb(text.src->text, text.len,
				  JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);

	if (!root) {
		report_no_json(reader->d, text, &error);
		return -1;
	}
	if (json_object_get(root, "record")) {
		json_decref(root);
		return lines_read(reader, r);
	}
	results_keep(r, root);
	if (check_end(reader->d, text, (size_t)error.position))
		return -1;
	if (json_is_object(root))
		return read_documents(reader, root, r);
	member_error(reader, NULL, "this is no result of verdict: an object is expected");
	return -1;
}

/* @src becomes @r's. */
static int parse_source(struct diags *d, struct source *src, struct results *r)
{
	struct diags own = {};
	struct member_reader reader = { .d = &own, .text = span_all(src), .arena = &r->arena };
	size_t before = r->n;
	int err;

	*ARRAY_PUSH(r->sources, r->n_sources) = src;
	err = read_text(&reader, r);
	if (err)
		r->n = before;
	diags_move(d, &own);
	return err;
}

int results_parse(struct diags *d, const char *path, const char *text, size_t len,
		  struct results *r)
{
	struct source *src = xcalloc(1, sizeof(*src));

	source_from_text(path, text, len, src);
	return parse_source(d, src, r);
}

int results_read(struct diags *d, const char *path, struct results *r)
{
	struct source *src = xcalloc(1, sizeof(*src));
	bool is_input = !strcmp(path, "-");
	int err = source_read_most(is_input ? "/dev/stdin" : path, RESULTS_MAX, src);

	if (err) {
		free(src);
		diag(d, DIAG_ERROR, nowhere, "cannot read %s: %s",
		     is_input ? "standard input" : path, errno_text(err));
		return -1;
	}
	return parse_source(d, src, r);
}

void results_free(struct results *r)
{
	for (size_t i = 0; i < r->n_roots; i++)
		json_decref(r->roots[i]);
	for (size_t i = 0; i < r->n_sources; i++) {
		source_free(r->sources[i]);
		free(r->sources[i]);
	}
	free(r->roots);
	free(r->sources);
	free(r->items);
	arena_free(&r->arena);
	*r = (struct results){};
}

const char *document_column(const struct document *doc)
{
	return doc->run.column ? doc->run.column : doc->run.kernel;
}

const struct doc_scenario *document_scenario(const struct document *doc, const char *id)
{
	for (size_t i = 0; i < doc->scenarios.n; i++)
		if (!strcmp(doc->scenarios.items[i].id, id))
			return &doc->scenarios.items[i];
	return NULL;
}
