/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The formats of results, and reports opened by name: "text", "json:results.json". */
#pragma once

#include "run/sink.h"

extern const struct sink_ops text_sink, tap_sink, junit_sink, json_sink, jsonl_sink, github_sink,
	markdown_sink;

/* All formats, text first, with a NULL at the end. */
extern const struct sink_ops *const report_formats[];
/* The format of that name (@len bytes), or NULL. */
const struct sink_ops *report_find(const char *name, size_t len);

/*
 * A sink for @spec: FORMAT or FORMAT:FILE; without a file (or with "-") it writes to standard
 * output. Folders above FILE are made. Reports, without a place, and returns NULL: an unknown
 * format, a file that cannot be made. The file gets its name at report_close(): until then what
 * was there stays. The caller sets color and verbose.
 */
struct sink *report_open(struct diags *d, const char *spec);
/*
 * Whether these can be written side by side. Only text and github can share standard output, the
 * others are whole documents; no two can have one file. Returns 0, or -1 after diags.
 */
int reports_check(struct diags *d, struct sink *const *sinks, size_t n);
/*
 * After ops->end, which has to come after every ops->begin: the file appears if @complete and is
 * dropped otherwise; @s is freed. Returns 0, or -1 after a diag: not all could be written. NULL
 * is accepted.
 */
int report_close(struct diags *d, struct sink *s, bool complete);
