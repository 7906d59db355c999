/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/report.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct sink_ops *const report_formats[] = {
	&text_sink, &tap_sink, &junit_sink, &json_sink, &github_sink, NULL,
};

struct output {
	struct sink sink;
	const char *path;	 /* NULL: standard output */
	struct replacement file; /* where there is a path */
};

struct report {
	struct sink sink; /* the one that passes on */
	struct output *outputs;
	size_t n;
};

const struct sink_ops *report_find(const char *name, size_t len)
{
	for (size_t i = 0; report_formats[i]; i++)
		if (text_is(name, len, report_formats[i]->name))
			return report_formats[i];
	return NULL;
}

static void begin_all(struct sink *s, const struct run_info *info)
{
	struct report *r = s->state;

	s->info = *info;
	for (size_t i = 0; i < r->n; i++) {
		struct sink *each = &r->outputs[i].sink;

		each->info = *info;
		each->ops->begin(each, info);
	}
}

static void scenario_all(struct sink *s, const struct scenario_result *result)
{
	struct report *r = s->state;

	for (size_t i = 0; i < r->n; i++)
		r->outputs[i].sink.ops->scenario(&r->outputs[i].sink, result);
}

static void diags_all(struct sink *s, const struct diags *d)
{
	struct report *r = s->state;

	for (size_t i = 0; i < r->n; i++)
		r->outputs[i].sink.ops->diags(&r->outputs[i].sink, d);
}

static void end_all(struct sink *s, const struct run_summary *summary)
{
	struct report *r = s->state;

	for (size_t i = 0; i < r->n; i++)
		r->outputs[i].sink.ops->end(&r->outputs[i].sink, summary);
}

static const struct sink_ops all_sinks = {
	.name = "all",
	.begin = begin_all,
	.scenario = scenario_all,
	.diags = diags_all,
	.end = end_all,
};

static void unknown_format(struct diags *d, const char *spec, size_t len)
{
	struct {
		const char *name;
	} names[ARRAY_SIZE(report_formats) - 1];
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		names[i].name = report_formats[i]->name;
	near = text_nearest(spec, len, names, ARRAY_SIZE(names), sizeof(names[0]));
	if (near)
		diag(d, DIAG_ERROR, (struct span){}, "unknown format '%.*s': did you mean '%s'?",
		     (int)len, spec, near);
	else
		diag(d, DIAG_ERROR, (struct span){},
		     "unknown format '%.*s': text, tap, junit, json, github", (int)len, spec);
}

static void add_output(struct report *r, const struct sink_ops *ops, const char *path,
		       const struct report_options *o)
{
	struct output *out = ARRAY_PUSH(r->outputs, r->n);

	out->path = path;
	out->sink.ops = ops;
	out->sink.verbose = o->verbose;
	out->sink.color = !path && o->color;
}

static void add_spec(struct diags *d, struct report *r, const char *spec,
		     const struct report_options *o)
{
	size_t len = strcspn(spec, ":");
	const struct sink_ops *ops = report_find(spec, len);
	const char *path = spec[len] ? spec + len + 1 : NULL;

	if (!ops) {
		unknown_format(d, spec, len);
	} else if (path && !*path) {
		diag(d, DIAG_ERROR, (struct span){},
		     "'%s' names no file: write %s:FILE, or %s for standard output", spec,
		     ops->name, ops->name);
	} else {
		if (path && !strcmp(path, "-"))
			path = NULL;
		add_output(r, ops, path, o);
	}
}

static bool is_document(const struct output *out)
{
	return out->sink.ops != &text_sink && out->sink.ops != &github_sink;
}

static void check_shared(struct diags *d, const struct report *r)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t j = 0; j < i; j++) {
			const struct output *a = &r->outputs[j], *b = &r->outputs[i];
			const struct output *document = is_document(a) ? a : b;

			if (a->path && b->path && !strcmp(a->path, b->path))
				diag(d, DIAG_ERROR, (struct span){},
				     "formats %s and %s would both write '%s'", a->sink.ops->name,
				     b->sink.ops->name, a->path);
			else if (!a->path && !b->path &&
				 (is_document(document) || a->sink.ops == b->sink.ops))
				diag(d, DIAG_ERROR, (struct span){},
				     "formats %s and %s cannot share standard output: give one a "
				     "file, %s:FILE",
				     a->sink.ops->name, b->sink.ops->name,
				     document->sink.ops->name);
		}
}

static bool uses_stdout(const struct report *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!r->outputs[i].path)
			return true;
	return false;
}

static void cannot_write(struct diags *d, const struct output *out, int err)
{
	diag(d, DIAG_ERROR, (struct span){}, "cannot write the %s report to %s: %s",
	     out->sink.ops->name, out->path ? out->path : "standard output", strerror(-err));
}

static void open_outputs(struct diags *d, struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct output *out = &r->outputs[i];
		int err;

		out->sink.out = stdout;
		if (!out->path)
			continue;
		err = replace_begin(&out->file, out->path);
		if (err)
			cannot_write(d, out, err);
		out->sink.out = out->file.out;
	}
}

struct report *report_open(struct diags *d, const struct report_options *o)
{
	struct report *r = xcalloc(1, sizeof(*r));
	unsigned int errors = d->errors;

	for (size_t i = 0; i < o->n_specs; i++)
		add_spec(d, r, o->specs[i], o);
	if (!uses_stdout(r) && d->errors == errors)
		add_output(r, &text_sink, NULL, o);
	check_shared(d, r);
	if (d->errors == errors)
		open_outputs(d, r);
	r->sink = (struct sink){ .ops = &all_sinks, .out = stdout, .state = r };
	r->sink.color = o->color;
	r->sink.verbose = o->verbose;
	if (d->errors == errors)
		return r;
	report_abandon(r);
	return NULL;
}

struct sink *report_sink(struct report *r)
{
	return &r->sink;
}

static int output_close(struct output *out)
{
	if (out->path)
		return replace_commit(&out->file);
	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		return errno ? -errno : -EIO;
	return 0;
}

int report_close(struct diags *d, struct report *r)
{
	unsigned int errors = d->errors;

	for (size_t i = 0; i < r->n; i++) {
		int err = output_close(&r->outputs[i]);

		if (err)
			cannot_write(d, &r->outputs[i], err);
	}
	report_abandon(r);
	return d->errors == errors ? 0 : -1;
}

void report_abandon(struct report *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++)
		replace_abandon(&r->outputs[i].file);
	free(r->outputs);
	free(r);
}
