/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How a file is read: as a document (read.c), or line by line (lines.c). */
#pragma once

#include "results/members.h"
#include "results/results.h"

/* Report why jansson did not take @text. */
void report_no_json(struct diags *d, struct span text, const json_error_t *error);
/* Whether @object says it is of the version that is read here. Returns 0, or -1 after a diag. */
int version_check(struct member_reader *r, json_t *object);
/*
 * What holds of every result, whatever it was written as: scenarios have different ids, the shard
 * is one of those there are, and the summary, at @summary, counts what is there, unless it was made
 * up for a run that was cut short. Returns 0, or -1 after a diag.
 */
int document_check(struct member_reader *r, const struct member_path *summary,
		   const struct document *doc);
/* Set what @summary counts. */
void scenarios_count(const struct doc_scenarios *scenarios, struct doc_summary *summary);
/* @json is kept until the results are freed, and given back. */
json_t *results_keep(struct results *r, json_t *json);

/* All of @reader's text is JSON lines. Adds to @r. Returns 0, or -1 after a diag. */
int lines_read(struct member_reader *reader, struct results *r);
