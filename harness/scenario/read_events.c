/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `events:` of an expectation. */
#include "scenario/read_events.h"

#include "base/text.h"
#include "types/type_find.h"

#include <errno.h>
#include <string.h>

/* A name that an item may have, for messages. */
struct event_name {
	const char *name; /* first: text_nearest() looks here */
};

static bool is_of_node(const struct reader *r, const struct event_format *f)
{
	return r->s->map_refs[f->map_ref].node == (size_t)(r->node - r->s->nodes);
}

static void unknown_event(struct reader *r, const struct node *k)
{
	const struct scenario_node *node = r->node;
	struct event_name *names = NULL;
	size_t n = 0;

	if (r->lacks_object)
		return;
	for (size_t i = 0; i < node->n_objects; i++)
		for (size_t j = 0; j < node->objects[i].file->n_maps; j++)
			if (is_event_map(&node->objects[i].file->maps[j]))
				ARENA_PUSH(r->arena, names, n)->name =
					node->objects[i].file->maps[j].name;
	if (!n) {
		diag(r->d, DIAG_ERROR, k->span,
		     "there are no events: the object has no ring buffer and no perf event array");
		return;
	}
	for (size_t i = 0; i < r->s->n_event_formats; i++)
		for (size_t j = 0; j < r->s->event_formats[i]->n_types; j++)
			ARENA_PUSH(r->arena, names, n)->name =
				r->s->event_formats[i]->types[j].name;
	unknown_name(r->d, k->span, "map of events, or type of theirs", k->text, k->len, names, n,
		     sizeof(*names));
}

/* Whether an object has a map @name ("alias/name" too). */
static bool is_map_name(const struct reader *r, const char *name)
{
	const char *slash = strchr(name, '/');

	for (size_t i = 0; i < r->node->n_objects; i++) {
		const struct scenario_object *o = &r->node->objects[i];

		if (object_file_map(o->file, name) ||
		    (slash && text_is(name, (size_t)(slash - name), o->alias) &&
		     object_file_map(o->file, slash + 1)))
			return true;
	}
	return false;
}

static const struct event_type *type_in(const struct event_format *f, const char *name)
{
	name = type_bare_name(name);
	for (size_t i = 0; i < f->n_types; i++)
		if (!strcmp(f->types[i].name, name))
			return &f->types[i];
	return NULL;
}

/* What the key of an item stands for. */
struct event_ref {
	struct event_format *format;
	const struct event_type *type; /* NULL: the map alone was named */
};

static int ambiguous(struct reader *r, const struct node *k, const struct event_format *a,
		     const struct event_format *b)
{
	diag(r->d, DIAG_ERROR, k->span,
	     "both '%s' and '%s' have records of '%s': write %s/%s or "
	     "%s/%s",
	     a->map, b->map, k->text, a->map, type_bare_name(k->text), b->map,
	     type_bare_name(k->text));
	return -1;
}

/* A type among those of the maps: 1 and *ref, 0: none has it, -1: reported. */
static int find_type(struct reader *r, const struct node *k, struct event_ref *ref)
{
	for (size_t i = 0; i < r->s->n_event_formats; i++) {
		struct event_format *f = r->s->event_formats[i];
		const struct event_type *t = is_of_node(r, f) ? type_in(f, k->text) : NULL;

		if (t && ref->format)
			return ambiguous(r, k, ref->format, f);
		if (t)
			*ref = (struct event_ref){ f, t };
	}
	return ref->format != NULL;
}

/* MAP/TYPE; as find_type(). */
static int find_type_of_map(struct reader *r, const struct node *k, struct event_ref *ref)
{
	const char *slash = strrchr(k->text, '/');
	struct node map = *k;
	struct event_format *f;
	size_t map_ref;

	if (!slash)
		return 0;
	map.len = (size_t)(slash - k->text);
	map.text = arena_strndup(r->arena, k->text, map.len);
	if (!is_map_name(r, map.text))
		return 0;
	if (read_map_name(r, &map, &map_ref) ||
	    check_event_map(r, k->span, r->s->map_refs[map_ref].map))
		return -1;
	f = event_format_of(r, map_ref);
	if (!type_in(f, slash + 1))
		return 0;
	*ref = (struct event_ref){ f, type_in(f, slash + 1) };
	return 1;
}

/* The maps of events in the node that is read: how many, and the last of them. */
static size_t event_maps(struct reader *r, size_t *object, const struct object_map **map)
{
	const struct scenario_node *node = r->node;
	size_t n = 0;

	for (size_t i = 0; i < node->n_objects; i++)
		for (size_t j = 0; j < node->objects[i].file->n_maps; j++) {
			if (!is_event_map(&node->objects[i].file->maps[j]))
				continue;
			*object = i;
			*map = &node->objects[i].file->maps[j];
			n++;
		}
	return n;
}

