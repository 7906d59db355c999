/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/type_set.h"

#include "base/text.h"
#include "types/btf_types.h"
#include "types/libbpf_log.h"
#include "types/object_check.h"
#include "types/object_what.h"

#include <bpf/btf.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct type_set {
	struct arena arena;
	struct btf *btf;
	struct btf_types types;
	pthread_mutex_t lock;	       /* types are made when asked for */
	struct type_enumerator *names; /* sorted, each name once */
	size_t n;
};

static int compare_names(const void *a, const void *b)
{
	const struct type_enumerator *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->value > y->value) - (x->value < y->value);
}

static int compare_name(const void *name, const void *item)
{
	return strcmp(name, ((const struct type_enumerator *)item)->name);
}

/* Once each; a name with two values in two enums has no meaning of its own. */
static size_t unique_names(struct type_enumerator *names, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0, next; i < n; i = next) {
		bool same = true;

		for (next = i + 1; next < n && !strcmp(names[next].name, names[i].name); next++)
			same &= names[next].value == names[i].value;
		if (same)
			names[kept++] = names[i];
	}
	return kept;
}

struct type_set *type_set_from_btf(struct btf *btf)
{
	struct type_set *s = xcalloc(1, sizeof(*s));
	size_t total = 0;

	s->btf = btf;
	pthread_mutex_init(&s->lock, NULL);
	btf_types_init(&s->types, btf, &s->arena);
	for (uint32_t id = 1; id < s->types.n; id++) {
		const struct btf_type *bt = btf__type_by_id(btf, id);
		const struct type *t;

		if (!btf_is_any_enum(bt))
			continue;
		t = btf_type(&s->types, id);
		for (uint32_t i = 0; i < t->n; i++)
			*ARRAY_PUSH(s->names, total) = t->enumerators[i];
	}
	if (total)
		qsort(s->names, total, sizeof(*s->names), compare_names);
	s->n = unique_names(s->names, total);
	return s;
}

struct type_set *type_set_read(struct diags *d, struct span where, const char *path)
{
	struct type_set *s = NULL;
	struct btf *btf;
	char *said;
	int err;

	libbpf_log_begin();
	btf = btf__parse(path, NULL);
	err = btf ? 0 : -errno;
	said = libbpf_log_end();
	if (btf && btf_check(d, where, path, btf))
		s = type_set_from_btf(btf);
	else if (btf)
		btf__free(btf);
	else
		what_without_types(d, where, path, err, said);
	free(said);
	return s;
}

/* A typedef stands for itself, tagged types after their keyword. */
static uint32_t find_id(const struct btf *btf, const char *name)
{
	static const struct {
		const char *tag;
		uint32_t kinds[2];
	} tags[] = {
		{ "struct ", { BTF_KIND_STRUCT, BTF_KIND_STRUCT } },
		{ "union ", { BTF_KIND_UNION, BTF_KIND_UNION } },
		{ "enum ", { BTF_KIND_ENUM, BTF_KIND_ENUM64 } },
		{ "", { BTF_KIND_TYPEDEF, BTF_KIND_INT } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		size_t len = strlen(tags[i].tag);

		for (size_t k = 0; k < 2 && !strncmp(name, tags[i].tag, len); k++) {
			int id = btf__find_by_name_kind(btf, name + len, tags[i].kinds[k]);

			if (id > 0)
				return (uint32_t)id;
		}
	}
	return 0;
}

const struct type *type_set_by_id(const struct type_set *s, uint32_t id)
{
	/* Only what it remembers changes: to callers a set is constant. */
	struct type_set *mine = (struct type_set *)(uintptr_t)s;
	const struct type *t;

	if (!id || id >= s->types.n)
		return NULL;
	pthread_mutex_lock(&mine->lock);
	t = btf_type(&mine->types, id);
	pthread_mutex_unlock(&mine->lock);
	return t;
}

const struct type *type_set_find(const struct type_set *s, const char *name)
{
	return type_set_by_id(s, find_id(s->btf, name));
}

const struct type_enumerator *type_set_enumerator(const struct type_set *s, const char *name)
{
	return s->n ? bsearch(name, s->names, s->n, sizeof(*s->names), compare_name) : NULL;
}

const char *type_set_nearest(const struct type_set *s, const char *word, size_t len)
{
	return text_nearest(word, len, s->names, s->n, sizeof(*s->names));
}

const struct btf *type_set_btf(const struct type_set *s)
{
	return s->btf;
}

void type_set_free(struct type_set *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	btf__free(s->btf);
	arena_free(&s->arena);
	free(s->names);
	free(s);
}
