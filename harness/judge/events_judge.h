/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What judge_events.c finds out and events_report.c tells. */
#pragma once

#include "judge/event.h"

/* A record that is shown: copies, as runs use their buffers again. */
struct kept_event {
	struct observed_event event;
	struct observation run; /* only what was sent */
	uint64_t number;	/* among all records, from 1 */
};

struct item_state {
	bool found;
	bool *fits;    /* any order: the items that the record given to this one fits */
	size_t before; /* in a search: the item whose record moves here; the number of items: none
			*/
	bool searched;
	struct kept_event *nearest; /* NULL: none came that can be compared */
	size_t distance;
	bool at_its_place; /* only: nearest is what came in place of it */
};

struct events_judge {
	const struct events_expectation *e;
	struct arena arena;
	struct item_state *items;
	size_t *queue; /* of a search */
	size_t n_found;
	uint64_t n, lost, n_extra;
	struct kept_event *first_extra;
	struct kept_event *shown[EVENTS_SHOWN];
};

/* Add what does not hold to @out, and the records that were seen to the last of it. */
void events_report(struct events_judge *j, struct arena *arena, struct mismatches *out);
