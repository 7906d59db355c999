/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict merge: results of shards and of several kernels become one. */
#include "base/errno_names.h"
#include "base/file.h"
#include "cli/command.h"
#include "results/results.h"

#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

static int write_file(const char *path, const char *text, size_t len)
{
	struct replacement file = {};
	int err = replace_begin(&file, path);

	if (err)
		return err;
	fwrite(text, 1, len, file.out);
	return replace_commit(&file);
}

static void write_result(struct diags *d, const char *path, const char *text, size_t len)
{
	int err;

	/* That it cannot be written is found where the command ends. */
	if (!path || !strcmp(path, "-")) {
		fwrite(text, 1, len, stdout);
		return;
	}
	err = write_file(path, text, len);
	if (err)
		diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", path, errno_text(err));
}

int cmd_merge(const void *options)
{
	const struct merge_options *o = options;
	struct results results = {};
	struct diags d = {};
	char *text = NULL;
	size_t len;
	int status;

	for (size_t i = 0; i < o->common.args.n; i++)
		results_read(&d, o->common.args.items[i], &results);
	if (!d.errors)
		text = results_merge(&d, &results, &len);
	if (text)
		write_result(&d, o->output, text, len);
	diags_print(stderr, &d);
	status = d.errors ? EXIT_NOT_JUDGED : EXIT_PASSED;
	free(text);
	diags_free(&d);
	results_free(&results);
	return status;
}
