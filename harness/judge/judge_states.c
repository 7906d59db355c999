/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A map before and after: what changed, and both as text. */
#include "judge/map_judge.h"

#include <assert.h>

struct changes {
	struct map_judge *mj;
	size_t added, changed, removed;
	size_t listed; /* entries that have rows */
	struct value_difference *rows;
	size_t n_rows;
};

static struct value_difference *add_row(struct changes *c)
{
	return ARENA_PUSH(c->mj->arena, c->rows, c->n_rows);
}

static const char *entry_name(struct changes *c, const struct map_entry *e)
{
	return arena_printf(c->mj->arena, "[%s]", entry_key_text(c->mj->m, e->key, c->mj->arena));
}

static void list_added(struct changes *c, const struct map_entry *e)
{
	c->added++;
	if (c->listed++ < STATES_SHOWN)
		*add_row(c) = (struct value_difference){
			.member = entry_name(c, e),
			.expected = "absent",
			.actual = entry_value_text(c->mj->m, e, c->mj->arena),
		};
}

static void list_removed(struct changes *c, const struct map_entry *e)
{
	c->removed++;
	if (c->listed++ < STATES_SHOWN)
		*add_row(c) = (struct value_difference){
			.member = entry_name(c, e),
			.expected = entry_value_text(c->mj->m, e, c->mj->arena),
			.actual = "absent",
		};
}

static void list_cpu_changes(struct changes *c, const struct map_entry *before,
			     const struct map_entry *after, unsigned int cpu)
{
	const struct judged_map *m = c->mj->m;
	struct value_difference *rows = NULL;
	const char *name = entry_name(c, after);
	size_t n;

	if (m->n_cpus > 1)
		name = arena_printf(c->mj->arena, "%s[CPU %u]", name, cpu);
	n = value_diff(m->values, m->type->value, entry_cpu_value(m, before, cpu), NULL,
		       entry_cpu_value(m, after, cpu), name, c->mj->arena, &rows);
	for (size_t i = 0; i < n; i++)
		*add_row(c) = rows[i];
}

/* "[KEY][INNER KEY].count" */
static void list_inner_changes(struct changes *c, const struct map_entry *before,
			       const struct map_entry *after)
{
	const char *name = entry_name(c, after);
	struct value_difference *rows = NULL;
	size_t n = map_inner_changes(c->mj->m, before, after, c->mj->arena, &rows);

	for (size_t i = 0; i < n; i++) {
		struct value_difference *row = add_row(c);

		*row = rows[i];
		row->member = arena_printf(c->mj->arena, "%s%s", name, rows[i].member);
	}
}

static void list_changed(struct changes *c, const struct map_entry *before,
			 const struct map_entry *after)
{
	c->changed++;
	if (c->listed++ >= STATES_SHOWN)
		return;
	if (before->inner && after->inner && c->mj->m->type->inner) {
		list_inner_changes(c, before, after);
		return;
	}
	for (unsigned int cpu = 0; cpu < c->mj->m->n_cpus; cpu++)
		if (!value_matches(c->mj->m->type->value_size,
				   entry_cpu_value(c->mj->m, before, cpu), NULL,
				   entry_cpu_value(c->mj->m, after, cpu)))
			list_cpu_changes(c, before, after, cpu);
}

/* Both are sorted by key: one walk along the two. */
static void find_changes(struct changes *c)
{
	const struct judged_map *m = c->mj->m;
	const struct map_view *before = m->before, *after = m->after;
	size_t b = 0, a = 0;

	while (b < before->n && a < after->n) {
		const struct map_entry *old = &before->entries[b], *new = &after->entries[a];
		int order = entry_compare_keys(m, old->key, new->key);

		if (order < 0)
			list_removed(c, old);
		else if (order > 0)
			list_added(c, new);
		else if (!entry_values_equal(m, old, new))
			list_changed(c, old, new);
		b += order <= 0;
		a += order >= 0;
	}
	for (; b < before->n; b++)
		list_removed(c, &before->entries[b]);
	for (; a < after->n; a++)
		list_added(c, &after->entries[a]);
}

