/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One expected entry against one entry of a map. */
#pragma once

#include "judge/judge.h"
#include "judge/leaves.h"

/* What comparing many entries of one map needs, made once. */
struct entry_judge {
	const struct judged_map *m;
	struct arena *arena; /* owns all of it, and texts that are asked for */
	struct leaves key, value;
	uint8_t *integers;   /* per-CPU: the bits of a value that are summed */
	uint8_t *sum, *mask; /* per-CPU: room for one value */
};

void entry_judge_init(struct entry_judge *j, const struct judged_map *m, struct arena *arena);

bool entry_key_matches(const struct entry_judge *j, const struct entry_expectation *e,
		       const struct map_entry *actual);
/* True where no value is expected. */
bool entry_value_matches(struct entry_judge *j, const struct entry_expectation *e,
			 const struct map_entry *actual);
/* Whether key and value match. */
bool entry_matches(struct entry_judge *j, const struct entry_expectation *e,
		   const struct map_entry *actual);
/*
 * How far @actual is from what is expected: members of the key that differ count before any
 * number of members of the value. 0 if it matches.
 */
uint64_t entry_distance(struct entry_judge *j, const struct entry_expectation *e,
			const struct map_entry *actual);
/* Members that differ, "key.dport", "value.count", from @arena. Returns how many. */
size_t entry_diff(struct entry_judge *j, const struct entry_expectation *e,
		  const struct map_entry *actual, struct arena *arena,
		  struct value_difference **out);

/* Whether the elements of @m always exist. */
bool map_is_array(const struct judged_map *m);
/* Whether @actual is an element of an array that nobody has written: all zero. */
bool entry_is_blank(const struct judged_map *m, const struct map_entry *actual);
/* Maps in maps are equal where they hold the same, whichever map it is. */
bool entry_values_equal(const struct judged_map *m, const struct map_entry *a,
			const struct map_entry *b);
/* Order of the bytes of keys, as in a map_view. */
int entry_compare_keys(const struct judged_map *m, const uint8_t *a, const uint8_t *b);

/* Value of possible CPU @cpu. */
const uint8_t *entry_cpu_value(const struct judged_map *m, const struct map_entry *e,
			       unsigned int cpu);
/* The value; per-CPU: the sum, in @arena. */
const uint8_t *entry_value(const struct judged_map *m, const struct map_entry *e,
			   struct arena *arena);
const char *entry_key_text(const struct judged_map *m, const uint8_t *key, struct arena *arena);
/* The value, per-CPU: the sum. */
const char *entry_value_text(const struct judged_map *m, const struct map_entry *e,
			     struct arena *arena);
/* From one value to another, member by member: "packets 1 -> 2, bytes 42 -> 84". */
const char *entry_change_text(const struct judged_map *m, const struct map_entry *before,
			      const struct map_entry *after, struct arena *arena);
