/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `hosts:`: what addresses are called, for people. */
#include "scenario/reader.h"

#include <string.h>

static void add_address(struct reader *r, const char *name, const struct node *n)
{
	struct ip_address address = {};

	if (n->broken)
		return;
	if (n->kind != NODE_SCALAR || ip_address_parse(n->text, n->len, &address)) {
		bool text = n->kind == NODE_SCALAR && n->len;
		const char *what = n->kind == NODE_SCALAR ? "nothing" : node_kind_name(n);

		diag(r->d, DIAG_ERROR, node_where(n),
		     "'%s' takes addresses, as in 10.0.0.1 or fd00::1, not %s%s%s", name,
		     text ? "'" : "", text ? n->text : what, text ? "'" : "");
		return;
	}
	for (size_t i = 0; i < r->s->n_hosts; i++)
		if (!memcmp(&r->s->hosts[i].address, &address, sizeof(address))) {
			r->s->hosts[i].name = name; /* said again after `use` */
			return;
		}
	*ARENA_PUSH(r->arena, r->s->hosts, r->s->n_hosts) = (struct host_name){ name, address };
}

void read_hosts(struct reader *r, const struct node *n)
{
	const struct node *k, *item;

	for_each_child (k, n) {
		const char *name = arena_strdup(r->arena, k->text);

		if (k->value->kind != NODE_SEQUENCE)
			add_address(r, name, k->value);
		else
			for_each_child (item, k->value)
				add_address(r, name, item);
	}
}
