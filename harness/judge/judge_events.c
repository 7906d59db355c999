/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Expected records against those that come, run by run. Each expectation is given a record of its
 * own as soon as one comes. In any order a record may fit several, so those given one may have to
 * change: as in bipartite matching (augmenting paths, breadth first). A record that no change makes
 * room for never gets any later, so only as many are remembered as there are expectations.
 */
#include "judge/events_judge.h"

#include <stdlib.h>

struct events_judge *events_judge_begin(const struct events_expectation *e)
{
	struct events_judge *j = xcalloc(1, sizeof(*j));

	j->e = e;
	j->items = arena_alloc(&j->arena, e->n * sizeof(*j->items));
	j->queue = arena_alloc(&j->arena, e->n * sizeof(*j->queue));
	return j;
}

/* An event with the run it came from. */
struct seen_event {
	const struct observed_event *event;
	const struct observation *run;
};

static struct kept_event *keep(struct events_judge *j, const struct seen_event *s)
{
	struct kept_event *k = arena_alloc(&j->arena, sizeof(*k));

	k->event = *s->event;
	k->event.map = arena_strdup(&j->arena, s->event->map);
	k->event.data = arena_memdup(&j->arena, s->event->data, s->event->len);
	k->run.frame = s->run->frame;
	k->run.in_len = s->run->in_len;
	if (s->run->in)
		k->run.in = arena_memdup(&j->arena, s->run->in, s->run->in_len);
	k->number = j->n;
	return k;
}

static bool matches(const struct events_judge *j, size_t item, const struct seen_event *s)
{
	return event_matches(&j->e->items[item], s->event, s->run);
}

/* Remember a record that was not wanted with every expectation that it is the nearest to. */
static void look_near(struct events_judge *j, const struct seen_event *s)
{
	for (size_t i = 0; i < j->e->n; i++) {
		struct item_state *item = &j->items[i];
		size_t distance;

		if (item->found || !event_comparable(&j->e->items[i], s->event))
			continue;
		distance = event_distance(&j->e->items[i], s->event, s->run);
		if (item->nearest && distance >= item->distance)
			continue;
		item->nearest = keep(j, s);
		item->distance = distance;
	}
}

static void found(struct events_judge *j, size_t item)
{
	j->items[item].found = true;
	j->n_found++;
}

/* The next that is expected of the event's map; the number of items: no more. */
static size_t next_of_map(const struct events_judge *j, const struct seen_event *s)
{
	size_t i = 0;

	while (i < j->e->n && (j->items[i].found || j->e->items[i].format != s->event->format))
		i++;
	return i;
}

static void see_in_order(struct events_judge *j, const struct seen_event *s)
{
	size_t i = next_of_map(j, s);

	if (i < j->e->n && matches(j, i, s))
		found(j, i);
	else
		look_near(j, s);
}

static void see_only(struct events_judge *j, const struct seen_event *s)
{
	size_t i = next_of_map(j, s);

	if (i == j->e->n) {
		if (!j->n_extra++)
			j->first_extra = keep(j, s);
		return;
	}
	/* What comes after a record that is wrong cannot be told to be right or wrong. */
	if (j->items[i].at_its_place)
		return;
	if (matches(j, i, s)) {
		found(j, i);
		return;
	}
	j->items[i].nearest = keep(j, s);
	j->items[i].at_its_place = true;
}

/* Item @i has none yet: along the way it was reached, records move on. @fits: of the new one. */
static void take(struct events_judge *j, size_t i, bool *fits)
{
	found(j, i);
	while (j->items[i].before < j->e->n) {
		size_t before = j->items[i].before;

		j->items[i].fits = j->items[before].fits;
		i = before;
	}
	j->items[i].fits = fits;
}

/* The items that @fits names and no search reached, to the end of the queue. */
static size_t reach(struct events_judge *j, const bool *fits, size_t before, size_t tail)
{
	for (size_t i = 0; i < j->e->n; i++) {
		if (!fits[i] || j->items[i].searched)
			continue;
		j->items[i].searched = true;
		j->items[i].before = before;
		j->queue[tail++] = i;
	}
	return tail;
}

/* Whether there is an item for a record that fits @fits. */
static bool give(struct events_judge *j, bool *fits)
{
	size_t head = 0, tail;

	for (size_t i = 0; i < j->e->n; i++)
		j->items[i].searched = false;
	tail = reach(j, fits, j->e->n, 0);
	while (head < tail) {
		size_t i = j->queue[head++];

		if (!j->items[i].found) {
			take(j, i, fits);
			return true;
		}
		tail = reach(j, j->items[i].fits, i, tail);
	}
	return false;
}

static void see_in_any_order(struct events_judge *j, const struct seen_event *s)
{
	bool *fits = xcalloc(j->e->n, sizeof(*fits)), *kept;
	size_t n = 0;

	for (size_t i = 0; i < j->e->n; i++)
		n += fits[i] = matches(j, i, s);
	if (n) {
		kept = arena_memdup(&j->arena, fits, j->e->n * sizeof(*fits));
		n = give(j, kept);
	}
	if (!n)
		look_near(j, s);
	free(fits);
}

static void see(struct events_judge *j, const struct seen_event *s)
{
	if (j->n++ < EVENTS_SHOWN)
		j->shown[j->n - 1] = keep(j, s);
	switch (j->e->condition) {
	case LIST_SOME:
		if (j->n_found < j->e->n)
			see_in_order(j, s);
		break;
	case LIST_ONLY:
		see_only(j, s);
		break;
	case LIST_ANY_ORDER:
		if (j->n_found < j->e->n)
			see_in_any_order(j, s);
		break;
	}
}

void events_judge_run(struct events_judge *j, const struct observation *o)
{
	j->lost += o->events_lost;
	for (size_t i = 0; i < o->n_events; i++)
		see(j, &(struct seen_event){ &o->events[i], o });
}

bool events_judge_end(struct events_judge *j, struct arena *arena, struct mismatches *out)
{
	bool holds = j->n_found == j->e->n && !j->n_extra && !j->lost;

	if (!holds && out)
		events_report(j, arena, out);
	arena_free(&j->arena);
	free(j);
	return holds;
}
