/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/choose.h"

#include "base/text.h"
#include "results/results.h"
#include "run/shard.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

static bool matches_keyword(const struct scenario *s, const char *keyword)
{
	if (!keyword)
		return true;
	if (strpbrk(keyword, "*?["))
		return !fnmatch(keyword, s->id, 0) || !fnmatch(keyword, s->name, 0);
	return strstr(s->id, keyword) || strstr(s->name, keyword);
}

static bool has_tag(const struct scenario *s, const char *tag)
{
	for (size_t i = 0; i < s->n_tags; i++)
		if (!strcmp(s->tags[i], tag))
			return true;
	return false;
}

/* Any of the tags asked for, none of those excluded. */
static bool matches_tags(const struct scenario *s, const struct strings *tags)
{
	bool asked = false, found = false;

	for (size_t i = 0; i < tags->n; i++) {
		if (tags->items[i][0] == '!') {
			if (has_tag(s, tags->items[i] + 1))
				return false;
			continue;
		}
		asked = true;
		found = found || has_tag(s, tags->items[i]);
	}
	return found || !asked;
}

static void keep_chosen(struct suite *suite, const struct run_options *o)
{
	size_t n = 0;

	for (size_t i = 0; i < suite->n; i++)
		if (matches_keyword(suite->scenarios[i], o->keyword) &&
		    matches_tags(suite->scenarios[i], &o->tags))
			suite->scenarios[n++] = suite->scenarios[i];
	suite->n = n;
}

/* splitmix64: the same order for the same seed on every machine. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void shuffle(struct suite *suite, uint64_t seed)
{
	for (size_t i = suite->n; i > 1; i--) {
		size_t j = (size_t)(next_random(&seed) % i);
		struct scenario *s = suite->scenarios[i - 1];

		suite->scenarios[i - 1] = suite->scenarios[j];
		suite->scenarios[j] = s;
	}
}

static void nothing_to_run(const struct suite *suite, const struct run_options *o, size_t read,
			   struct diags *d)
{
	if (suite->n || suite->diags.errors)
		return;
	if (read)
		diag(d, DIAG_ERROR, nowhere, "none of %zu scenarios is chosen by%s%s%s", read,
		     o->keyword ? " -k " : "", o->keyword ? o->keyword : "",
		     o->tags.n ? " -t" : "");
	else
		diag(d, DIAG_ERROR, nowhere, "there is no scenario to run");
}

void suite_choose(struct suite *suite, const struct run_options *o, struct diags *d)
{
	size_t read = suite->n;

	keep_chosen(suite, o);
	if (o->shuffle.given)
		shuffle(suite, o->shuffle.value);
	for (size_t i = 0; i < suite->n; i++)
		suite->scenarios[i]->number = i + 1;
	nothing_to_run(suite, o, read, d);
}

int shard_parse(struct diags *d, const char *text, struct run_shard *shard)
{
	size_t slash = strcspn(text, "/");
	uint64_t index, count;

	if (!text[slash] || number_parse(text, slash, &index) ||
	    number_parse(text + slash + 1, strlen(text + slash + 1), &count) || !index ||
	    index > count || count > SHARDS_MAX) {
		diag(d, DIAG_ERROR, nowhere,
		     "--shard takes I/N, part I of N, as in 1/4 to 4/4, not '%s' (N is %u at most)",
		     text, SHARDS_MAX);
		return -1;
	}
	*shard = (struct run_shard){ (unsigned int)index, (unsigned int)count };
	return 0;
}

void shard_check_times(struct diags *d, const char *times, const char *shard)
{
	if (times && !shard)
		diag(d, DIAG_ERROR, nowhere,
		     "--times is what shards are made of: it needs --shard I/N");
}

/* The run of @results that is most like this one: on this kernel, else the first. */
static const struct document *times_of(const struct results *results, const struct run_options *o)
{
	for (size_t i = 0; o->column && i < results->n; i++)
		if (!strcmp(document_column(&results->items[i]), o->column))
			return &results->items[i];
	return &results->items[0];
}

static int by_id(const void *a, const void *b)
{
	const struct doc_scenario *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

static void weigh(const struct suite *suite, const struct document *doc, uint64_t *weights)
{
	const struct doc_scenario **sorted = xcalloc(doc->scenarios.n, sizeof(*sorted));

	for (size_t i = 0; i < doc->scenarios.n; i++)
		sorted[i] = &doc->scenarios.items[i];
	if (doc->scenarios.n)
		qsort(sorted, doc->scenarios.n, sizeof(*sorted), by_id);
	for (size_t i = 0; doc->scenarios.n && i < suite->n; i++) {
		const struct doc_scenario wanted = { .id = suite->scenarios[i]->id },
					  *key = &wanted;
		const struct doc_scenario **found =
			bsearch(&key, sorted, doc->scenarios.n, sizeof(*sorted), by_id);

		weights[i] = found ? (*found)->duration_ns : 0;
	}
	free(sorted);
}

/* Returns 0, or -1 after a diag. */
static int read_times(const struct suite *suite, const struct run_options *o, struct diags *d,
		      uint64_t *weights)
{
	struct results results = {};
	struct diags own = {};
	int err = results_read(&own, o->times, &results);

	if (!err)
		weigh(suite, times_of(&results, o), weights);
	/* Its places are in a text that goes now. */
	diags_print(stderr, &own);
	if (err)
		diag(d, DIAG_ERROR, nowhere, "--times: no times can be had from %s", o->times);
	diags_free(&own);
	results_free(&results);
	return err;
}

static void keep_shard(struct suite *suite, const struct run_shard *shard, const uint64_t *weights)
{
	unsigned int *shards = xcalloc(suite->n, sizeof(*shards));
	size_t n = 0;

	shards_deal(weights, suite->n, shard->count, shards);
	for (size_t i = 0; i < suite->n; i++)
		if (shards[i] == shard->index - 1)
			suite->scenarios[n++] = suite->scenarios[i];
	suite->n = n;
	free(shards);
}

void suite_take_shard(struct suite *suite, const struct run_options *o, struct diags *d,
		      struct run_shard *shard)
{
	size_t all = suite->n;
	uint64_t *weights;

	shard_check_times(d, o->times, o->shard);
	if (!o->shard || shard_parse(d, o->shard, shard))
		return;
	weights = xcalloc(all, sizeof(*weights));
	if (!o->times || !read_times(suite, o, d, weights))
		keep_shard(suite, shard, weights);
	if (all && !suite->n)
		diag(d, DIAG_NOTE, nowhere, "shard %u of %u has none of the %zu scenario%s",
		     shard->index, shard->count, all, all == 1 ? "" : "s");
	free(weights);
}
