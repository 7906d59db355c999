/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the programs of a node run: a network namespace with what the scenario names, and nothing
 * else. */
#include "run/internal.h"

#include "base/errno_names.h"

#include <errno.h>
#include <stdlib.h>

static const struct span nowhere;

/* Namespaces are kept from scenario to scenario: an empty one is as good as a new one. */
static struct sandbox *sandbox_for(struct life *l, size_t i)
{
	struct session *s = l->session;

	while (s->n_sandboxes <= i) {
		struct sandbox *sandbox = sandbox_new(&l->result->diags);

		if (!sandbox)
			return NULL;
		/* An array of pointers. NOLINTNEXTLINE(bugprone-sizeof-expression) */
		*ARRAY_PUSH(s->sandboxes, s->n_sandboxes) = sandbox;
	}
	return s->sandboxes[i];
}

int node_network(struct life *l, struct life_node *n)
{
	const struct scenario_node *node = n->node;
	const struct network_spec network = { .devices = node->devices,
					      .n_devices = node->n_devices,
					      .routes = node->routes,
					      .n_routes = node->n_routes,
					      .neighbours = node->neighbours,
					      .n_neighbours = node->n_neighbours,
					      .rules = node->rules,
					      .n_rules = node->n_rules,
					      .sysctls = node->sysctls,
					      .n_sysctls = node->n_sysctls };
	int err;

	n->sandbox = sandbox_for(l, (size_t)(n - l->nodes));
	if (!n->sandbox || sandbox_fresh(n->sandbox, &l->result->diags))
		return -1;
	err = sandbox_network(n->sandbox, &l->result->diags, &network);
	if (err == -EOPNOTSUPP)
		l->skip = arena_strdup(&l->result->arena, sandbox_missing(n->sandbox));
	return err ? -1 : 0;
}

int node_enter(struct life *l, const struct life_node *n)
{
	int err;

	if (l->scenario->n_nodes == 1)
		return 0; /* the thread is there already */
	err = sandbox_enter(n->sandbox);
	if (err)
		diag(&l->result->diags, DIAG_ERROR, nowhere,
		     "cannot enter the network namespace of node %s: %s (%s)", n->node->name,
		     errno_text(err), errno_name(err));
	return err ? -1 : 0;
}

void session_forget_networks(struct session *s)
{
	while (s->n_sandboxes)
		sandbox_free(s->sandboxes[--s->n_sandboxes]);
	free(s->sandboxes);
	s->sandboxes = NULL;
}
