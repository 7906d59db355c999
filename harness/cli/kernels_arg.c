/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/kernels_arg.h"

#include "base/file.h"
#include "matrix/kernels.h"

#include <unistd.h>

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
	diag(d, DIAG_ERROR, (struct span){},
	     args->n ? "%s is no file of kernels (it has no key 'kernels'), and there is neither %s "
		       "nor %s"
		     : "no file of kernels is named%.0s, and there is neither %s nor %s",
	     args->n ? args->items[0] : "", defaults[0], defaults[1]);
	return NULL;
}
