/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/report.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct sink_ops *const report_formats[] = {
	&text_sink,  &tap_sink,	   &junit_sink,	   &json_sink,
	&jsonl_sink, &github_sink, &markdown_sink, NULL,
};

static const struct span nowhere;

struct report {
	struct sink sink;	 /* first: what the caller holds */
	char *path;		 /* NULL: standard output */
	struct replacement file; /* where there is a path */
};

const struct sink_ops *report_find(const char *name, size_t len)
{
	for (size_t i = 0; report_formats[i]; i++)
		if (text_is(name, len, report_formats[i]->name))
			return report_formats[i];
	return NULL;
}

static void unknown_format(struct diags *d, const char *spec, size_t len)
{
	struct {
		const char *name;
	} names[ARRAY_SIZE(report_formats) - 1];
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(names) && report_formats[i]; i++)
		names[i].name = report_formats[i]->name;
	near = text_nearest(spec, len, names, ARRAY_SIZE(names), sizeof(names[0]));
	if (near)
		diag(d, DIAG_ERROR, nowhere, "unknown format '%.*s': did you mean '%s'?", (int)len,
		     spec, near);
	else
		diag(d, DIAG_ERROR, nowhere,
		     "unknown format '%.*s': text, tap, junit, json, jsonl, github or markdown",
		     (int)len, spec);
}

static void cannot_write(struct diags *d, const struct sink_ops *ops, const char *path, int err)
{
	diag(d, DIAG_ERROR, nowhere, "cannot write the %s report to %s: %s", ops->name,
	     path ? path : "standard output", errno_text(err));
}

static int begin_file(const char *path, struct replacement *file)
{
	struct arena scratch = {};
	int err = folder_make(path_folder(&scratch, path));

	arena_free(&scratch);
	return err ? err : replace_begin(file, path);
}

struct sink *report_open(struct diags *d, const char *spec)
{
	size_t len = strcspn(spec, ":");
	const struct sink_ops *ops = report_find(spec, len);
	const char *path = spec[len] && strcmp(spec + len, ":-") ? spec + len + 1 : NULL;
	struct replacement file = {};
	struct report *r;
	int err;

	if (!ops) {
		unknown_format(d, spec, len);
		return NULL;
	}
	if (path && !*path) {
		diag(d, DIAG_ERROR, nowhere,
		     "'%s' names no file: write %s:FILE, or %s for standard output", spec,
		     ops->name, ops->name);
		return NULL;
	}
	err = path ? begin_file(path, &file) : 0;
	if (err) {
		cannot_write(d, ops, path, err);
		return NULL;
	}
	r = xcalloc(1, sizeof(*r));
	r->sink.ops = ops;
	r->sink.out = path ? file.out : stdout;
	r->path = path ? xstrdup(path) : NULL;
	r->file = file;
	return &r->sink;
}

static bool is_document(const struct report *r)
{
	return r->sink.ops != &text_sink && r->sink.ops != &github_sink;
}

static void check_pair(struct diags *d, const struct report *a, const struct report *b)
{
	const struct report *document = is_document(a) ? a : b;

	if (a->path && b->path && !strcmp(a->path, b->path))
		diag(d, DIAG_ERROR, nowhere, "formats %s and %s would both write '%s'",
		     a->sink.ops->name, b->sink.ops->name, a->path);
	else if (!a->path && !b->path && (is_document(document) || a->sink.ops == b->sink.ops))
		diag(d, DIAG_ERROR, nowhere,
		     "formats %s and %s cannot share standard output: give one a file, %s:FILE",
		     a->sink.ops->name, b->sink.ops->name, document->sink.ops->name);
}

int reports_check(struct diags *d, struct sink *const *sinks, size_t n)
{
	unsigned int errors = d->errors;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			check_pair(d, (const struct report *)sinks[j],
				   (const struct report *)sinks[i]);
	return d->errors == errors ? 0 : -1;
}

static int finish(struct report *r, bool complete)
{
	if (!r->path) {
		errno = 0;
		if (fflush(stdout) || ferror(stdout))
			return errno ? -errno : -EIO;
		return 0;
	}
	if (complete)
		return replace_commit(&r->file);
	replace_abandon(&r->file);
	return 0;
}

int report_close(struct diags *d, struct sink *s, bool complete)
{
	struct report *r = (struct report *)s;
	int err;

	if (!s)
		return 0;
	err = finish(r, complete);
	if (err)
		cannot_write(d, r->sink.ops, r->path, err);
	free(r->path);
	free(r);
	return err ? -1 : 0;
}
