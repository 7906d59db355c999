/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `calls:` of an expectation. */
#include "scenario/read_call_values.h"
#include "scenario/read_list.h"

#include "base/text.h"
#include "base/text_stream.h"
#include "types/helper_values.h"

#include <string.h>

/* One call as it is read. */
struct call_reader {
	struct reader *r;
	const struct step *step;
	struct call_expectation *x;
	const struct object_map *map; /* of the map argument, where it is given */
	int err;
};

/* "question, answer, flags, result, times", for messages. */
static const char *accepted_list(struct call_reader *cr)
{
	const struct helper *h = cr->x->helper;
	struct text_stream t;
	const char *args;

	text_stream_open(&t);
	helper_args_write(t.out, h);
	args = text_stream_close(&t, cr->r->arena);
	return arena_printf(cr->r->arena, "%s%s%stimes", args, *args ? ", " : "",
			    h->result == HELPER_NOTHING ? "" : "result, ");
}

static void read_map_arg(struct call_reader *cr, unsigned int i, const struct node *n)
{
	size_t map;

	if (n->kind != NODE_SCALAR) {
		diag(cr->r->d, DIAG_ERROR, node_where(n), "'%s' takes the name of a map, not %s",
		     cr->x->helper->args[i].name, node_kind_name(n));
		cr->err = -1;
		return;
	}
	cr->err |= read_map_name(cr->r, n, &map);
	if (cr->err)
		return;
	cr->map = cr->r->s->map_refs[map].map;
	cr->x->map = cr->map->name;
	cr->x->given[i] = true;
}

static void read_device_arg(struct call_reader *cr, unsigned int i, const struct node *n)
{
	struct call_expectation *x = cr->x;
	size_t device;

	x->given[i] = true;
	if (n->kind == NODE_SCALAR && !number_parse(n->text, n->len, &x->args[i])) {
		if (x->args[i] <= UINT32_MAX)
			return;
		diag(cr->r->d, DIAG_ERROR, node_where(n),
		     "'%s' is the index of a device: 0 to %u, not '%s'", x->helper->args[i].name,
		     UINT32_MAX, n->text);
		cr->err = -1;
		return;
	}
	if (node_is_word(n, "lo")) {
		x->args[i] = 1;
		return;
	}
	if (n->kind != NODE_SCALAR)
		diag(cr->r->d, DIAG_ERROR, node_where(n),
		     "'%s' takes the name of a device or its index, not %s",
		     x->helper->args[i].name, node_kind_name(n));
	cr->err |= n->kind != NODE_SCALAR || read_device(cr->r, n, &device);
	if (!cr->err)
		x->device = cr->r->node->devices[device].name;
}

static void read_arg(struct call_reader *cr, unsigned int i, const struct node *n)
{
	struct call_expectation *x = cr->x;
	bool after = x->helper->out && !x->helper->in;

	switch (x->helper->args[i].value) {
	case HELPER_NOTHING:
	case HELPER_HIDDEN:
		return;
	case HELPER_MAP:
		read_map_arg(cr, i, n);
		return;
	case HELPER_IFINDEX:
		read_device_arg(cr, i, n);
		return;
	case HELPER_KEY:
		/* Of a map that is not known, which has been reported, nor is its key. */
		if (cr->err)
			return;
		cr->err |= read_call_bytes(cr->r, x->helper, i, cr->map, n, &x->in);
		return;
	case HELPER_STRUCT:
	case HELPER_MEMORY:
		cr->err |=
			read_call_bytes(cr->r, x->helper, i, cr->map, n, after ? &x->out : &x->in);
		return;
	case HELPER_UINT:
	case HELPER_INT:
	case HELPER_HEX:
	case HELPER_BE16:
	case HELPER_NS:
	case HELPER_ERROR:
	case HELPER_ACTION:
	case HELPER_FIB:
	case HELPER_POINTER:
		cr->err |= read_call_number(cr->r, x->helper, i, n, &x->args[i]);
		x->given[i] = true;
		return;
	}
}

static void read_times(struct call_reader *cr, const struct node *n)
{
	cr->err |= node_uint(cr->r->d, n, "times", UINT32_MAX, &cr->x->times);
	cr->x->has_times = true;
}

