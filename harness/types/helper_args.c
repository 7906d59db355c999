/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Arguments of helpers as scenarios name them. */
#include "types/helper_values.h"

#include <stdio.h>

bool helper_arg_is_named(const struct helper *h, unsigned int i)
{
	if (i >= HELPER_ARGS || h->args[i].value == HELPER_NOTHING ||
	    h->args[i].value == HELPER_HIDDEN)
		return false;
	return !(h->in && h->out && i == helper_bytes_arg(h));
}

void helper_args_write(FILE *out, const struct helper *h)
{
	const char *separator = "";

	for (unsigned int i = 0; i < HELPER_ARGS; i++) {
		bool both = h->in && h->out && i == helper_bytes_arg(h);

		if (!both && !helper_arg_is_named(h, i))
			continue;
		fprintf(out, "%s%s", separator, both ? "question, answer" : h->args[i].name);
		separator = ", ";
	}
}
