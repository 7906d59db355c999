/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* JSON lines: a record a line, and as many runs as there are records of that name. */
#include "results/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Any of the lists of document.h. */
struct list {
	void *items;
	size_t n;
};

enum shape {
	SHAPE_OBJECT,  /* a member of the document */
	SHAPE_ELEMENT, /* one more of a list of the document */
	SHAPE_LIST,    /* a list of the document, which is a member of the record */
};

static const struct record {
	const char *name;
	enum shape shape;
	const char *member; /* of the document */
	size_t offset;
	const struct member_table *table;
} records[] = {
	{ "run", SHAPE_OBJECT, "run", offsetof(struct document, run), &run_members },
	{ "scenario", SHAPE_ELEMENT, "scenarios", offsetof(struct document, scenarios),
	  &scenario_members },
	{ "diagnostic", SHAPE_ELEMENT, "diagnostics", offsetof(struct document, diagnostics),
	  &diagnostic_members },
	{ "features", SHAPE_LIST, "features", 0, &features_members },
	{ "objects", SHAPE_LIST, "objects", 0, &objects_members },
	{ "programs", SHAPE_LIST, "programs", 0, &programs_members },
	{ "summary", SHAPE_OBJECT, "summary", offsetof(struct document, summary),
	  &summary_members },
};

struct lines {
	struct member_reader *reader; /* its text is the line */
	struct results *r;
	struct document doc; /* being read, where `open` */
	bool open;
};

static const struct record *find_record(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		if (!strcmp(records[i].name, name))
			return &records[i];
	return NULL;
}

/* The same as a document, for those who take it as JSON: lists are there though nothing comes. */
static json_t *empty_document(void)
{
	json_t *json = json_object();

	json_object_set_new(json, "verdict_result", json_integer(RESULT_VERSION));
	json_object_set_new(json, "run", json_object());
	json_object_set_new(json, "features", json_array());
	json_object_set_new(json, "objects", json_array());
	json_object_set_new(json, "scenarios", json_array());
	json_object_set_new(json, "programs", json_array());
	json_object_set_new(json, "diagnostics", json_array());
	return json;
}

static void keep_json(struct lines *l, const struct record *record, json_t *object)
{
	switch (record->shape) {
	case SHAPE_OBJECT:
		json_object_set(l->doc.json, record->member, object);
		break;
	case SHAPE_ELEMENT:
		json_array_append(json_object_get(l->doc.json, record->member), object);
		break;
	case SHAPE_LIST:
		json_object_set(l->doc.json, record->member,
				json_object_get(object, record->member));
		break;
	}
}

/* Room for one more in the list at @offset of the document. */
static void *append(struct lines *l, const struct record *record)
{
	size_t size = record->table->size;
	struct list list;
	char *place = (char *)&l->doc + record->offset;

	memcpy(&list, place, sizeof(list));
	list.items = arena_grow(l->reader->arena, list.items, list.n, size);
	list.n++;
	memcpy(place, &list, sizeof(list));
	return (char *)list.items + (list.n - 1) * size;
}

static int read_record(struct lines *l, const struct record *record, json_t *object)
{
	void *into = &l->doc;

	switch (record->shape) {
	case SHAPE_OBJECT:
		into = (char *)&l->doc + record->offset;
		break;
	case SHAPE_ELEMENT:
		into = append(l, record);
		break;
	case SHAPE_LIST:
		break;
	}
	if (members_read(l->reader, NULL, object, record->table, into))
		return -1;
	/* What is kept has the members of a document, no more. */
	json_object_del(object, "record");
	json_object_del(object, "verdict_result");
	if (record->table == &scenario_members)
		((struct doc_scenario *)into)->json = object;
	keep_json(l, record, object);
	return 0;
}

static void end_run(struct lines *l)
{
	*ARRAY_PUSH(l->r->items, l->r->n) = l->doc;
	l->doc = (struct document){};
	l->open = false;
}

/* Keep what is there of a run that has no summary. Returns 0, or -1 after a diag. */
static int cut_short(struct lines *l, struct span where)
{
	struct doc_summary *s = &l->doc.summary;

	scenarios_count(&l->doc.scenarios, s);
	s->stopped = true;
	s->status = 2;
	l->doc.cut_short = true;
	if (document_check(l->reader, NULL, &l->doc))
		return -1;
	diag(l->reader->d, DIAG_WARNING, where,
	     "the result is cut short: it has no summary, and %zu of its %" PRIu64 " scenarios",
	     l->doc.scenarios.n, l->doc.run.scenarios);
	end_run(l);
	return 0;
}

static int begin_run(struct lines *l, json_t *object)
{
	if (l->open && cut_short(l, l->reader->text))
		return -1;
	if (version_check(l->reader, object))
		return -1;
	l->doc.path = l->reader->text.src->path;
	l->doc.json = results_keep(l->r, empty_document());
	l->open = true;
	return 0;
}

static int take(struct lines *l, json_t *object)
{
	const struct member_path at = { .name = "record" };
	const char *name = json_string_value(json_object_get(object, at.name));
	const struct record *record = name ? find_record(name) : NULL;

	if (!name) {
		member_error(l->reader, NULL, "a record is expected here, an object with 'record'");
		return -1;
	}
	if (!record)
		return 0;
	if (record->table == &run_members) {
		if (begin_run(l, object))
			return -1;
	} else if (!l->open) {
		member_error(l->reader, &at, "'%s' stands before any run", name);
		return -1;
	}
	if (read_record(l, record, object))
		return -1;
	if (record->table == &summary_members) {
		if (document_check(l->reader, NULL, &l->doc))
			return -1;
		end_run(l);
	}
	return 0;
}

/* @last: nothing follows, not even the end of the line. */
static int read_line(struct lines *l, struct span line, bool last)
{
	const char *text = line.src->text + line.off;
	json_error_t error;
	json_t *object;

	l->reader->text = line;
	if (strspn(text, " \t\r") >= line.len)
		return 0;
	object = json_loadb(text, line.len, JSON_REJECT_DUPLICATES, &error);
	if (object)
		return take(l, results_keep(l->r, object));
	if (last && l->open)
		return 0;
	report_no_json(l->reader->d, line, &error);
	return -1;
}

int lines_read(struct member_reader *reader, struct results *r)
{
	struct span text = reader->text;
	struct lines l = { .reader = reader, .r = r };
	size_t off = 0, len;
	const char *eol;

	for (; off < text.len; off += len + 1) {
		eol = memchr(text.src->text + off, '\n', text.len - off);
		len = eol ? (size_t)(eol - text.src->text) - off : text.len - off;
		if (read_line(&l, span_part(text, off, len), !eol))
			return -1;
	}
	return l.open ? cut_short(&l, span_part(text, text.len, 0)) : 0;
}
