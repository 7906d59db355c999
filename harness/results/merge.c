/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Shards become the run that they are parts of; runs on several kernels become a list. What is put
 * together is JSON, so that nothing is lost of what this reader does not know.
 */
#include "results/merge.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "results/results.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_kernel(const struct document *a, const struct document *b)
{
	if (a->run.column || b->run.column)
		return same_text(a->run.column, b->run.column);
	return same_text(a->run.kernel, b->run.kernel) && same_text(a->run.machine, b->run.machine);
}

/* Whether @doc is a part of the suite that @first is a part of. */
static bool check_suite(struct diags *d, const struct document *first, const struct document *doc)
{
	const struct doc_suite *a = first->run.suite, *b = doc->run.suite;

	if (!a || !b)
		diag(d, DIAG_ERROR, nowhere, "%s: a shard that does not say of which suite it is",
		     a ? doc->path : first->path);
	else if (a->scenarios != b->scenarios)
		diag(d, DIAG_ERROR, nowhere,
		     "%s and %s are shards of different suites: of %" PRIu64 " and of %" PRIu64
		     " scenarios",
		     first->path, doc->path, a->scenarios, b->scenarios);
	else if (!same_text(a->command, b->command))
		diag(d, DIAG_ERROR, nowhere,
		     "%s and %s are shards of different commands: '%s' and '%s'", first->path,
		     doc->path, a->command, b->command);
	else if (!same_text(a->sha256, b->sha256))
		diag(d, DIAG_ERROR, nowhere,
		     "%s and %s are shards of different suites: their scenarios have other texts",
		     first->path, doc->path);
	else
		return true;
	return false;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Each shard tells all objects of the suite: wherever they lie, they have to be the same. */
static void check_objects(struct diags *d, const struct document *first, const struct document *doc)
{
	const struct doc_objects *a = &first->objects, *b = &doc->objects;

	if (a->n != b->n) {
		diag(d, DIAG_ERROR, nowhere, "%s and %s load different objects: %zu and %zu",
		     first->path, doc->path, a->n, b->n);
		return;
	}
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(base_name(a->items[i].path), base_name(b->items[i].path)) != 0 ||
		    strcmp(a->items[i].sha256, b->items[i].sha256) != 0)
			diag(d, DIAG_ERROR, nowhere,
			     "%s and %s load different objects: %s has SHA-256 %.12s.., %s %.12s..",
			     first->path, doc->path, a->items[i].path, a->items[i].sha256,
			     b->items[i].path, b->items[i].sha256);
}

static void check_shard(struct diags *d, const struct document *first, const struct document *doc,
			const struct document **shards)
{
	const struct doc_shard *shard = doc->run.shard;

	if (shard->count != first->run.shard->count) {
		diag(d, DIAG_ERROR, nowhere, "%s is of %" PRIu64 " shards, %s of %" PRIu64,
		     first->path, first->run.shard->count, doc->path, shard->count);
		return;
	}
	if (!check_suite(d, first, doc))
		return;
	check_objects(d, first, doc);
	if (doc->cut_short)
		diag(d, DIAG_ERROR, nowhere, "%s: shard %" PRIu64 " of %" PRIu64 " is cut short",
		     doc->path, shard->index, shard->count);
	if (shards[shard->index - 1])
		diag(d, DIAG_ERROR, nowhere,
		     "shard %" PRIu64 " of %" PRIu64 " is there twice: in %s and in %s",
		     shard->index, shard->count, shards[shard->index - 1]->path, doc->path);
	shards[shard->index - 1] = doc;
}

static void check_missing(struct diags *d, const struct document *first,
			  const struct document *const *shards)
{
	uint64_t scenarios = 0;

	for (uint64_t i = 0; i < first->run.shard->count; i++)
		if (shards[i])
			scenarios += shards[i]->run.scenarios;
		else
			diag(d, DIAG_ERROR, nowhere,
			     "shard %" PRIu64 " of %" PRIu64 " is missing, on kernel '%s'", i + 1,
			     first->run.shard->count, document_column(first));
	if (!d->errors && scenarios != first->run.suite->scenarios)
		diag(d, DIAG_ERROR, nowhere,
		     "the %" PRIu64 " shards have %" PRIu64 " scenarios, the suite has %" PRIu64
		     ": were they made with different --times?",
		     first->run.shard->count, scenarios, first->run.suite->scenarios);
}

