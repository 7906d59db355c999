/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `tunnel:` of an expectation: what a tunnel device would be told. */
#include "scenario/read_call_values.h"

#include "types/helper_values.h"

#include <linux/bpf.h>
#include <string.h>

/* Members of struct bpf_tunnel_key; `flags` and `opt` are the helpers'. */
static const struct node *own_members(struct reader *r, const struct node *n,
				      struct tunnel_expectation *e)
{
	const struct helper *set_key = helper_by_id(BPF_FUNC_skb_set_tunnel_key);
	const struct helper *set_opt = helper_by_id(BPF_FUNC_skb_set_tunnel_opt);
	struct node *copy = arena_memdup(r->arena, n, sizeof(*n)), **tail = &copy->child;
	const struct node *k;

	for_each_child (k, n) {
		const struct node *v = k->value;

		if (!strcmp(k->text, "flags")) {
			if (!v->broken &&
			    !read_call_number(r, set_key, helper_arg_find(set_key, "flags", 5), v,
					      &e->flags))
				e->flags_where = node_where(v);
			continue;
		}
		if (!strcmp(k->text, "opt")) {
			read_call_bytes(r, set_opt, helper_bytes_arg(set_opt), NULL, v, &e->opt);
			continue;
		}
		*tail = arena_memdup(r->arena, k, sizeof(*k));
		tail = &(*tail)->sibling;
	}
	*tail = NULL;
	return copy;
}

void read_tunnel_expectation(struct reader *r, const struct node *n, struct expectation *out)
{
	const struct helper *h = helper_by_id(BPF_FUNC_skb_set_tunnel_key);
	struct tunnel_expectation *e = arena_alloc(r->arena, sizeof(*e));
	const struct node *key;

	e->where = node_where(n);
	out->tunnel = e;
	if (node_is_word(n, "none")) {
		e->none = true;
		return;
	}
	if (n->kind == NODE_SCALAR || !n->child) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'tunnel' takes members of struct bpf_tunnel_key, {tunnel_id: 7, remote_ipv4: "
		     "10.0.0.1}, with 'flags' and 'opt', or 'none'");
		return;
	}
	key = own_members(r, n, e);
	if (key->child)
		read_call_bytes(r, h, helper_bytes_arg(h), NULL, key, &e->key);
}
