/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/read.h"

int expression_build(struct diags *d, const struct expression *e, struct arena *arena,
		     struct packet *p)
{
	struct parts ps = {};
	struct cursor c;

	cursor_start(&c, d, e, arena);
	if (read_layers(&c, READ_BUILD, e->eth_dst, &ps) || read_check_start(d, &ps))
		return -1;
	parts_join(&ps, arena, p, NULL);
	derive_fill(p, NULL);
	return 0;
}