static const char *changes_message(struct changes *c)
{
	const struct {
		size_t n;
		const char *verb;
	} counts[] = { { c->added, "added" },
		       { c->changed, "changed" },
		       { c->removed, "removed" } };
	struct arena *a = c->mj->arena;
	const char *text = arena_printf(a, "'%s' changed", c->mj->m->type->name), *lead = ":";

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		if (!counts[i].n)
			continue;
		text = arena_printf(a, "%s%s %zu entr%s %s", text, lead, counts[i].n,
				    counts[i].n == 1 ? "y" : "ies", counts[i].verb);
		lead = ",";
	}
	return c->listed > STATES_SHOWN
		       ? arena_printf(a, "%s (the first %d are shown)", text, STATES_SHOWN)
		       : text;
}

void map_judge_unchanged(struct map_judge *mj)
{
	struct changes c = { .mj = mj };
	struct mismatch *m;

	assert(mj->m->before);
	find_changes(&c);
	if (!c.listed && !mj->m->after->left_out && !mj->m->before->left_out)
		return;
	m = map_mismatch(mj, mj->e->where);
	m->values = c.rows;
	m->n_values = c.n_rows;
	if (c.listed)
		m->message = changes_message(&c);
	else
		m->message = arena_printf(mj->arena,
					  "'%s' is too large to tell whether it is unchanged%s",
					  m->map, map_left_out(mj));
}

static bool is_changed(const struct judged_map *m, const struct map_entry *e,
		       const struct map_view *other)
{
	const struct map_entry *same = map_find(m, other, e->key);

	return !same || !entry_values_equal(m, e, same);
}

/* Choose entries of @view that are not blank, at most *@room more: only those that changed, or all.
 */
static void choose(const struct judged_map *m, const struct map_view *view,
		   const struct map_view *changed_from, bool *shown, size_t *room)
{
	for (size_t i = 0; i < view->n && *room; i++) {
		const struct map_entry *e = &view->entries[i];

		if (shown[i] || entry_is_blank(m, e) ||
		    (changed_from && !is_changed(m, e, changed_from)))
			continue;
		shown[i] = true;
		--*room;
	}
}

static size_t state_lines(struct map_judge *mj, const struct map_view *view,
			  const struct map_view *other, const char ***lines, uint64_t *total)
{
	const struct judged_map *m = mj->m;
	bool *shown = arena_alloc(&mj->scratch, view->n * sizeof(*shown));
	size_t n = 0, room = STATES_SHOWN;

	*total = view->left_out;
	for (size_t i = 0; i < view->n; i++)
		*total += !entry_is_blank(m, &view->entries[i]);
	if (other)
		choose(m, view, other, shown, &room);
	choose(m, view, NULL, shown, &room);
	for (size_t i = 0; i < view->n; i++)
		if (shown[i])
			*ARENA_PUSH(mj->arena, *lines, n) =
				judged_entry_text(m, &view->entries[i], mj->arena);
	return n;
}

/* Of a view that is not whole, what is missing cannot be told from what was removed. */
static const struct map_view *if_whole(const struct map_view *view)
{
	return view && !view->left_out ? view : NULL;
}

void map_states(struct map_judge *mj, struct mismatch *out)
{
	const struct map_view *before = mj->m->before, *after = mj->m->after;

	out->has_states = true;
	out->n_after = state_lines(mj, after, if_whole(before), &out->after, &out->total_after);
	/* The first elements of a large array say nothing of the others. */
	if (!before || (before->left_out && map_is_array(mj->m)))
		return;
	out->has_before = true;
	out->n_before = state_lines(mj, before, if_whole(after), &out->before, &out->total_before);
}
