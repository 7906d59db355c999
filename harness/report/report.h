/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The formats of results, and reports opened by name: "text", "json:results.json". */
#pragma once

#include "run/sink.h"

extern const struct sink_ops text_sink, tap_sink, junit_sink, json_sink, github_sink;

/* All formats, text first, with a NULL at the end. */
extern const struct sink_ops *const report_formats[];
/* The format of that name (@len bytes), or NULL. */
const struct sink_ops *report_find(const char *name, size_t len);

struct report_options {
	const char *const *specs; /* FORMAT or FORMAT:FILE, in the order given */
	size_t n_specs;
	bool color; /* text on standard output */
	bool verbose;
};

/* Several reports that are written as one: each call on report_sink() goes to all of them. */
struct report;

/*
 * Open what @o names. A report without a file goes to standard output; where none does, text goes
 * there too, so that a run never says nothing. Only text and github can share it: the others are
 * whole documents. Files get their names at report_close(): until then what was there stays.
 * Returns NULL after diags without a place: an unknown format, a file that cannot be made, one
 * named twice.
 */
struct report *report_open(struct diags *d, const struct report_options *o);
struct sink *report_sink(struct report *r);
/*
 * Finish after sink->ops->end: files appear. Frees @r either way. Returns 0, or -1 after diags: a
 * report that could not be written.
 */
int report_close(struct diags *d, struct report *r);
/* Drop it: no file appears. NULL is accepted. */
void report_abandon(struct report *r);
