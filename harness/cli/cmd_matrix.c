/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict matrix: a suite on many kernels, and the table of what came of it. */
#include "base/errno_names.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/choose.h"
#include "cli/command.h"
#include "cli/cost.h"
#include "cli/kernels_arg.h"
#include "cli/matrix_run.h"
#include "cli/terminal.h"
#include "matrix/store.h"
#include "run/interrupt.h"
#include "syntax/keys.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const struct span nowhere;

/* Formats */

struct format {
	const char *name; /* first: text_nearest() looks here */
	void (*print)(const struct matrix *m, FILE *out);
};

static const struct format formats[] = {
	{ "text", NULL },
	{ "json", matrix_print_json },
	{ "junit", matrix_print_junit },
	{ "markdown", matrix_print_markdown },
	{ "github", matrix_print_github },
};

/* One --format: what, and where to. */
struct output {
	const struct format *format;
	const char *path; /* NULL: standard output */
};

struct outputs {
	struct output *items;
	size_t n;
};

static int parse_format(struct diags *d, const char *spec, struct output *out)
{
	size_t len = strcspn(spec, ":");

	*out = (struct output){ .path = spec[len] ? spec + len + 1 : NULL };
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (text_is(spec, len, formats[i].name))
			out->format = &formats[i];
	if (!out->format)
		unknown_name(d, nowhere, "--format", spec, len, formats, ARRAY_SIZE(formats),
			     sizeof(*formats));
	else if (out->path && !*out->path)
		diag(d, DIAG_ERROR, nowhere, "--format %s: the name of the file is missing", spec);
	if (out->path && !strcmp(out->path, "-"))
		out->path = NULL;
	return out->format ? 0 : -1;
}

static void parse_formats(struct diags *d, const struct matrix_options *o, struct outputs *outputs)
{
	size_t on_stdout = 0;

	for (size_t i = 0; i < o->formats.n; i++)
		parse_format(d, o->formats.items[i], ARRAY_PUSH(outputs->items, outputs->n));
	if (!o->formats.n)
		*ARRAY_PUSH(outputs->items, outputs->n) = (struct output){ &formats[0], NULL };
	for (size_t i = 0; i < outputs->n; i++)
		on_stdout += !outputs->items[i].path;
	if (on_stdout > 1)
		diag(d, DIAG_ERROR, nowhere,
		     "only one format can go to standard output: FORMAT:FILE names a file");
}

