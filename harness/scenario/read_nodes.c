/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The machines of a scenario: the only one, without a name, or those of `nodes:` with the links
 * between them. What stands at the top of the file is for each of them.
 */
#include "scenario/reader.h"

#include "base/text.h"
#include "judge/calls.h"

#include <assert.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <string.h>

struct node_reading {
	const char *name; /* NULL: the only one. First: text_nearest() looks here */
	struct span where;
	struct parts all; /* with what is for every node; variables in place, without `let` */
	struct vars vars;
	struct program_ref program;
	const struct type_set **type_sets;
	size_t n_type_sets;
	bool lacks_object, lacks_program;
};

/* What is read from now on is of node @i. */
static void enter_node(struct reader *r, size_t i)
{
	struct node_reading *from = r->node ? &r->readings[r->node - r->s->nodes] : NULL;
	const struct node_reading *to = &r->readings[i];

	assert(r->readings);
	if (from) {
		from->vars = r->vars;
		from->program = r->program;
		from->type_sets = r->type_sets;
		from->n_type_sets = r->n_type_sets;
		from->lacks_object = r->lacks_object;
		from->lacks_program = r->lacks_program;
		r->node->values = r->s->values;
	}
	r->vars = to->vars;
	r->program = to->program;
	r->type_sets = to->type_sets;
	r->n_type_sets = to->n_type_sets;
	r->lacks_object = to->lacks_object;
	r->lacks_program = to->lacks_program;
	r->node = &r->s->nodes[i];
	r->s->values = r->node->values;
}

/* @mapping less some keys, whose values are not expanded with the rest. */
static struct node *node_without(const struct node *mapping, const char *const names[], size_t n,
				 struct arena *arena)
{
	struct node *copy = arena_memdup(arena, mapping, sizeof(*mapping)), **tail = &copy->child;
	const struct node *k;

	for_each_child (k, mapping) {
		size_t i = 0;

		while (i < n && strcmp(k->text, names[i]))
			i++;
		if (i < n)
			continue;
		*tail = arena_memdup(arena, k, sizeof(*k));
		tail = &(*tail)->sibling;
	}
	*tail = NULL;
	return copy;
}

/* All of a node but its variables, which are in place then. */
static void expand_parts(struct reader *r, const struct parts *parts, struct parts *out)
{
	static const char *const others[] = { "let", "cases", "nodes", "links", "steps" };

	for (size_t i = 0; i < parts->n; i++) {
		struct node *root =
			node_without(parts->roots[i], others, ARRAY_SIZE(others), r->arena);

		*ARENA_PUSH(r->arena, out->roots, out->n) =
			node_expand(r->d, root, &r->vars, r->arena);
	}
}

static struct node_reading *reading_named(struct reader *r, const char *name, size_t len, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r->readings[i].name && text_is(name, len, r->readings[i].name))
			return &r->readings[i];
	return NULL;
}

static bool is_node_name(const char *s)
{
	return *s &&
	       !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")];
}

static void add_reading(struct reader *r, const struct node *key, size_t *n)
{
	struct node_reading *reading;

	if (!is_node_name(key->text)) {
		diag(r->d, DIAG_ERROR, key->span,
		     "'%s' is no name of a node: letters, digits, '_', '-' and '.'", key->text);
		return;
	}
	if (reading_named(r, key->text, key->len, *n))
		return;
	reading = ARENA_PUSH(r->arena, r->readings, *n);
	reading->name = key->text;
	reading->where = key->span;
}

/* All names first: what is known of a node stays where it is from then on. */
static size_t find_nodes(struct reader *r, const struct parts *parts)
{
	const struct node *nodes, *key;
	size_t n = 0;
	bool given = false;

	for (size_t i = 0; i < parts->n; i++) {
		nodes = node_get(parts->roots[i], "nodes");
		if (!nodes || nodes->kind != NODE_MAPPING)
			continue;
		given = true;
		if (!nodes->child)
			diag(r->d, DIAG_ERROR, nodes->span, "'nodes' is empty: nothing would run");
		for_each_child (key, nodes)
			add_reading(r, key, &n);
	}
	if (!given)
		*ARENA_PUSH(r->arena, r->readings, n) =
			(struct node_reading){ .where = r->s->where };
	return n;
}

