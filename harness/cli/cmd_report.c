/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/errno_names.h"
#include "base/file.h"
#include "cli/command.h"
#include "page/page.h"
#include "results/results.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const struct span nowhere;

struct report_data {
	struct results results, baseline;
	struct grid grid;
	struct step_summary summary;
	struct tracefile coverage;
};

/* Returns 0, or -1 after diags. */
static int read_all(struct diags *d, const struct report_options *o, struct report_data *data)
{
	int err = 0;

	for (size_t i = 0; i < o->common.args.n; i++)
		err |= results_read(d, o->common.args.items[i], &data->results);
	if (o->coverage)
		err |= tracefile_read(d, o->coverage, &data->coverage);
	if (o->baseline)
		err |= results_read(d, o->baseline, &data->baseline);
	if (err)
		return -1;
	grid_make(&data->results, &data->grid);
	grid_summary(&data->grid, &data->summary);
	return 0;
}

static void write_html(struct diags *d, const struct report_options *o,
		       const struct report_data *data, FILE *out)
{
	struct arena arena = {};
	const struct page page = {
		.grid = &data->grid,
		.summary = &data->summary,
		.coverage = o->coverage ? &data->coverage : NULL,
		.baseline = o->baseline ? &data->baseline : NULL,
		.title = o->title,
		.folder = o->output ? path_folder(&arena, o->output) : ".",
		.all = o->all,
	};
	size_t left_out = page_write(out, &page);

	if (o->baseline && !page_baselines(&page))
		diag(d, DIAG_WARNING, nowhere,
		     "%s has costs of programs on none of these kernels: `verdict run --cost` puts "
		     "them into results",
		     o->baseline);
	if (left_out)
		diag(d, DIAG_WARNING, nowhere,
		     "%zu results are not in the page: it holds %u MiB of them, those that failed "
		     "first",
		     left_out, PAGE_RESULTS_MAX >> 20);
	arena_free(&arena);
}

static void write_report(struct diags *d, const struct report_options *o,
			 const struct report_data *data, FILE *out)
{
	if (o->format == REPORT_MARKDOWN)
		step_summary_print(out, &data->summary);
	else
		write_html(d, o, data, out);
}

static int write_file(struct diags *d, const struct report_options *o,
		      const struct report_data *data)
{
	struct replacement file = {};
	struct arena arena = {};
	int err = folder_make(path_folder(&arena, o->output));

	arena_free(&arena);
	if (!err)
		err = replace_begin(&file, o->output);
	if (!err) {
		write_report(d, o, data, file.out);
		err = replace_commit(&file);
	}
	return err;
}

static int write_output(struct diags *d, const struct report_options *o,
			const struct report_data *data)
{
	errno = 0;
	write_report(d, o, data, stdout);
	if (fflush(stdout) || ferror(stdout))
		return errno ? -errno : -EIO;
	return 0;
}

int cmd_report(const void *options)
{
	const struct report_options *o = options;
	struct report_data data = {};
	struct diags d = {};
	int err;

	if (!o->output && o->format == REPORT_HTML && isatty(STDOUT_FILENO))
		diag(&d, DIAG_ERROR, nowhere,
		     "a page is for a browser: give it a file, -o report.html");
	else if (o->baseline && o->format != REPORT_HTML)
		diag(&d, DIAG_ERROR, nowhere,
		     "--baseline is for the page: a summary in Markdown has no costs");
	else if (!read_all(&d, o, &data)) {
		err = o->output ? write_file(&d, o, &data) : write_output(&d, o, &data);
		if (err)
			diag(&d, DIAG_ERROR, nowhere, "cannot write the report to %s: %s",
			     o->output ? o->output : "standard output", errno_text(err));
	}
	diags_print(stderr, &d);
	tracefile_free(&data.coverage);
	step_summary_free(&data.summary);
	grid_free(&data.grid);
	results_free(&data.baseline);
	results_free(&data.results);
	err = d.errors ? EXIT_NOT_JUDGED : EXIT_PASSED;
	diags_free(&d);
	return err;
}
