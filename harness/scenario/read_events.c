/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `events:` of an expectation. */
#include "scenario/read_events.h"
#include "scenario/read_list.h"

#include "base/text.h"
#include "types/type_find.h"

#include <string.h>

static bool is_hex(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->style == NODE_PLAIN && n->len >= 5 &&
	       !strncmp(n->text, "hex(", 4) && n->text[n->len - 1] == ')';
}

/* Exactly these bytes, as many as there are. */
static int read_hex(struct reader *r, const struct node *n, struct event_expectation *x)
{
	size_t room = n->len, bad;
	uint8_t *data = arena_alloc(r->arena, room);
	long len = hex_parse(n->text + 4, n->len - 5, data, room, &bad);

	if (len < 0) {
		diag(r->d, DIAG_ERROR, span_part(n->raw.src ? n->raw : node_where(n), 4 + bad, 1),
		     "hex(..) takes pairs of hexadecimal digits");
		return -1;
	}
	x->bytes = data;
	x->n_bytes = (size_t)len;
	return 0;
}

static void read_payload(struct reader *r, const struct node *n, struct event_expectation *x)
{
	struct expression text;

	if (n->broken || node_is_word(n, "any"))
		return;
	if (node_is_word(n, "none")) {
		x->payload = PAYLOAD_NONE;
		return;
	}
	if (n->kind != NODE_SCALAR) {
		diag(r->d, DIAG_ERROR, node_where(n), "'payload' takes a packet, this is %s",
		     node_kind_name(n));
		return;
	}
	if (read_expression(r, n, &text))
		return;
	x->payload = PAYLOAD_PACKET;
	x->packet = packet_expect_read(r->d, &text, r->arena);
}

/* The members of mapping @n without its payload, which is read. */
static const struct node *without_payload(struct reader *r, const struct node *n,
					  const struct type *t, struct event_expectation *x)
{
	struct node *copy = arena_memdup(r->arena, n, sizeof(*n)), **tail = &copy->child;
	struct member_place member;
	const struct node *k;

	/* A member of that name is what is meant. */
	if (member_find(t, "payload", &member))
		return n;
	for_each_child (k, n) {
		if (!strcmp(k->text, "payload")) {
			read_payload(r, k->value, x);
			continue;
		}
		*tail = arena_memdup(r->arena, k, sizeof(*k));
		tail = &(*tail)->sibling;
	}
	*tail = NULL;
	return copy;
}

static int read_value(struct reader *r, const struct node *n, struct event_expectation *x)
{
	const struct type *t = x->type;

	x->value.data = arena_alloc(r->arena, t->size);
	x->value.mask = arena_alloc(r->arena, t->size);
	if (node_is_word(n, "any"))
		return 0;
	if (n->kind == NODE_MAPPING)
		n = without_payload(r, n, t, x);
	if (n->kind == NODE_MAPPING && !n->child)
		return 0;
	return value_encode(r->d, &r->s->values, t, n, x->value.data, x->value.mask);
}

/* "trace_event, drop_event" */
static const char *type_list(struct reader *r, const struct event_format *f)
{
	const char *list = f->types[0].name;

	for (size_t i = 1; i < f->n_types; i++)
		list = arena_printf(r->arena, "%s, %s", list, f->types[i].name);
	return list;
}

/* The map alone was named: which type does a value have? NULL after a diag. */
static const struct type *only_type(struct reader *r, const struct node *k,
				    const struct event_format *f)
{
	if (f->n_types == 1)
		return f->types[0].type;
	if (f->n_types)
		diag(r->d, DIAG_ERROR, k->span,
		     "records of '%s' have several types: name the type in place of the map: %s",
		     f->map, type_list(r, f));
	else if (!f->where.src)
		diag(r->d, DIAG_ERROR, node_where(k->value),
		     "how records of '%s' are read is not known: say 'events: {%s: struct NAME}' "
		     "at the top, or hex(..) here",
		     f->map, f->map);
	return NULL;
}

static int read_item_value(struct reader *r, const struct node *k, const struct event_ref *ref,
			   struct event_expectation *x)
{
	const struct node *v = k->value;

	if (v->broken)
		return -1;
	if (is_hex(v))
		return read_hex(r, v, x);
	if (!ref->type && node_is_word(v, "any"))
		return 0;
	x->type = ref->type ? ref->type->type : only_type(r, k, ref->format);
	if (!x->type)
		return -1;
	if (node_is_empty(v)) {
		diag(r->d, DIAG_ERROR, k->span, "'%s' takes {MEMBER: VALUE}, hex(..) or any",
		     k->text);
		return -1;
	}
	return read_value(r, v, x);
}

static void read_item(struct reader *r, const struct node *n, struct events_expectation *e)
{
	struct event_expectation x = { .where = node_where(n) };
	struct event_ref ref = {};

	if (n->broken)
		return;
	if (n->kind != NODE_MAPPING || node_count(n) != 1) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "an event is one map or type and what it holds, {ring: {..}}, this is %s",
		     n->kind != NODE_MAPPING ? node_kind_name(n)
		     : n->child		     ? "several"
					     : "empty");
		return;
	}
	if (read_event_name(r, n->child, &ref))
		return;
	x.name = n->child->text;
	x.format = ref.format;
	if (!read_item_value(r, n->child, &ref, &x))
		*ARENA_PUSH(r->arena, e->items, e->n) = x;
}

void read_event_expectations(struct reader *r, const struct node *n, struct expectation *out)
{
	struct events_expectation *e = arena_alloc(r->arena, sizeof(*e));
	const struct node *list, *item;

	e->where = node_where(n);
	out->events = e;
	list = read_list(r, n, "events", &e->condition);
	if (!list)
		return;
	for_each_child (item, list)
		read_item(r, item, e);
}
