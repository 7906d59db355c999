/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/command.h"
#include "scenario/suite.h"

int cmd_check(const void *options)
{
	const struct check_options *o = options;
	struct suite suite = { .object_dirs = o->objects.items, .n_object_dirs = o->objects.n };
	int status;

	for (size_t i = 0; i < o->common.args.n; i++)
		suite_read(&suite, o->common.args.items[i]);
	if (!o->common.args.n)
		suite_read(&suite, ".");
	diags_print(stderr, &suite.diags);
	if (!suite.diags.errors && !suite.n)
		fputs("verdict: error: there is no scenario to check\n", stderr);
	else if (!suite.diags.errors)
		printf("%zu scenario%s in %zu file%s: no errors\n", suite.n,
		       suite.n == 1 ? "" : "s", suite.n_files, suite.n_files == 1 ? "" : "s");
	status = suite.diags.errors || !suite.n ? EXIT_NOT_JUDGED : EXIT_PASSED;
	suite_free(&suite);
	return status;
}
