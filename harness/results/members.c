/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "results/members.h"

#include "base/text_stream.h"
#include "results/document.h"

#include <stdlib.h>
#include <string.h>

/* So many errors tell that a file is another one: nobody reads more. */
#define ERRORS_MAX 20

/* Any of the lists of document.h. */
struct list {
	void *items;
	size_t n;
};

static void print_path(FILE *out, const struct member_path *at)
{
	if (!at)
		return;
	print_path(out, at->parent);
	if (!at->name)
		fprintf(out, "[%zu]", at->index);
	else
		fprintf(out, "%s%s", at->parent ? "." : "", at->name);
}

void member_error(struct member_reader *r, const struct member_path *at, const char *fmt, ...)
{
	struct arena scratch = {};
	struct text_stream t;
	const char *path;
	va_list ap;

	text_stream_open(&t);
	print_path(t.out, at);
	path = text_stream_close(&t, &scratch);
	va_start(ap, fmt);
	diag(r->d, DIAG_ERROR, json_place(r->text, at), "%s%s%s", path, at ? ": " : "",
	     arena_vprintf(&scratch, fmt, ap));
	va_end(ap);
	arena_free(&scratch);
}

static const char *type_text(const json_t *v)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list",  [JSON_STRING] = "a string",
		[JSON_INTEGER] = "a number", [JSON_REAL] = "a number", [JSON_TRUE] = "true",
		[JSON_FALSE] = "false",	     [JSON_NULL] = "null",
	};

	return names[json_typeof(v)];
}

static int wrong_type(struct member_reader *r, const struct member_path *at, const struct member *m,
		      const json_t *v, const char *wanted)
{
	member_error(r, at, "%s%s is expected here, not %s", wanted,
		     m->flags & MEMBER_NULLABLE ? " or null" : "", type_text(v));
	return -1;
}

static int read_text(struct member_reader *r, const struct member_path *at, const struct member *m,
		     json_t *v, void *into)
{
	if (!json_is_string(v))
		return wrong_type(r, at, m, v, "a string");
	*(const char **)into = json_string_value(v);
	return 0;
}

static int read_uint(struct member_reader *r, const struct member_path *at, const struct member *m,
		     json_t *v, void *into)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return wrong_type(r, at, m, v, "a whole number, 0 or more,");
	*(uint64_t *)into = (uint64_t)json_integer_value(v);
	return 0;
}

static int read_int(struct member_reader *r, const struct member_path *at, const struct member *m,
		    json_t *v, void *into)
{
	if (!json_is_integer(v))
		return wrong_type(r, at, m, v, "a whole number");
	if (m->flags & MEMBER_NULLABLE)
		*(struct doc_number *)into = (struct doc_number){ true, json_integer_value(v) };
	else
		*(int64_t *)into = json_integer_value(v);
	return 0;
}

static int read_bool(struct member_reader *r, const struct member_path *at, const struct member *m,
		     json_t *v, void *into)
{
	if (!json_is_boolean(v))
		return wrong_type(r, at, m, v, "true or false");
	if (m->flags & MEMBER_NULLABLE)
		*(struct doc_bool *)into = (struct doc_bool){ true, json_is_true(v) };
	else
		*(bool *)into = json_is_true(v);
	return 0;
}

static void unknown_word(struct member_reader *r, const struct member_path *at,
			 const struct member *m, const char *word)
{
	size_t len = 0;
	char *known;
	FILE *mem = xmemstream(&known, &len);

	for (size_t i = 0; m->words[i]; i++)
		fprintf(mem, "%s%s", i ? ", " : "", m->words[i]);
	fclose(mem);
	member_error(r, at, "'%s' is none of %s", word, known);
	free(known);
}

static int read_word(struct member_reader *r, const struct member_path *at, const struct member *m,
		     json_t *v, void *into)
{
	const char *word = json_string_value(v);

	if (!word)
		return wrong_type(r, at, m, v, "a string");
	for (unsigned int i = 0; m->words[i]; i++)
		if (!strcmp(word, m->words[i])) {
			*(unsigned int *)into = i;
			return 0;
		}
	unknown_word(r, at, m, word);
	return -1;
}

/* Where an aggregate goes: what may be null is a pointer. */
static void *room(struct member_reader *r, const struct member *m, size_t size, void *into)
{
	if (!(m->flags & MEMBER_NULLABLE))
		return into;
	return *(void **)into = arena_alloc(r->arena, size);
}

