/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Exactly these entries: each expected entry is given one of its own. A partial key may fit
 * several, so a greedy choice can take the only one that another needs: ways round are searched
 * as in bipartite matching (augmenting paths, breadth first, so that depth needs no stack).
 */
#include "judge/map_judge.h"

#include <string.h>

/* Entries and expectations are numbered from 1 here; 0: none. */
struct matching {
	struct map_judge *mj;
	size_t *owner;	  /* of each entry: the expectation */
	size_t *given;	  /* to each expectation: its entry */
	size_t *reached;  /* entry: by which expectation, in this search */
	size_t *searched; /* entry: in which search it was reached last */
	size_t *queue;	  /* expectations that would have to find another entry */
};

static void matching_init(struct matching *ma, struct map_judge *mj)
{
	size_t entries = mj->m->after->n, expected = mj->e->n_entries;
	struct arena *a = &mj->scratch;

	*ma = (struct matching){
		.mj = mj,
		.owner = arena_alloc(a, entries * sizeof(*ma->owner)),
		.given = arena_alloc(a, (expected + 1) * sizeof(*ma->given)),
		.reached = arena_alloc(a, entries * sizeof(*ma->reached)),
		.searched = arena_alloc(a, entries * sizeof(*ma->searched)),
		.queue = arena_alloc(a, (expected + 1) * sizeof(*ma->queue)),
	};
}

/* Entry @i is free: along the way it was reached, everybody takes what they reached. */
static void take(struct matching *ma, size_t i)
{
	for (;;) {
		size_t expected = ma->reached[i], before = ma->given[expected];

		ma->owner[i] = expected;
		ma->given[expected] = i + 1;
		if (!before)
			return;
		i = before - 1;
	}
}

/* Find an entry for expectation @first. */
static void assign(struct matching *ma, size_t first)
{
	struct map_judge *mj = ma->mj;
	const struct map_view *view = mj->m->after;
	size_t head = 0, tail = 0;

	ma->queue[tail++] = first;
	while (head < tail) {
		size_t expected = ma->queue[head++];
		const struct entry_expectation *e = &mj->e->entries[expected - 1];

		for (size_t i = map_find_match(mj, e, 0, NULL); i < view->n;
		     i = map_find_match(mj, e, i + 1, NULL)) {
			if (ma->searched[i] == first)
				continue;
			ma->searched[i] = first;
			ma->reached[i] = expected;
			if (!ma->owner[i]) {
				take(ma, i);
				return;
			}
			ma->queue[tail++] = ma->owner[i];
		}
	}
}

/* An entry shown as the nearest, with the key that is asked for, is not reported again. */
static void report_missing(struct matching *ma, size_t expected)
{
	struct map_judge *mj = ma->mj;
	const struct entry_expectation *e = &mj->e->entries[expected - 1];
	size_t nearest = map_find_nearest(mj, e, ma->owner);

	map_entry_missing(mj, e, nearest);
	if (nearest < mj->m->after->n &&
	    entry_key_matches(&mj->j, e, &mj->m->after->entries[nearest]))
		ma->owner[nearest] = expected;
}

static void report_extra(struct matching *ma)
{
	struct map_judge *mj = ma->mj;
	const struct map_view *view = mj->m->after;
	struct mismatch *m;
	size_t n = 0;

	for (size_t i = 0; i < view->n; i++) {
		if (ma->owner[i] || entry_is_blank(mj->m, &view->entries[i]) || n++ >= STATES_SHOWN)
			continue;
		m = map_mismatch(mj, mj->e->where);
		m->nearest = judged_entry_text(mj->m, &view->entries[i], mj->arena);
		m->message = arena_printf(mj->arena, "'%s': this entry is not expected: %s", m->map,
					  m->nearest);
	}
	n += view->left_out;
	if (n <= STATES_SHOWN && !view->left_out)
		return;
	m = map_mismatch(mj, mj->e->where);
	m->message = arena_printf(mj->arena, "'%s': %zu entries that are not expected%s", m->map, n,
				  map_left_out(mj));
}

void map_judge_only(struct map_judge *mj)
{
	struct matching ma;

	matching_init(&ma, mj);
	for (size_t i = 1; i <= mj->e->n_entries; i++)
		if (mj->e->entries[i - 1].presence == ENTRY_PRESENT)
			assign(&ma, i);
	for (size_t i = 1; i <= mj->e->n_entries; i++) {
		const struct entry_expectation *e = &mj->e->entries[i - 1];

		if (e->presence == ENTRY_ABSENT)
			map_judge_absent(mj, e);
		else if (!ma.given[i])
			report_missing(&ma, i);
	}
	report_extra(&ma);
}
