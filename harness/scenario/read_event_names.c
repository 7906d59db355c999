/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The key of an expected event: a map, a type of its records, or both. */
#include "scenario/read_events.h"

#include "base/text.h"
#include "types/type_find.h"

#include <string.h>

/* A name that an item may have, for messages. */
struct event_name {
	const char *name; /* first: text_nearest() looks here */
};

static bool is_of_node(const struct reader *r, const struct event_format *f)
{
	return r->s->map_refs[f->map_ref].node == (size_t)(r->node - r->s->nodes);
}

/* Once each: two maps may have records of one type. */
static void add_name(struct reader *r, struct event_name **names, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*names)[i].name, name))
			return;
	ARENA_PUSH(r->arena, *names, *n)->name = name;
}

static void unknown_event(struct reader *r, const struct node *k)
{
	const struct scenario_node *node = r->node;
	struct event_name *names = NULL;
	size_t n = 0;

	if (r->lacks_object || r->lacks_event_types)
		return; /* it may be what is missing */
	for (size_t i = 0; i < node->n_objects; i++)
		for (size_t j = 0; j < node->objects[i].file->n_maps; j++)
			if (is_event_map(&node->objects[i].file->maps[j]))
				add_name(r, &names, &n, node->objects[i].file->maps[j].name);
	if (!n) {
		diag(r->d, DIAG_ERROR, k->span,
		     "there are no events: the object has no ring buffer and no perf event array");
		return;
	}
	for (size_t i = 0; i < r->s->n_event_formats; i++)
		for (size_t j = 0; j < r->s->event_formats[i]->n_types; j++)
			add_name(r, &names, &n, r->s->event_formats[i]->types[j].name);
	unknown_name(r->d, k->span, "map or type of events", k->text, k->len, names, n,
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

static const struct event_format *said_format(const struct reader *r, size_t object,
					      const struct object_map *map)
{
	for (size_t i = 0; i < r->s->n_event_formats; i++) {
		const struct event_format *f = r->s->event_formats[i];
		const struct map_ref *ref = &r->s->map_refs[f->map_ref];

		if (is_of_node(r, f) && ref->object == object && ref->map == map && f->where.src)
			return f;
	}
	return NULL;
}

/* Maps of events in the node that is read. */
struct event_maps {
	size_t n, n_open; /* in all; of which nothing says how they are read */
	size_t object;	  /* of the last of those, or of the last */
	const struct object_map *map;
	const struct event_format *said; /* of the last that says it */
};

static struct event_maps event_maps(const struct reader *r)
{
	const struct scenario_node *node = r->node;
	struct event_maps maps = {};

	for (size_t i = 0; i < node->n_objects; i++)
		for (size_t j = 0; j < node->objects[i].file->n_maps; j++) {
			const struct object_map *m = &node->objects[i].file->maps[j];
			const struct event_format *said = said_format(r, i, m);

			if (!is_event_map(m))
				continue;
			maps.n++;
			if (said) {
				maps.said = said;
				continue;
			}
			maps.n_open++;
			maps.object = i;
			maps.map = m;
		}
	return maps;
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
	if (!f->n_types)
		return -1; /* what it says is wrong, which was reported */
	diag(r->d, DIAG_ERROR, k->span, "records of '%s' are read as %s", f->map,
	     f->n_types > 1 ? "types that this is not among" : f->types[0].type->name);
	diag(r->d, DIAG_NOTE, f->where, "because of this");
	return -1;
}

/* A type of the object where one map alone can have such records. As find_type(). */
static int declare_type(struct reader *r, const struct node *k, struct event_ref *ref)
{
	const struct type *t = event_type_find(r, k->text);
	struct event_maps maps = event_maps(r);
	struct event_format *f;
	struct node name = *k;
	const char *alias;
	size_t map_ref;

	if (t && maps.n == 1 && maps.said)
		return read_otherwise(r, k, maps.said);
	if (!t || !t->size || t->size > RECORD_MAX || !maps.n_open)
		return 0;
	if (maps.n_open > 1)
		return which_map(r, k);
	alias = r->node->objects[maps.object].alias;
	name.text = arena_printf(r->arena, "%s%s%s", alias, *alias ? "/" : "", maps.map->name);
	if (read_map_name(r, &name, &map_ref))
		return -1;
	f = event_format_of(r, map_ref);
	event_format_add(r, f, t, NULL, k->span);
	f->where = k->span;
	*ref = (struct event_ref){ f, &f->types[0] };
	return 1;
}

int read_event_name(struct reader *r, const struct node *k, struct event_ref *ref)
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