/* question, answer: what a struct argument holds before and after the call. */
static bool read_both(struct call_reader *cr, const struct node *k)
{
	const struct helper *h = cr->x->helper;
	bool question = !strcmp(k->text, "question");

	if (!h->in || !h->out || (!question && strcmp(k->text, "answer") != 0))
		return false;
	cr->err |= read_call_bytes(cr->r, h, helper_bytes_arg(h), NULL, k->value,
				   question ? &cr->x->in : &cr->x->out);
	return true;
}

static void read_member(struct call_reader *cr, const struct node *k)
{
	struct call_expectation *x = cr->x;
	unsigned int i = helper_arg_find(x->helper, k->text, k->len);

	if (k->value->broken) {
		cr->err = -1;
		return;
	}
	if (read_both(cr, k))
		return;
	if (helper_arg_is_named(x->helper, i)) {
		if (!node_is_word(k->value, "any"))
			read_arg(cr, i, k->value);
	} else if (!strcmp(k->text, "result")) {
		x->has_result = !node_is_word(k->value, "any");
		if (x->has_result)
			cr->err |= read_call_result(cr->r, x->helper, cr->step->program.type,
						    k->value, &x->result);
	} else if (!strcmp(k->text, "times")) {
		read_times(cr, k->value);
	} else {
		diag(cr->r->d, DIAG_ERROR, k->span, "'%s' is nothing of a call of bpf_%s(): %s",
		     k->text, x->helper->name, accepted_list(cr));
		cr->err = -1;
	}
}

/* The map first: it says how a key is read. */
static void read_members(struct call_reader *cr, const struct node *n)
{
	const struct helper *h = cr->x->helper;
	unsigned int map = helper_arg_of(h, HELPER_MAP);
	const struct node *k, *first = NULL;

	for_each_child (k, n)
		if (map < HELPER_ARGS && !strcmp(k->text, h->args[map].name))
			first = k;
	if (first)
		read_member(cr, first);
	for_each_child (k, n)
		if (k != first)
			read_member(cr, k);
}

static bool is_nothing(const struct node *n)
{
	return node_is_empty(n) || (n->kind == NODE_MAPPING && !n->child);
}

static void read_item_value(struct call_reader *cr, const struct node *n)
{
	if (n->broken) {
		cr->err = -1;
	} else if (n->kind == NODE_MAPPING && n->child) {
		read_members(cr, n);
	} else if (!node_is_word(n, "any")) {
		diag(cr->r->d, DIAG_ERROR, node_where(n),
		     "a call of bpf_%s() is any, or some of {%s}, this is %s", cr->x->helper->name,
		     accepted_list(cr), is_nothing(n) ? "empty" : node_kind_name(n));
		cr->err = -1;
	}
}

/* Its name alone, or {HELPER: any}, {HELPER: {..}}. */
static void read_item(struct reader *r, const struct step *step, const struct node *n,
		      struct calls_expectation *e)
{
	struct call_expectation x = { .where = node_where(n) };
	struct call_reader cr = { .r = r, .step = step, .x = &x };
	const struct node *name = n->kind == NODE_MAPPING ? n->child : n;

	if (n->broken)
		return;
	if (n->kind == NODE_SEQUENCE || is_nothing(n) || node_count(n) > 1) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "a call is one helper and what it is given, {redirect: {ifindex: eth0}}, this "
		     "is %s",
		     n->kind == NODE_SEQUENCE ? "a list"
		     : is_nothing(n)	      ? "empty"
					      : "several");
		return;
	}
	x.helper = read_helper(r, name->span, name->text, name->len);
	if (!x.helper)
		return;
	record_helper(r, x.helper);
	if (n->kind == NODE_MAPPING)
		read_item_value(&cr, n->child->value);
	if (!cr.err)
		*ARENA_PUSH(r->arena, e->items, e->n) = x;
}

void read_calls_expectation(struct reader *r, const struct node *n, const struct step *step,
			    struct expectation *out)
{
	struct calls_expectation *e = arena_alloc(r->arena, sizeof(*e));
	const struct node *list, *item;

	e->where = node_where(n);
	out->calls = e;
	list = read_list(r, n, "calls", &e->condition);
	if (!list)
		return;
	for_each_child (item, list)
		read_item(r, step, item, e);
}
