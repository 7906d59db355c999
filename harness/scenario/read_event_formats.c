/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `events:` at the top: how the records of ring buffers and perf event arrays are read. */
#include "scenario/read_events.h"
#include "scenario/scenario_keys.h"

#include "types/type_find.h"

#include <linux/bpf.h>
#include <string.h>

bool is_event_map(const struct object_map *m)
{
	return m->type == BPF_MAP_TYPE_RINGBUF || m->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY;
}

struct event_format *event_format_of(struct reader *r, size_t map_ref)
{
	struct scenario *s = r->s;
	struct event_format *f;

	for (size_t i = 0; i < s->n_event_formats; i++)
		if (s->event_formats[i]->map_ref == map_ref)
			return s->event_formats[i];
	f = arena_alloc(r->arena, sizeof(*f));
	f->map = s->map_refs[map_ref].map->name;
	f->map_ref = map_ref;
	f->values = &r->node->values;
	*ARENA_PUSH(r->arena, s->event_formats, s->n_event_formats) = f;
	return f;
}

const struct type *event_type_find(struct reader *r, const char *name)
{
	const struct value_context *values = &r->s->values;
	const struct type *t;

	for (size_t i = 0; i < values->n_sets; i++) {
		t = type_find(values->sets[i], name);
		if (t)
			return t;
	}
	return NULL;
}

static void unknown_type(struct reader *r, struct span where, const char *name)
{
	const struct value_context *values = &r->s->values;
	const char *near = NULL;

	if (r->lacks_object)
		return;
	for (size_t i = 0; i < values->n_sets && !near; i++)
		near = type_nearest(values->sets[i], name, r->arena);
	if (!values->n_sets)
		diag(r->d, DIAG_ERROR, where,
		     "there is no type '%s': the object has no BTF; 'types: FILE' names an object "
		     "or BTF file that has it",
		     name);
	else if (near)
		diag(r->d, DIAG_ERROR, where, "there is no type '%s'; did you mean '%s'?", name,
		     near);
	else
		diag(r->d, DIAG_ERROR, where,
		     "there is no type '%s' in the object's BTF: clang leaves out what only "
		     "functions use; 'types: FILE' names an object or BTF file that has it",
		     name);
}

static const struct type *read_type(struct reader *r, const struct node *n)
{
	const struct type *t;

	if (n->broken)
		return NULL;
	if (n->kind != NODE_SCALAR || !n->len) {
		diag(r->d, DIAG_ERROR, node_where(n), "a type is a name, such as 'struct event'");
		return NULL;
	}
	t = event_type_find(r, n->text);
	if (t && t->size && t->size <= RECORD_MAX)
		return t;
	if (t)
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'%s' is no type that a record can have: empty, or too large", n->text);
	else
		unknown_type(r, node_where(n), n->text);
	return NULL;
}

void event_format_add(struct reader *r, struct event_format *f, const struct type *t,
		      const uint8_t *tag, struct span where)
{
	*ARENA_PUSH(r->arena, f->types, f->n_types) = (struct event_type){
		.name = type_bare_name(t->name), .type = t, .tag = tag, .where = where
	};
}

/* The nodes of {by: .., types: ..} */
struct format_nodes {
	const struct node *by, *types;
};

static void keep_by(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct format_nodes *)into)->by = v;
}

static void keep_types(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct format_nodes *)into)->types = v;
}

const struct key event_format_keys[] = {
	{ "by", TAKES_SCALAR | TAKES_MAPPING | KEY_REQUIRED, keep_by, "MEMBER|{offset:, size:}",
	  "the member that says the type: at the same place in each" },
	{ "types", TAKES_MAPPING | KEY_REQUIRED, keep_types, "{VALUE: TYPE}",
	  "the type for each value: a number or a name" },
};
const size_t n_event_format_keys = ARRAY_SIZE(event_format_keys);

/* Where the tag is, and how its values are written. */
struct tag {
	const struct type *type;
	uint32_t off, size; /* bytes */
	const char *member; /* NULL: just a place */
};

struct place_nodes {
	const struct node *offset, *size;
};

static void keep_offset(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct place_nodes *)into)->offset = v;
}

static void keep_size(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct place_nodes *)into)->size = v;
}

static const struct key place_keys[] = {
	{ "offset", TAKES_SCALAR | KEY_REQUIRED, keep_offset, "NUMBER", "from the record's start" },
	{ "size", TAKES_SCALAR | KEY_REQUIRED, keep_size, "1|2|4|8", "bytes" },
};

#define TAG_OFFSET_MAX 65535

static int read_tag_place(struct reader *r, const struct node *n, struct tag *tag)
{
	struct place_nodes nodes = {};
	uint64_t off, size;

	keys_read(r->d, n, "a place", place_keys, ARRAY_SIZE(place_keys), &nodes);
	if (!nodes.offset || !nodes.size ||
	    node_uint(r->d, nodes.offset, "offset", TAG_OFFSET_MAX, &off) ||
	    node_uint(r->d, nodes.size, "size", 8, &size))
		return -1;
	if (!size || size & (size - 1)) {
		diag(r->d, DIAG_ERROR, node_where(nodes.size), "the size is 1, 2, 4 or 8 bytes");
		return -1;
	}
	tag->off = (uint32_t)off;
	tag->size = (uint32_t)size;
	tag->type = type_uint(r->arena, tag->size);
	return 0;
}

