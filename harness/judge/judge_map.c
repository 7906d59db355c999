/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text_stream.h"
#include "judge/map_judge.h"

#include <stdlib.h>
#include <string.h>

struct mismatch *map_mismatch(struct map_judge *mj, struct span where)
{
	struct mismatch *m = ARENA_PUSH(mj->arena, mj->out->items, mj->out->n);

	m->kind = MISMATCH_MAP;
	m->where = where;
	m->map = mj->m->type->name;
	return m;
}

const char *map_left_out(struct map_judge *mj)
{
	size_t n = mj->m->after->left_out;

	if (!n)
		return "";
	return arena_printf(mj->arena, "; %zu more entr%s not read", n,
			    n == 1 ? "y was" : "ies were");
}

const struct map_entry *map_find(const struct judged_map *m, const struct map_view *view,
				 const uint8_t *key)
{
	size_t low = 0, high = view->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = entry_compare_keys(m, view->entries[mid].key, key);

		if (!order)
			return &view->entries[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

size_t map_find_match(struct map_judge *mj, const struct entry_expectation *e, size_t from,
		      const size_t *taken)
{
	const struct map_view *view = mj->m->after;

	if (e->whole_key) {
		const struct map_entry *found = map_find(mj->m, view, e->key.data);
		size_t i = found ? (size_t)(found - view->entries) : view->n;

		if (!found || i < from || (taken && taken[i]) ||
		    !entry_value_matches(&mj->j, e, found) || !map_inner_matches(mj, e, found))
			return view->n;
		return i;
	}
	for (size_t i = from; i < view->n; i++)
		if (!(taken && taken[i]) && entry_matches(&mj->j, e, &view->entries[i]) &&
		    map_inner_matches(mj, e, &view->entries[i]))
			return i;
	return view->n;
}

size_t map_find_nearest(struct map_judge *mj, const struct entry_expectation *e,
			const size_t *taken)
{
	const struct map_view *view = mj->m->after;
	uint64_t least = UINT64_MAX;
	size_t nearest = view->n;

	for (size_t i = 0; i < view->n && least; i++) {
		uint64_t distance;

		if (taken && taken[i])
			continue;
		distance = entry_distance(&mj->j, e, &view->entries[i]);
		if (distance < least) {
			least = distance;
			nearest = i;
		}
	}
	return nearest;
}

/* As many as a reader takes in; the table below the message has them all. */
#define MEMBERS_NAMED 4

static const char *members_message(struct map_judge *mj, const struct mismatch *m)
{
	struct text_stream t;

	text_stream_open(&t);
	fprintf(t.out, "'%s': ", m->map);
	if (m->n_values == 1) {
		fprintf(t.out, "%s: expected %s, got %s", m->values[0].member,
			m->values[0].expected, m->values[0].actual);
		return text_stream_close(&t, mj->arena);
	}
	for (size_t i = 0; i < m->n_values && i < MEMBERS_NAMED; i++)
		fprintf(t.out, "%s%s", i ? ", " : "", m->values[i].member);
	if (m->n_values > MEMBERS_NAMED)
		fprintf(t.out, " and %zu more", m->n_values - MEMBERS_NAMED);
	fputs(" differ", t.out);
	return text_stream_close(&t, mj->arena);
}

/* Only a key that is known whole can be said; of others the place in the text says it. */
static const char *missing_message(struct map_judge *mj, const struct entry_expectation *e)
{
	const char *name = mj->m->type->name, *rest = map_left_out(mj);

	if (!mj->m->after->n && !*rest)
		rest = "; the map is empty";
	if (!e->whole_key && !leaves_covered(&mj->j.key, e->key.mask))
		return arena_printf(mj->arena, "'%s': no entry matches%s", name, rest);
	return arena_printf(mj->arena, "'%s': no entry with key %s%s", name,
			    entry_key_text(mj->m, e->key.data, mj->arena), rest);
}

void map_entry_missing(struct map_judge *mj, const struct entry_expectation *e, size_t nearest)
{
	const struct map_view *view = mj->m->after;
	const struct map_entry *actual;
	struct mismatch *m;

	if (e->inner && nearest < view->n &&
	    entry_key_matches(&mj->j, e, &view->entries[nearest])) {
		map_inner_report(mj, e, &view->entries[nearest]);
		return;
	}
	m = map_mismatch(mj, e->where);
	if (nearest == view->n) {
		m->message = missing_message(mj, e);
		return;
	}
	actual = &view->entries[nearest];
	m->nearest = judged_entry_text(mj->m, actual, mj->arena);
	m->n_values = entry_diff(&mj->j, e, actual, mj->arena, &m->values);
	if (entry_key_matches(&mj->j, e, actual) && m->n_values)
		m->message = members_message(mj, m);
	else
		m->message = missing_message(mj, e);
}

static void judge_present(struct map_judge *mj, const struct entry_expectation *e)
{
	if (map_find_match(mj, e, 0, NULL) == mj->m->after->n)
		map_entry_missing(mj, e, map_find_nearest(mj, e, NULL));
}

void map_judge_absent(struct map_judge *mj, const struct entry_expectation *e)
{
	const struct map_view *view = mj->m->after;
	const char *first = NULL;
	struct mismatch *m;
	size_t n = 0;

	for (size_t i = map_find_match(mj, e, 0, NULL); i < view->n;
	     i = map_find_match(mj, e, i + 1, NULL)) {
		if (entry_is_blank(mj->m, &view->entries[i]))
			continue;
		if (!n++)
			first = judged_entry_text(mj->m, &view->entries[i], mj->arena);
	}
	if (!n)
		return;
	m = map_mismatch(mj, e->where);
	m->nearest = first;
	if (n == 1)
		m->message = arena_printf(mj->arena, "'%s': expected no such entry, found %s",
					  m->map, first);
	else
		m->message = arena_printf(mj->arena,
					  "'%s': expected no such entry, found %zu, the first: %s",
					  m->map, n, first);
}

static void judge_entries(struct map_judge *mj)
{
	for (size_t i = 0; i < mj->e->n_entries; i++) {
		const struct entry_expectation *e = &mj->e->entries[i];

		if (e->presence == ENTRY_PRESENT)
			judge_present(mj, e);
		else
			map_judge_absent(mj, e);
	}
}

static void judge_empty(struct map_judge *mj)
{
	const struct map_view *view = mj->m->after;
	size_t n = view->left_out;
	struct mismatch *m;

	for (size_t i = 0; i < view->n; i++)
		n += !entry_is_blank(mj->m, &view->entries[i]);
	if (!n)
		return;
	m = map_mismatch(mj, mj->e->where);
	m->message = arena_printf(mj->arena, "'%s' is not empty: it has %zu entr%s", m->map, n,
				  n == 1 ? "y" : "ies");
}

static int compare_entries(const void *a, const void *b, void *m)
{
	const struct map_entry *left = a, *right = b;

	return entry_compare_keys(m, left->key, right->key);
}

/* Searching relies on the order. Entries looked up one by one come in another. */
static const struct map_view *in_order(struct map_judge *mj, const struct map_view *view)
{
	struct judged_map m = *mj->m; /* qsort_r() takes no const */
	struct map_view *sorted;
	size_t i = 1;

	while (i < view->n &&
	       entry_compare_keys(&m, view->entries[i - 1].key, view->entries[i].key) <= 0)
		i++;
	if (i >= view->n)
		return view;
	sorted = arena_memdup(&mj->scratch, view, sizeof(*view));
	sorted->entries =
		arena_memdup(&mj->scratch, view->entries, view->n * sizeof(*view->entries));
	qsort_r(sorted->entries, sorted->n, sizeof(*sorted->entries), compare_entries, &m);
	return sorted;
}

bool judge_map(const struct map_expectation *e, const struct judged_map *m, struct arena *arena,
	       struct mismatches *out)
{
	struct map_judge mj = { .e = e, .m = m, .arena = arena, .out = out };
	struct judged_map ordered = *m;
	size_t found = out->n;

	ordered.after = in_order(&mj, m->after);
	if (m->before)
		ordered.before = in_order(&mj, m->before);
	mj.m = &ordered;
	entry_judge_init(&mj.j, &ordered, &mj.scratch);
	switch (e->condition) {
	case MAP_ENTRIES:
		judge_entries(&mj);
		break;
	case MAP_ONLY:
		map_judge_only(&mj);
		break;
	case MAP_UNCHANGED:
		map_judge_unchanged(&mj);
		break;
	case MAP_EMPTY:
		judge_empty(&mj);
		break;
	case MAP_ANY:
		break;
	}
	/* One about a map in this one already shows what that holds. */
	if (out->n > found && !out->items[out->n - 1].has_states)
		map_states(&mj, &out->items[out->n - 1]);
	arena_free(&mj.scratch);
	return out->n == found;
}