static void print_table(const struct matrix *m, const struct output *o,
			const struct matrix_options *options, FILE *out)
{
	struct table_options text = { .verbose = options->verbose };
	struct winsize size;

	if (o->format->print) {
		o->format->print(m, out);
		return;
	}
	text.color = out == stdout && terminal_wants_color(options->color);
	if (out == stdout && isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		text.width = size.ws_col;
	matrix_print_text(m, &text, out);
}

static void write_table(struct diags *d, const struct matrix *m, const struct output *o,
			const struct matrix_options *options)
{
	struct replacement r = {};
	struct arena a = {};
	int err;

	if (!o->path) {
		print_table(m, o, options, stdout);
		return;
	}
	err = folder_make(path_folder(&a, o->path));
	if (!err)
		err = replace_begin(&r, o->path);
	if (!err) {
		print_table(m, o, options, r.out);
		err = replace_commit(&r);
	}
	if (err)
		diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", o->path, errno_text(err));
	arena_free(&a);
}

/* What was asked for */

static void parse_budget(struct diags *d, const char *text, struct matrix_budget *most)
{
	struct budget b = {};

	if (text && !budget_parse(d, text, &b))
		*most = (struct matrix_budget){ b.insns, b.states, b.stack, b.load };
}

/* What each kernel's run would find, before any is booted. */
static void check_shard(struct diags *d, const struct matrix_options *o)
{
	shard_check_times(d, o->times, o->shard);
	if (o->shard)
		shard_parse(d, o->shard, &(struct run_shard){});
	if (o->times && access(o->times, R_OK))
		diag(d, DIAG_ERROR, nowhere, "--times: cannot read %s: %s", o->times,
		     errno_text(errno));
}

static bool is_chosen(const struct matrix_options *o, const char *name)
{
	for (size_t i = 0; i < o->kernels.n; i++)
		if (!strcmp(o->kernels.items[i], name))
			return true;
	return !o->kernels.n;
}

static void check_chosen(struct diags *d, const struct matrix_options *o,
			 const struct kernels_file *f)
{
	for (size_t i = 0; i < o->kernels.n; i++) {
		const char *name = o->kernels.items[i];

		if (strcmp(name, KERNEL_RUNNING) != 0 && !kernel_find(f, name))
			unknown_name(d, nowhere, "kernel", name, strlen(name), f->kernels, f->n,
				     sizeof(*f->kernels));
	}
	if (o->no_running && o->kernels.n && is_chosen(o, KERNEL_RUNNING))
		diag(d, DIAG_ERROR, nowhere, "--no-running and --kernel %s exclude each other",
		     KERNEL_RUNNING);
}

static void add_job(struct matrix_runs *runs, const struct kernel_spec *k)
{
	struct matrix_job *job = ARRAY_PUSH(runs->jobs, runs->n);

	job->kernel = k;
	job->column.name = k ? k->name : KERNEL_RUNNING;
	job->column.required = k && k->required;
}

static void list(const struct kernels_file *f, const struct lock_file *lock,
		 const struct matrix_options *o)
{
	struct arena a = {};

	for (size_t i = 0; i < f->n; i++) {
		struct kernel_image image;
		const char *why;

		if (!is_chosen(o, f->kernels[i].name))
			continue;
		if (kernel_locate(&a, &f->kernels[i], lock, &image, &why))
			printf("%-16s unavailable: %s\n", f->kernels[i].name, why);
		else
			printf("%-16s %s%s%s\n", f->kernels[i].name,
			       image.version ? image.version : "", image.version ? ", " : "",
			       image.vmlinuz);
	}
	arena_free(&a);
}

/* Running it */

/* Where guests leave things: the results that were asked for, or a folder that goes again. */
static int make_folder(struct diags *d, struct matrix_runs *runs)
{
	const char *results = runs->options->results, *tmp = getenv("TMPDIR");
	char *path = arena_printf(&runs->arena, "%s/verdict-matrix-XXXXXX",
				  tmp && *tmp == '/' ? tmp : "/tmp");
	char whole[PATH_MAX];
	int err = 0;

	if (results)
		err = folder_make(results);
	else if (!mkdtemp(path))
		err = -errno;
	if (!err && results && !realpath(results, whole))
		err = -errno;
	if (err) {
		diag(d, DIAG_ERROR, nowhere, "cannot make folder %s: %s", results ? results : path,
		     errno_text(err));
		return -1;
	}
	runs->folder = results ? arena_strdup(&runs->arena, whole) : path;
	return 0;
}

/* The runs of a baseline that are of columns of the same names. */
static void take_baseline(struct diags *d, struct matrix_column *columns, size_t n,
			  const struct matrix_options *o, struct results *baseline)
{
	size_t taken = 0;

	if (!o->baseline || results_read(d, o->baseline, baseline))
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < baseline->n; j++)
			if (!strcmp(columns[i].name, document_column(&baseline->items[j]))) {
				columns[i].baseline = &baseline->items[j];
				taken++;
			}
	if (!taken)
		diag(d, DIAG_WARNING, nowhere, "%s has results of none of these kernels",
		     o->baseline);
}

/*
 * DIR/results.json: what all kernels left, beside each other. Shards are put together when all of
 * them are there.
 */
static void write_merged(struct diags *d, struct matrix_runs *runs)
{
	struct results all = {};

	if (runs->options->shard)
		return;

	for (size_t i = 0; i < runs->n; i++)
		for (size_t j = 0; j < runs->jobs[i].results.n; j++)
			*ARRAY_PUSH(all.items, all.n) = runs->jobs[i].results.items[j];
	if (all.n)
		results_merge_to(d, &all, path_join(&runs->arena, runs->folder, "results.json"));
	free(all.items); /* what stands in them is the jobs' */
}

