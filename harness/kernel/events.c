/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/events.h"

#include "kernel/map_internal.h"
#include "kernel/perf_array.h"
#include "kernel/ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>

/* A map that programs write records to: one of the two. */
struct event_source {
	const struct map *map;
	struct ring *ring; /* the map's own */
	struct perf_array *perf;
};

struct events {
	struct event_source *sources;
	size_t n;
};

static int source_open(struct events *e, struct map *m)
{
	struct event_source s = { .map = m };
	int err;

	if (m->type == BPF_MAP_TYPE_RINGBUF) {
		s.ring = map_ring(m);
		if (!s.ring)
			return -ENOMEM;
	} else if (m->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY) {
		err = perf_array_open(m, &s.perf);
		if (err)
			return err;
	} else {
		return 0;
	}
	*ARRAY_PUSH(e->sources, e->n) = s;
	return 0;
}

int events_open(struct instance *inst, struct events **out)
{
	struct events *e = xcalloc(1, sizeof(*e));
	struct map **maps;
	size_t n = instance_maps(inst, &maps);
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = source_open(e, maps[i]);
	if (err || !e->n) {
		events_close(e);
		e = NULL;
	}
	if (!err)
		*out = e;
	return err;
}

void events_close(struct events *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n; i++)
		perf_array_close(e->sources[i].perf);
	free(e->sources);
	free(e);
}

static struct observed_event *add_event(struct arena *arena, struct observed_event **events,
					size_t *n, const struct map *m)
{
	struct observed_event *event = ARENA_PUSH(arena, *events, *n);

	event->map = m->name;
	return event;
}

static void drain_ring(const struct event_source *s, struct arena *arena,
		       struct observed_event **events, size_t *n)
{
	uint64_t at = *s->ring->consumer;
	struct observed_event *event;
	const uint8_t *data;
	uint32_t len;

	while (ring_next(s->ring, &at, &data, &len)) {
		event = add_event(arena, events, n, s->map);
		event->data = arena_memdup(arena, data, len);
		event->len = len;
	}
	ring_release(s->ring, at);
}

static void drain_perf(const struct event_source *s, struct arena *arena,
		       struct observed_event **events, size_t *n, uint64_t *lost)
{
	struct perf_sample *samples;
	struct observed_event *event;
	size_t n_samples = perf_array_read(s->perf, arena, &samples, lost);

	for (size_t i = 0; i < n_samples; i++) {
		event = add_event(arena, events, n, s->map);
		event->cpu = samples[i].cpu;
		event->data = samples[i].data;
		event->len = samples[i].len;
		event->padding =
			event->len < PERF_PADDING_MAX ? (unsigned int)event->len : PERF_PADDING_MAX;
	}
}

size_t events_drain(struct events *e, struct arena *arena, struct observed_event **out,
		    uint64_t *lost)
{
	struct observed_event *events = NULL;
	size_t n = 0;

	*lost = 0;
	for (size_t i = 0; e && i < e->n; i++) {
		if (e->sources[i].ring)
			drain_ring(&e->sources[i], arena, &events, &n);
		else
			drain_perf(&e->sources[i], arena, &events, &n, lost);
	}
	*out = events;
	return n;
}

uint64_t events_discard(struct events *e)
{
	struct arena scratch = {};
	struct perf_sample *samples;
	uint64_t lost = 0;

	for (size_t i = 0; e && i < e->n; i++) {
		if (e->sources[i].ring)
			ring_discard(e->sources[i].ring);
		else
			perf_array_read(e->sources[i].perf, &scratch, &samples, &lost);
	}
	arena_free(&scratch);
	return lost;
}