static int which_map(struct reader *r, const struct node *k)
{
	diag(r->d, DIAG_ERROR, k->span,
	     "whose records are '%s' is not known, as there are several maps of events: say "
	     "'events: {MAP: %s}' at the top",
	     k->text, k->text);
	return -1;
}

static int read_otherwise(struct reader *r, const struct node *k, const struct event_format *f)
{
	diag(r->d, DIAG_ERROR, k->span, "records of '%s' are read as %s", f->map,
	     f->n_types > 1 ? "types that this is not among" : f->types[0].type->name);
	diag(r->d, DIAG_NOTE, f->types[0].where,
	     "because of this; for several types say 'events: {%s: {by: MEMBER, types: ..}}'",
	     f->map);
	return -1;
}

/* A type of the object where one map alone can have such records. As find_type(). */
static int declare_type(struct reader *r, const struct node *k, struct event_ref *ref)
{
	const struct type *t = event_type_find(r, k->text);
	const struct object_map *map = NULL;
	struct event_format *f;
	size_t n, map_ref, object;
	struct node name = *k;

	n = event_maps(r, &object, &map);
	if (!t || !n)
		return 0;
	if (n > 1)
		return which_map(r, k);
	name.text =
		*r->node->objects[object].alias
			? arena_printf(r->arena, "%s/%s", r->node->objects[object].alias, map->name)
			: map->name;
	if (read_map_name(r, &name, &map_ref))
		return -1;
	f = event_format_of(r, map_ref);
	if (f->n_types)
		return read_otherwise(r, k, f);
	if (f->where.src)
		return -1; /* its types have errors */
	event_format_add(r, f, t, NULL, k->span);
	f->where = k->span;
	*ref = (struct event_ref){ f, &f->types[0] };
	return 1;
}

/* What @k names: 0, or -1 (reported). */
static int read_event_name(struct reader *r, const struct node *k, struct event_ref *ref)
{
	size_t map_ref;
	int found;

	if (no_object(r, k->span))
		return -1;
	if (is_map_name(r, k->text)) {
		if (read_map_name(r, k, &map_ref) ||
		    check_event_map(r, k->span, r->s->map_refs[map_ref].map))
			return -1;
		ref->format = event_format_of(r, map_ref);
		return 0;
	}
	found = find_type(r, k, ref);
	if (!found)
		found = find_type_of_map(r, k, ref);
	if (!found)
		found = declare_type(r, k, ref);
	if (!found)
		unknown_event(r, k);
	return found == 1 ? 0 : -1;
}

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
		     n->kind == NODE_MAPPING ? "several" : node_kind_name(n));
		return;
	}
	if (read_event_name(r, n->child, &ref))
		return;
	x.name = n->child->text;
	x.format = ref.format;
	if (!read_item_value(r, n->child, &ref, &x))
		*ARENA_PUSH(r->arena, e->items, e->n) = x;
}

/* The lists of {only: [..]} and {any_order: [..]}. */
struct condition_nodes {
	const struct node *only, *any_order;
};

static void keep_only(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct condition_nodes *)into)->only = v;
}

static void keep_any_order(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct condition_nodes *)into)->any_order = v;
}

static const struct key condition_keys[] = {
	{ "only", TAKES_LIST, keep_only, "[EVENT..]", "exactly these, in this order" },
	{ "any_order", TAKES_LIST, keep_any_order, "[EVENT..]", "each of these, others too" },
};

#define CONDITIONS "a list of events, {only: [..]}, {any_order: [..]} or 'none'"

static const struct node *read_condition(struct reader *r, const struct node *n,
					 struct events_expectation *e)
{
	struct condition_nodes nodes = {};

	keys_read(r->d, n, "events", condition_keys, ARRAY_SIZE(condition_keys), &nodes);
	if (nodes.only && nodes.any_order) {
		diag(r->d, DIAG_ERROR, node_where(nodes.any_order),
		     "give either 'only' or 'any_order', not both");
		return NULL;
	}
	e->condition = nodes.only ? EVENTS_ONLY : EVENTS_ANY_ORDER;
	return nodes.only ? nodes.only : nodes.any_order;
}

void read_event_expectations(struct reader *r, const struct node *n, struct expectation *out)
{
	struct events_expectation *e = arena_alloc(r->arena, sizeof(*e));
	const struct node *list = n, *item;

	e->where = node_where(n);
	out->events = e;
	if (node_is_word(n, "none")) {
		e->condition = EVENTS_ONLY;
		return;
	}
	if (n->kind == NODE_SCALAR) {
		diag(r->d, DIAG_ERROR, node_where(n), "'events' takes " CONDITIONS ", not '%s'",
		     n->text);
		return;
	}
	if (n->kind == NODE_MAPPING)
		list = read_condition(r, n, e);
	if (!list)
		return;
	if (!list->child && e->condition != EVENTS_ONLY)
		diag(r->d, DIAG_ERROR, node_where(list),
		     "no events expect nothing; that none comes is 'none'");
	for_each_child (item, list)
		read_item(r, item, e);
}
