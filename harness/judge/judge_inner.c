/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Maps in maps: what lies in an entry is judged as a map of its own. */
#include "judge/map_judge.h"

struct judged_map map_inner_judged(const struct judged_map *m, const struct map_entry *before,
				   const struct map_entry *actual, struct arena *arena)
{
	struct object_map *type = arena_memdup(arena, m->type->inner, sizeof(*type));

	type->name =
		arena_printf(arena, "%s[%s]", m->type->name, entry_key_text(m, actual->key, arena));
	return (struct judged_map){
		.type = type,
		.values = m->values,
		.n_cpus = actual->inner->n_cpus,
		.before = before && before->inner ? &before->inner->view : NULL,
		.after = &actual->inner->view,
	};
}

static bool is_known(const struct judged_map *m, const struct map_entry *e)
{
	return e->inner && m->type->inner;
}

bool map_inner_matches(struct map_judge *mj, const struct entry_expectation *e,
		       const struct map_entry *actual)
{
	struct mismatches ignored = {};
	struct judged_map inner;

	if (!e->inner)
		return true;
	if (!is_known(mj->m, actual))
		return false;
	inner = map_inner_judged(mj->m, NULL, actual, &mj->scratch);
	return judge_map(e->inner, &inner, &mj->scratch, &ignored);
}

void map_inner_report(struct map_judge *mj, const struct entry_expectation *e,
		      const struct map_entry *actual)
{
	const struct map_view *before = mj->m->before;
	struct mismatch *m;
	struct judged_map inner;

	if (is_known(mj->m, actual)) {
		inner = map_inner_judged(mj->m,
					 before ? map_find(mj->m, before, actual->key) : NULL,
					 actual, mj->arena);
		judge_map(e->inner, &inner, mj->arena, mj->out);
		return;
	}
	m = map_mismatch(mj, e->where);
	m->message = arena_printf(mj->arena, "'%s': the map that lies at key %s cannot be read",
				  m->map, entry_key_text(mj->m, actual->key, mj->arena));
}

size_t map_inner_changes(const struct judged_map *m, const struct map_entry *before,
			 const struct map_entry *after, struct arena *arena,
			 struct value_difference **out)
{
	static const struct map_expectation unchanged = { .condition = MAP_UNCHANGED };
	struct judged_map inner = map_inner_judged(m, before, after, arena);
	struct mismatches found = {};

	if (judge_map(&unchanged, &inner, arena, &found))
		return 0;
	*out = found.items[0].values;
	return found.items[0].n_values;
}
