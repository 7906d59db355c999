/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `tail_calls:` of an expectation. */
#include "scenario/reader.h"

#include "judge/calls.h"
#include "scenario/scenario_keys.h"

#include <linux/bpf.h>

struct tail_call_reader {
	struct reader *r;
	struct tail_call_expectation *x;
};

/* Its name as programs are called in scenarios; which object it is of is left to the run. */
static void read_target(void *into, const struct node *key, const struct node *n)
{
	struct tail_call_reader *tr = into;
	struct program_ref program;

	(void)key;
	if (!read_program(tr->r, n, &program))
		tr->x->program = program.program->name;
}

static void read_map(void *into, const struct node *key, const struct node *n)
{
	struct tail_call_reader *tr = into;
	const struct object_map *m;
	size_t map;

	(void)key;
	if (read_map_name(tr->r, n, &map))
		return;
	m = tr->r->s->map_refs[map].map;
	if (m->type != BPF_MAP_TYPE_PROG_ARRAY)
		diag(tr->r->d, DIAG_ERROR, node_where(n),
		     "no program stands in map '%s', which is %s", m->name, map_type_name(m->type));
	tr->x->map = m->name;
}

static void read_slot(void *into, const struct node *key, const struct node *n)
{
	struct tail_call_reader *tr = into;
	uint64_t slot;

	(void)key;
	if (node_uint(tr->r->d, n, "slot", UINT32_MAX, &slot))
		return;
	tr->x->slot = (uint32_t)slot;
	tr->x->has_slot = true;
}

static void read_taken(void *into, const struct node *key, const struct node *n)
{
	struct tail_call_reader *tr = into;

	(void)key;
	node_bool(tr->r->d, n, "taken", &tr->x->taken);
}

const struct key tail_call_keys[] = {
	{ "program", TAKES_SCALAR, read_target, "PROGRAM", "that is entered" },
	{ "map", TAKES_SCALAR, read_map, "MAP", "in which it stands" },
	{ "slot", TAKES_SCALAR, read_slot, "NUMBER", "at which index" },
	{ "taken", TAKES_SCALAR, read_taken, "true|false",
	  "false: it is tried, but the program goes on" },
};
const size_t n_tail_call_keys = ARRAY_SIZE(tail_call_keys);

static void read_item(struct reader *r, const struct node *n, struct tail_calls_expectation *e)
{
	struct tail_call_expectation x = { .where = node_where(n), .taken = true };
	struct tail_call_reader tr = { r, &x };
	unsigned int errors = r->d->errors;

	if (n->kind == NODE_SCALAR && !n->broken)
		read_target(&tr, NULL, n);
	else if (n->kind == NODE_SEQUENCE || (n->kind == NODE_MAPPING && !n->child))
		diag(r->d, DIAG_ERROR, node_where(n),
		     "a tail call is the name of a program, or {program:, map:, slot:, taken:}");
	else
		keys_read(r->d, n, "a tail call", tail_call_keys, n_tail_call_keys, &tr);
	if (r->d->errors == errors && !n->broken)
		*ARENA_PUSH(r->arena, e->items, e->n) = x;
}

void read_tail_calls_expectation(struct reader *r, const struct node *n, struct expectation *out)
{
	struct tail_calls_expectation *e = arena_alloc(r->arena, sizeof(*e));
	const struct node *item;

	e->where = node_where(n);
	out->tail_calls = e;
	if (n->kind == NODE_SCALAR) {
		if (!node_is_word(n, "none"))
			diag(r->d, DIAG_ERROR, node_where(n),
			     "'tail_calls' takes a list, [PROGRAM, ..], or 'none', not '%s'",
			     n->text);
		return;
	}
	if (!n->child)
		diag(r->d, DIAG_ERROR, node_where(n),
		     "no tail calls expect nothing; that none is taken is 'none'");
	for_each_child (item, n)
		read_item(r, item, e);
}
