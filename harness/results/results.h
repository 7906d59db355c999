/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads results (docs/results.md): documents, JSON lines, and merged ones of several runs. Members
 * that are described must be of the type described; those that are not are passed over. A version
 * that is not known is refused, and so is a file that is damaged; of JSON lines that were cut
 * short, what is there is kept.
 */
#pragma once

#include "results/document.h"

/* Of a file that is read. Larger ones are refused. */
#define RESULTS_MAX (512u << 20)

struct results {
	struct document *items; /* in the order read */
	size_t n;

	struct arena arena;
	struct json_t **roots; /* what texts point into */
	size_t n_roots;
	struct source **sources; /* what diags point into */
	size_t n_sources;
};

/*
 * Add the runs of file @path ("-": standard input) to @r. What is wrong is in @d, at its place in
 * the file; a run that was cut short is a warning. Returns 0, or -1 after an error, when nothing of
 * the file was added. Spans in @d live as long as @r.
 */
int results_read(struct diags *d, const char *path, struct results *r);
/* The same of a text, as if read from @path: what comes from a guest. */
int results_parse(struct diags *d, const char *path, const char *text, size_t len,
		  struct results *r);
/* Accepts an empty one; leaves it empty. */
void results_free(struct results *r);

/*
 * Put shards together, and runs of several kernels beside each other: a result as JSON, indented,
 * with a line's end; the caller frees. Shards that are missing, doubled or of different suites, and
 * two runs on one kernel, are reported; NULL then.
 */
char *results_merge(struct diags *d, const struct results *r, size_t *len);

/* The same to file @path, which appears when it is complete. Returns 0, or -1 or -errno after
 * diags. */
int results_merge_to(struct diags *d, const struct results *r, const char *path);

/* What a run is called among others: its column, else the kernel it ran on. */
const char *document_column(const struct document *doc);
/* The scenario of that id, or NULL. */
const struct doc_scenario *document_scenario(const struct document *doc, const char *id);
