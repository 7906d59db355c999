/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the parts of judge_map() share. */
#pragma once

#include "judge/entry.h"

/* One map's expectation under judgement. */
struct map_judge {
	const struct map_expectation *e;
	const struct judged_map *m;
	struct entry_judge j;
	struct arena *arena;  /* of what is found */
	struct arena scratch; /* gone when judged */
	struct mismatches *out;
};

/* A mismatch of this map, counted and empty but for its place. */
struct mismatch *map_mismatch(struct map_judge *mj, struct span where);
/* ": 3 more entries were not read" where that is so, else "". */
const char *map_left_out(struct map_judge *mj);

/* The entry of @view with this key, or NULL. */
const struct map_entry *map_find(const struct judged_map *m, const struct map_view *view,
				 const uint8_t *key);
/*
 * The next entry, from @from on, that matches @e; entries for which @taken[n] is not 0 are passed
 * over (@taken may be NULL). Returns its number, or the number of entries.
 */
size_t map_find_match(struct map_judge *mj, const struct entry_expectation *e, size_t from,
		      const size_t *taken);
/* The entry that comes closest to @e, not taken; the number of entries where there is none. */
size_t map_find_nearest(struct map_judge *mj, const struct entry_expectation *e,
			const size_t *taken);
/* No entry matches @e; @nearest is the number of the closest. */
void map_entry_missing(struct map_judge *mj, const struct entry_expectation *e, size_t nearest);

/*
 * The map that lies in entry @actual, as judging sees it, in @arena: called "MAP[KEY]". @before is
 * the entry as it was, or NULL. Needs actual->inner.
 */
struct judged_map map_inner_judged(const struct judged_map *m, const struct map_entry *before,
				   const struct map_entry *actual, struct arena *arena);
/* Whether what lies in @actual is as @e expects it, also where it expects nothing. */
bool map_inner_matches(struct map_judge *mj, const struct entry_expectation *e,
		       const struct map_entry *actual);
/* It is not: say what differs. */
void map_inner_report(struct map_judge *mj, const struct entry_expectation *e,
		      const struct map_entry *actual);
/*
 * What changed in the map that lies in an entry, member by member: "[KEY].count", from @arena.
 * Returns how many rows.
 */
size_t map_inner_changes(const struct judged_map *m, const struct map_entry *before,
			 const struct map_entry *after, struct arena *arena,
			 struct value_difference **out);

void map_judge_absent(struct map_judge *mj, const struct entry_expectation *e);
void map_judge_only(struct map_judge *mj);
void map_judge_unchanged(struct map_judge *mj);
/* What the map held before and after, into @out. */
void map_states(struct map_judge *mj, struct mismatch *out);
