/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/diag.h"
#include "results/merge.h"

#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

/* A scenario and whose it is. */
struct numbered {
	const struct doc_scenario *scenario;
	const struct document *doc;
};

static int by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->scenario->number != y->scenario->number)
		return x->scenario->number < y->scenario->number ? -1 : 1;
	return strcmp(x->scenario->id, y->scenario->id);
}

static void add_sorted(struct diags *d, const struct numbered *sorted, size_t n, json_t *list)
{
	for (size_t i = 0; i < n; i++) {
		const struct doc_scenario *s = sorted[i].scenario;

		if (i && sorted[i - 1].scenario->number == s->number)
			diag(d, DIAG_ERROR, nowhere,
			     "%s has '%s', and %s '%s', as the same scenario of the suite: were "
			     "they made with different --times?",
			     sorted[i - 1].doc->path, sorted[i - 1].scenario->id,
			     sorted[i].doc->path, s->id);
		/* jansson counts references of what is const here. */
		json_array_append(list, (json_t *)(uintptr_t)s->json);
	}
}

/* In the order of the suite. */
static json_t *join_scenarios(struct diags *d, const struct document *const *shards, uint64_t n)
{
	json_t *list = json_array();
	struct numbered *all = NULL;
	size_t n_all = 0;

	for (uint64_t i = 0; i < n; i++)
		for (size_t j = 0; j < shards[i]->scenarios.n; j++)
			*ARRAY_PUSH(all, n_all) =
				(struct numbered){ &shards[i]->scenarios.items[j], shards[i] };
	if (n_all)
		qsort(all, n_all, sizeof(*all), by_number);
	add_sorted(d, all, n_all, list);
	free(all);
	return list;
}

/* Whether @a and @b are of the same thing: all these members are alike. */
static bool is_same(const json_t *a, const json_t *b, const char *const *names)
{
	for (; *names; names++)
		if (!json_equal(json_object_get(a, *names), json_object_get(b, *names)))
			return false;
	return true;
}

static bool has(const json_t *list, const json_t *item, const char *const *names)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (is_same(json_array_get(list, i), item, names))
			return true;
	return false;
}

/* List @member of all shards, each thing once; @names are the members that tell what it is. */
static json_t *join_lists(const struct document *const *shards, uint64_t n, const char *member,
			  const char *const *names)
{
	json_t *joined = json_array();

	for (uint64_t i = 0; i < n; i++) {
		const json_t *list = json_object_get(shards[i]->json, member);

		for (size_t j = 0; j < json_array_size(list); j++)
			if (!has(joined, json_array_get(list, j), names))
				json_array_append(joined, json_array_get(list, j));
	}
	return joined;
}

static json_t *join_run(const struct document *const *shards, uint64_t n)
{
	const struct document *first = shards[0];
	json_t *run = json_copy(json_object_get(first->json, "run"));
	const char *started = first->run.started;

	/* RFC 3339 in UTC: their order is that of the texts. */
	for (uint64_t i = 1; i < n; i++)
		if (strcmp(shards[i]->run.started, started) < 0)
			started = shards[i]->run.started;
	json_object_set_new(run, "command", json_string(first->run.suite->command));
	json_object_set_new(run, "started", json_string(started));
	json_object_set_new(run, "scenarios",
			    json_integer((json_int_t)first->run.suite->scenarios));
	json_object_set_new(run, "shard", json_null());
	return run;
}

static void add_summary(struct doc_summary *sum, const struct doc_summary *s)
{
	sum->passed += s->passed;
	sum->failed += s->failed;
	sum->skipped += s->skipped;
	sum->xfailed += s->xfailed;
	sum->errors += s->errors;
	sum->flaky += s->flaky;
	sum->duration_ns += s->duration_ns;
	sum->stopped |= s->stopped;
	if (!sum->interrupted)
		sum->interrupted = s->interrupted;
	if (s->status > sum->status)
		sum->status = s->status;
}

static void set_count(json_t *json, const char *name, uint64_t value)
{
	json_object_set_new(json, name, json_integer((json_int_t)value));
}

static json_t *join_summaries(const struct document *const *shards, uint64_t n)
{
	json_t *json = json_copy(json_object_get(shards[0]->json, "summary"));
	struct doc_summary sum = {};

	for (uint64_t i = 0; i < n; i++)
		add_summary(&sum, &shards[i]->summary);
	/* A shard need not judge anything, all together do. */
	if (!sum.status && !sum.passed && !sum.xfailed)
		sum.status = 2;
	set_count(json, "passed", sum.passed);
	set_count(json, "failed", sum.failed);
	set_count(json, "skipped", sum.skipped);
	set_count(json, "xfailed", sum.xfailed);
	set_count(json, "errors", sum.errors);
	set_count(json, "flaky", sum.flaky);
	set_count(json, "duration_ns", sum.duration_ns);
	json_object_set_new(json, "stopped", json_boolean(sum.stopped));
	json_object_set_new(json, "interrupted",
			    sum.interrupted ? json_string(sum.interrupted) : json_null());
	json_object_set_new(json, "status", json_integer(sum.status));
	return json;
}

json_t *shards_join(struct diags *d, const struct document *const *shards, uint64_t n)
{
	static const char *const objects[] = { "path", NULL };
	static const char *const features[] = { "name", NULL };
	static const char *const programs[] = { "object", "globals", "program", NULL };
	static const char *const diagnostics[] = { "severity", "at", "message", NULL };
	unsigned int errors = d->errors;
	json_t *joined = json_copy(shards[0]->json);

	json_object_set_new(joined, "run", join_run(shards, n));
	json_object_set_new(joined, "objects", join_lists(shards, n, "objects", objects));
	json_object_set_new(joined, "scenarios", join_scenarios(d, shards, n));
	json_object_set_new(joined, "diagnostics",
			    join_lists(shards, n, "diagnostics", diagnostics));
	json_object_set_new(joined, "features", join_lists(shards, n, "features", features));
	json_object_set_new(joined, "programs", join_lists(shards, n, "programs", programs));
	json_object_set_new(joined, "summary", join_summaries(shards, n));
	if (d->errors == errors)
		return joined;
	json_decref(joined);
	return NULL;
}