static int run(struct diags *d, struct matrix_runs *runs, struct matrix *m,
	       const struct outputs *outputs, const struct results *baseline)
{
	struct matrix_column *columns = xcalloc(runs->n, sizeof(*columns));
	int status = EXIT_NOT_JUDGED;

	for (size_t i = 0; i < runs->n; i++)
		columns[i] = runs->jobs[i].column;
	take_baseline(d, columns, runs->n, runs->options, (struct results *)(uintptr_t)baseline);
	for (size_t i = 0; i < runs->n; i++)
		runs->jobs[i].column.baseline = columns[i].baseline;
	if (d->errors || matrix_runs_do(d, runs))
		goto out;
	for (size_t i = 0; i < runs->n; i++)
		columns[i] = runs->jobs[i].column;
	m->columns = columns;
	m->n = runs->n;
	matrix_build(m);
	if (runs->options->results)
		write_merged(d, runs);
	for (size_t i = 0; i < outputs->n; i++)
		write_table(d, m, &outputs->items[i], runs->options);
	status = d->errors ? EXIT_NOT_JUDGED : matrix_status(m);
	if (interrupt_seen())
		status = 128 + interrupt_seen();
out:
	free(columns);
	return status;
}

static int read_and_run(struct diags *d, const struct matrix_options *o,
			const struct kernels_file *f, const struct lock_file *lock)
{
	struct suite suite = { .object_dirs = o->objects.items, .n_object_dirs = o->objects.n };
	struct matrix_runs runs = {
		.options = o, .suite = &suite, .lock = lock, .progress = stderr
	};
	struct outputs outputs = {};
	struct results baseline = {};
	struct matrix m = {};
	int status = EXIT_NOT_JUDGED;

	interrupts_catch();
	check_chosen(d, o, f);
	parse_formats(d, o, &outputs);
	parse_budget(d, o->budget, &m.budget);
	check_shard(d, o);
	for (size_t i = 0; i < o->scenarios.n; i++)
		suite_read(&suite, o->scenarios.items[i]);
	diags_print(stderr, &suite.diags);
	if (!suite.n && !suite.diags.errors)
		diag(d, DIAG_ERROR, nowhere, "there is no scenario to run");
	for (size_t i = 0; i < f->n; i++)
		if (is_chosen(o, f->kernels[i].name))
			add_job(&runs, &f->kernels[i]);
	if (!o->no_running && is_chosen(o, KERNEL_RUNNING))
		add_job(&runs, NULL);
	if (!d->errors && !suite.diags.errors && !make_folder(d, &runs)) {
		status = run(d, &runs, &m, &outputs, &baseline);
		if (!o->results)
			folder_remove(runs.folder);
	}
	matrix_free(&m);
	results_free(&baseline);
	matrix_runs_free(&runs);
	suite_free(&suite);
	free(outputs.items);
	return status;
}

int cmd_matrix(const void *options)
{
	const char *here[] = { "." };
	struct matrix_options o = *(const struct matrix_options *)options;
	struct diags d = {};
	size_t first;
	const char *path = kernels_argument(&d, &o.common.args, &first);
	struct kernels_file f = {};
	struct lock_file lock = {};
	int status = EXIT_NOT_JUDGED;

	o.scenarios = (struct strings){ o.common.args.items + first, o.common.args.n - first };
	if (!o.scenarios.n)
		o.scenarios = (struct strings){ here, 1 };
	if (path && !kernels_file_read(&d, path, &f) && !lock_file_read(&d, path, &lock)) {
		if (o.list) {
			check_chosen(&d, &o, &f);
			list(&f, &lock, &o);
			status = d.errors ? EXIT_NOT_JUDGED : EXIT_PASSED;
		} else {
			status = read_and_run(&d, &o, &f, &lock);
		}
	}
	fflush(stdout);
	diags_print(stderr, &d);
	lock_file_free(&lock);
	kernels_file_free(&f);
	diags_free(&d);
	return status;
}