static void no_nodes_inside(struct reader *r, const struct parts *used)
{
	for (size_t i = 0; i < used->n; i++) {
		const struct node *nodes = node_get(used->roots[i], "nodes");

		if (nodes)
			diag(r->d, DIAG_ERROR, nodes->span,
			     "this file is used by a node, which has no nodes inside it");
	}
}

/* The mapping of a node in one file, and before it the files that it uses. */
static void add_node_part(struct reader *r, struct node *mapping, struct parts *out)
{
	struct parts used = {};
	const struct key *keys;
	size_t n;

	keys = node_keys(r->arena, &n);
	keys_read(r->d, mapping, "a node", keys, n, r);
	if (mapping->kind != NODE_MAPPING)
		return;
	read_uses(r, mapping, 1, &used);
	check_part_keys(r, &used, false);
	no_nodes_inside(r, &used);
	for (size_t i = 0; i < used.n; i++)
		*ARENA_PUSH(r->arena, out->roots, out->n) = used.roots[i];
	*ARENA_PUSH(r->arena, out->roots, out->n) = mapping;
}

/*
 * What describes a node, what wins last: of each file what the node uses, then what the file says
 * of every node, then what it says of this one.
 */
static void gather_parts(struct reader *r, const struct parts *parts, struct node_reading *reading,
			 struct parts *out)
{
	for (size_t i = 0; i < parts->n; i++) {
		struct node *nodes = node_get(parts->roots[i], "nodes"), *mapping = NULL;
		struct parts own = {};

		if (reading->name && nodes && nodes->kind == NODE_MAPPING)
			mapping = node_get(nodes, reading->name);
		if (mapping)
			add_node_part(r, mapping, &own);
		for (size_t j = 0; j + 1 < own.n; j++)
			*ARENA_PUSH(r->arena, out->roots, out->n) = own.roots[j];
		*ARENA_PUSH(r->arena, out->roots, out->n) = parts->roots[i];
		if (own.n)
			*ARENA_PUSH(r->arena, out->roots, out->n) = own.roots[own.n - 1];
	}
}

static void read_node(struct reader *r, const struct parts *parts, const struct node *values,
		      size_t i)
{
	struct node_reading *reading = &r->readings[i];
	struct parts all = {};

	enter_node(r, i);
	r->node->name = reading->name;
	r->node->where = reading->where;
	r->program.where = reading->where;
	gather_parts(r, parts, reading, &all);
	if (r->incomplete)
		return;
	for (size_t j = 0; j < all.n; j++)
		set_variables(r, node_get(all.roots[j], "let"));
	set_variables(r, values);
	r->s->values.vars = arena_memdup(r->arena, &r->vars, sizeof(r->vars));
	expand_parts(r, &all, &reading->all);
	read_machine(r, &reading->all);
}

const struct link_end *link_other_end(const struct scenario *s, size_t node, size_t device)
{
	for (size_t i = 0; i < s->n_links; i++)
		for (size_t j = 0; j < 2; j++) {
			const struct link_end *end = &s->links[i].ends[j];

			if (end->node == node && end->device == device)
				return &s->links[i].ends[!j];
		}
	return NULL;
}

static int unknown_node(struct reader *r, struct span where, const char *text, size_t len)
{
	unknown_name(r->d, where, "node of this scenario", text, len, r->readings, r->s->n_nodes,
		     sizeof(*r->readings));
	return -1;
}

/* NODE/DEVICE; just DEVICE where there is one node. Reports; 0 or -1. */
static int read_link_end(struct reader *r, const struct node *n, struct link_end *out)
{
	const char *slash = n->kind == NODE_SCALAR ? strchr(n->text, '/') : NULL;
	const struct node_reading *reading = r->readings;
	struct node device = *n;

	if (n->kind != NODE_SCALAR || !n->len || (!slash && reading->name)) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "an end of a link is NODE/DEVICE, this is %s%s%s",
		     n->kind == NODE_SCALAR ? "'" : node_kind_name(n),
		     n->kind == NODE_SCALAR ? n->text : "", n->kind == NODE_SCALAR ? "'" : "");
		return -1;
	}
	if (reading->name) {
		size_t len = (size_t)(slash - n->text);

		reading = reading_named(r, n->text, len, r->s->n_nodes);
		if (!reading)
			return unknown_node(r, node_where(n), n->text, len);
		device.text = slash + 1;
		device.len -= len + 1;
	}
	out->node = (size_t)(reading - r->readings);
	enter_node(r, out->node);
	return read_device(r, &device, &out->device);
}

