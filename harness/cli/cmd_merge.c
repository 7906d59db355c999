/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict merge: results of shards and of several kernels become one. */
#include "cli/command.h"
#include "results/results.h"

#include <stdlib.h>
#include <string.h>

/* That standard output cannot be written is found where the command ends. */
static void merge_to_output(struct diags *d, const struct results *results)
{
	size_t len;
	char *text = results_merge(d, results, &len);

	if (text)
		fwrite(text, 1, len, stdout);
	free(text);
}

int cmd_merge(const void *options)
{
	const struct merge_options *o = options;
	struct results results = {};
	struct diags d = {};
	int status;

	for (size_t i = 0; i < o->common.args.n; i++)
		results_read(&d, o->common.args.items[i], &results);
	if (!d.errors && (!o->output || !strcmp(o->output, "-")))
		merge_to_output(&d, &results);
	else if (!d.errors)
		results_merge_to(&d, &results, o->output);
	diags_print(stderr, &d);
	status = d.errors ? EXIT_NOT_JUDGED : EXIT_PASSED;
	diags_free(&d);
	results_free(&results);
	return status;
}