/* The parts of one run, in order; the caller frees. NULL after diags. */
static const struct document **find_shards(struct diags *d, const struct results *r,
					   const struct document *first)
{
	const struct document **shards = xcalloc(first->run.shard->count, sizeof(*shards));
	struct diags own = {};
	bool wrong;

	for (size_t i = 0; i < r->n; i++)
		if (same_kernel(first, &r->items[i]) && r->items[i].run.shard)
			check_shard(&own, first, &r->items[i], shards);
	if (!own.errors)
		check_missing(&own, first, shards);
	wrong = own.errors > 0;
	diags_move(d, &own);
	if (!wrong)
		return shards;
	free(shards);
	return NULL;
}

/* The run that @first is, or begins; a new reference, or NULL after diags. */
static json_t *merge_run(struct diags *d, const struct results *r, const struct document *first)
{
	const struct document **shards;
	json_t *run = NULL;

	if (!first->run.shard)
		return json_incref(first->json);
	shards = find_shards(d, r, first);
	if (shards)
		run = shards_join(d, shards, first->run.shard->count);
	free(shards);
	return run;
}

/* Whether another of the runs before has spoken for @doc; runs that cannot stand side by side are
 * reported. */
static bool is_taken(struct diags *d, const struct results *r, size_t n)
{
	const struct document *doc = &r->items[n];

	for (size_t i = 0; i < n; i++) {
		const struct document *before = &r->items[i];

		if (!same_kernel(before, doc))
			continue;
		if (before->run.shard && doc->run.shard)
			return true;
		if (before->run.shard || doc->run.shard)
			diag(d, DIAG_ERROR, nowhere,
			     "%s is a shard, %s a whole run, both of kernel '%s'",
			     before->run.shard ? before->path : doc->path,
			     before->run.shard ? doc->path : before->path, document_column(doc));
		else
			diag(d, DIAG_ERROR, nowhere,
			     "%s and %s are both of kernel '%s': --column NAME tells runs apart",
			     before->path, doc->path, document_column(doc));
		return true;
	}
	return false;
}

static json_t *merge_runs(struct diags *d, const struct results *r)
{
	json_t *runs = json_array(), *merged;

	for (size_t i = 0; i < r->n; i++) {
		json_t *run = is_taken(d, r, i) ? NULL : merge_run(d, r, &r->items[i]);

		if (run)
			json_array_append_new(runs, run);
	}
	if (json_array_size(runs) == 1) {
		merged = json_incref(json_array_get(runs, 0));
		json_decref(runs);
		return merged;
	}
	merged = json_object();
	json_object_set_new(merged, "verdict_result", json_integer(RESULT_VERSION));
	json_object_set_new(merged, "runs", runs);
	return merged;
}

char *results_merge(struct diags *d, const struct results *r, size_t *len)
{
	struct diags own = {};
	json_t *merged;
	char *text = NULL;
	FILE *out;

	if (!r->n) {
		diag(d, DIAG_ERROR, nowhere, "there is no result to merge");
		return NULL;
	}
	merged = merge_runs(&own, r);
	if (!own.errors) {
		out = xmemstream(&text, len);
		json_dumpf(merged, out, JSON_INDENT(2));
		fputc('\n', out);
		fclose(out);
	}
	diags_move(d, &own);
	json_decref(merged);
	return text;
}

int results_merge_to(struct diags *d, const struct results *r, const char *path)
{
	struct replacement file = {};
	size_t len;
	char *text = results_merge(d, r, &len);
	int err;

	if (!text)
		return -1;
	err = replace_begin(&file, path);
	if (!err) {
		fwrite(text, 1, len, file.out);
		err = replace_commit(&file);
	}
	free(text);
	if (err)
		diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", path, errno_text(err));
	return err;
}