static bool is_linked(struct reader *r, const struct node *n, const struct link_end *end)
{
	for (size_t i = 0; i < r->s->n_links; i++)
		for (size_t j = 0; j < 2; j++) {
			const struct link_end *other = &r->s->links[i].ends[j];

			if (other->node != end->node || other->device != end->device)
				continue;
			diag(r->d, DIAG_ERROR, node_where(n), "'%s' has a link already", n->text);
			diag(r->d, DIAG_NOTE, r->s->links[i].where, "which is here");
			return true;
		}
	return false;
}

static void read_link(struct reader *r, const struct node *n)
{
	struct scenario_link link = { .where = node_where(n) };
	const struct node *a, *b;

	if (n->broken)
		return;
	if (n->kind != NODE_SEQUENCE || node_count(n) != 2) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "a link has two ends, [NODE/DEVICE, NODE/DEVICE]");
		return;
	}
	a = n->child;
	b = a->sibling;
	if (a->broken || b->broken ||
	    (read_link_end(r, a, &link.ends[0]) | read_link_end(r, b, &link.ends[1])))
		return;
	if (link.ends[0].node == link.ends[1].node && link.ends[0].device == link.ends[1].device)
		diag(r->d, DIAG_ERROR, node_where(b), "a device has no link to itself");
	else if (!is_linked(r, a, &link.ends[0]) && !is_linked(r, b, &link.ends[1]))
		*ARENA_PUSH(r->arena, r->s->links, r->s->n_links) = link;
}

static void read_links(struct reader *r, const struct parts *parts)
{
	for (size_t i = 0; i < parts->n; i++) {
		struct node *links = node_get(parts->roots[i], "links"), *n;

		if (!links || links->kind != NODE_SEQUENCE)
			continue;
		for_each_child (n, links)
			read_link(r, node_expand(r->d, n, &r->top_vars, r->arena));
	}
}

/* The last step before the next that runs a program, or NULL. */
static const struct step *step_before(const struct scenario *s)
{
	for (size_t i = s->n_steps; i; i--)
		if (s->steps[i - 1].kind == STEP_SEND || s->steps[i - 1].kind == STEP_REPLAY)
			return &s->steps[i - 1];
	return NULL;
}

/* The device by which @before expects its frame to leave its node, or NULL. */
static const char *device_left_by(const struct scenario_node *node, const struct step *before)
{
	const struct redirect_expectation *redirect = before->expect.redirect;

	if (redirect && redirect->device &&
	    !(redirect->flags_where.src && redirect->flags & BPF_F_INGRESS))
		return redirect->device;
	if (before->expect.verdict_where.src && before->expect.verdict == XDP_TX &&
	    before->program.type == BPF_PROG_TYPE_XDP && before->has_device)
		return node->devices[before->device].name;
	return NULL;
}

/* Whether what @before expects says that its frame is redirected, but not where to. */
static bool goes_astray(const struct step *before)
{
	const struct expectation *e = &before->expect;
	bool xdp = before->program.type == BPF_PROG_TYPE_XDP;

	if (!e->verdict_where.src)
		return true;
	return e->verdict == (xdp ? XDP_REDIRECT : TC_ACT_REDIRECT) ||
	       (xdp && e->verdict == XDP_TX);
}

/*
 * The node where `send: last` goes on, by what the step before expects: over the link of the device
 * that the frame leaves by, else in the node where it is. Returns 0, or -1: that is not said.
 */
static int node_after(struct reader *r, const struct step *before, size_t *out)
{
	const struct scenario_node *node = &r->s->nodes[before->node];
	const struct link_end *end;
	const char *left_by;

	if (before->kind != STEP_SEND)
		return -1;
	left_by = device_left_by(node, before);
	if (!left_by && goes_astray(before))
		return -1;
	*out = before->node;
	for (size_t i = 0; left_by && i < node->n_devices; i++) {
		end = strcmp(node->devices[i].name, left_by)
			      ? NULL
			      : link_other_end(r->s, before->node, i);
		if (end)
			*out = end->node;
	}
	return 0;
}

