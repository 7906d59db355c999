/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/type_find.h"

#include "base/text.h"
#include "types/place.h"
#include "types/type_set.h"

#include <bpf/btf.h>
#include <string.h>

const char *type_bare_name(const char *name)
{
	static const char *const keywords[] = { "struct ", "union " };

	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strncmp(name, keywords[i], strlen(keywords[i])))
			return name + strlen(keywords[i]);
	return name;
}

const struct type *type_find(const struct type_set *s, const char *name)
{
	const struct type *t = type_set_find(s, name);
	struct arena scratch = {};

	if (!t)
		t = type_set_find(s, arena_printf(&scratch, "struct %s", name));
	if (!t)
		t = type_set_find(s, arena_printf(&scratch, "union %s", name));
	arena_free(&scratch);
	return t;
}

struct type_name {
	const char *name; /* first: text_nearest() looks here */
	const char *keyword;
};

static const char *keyword_of(const struct btf_type *t)
{
	if (btf_is_struct(t))
		return "struct ";
	if (btf_is_union(t))
		return "union ";
	if (btf_is_any_enum(t))
		return "enum ";
	return btf_is_typedef(t) || btf_is_int(t) ? "" : NULL;
}

const char *type_nearest(const struct type_set *s, const char *word, struct arena *arena)
{
	const struct btf *btf = type_set_btf(s);
	struct type_name *names = NULL;
	const char *near;
	size_t n = 0;

	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *keyword = keyword_of(t), *name = btf__name_by_offset(btf, t->name_off);

		if (keyword && name && *name)
			*ARENA_PUSH(arena, names, n) = (struct type_name){ name, keyword };
	}
	word = type_bare_name(word);
	near = text_nearest(word, strlen(word), names, n, sizeof(*names));
	for (size_t i = 0; near && i < n; i++)
		if (names[i].name == near)
			return arena_printf(arena, "%s%s", names[i].keyword, near);
	return NULL;
}

bool member_find(const struct type *t, const char *name, struct member_place *out)
{
	struct place whole = { .type = t }, found;

	if (!place_find(&whole, name, strlen(name), &found))
		return false;
	*out = (struct member_place){ found.type, (uint32_t)found.off, found.bit_size };
	return true;
}

const char *member_nearest(const struct type *t, const char *name)
{
	const char *near;

	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
		return NULL;
	near = text_nearest(name, strlen(name), t->members, t->n, sizeof(*t->members));
	for (uint32_t i = 0; i < t->n && !near; i++)
		if (!t->members[i].name)
			near = member_nearest(t->members[i].type, name);
	return near;
}
