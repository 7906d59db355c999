/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/kernels_arg.h"

#include "base/file.h"
#include "matrix/kernels.h"

#include <unistd.h>

static const struct span nowhere;

static const char *const defaults[] = { "kernels.yaml", "ci/kernels.yaml" };

const char *kernels_argument(struct diags *d, const struct strings *args, size_t *first)
{
	*first = 0;
	if (args->n && kernels_file_is(args->items[0])) {
		*first = 1;
		return args->items[0];
	}
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (!access(defaults[i], F_OK))
			return defaults[i];
	if (args->n)
		diag(d, DIAG_ERROR, nowhere,
		     "%s is no file of kernels (it has no key 'kernels'), and there is neither %s "
		     "nor %s",
		     args->items[0], defaults[0], defaults[1]);
	else
		diag(d, DIAG_ERROR, nowhere,
		     "no file of kernels is named, and there is neither %s nor %s", defaults[0],
		     defaults[1]);
	return NULL;
}