static int node_of_last(struct reader *r, struct span where, size_t *out)
{
	const struct step *before = step_before(r->s);

	if (before && !before->program.program)
		return -1; /* it is wrong, which has been reported */
	if (before && !node_after(r, before, out))
		return 0;
	if (before)
		diag(r->d, DIAG_ERROR, where,
		     "the step before does not say where its frame goes: add 'node: NAME' here, or "
		     "there what is expected of 'verdict' and 'redirect: {device: ..}'");
	else
		diag(r->d, DIAG_ERROR, where, "the first step has no last frame to send on");
	return -1;
}

/* @name is the value of the step's `node:`. */
static int node_by_name(struct reader *r, const struct node *name, size_t *out)
{
	const struct node_reading *reading;

	if (name->broken)
		return -1;
	if (name->kind != NODE_SCALAR || !name->len) {
		diag(r->d, DIAG_ERROR, node_where(name),
		     "'node' takes the name of a node, this is %s",
		     name->kind == NODE_SCALAR ? "empty" : node_kind_name(name));
		return -1;
	}
	if (!r->readings->name) {
		diag(r->d, DIAG_ERROR, node_where(name),
		     "this scenario has one node, without a name: others come with 'nodes:'");
		return -1;
	}
	reading = reading_named(r, name->text, name->len, r->s->n_nodes);
	if (!reading)
		return unknown_node(r, node_where(name), name->text, name->len);
	*out = (size_t)(reading - r->readings);
	return 0;
}

/* Where step @n runs; its own variables are not known before. Reports; 0 or -1. */
static int find_step_node(struct reader *r, struct node *n, size_t *out)
{
	struct node *name = n->kind == NODE_MAPPING ? node_get(n, "node") : NULL;
	const struct node *send = n->kind == NODE_MAPPING ? node_get(n, "send") : NULL;

	*out = 0;
	if (name)
		return node_by_name(r, node_expand(r->d, name, &r->top_vars, r->arena), out);
	/* What is no step at all is reported by its reader. */
	if (!r->readings->name || n->kind != NODE_MAPPING || node_get(n, "wait"))
		return 0;
	if (send && node_is_word(send, "last"))
		return node_of_last(r, node_where(send), out);
	diag(r->d, DIAG_ERROR, node_where(n), "in which node? Add 'node: %s', or another",
	     r->readings->name);
	return -1;
}

const struct node *step_in_node(struct reader *r, struct node *n)
{
	size_t node;

	/* A whole step may be a variable. */
	if (n->kind == NODE_SCALAR)
		n = node_expand(r->d, n, &r->top_vars, r->arena);
	if (n->broken || find_step_node(r, n, &node))
		return NULL;
	enter_node(r, node);
	return node_expand(r->d, n, &r->vars, r->arena);
}

/* What just this case needs: no variable. */
static void read_case_needs(struct reader *r, const struct node *values)
{
	struct node *needs = values ? node_get(values, "needs") : NULL;

	if (needs)
		read_needs(r, node_expand(r->d, needs, &r->top_vars, r->arena));
}

static const struct node *case_variables(struct reader *r, const struct node *values)
{
	static const char *const others[] = { "needs" };

	return values ? node_without(values, others, ARRAY_SIZE(others), r->arena) : NULL;
}

void read_case(struct reader *r, const struct parts *parts, const struct node *values)
{
	const struct node *steps = node_get(parts->roots[parts->n - 1], "steps");
	const struct node *variables = case_variables(r, values);
	size_t n;

	for (size_t i = 0; i < parts->n; i++)
		set_variables(r, node_get(parts->roots[i], "let"));
	set_variables(r, variables);
	r->top_vars = r->vars;
	r->vars = (struct vars){};
	n = find_nodes(r, parts);
	r->s->nodes = arena_alloc(r->arena, n * sizeof(*r->s->nodes));
	r->s->n_nodes = n;
	for (size_t i = 0; i < n; i++)
		read_node(r, parts, variables, i);
	if (!n || r->incomplete)
		return;
	read_case_needs(r, values);
	read_links(r, parts);
	if (steps && steps->kind == NODE_SEQUENCE)
		read_steps(r, steps);
	/* Leaves what was read of the last one where it belongs. */
	enter_node(r, 0);
}
