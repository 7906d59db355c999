/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict matrix fetch: make the kernels of a matrix ready. */
#include "cli/command.h"
#include "cli/kernels_arg.h"
#include "matrix/fetch.h"

static int fetch(struct diags *d, const char *path, const struct matrix_fetch_options *o,
		 size_t first)
{
	struct fetch_options options = {
		.update = o->update,
		.names = o->common.args.items + first,
		.n_names = o->common.args.n - first,
		.out = stdout,
		.progress = stderr,
	};
	struct kernels_file file;
	struct lock_file lock;
	int status = EXIT_NOT_JUDGED;

	if (kernels_file_read(d, path, &file))
		goto out_file;
	if (!lock_file_read(d, path, &lock) && !kernels_fetch(d, &file, &lock, &options))
		status = EXIT_PASSED;
	diags_print(stderr, d);
	lock_file_free(&lock);
	kernels_file_free(&file);
	return status;
out_file:
	diags_print(stderr, d);
	kernels_file_free(&file);
	return status;
}

int cmd_matrix_fetch(const void *options)
{
	const struct matrix_fetch_options *o = options;
	struct diags d = {};
	size_t first;
	const char *path = kernels_argument(&d, &o->common.args, &first);
	int status = EXIT_NOT_JUDGED;

	if (path)
		status = fetch(&d, path, o, first);
	else
		diags_print(stderr, &d);
	diags_free(&d);
	return status;
}