static int no_member(struct reader *r, const struct node *by, const struct type *t)
{
	const char *near = member_nearest(t, by->text);

	diag(r->d, DIAG_ERROR, node_where(by), "%s has no member '%s'%s%s%s", t->name, by->text,
	     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	return -1;
}

/* Member @by of @t: where the first type has it, each has to have it. */
static int check_tag_member(struct reader *r, const struct node *by, const struct type *t,
			    struct tag *tag)
{
	struct member_place m;

	if (!member_find(t, by->text, &m))
		return no_member(r, by, t);
	if (m.bit_size || (m.type->kind != TYPE_INT && m.type->kind != TYPE_ENUM)) {
		diag(r->d, DIAG_ERROR, node_where(by),
		     "'%s' of %s cannot tell types apart: it is no whole integer", by->text,
		     t->name);
		return -1;
	}
	if (tag->member && (m.bit_off / 8 != tag->off || m.type->size != tag->size)) {
		diag(r->d, DIAG_ERROR, node_where(by),
		     "'%s' is not at the same place in each type: in %s it has %u byte%s from %u "
		     "on, before that %u from %u on",
		     by->text, t->name, m.type->size, m.type->size == 1 ? "" : "s", m.bit_off / 8,
		     tag->size, tag->off);
		return -1;
	}
	if (!tag->member)
		*tag = (struct tag){ m.type, m.bit_off / 8, m.type->size, by->text };
	return 0;
}

/* A key of `types:` as a value of the tag. */
static const uint8_t *read_tag_value(struct reader *r, const struct node *key,
				     const struct tag *tag)
{
	struct value_context context = r->s->values;
	uint8_t *data = arena_alloc(r->arena, tag->size);
	struct node value = *key;

	value.kind = NODE_SCALAR;
	value.value = value.child = value.sibling = NULL;
	context.member = tag->member ? tag->member : "the type";
	return value_encode(r->d, &context, tag->type, &value, data, NULL) ? NULL : data;
}

static bool is_tag_taken(struct reader *r, const struct event_format *f, const struct node *key,
			 const uint8_t *value)
{
	for (size_t i = 0; i < f->n_types; i++) {
		if (memcmp(f->types[i].tag, value, f->tag_size) != 0)
			continue;
		diag(r->d, DIAG_ERROR, key->span, "'%s' is a value that has a type already",
		     key->text);
		diag(r->d, DIAG_NOTE, f->types[i].where, "which is here");
		return true;
	}
	return false;
}

static void read_tagged_types(struct reader *r, const struct format_nodes *nodes,
			      struct event_format *f)
{
	const struct node *by = nodes->by, *k;
	struct tag tag = {};
	bool in_place = by->kind == NODE_MAPPING;

	if (by->broken || (in_place && read_tag_place(r, by, &tag)))
		return;
	if (!nodes->types->child)
		diag(r->d, DIAG_ERROR, node_where(nodes->types), "'types' is empty");
	for_each_child (k, nodes->types) {
		const struct type *t = read_type(r, k->value);
		const uint8_t *value;

		if (!t || (!in_place && check_tag_member(r, by, t, &tag))) {
			r->lacks_event_types = true;
			continue;
		}
		f->tag_off = tag.off;
		f->tag_size = tag.size;
		value = read_tag_value(r, k, &tag);
		if (value && !is_tag_taken(r, f, k, value))
			event_format_add(r, f, t, value, k->span);
	}
}

static void read_format(struct reader *r, const struct node *k, struct event_format *f)
{
	const struct node *v = k->value;
	struct format_nodes nodes = {};
	const struct type *t;

	/* Said again: what is used comes first, what uses it wins. */
	f->types = NULL;
	f->n_types = 0;
	f->tag_off = f->tag_size = 0;
	f->where = k->span;
	if (v->kind == NODE_MAPPING) {
		keys_read(r->d, v, "a map of events", event_format_keys, n_event_format_keys,
			  &nodes);
		if (nodes.by && nodes.types)
			read_tagged_types(r, &nodes, f);
		return;
	}
	t = read_type(r, v);
	if (t)
		event_format_add(r, f, t, NULL, k->span);
}

int check_event_map(struct reader *r, struct span where, const struct object_map *m)
{
	if (is_event_map(m))
		return 0;
	diag(r->d, DIAG_ERROR, where,
	     "map '%s' (%s) has no events: ring buffers and perf event arrays have", m->name,
	     map_type_name(m->type));
	return -1;
}

void read_event_formats(struct reader *r, const struct node *n)
{
	const struct node *k;

	for_each_child (k, n) {
		struct event_format *f;
		size_t map;

		if (read_map_name(r, k, &map) ||
		    check_event_map(r, k->span, r->s->map_refs[map].map)) {
			r->lacks_event_types = true;
			continue;
		}
		f = event_format_of(r, map);
		read_format(r, k, f);
		r->lacks_event_types |= !f->n_types;
	}
}
