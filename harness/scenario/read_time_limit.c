/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/reader.h"

#include "types/helper_values.h"

#include <errno.h>

void read_time_limit(struct reader *r, const struct node *n, uint64_t *out)
{
	uint64_t ns = 0;
	int err;

	if (n->broken)
		return;
	err = duration_parse(n->text, n->len, &ns);
	if (err == -ERANGE)
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'%s' is too long: 64 bits of ns hold 213503d", n->text);
	else if (err)
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'time_limit' takes a time such as 500ms, 30s or 5m, not '%s'", n->text);
	else if (!ns)
		diag(r->d, DIAG_ERROR, node_where(n), "nothing is done in no time");
	else
		*out = ns;
}