static int read_object(struct member_reader *r, const struct member_path *at,
		       const struct member *m, json_t *v, void *into)
{
	if (!json_is_object(v))
		return wrong_type(r, at, m, v, "an object");
	return members_read(r, at, v, m->table, room(r, m, m->table->size, into));
}

static int read_list(struct member_reader *r, const struct member_path *at, const struct member *m,
		     json_t *v, void *into)
{
	struct list list = { .n = json_array_size(v) };
	unsigned int errors = r->d->errors;

	if (!json_is_array(v))
		return wrong_type(r, at, m, v, "a list");
	list.items = arena_alloc(r->arena, list.n * m->table->size);
	for (size_t i = 0; i < list.n && r->d->errors - errors < ERRORS_MAX; i++) {
		const struct member_path element = { .parent = at, .index = i };

		if (json_is_object(json_array_get(v, i)))
			members_read(r, &element, json_array_get(v, i), m->table,
				     (char *)list.items + i * m->table->size);
		else
			member_error(r, &element, "an object is expected here, not %s",
				     type_text(json_array_get(v, i)));
	}
	memcpy(room(r, m, sizeof(list), into), &list, sizeof(list));
	return r->d->errors == errors ? 0 : -1;
}

static int read_strings(struct member_reader *r, const struct member_path *at,
			const struct member *m, json_t *v, void *into)
{
	struct doc_strings *strings = into;

	if (!json_is_array(v))
		return wrong_type(r, at, m, v, "a list of strings");
	strings->items = arena_alloc(r->arena, json_array_size(v) * sizeof(*strings->items));
	for (size_t i = 0; i < json_array_size(v); i++) {
		const struct member_path element = { .parent = at, .index = i };
		const json_t *item = json_array_get(v, i);

		if (!json_is_string(item)) {
			member_error(r, &element, "a string is expected here, not %s",
				     type_text(item));
			return -1;
		}
		strings->items[strings->n++] = json_string_value(item);
	}
	return 0;
}

static const char *value_text(struct member_reader *r, const json_t *v)
{
	const char *kept;
	char *text;

	if (json_is_string(v))
		return json_string_value(v);
	if (json_is_null(v))
		return NULL;
	text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
	kept = arena_strdup(r->arena, text ? text : "");
	free(text);
	return kept;
}

static int read_pairs(struct member_reader *r, const struct member_path *at, const struct member *m,
		      json_t *v, void *into)
{
	struct doc_pairs *pairs;

	if (!json_is_object(v))
		return wrong_type(r, at, m, v, "an object");
	pairs = room(r, m, sizeof(*pairs), into);
	pairs->items = arena_alloc(r->arena, json_object_size(v) * sizeof(*pairs->items));
	for (void *i = json_object_iter(v); i; i = json_object_iter_next(v, i))
		pairs->items[pairs->n++] =
			(struct doc_pair){ json_object_iter_key(i),
					   value_text(r, json_object_iter_value(i)) };
	return 0;
}

static int (*const readers[])(struct member_reader *, const struct member_path *,
			      const struct member *, json_t *, void *) = {
	[MEMBER_TEXT] = read_text, [MEMBER_UINT] = read_uint,	    [MEMBER_INT] = read_int,
	[MEMBER_BOOL] = read_bool, [MEMBER_WORD] = read_word,	    [MEMBER_OBJECT] = read_object,
	[MEMBER_LIST] = read_list, [MEMBER_STRINGS] = read_strings, [MEMBER_PAIRS] = read_pairs,
};

int members_read(struct member_reader *r, const struct member_path *at, json_t *object,
		 const struct member_table *table, void *into)
{
	unsigned int errors = r->d->errors;

	for (size_t i = 0; i < table->n && r->d->errors - errors < ERRORS_MAX; i++) {
		const struct member *m = &table->rows[i];
		const struct member_path path = { .parent = at, .name = m->name };
		json_t *v = json_object_get(object, m->name);

		if (v && !(json_is_null(v) && m->flags & MEMBER_NULLABLE))
			readers[m->kind](r, &path, m, v, (char *)into + m->offset);
		else if (!v && !(m->flags & MEMBER_NEWER))
			member_error(r, at, "'%s' is missing", m->name);
	}
	return r->d->errors == errors ? 0 : -1;
}
