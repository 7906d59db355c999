/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What programs emit: records of ring buffers and perf event arrays, read right after a run. A
 * perf event array without a reader makes bpf_perf_event_output() fail with ENOENT, so every
 * instance with such maps has readers from the time it is loaded.
 */
#pragma once

#include "kernel/instance.h"

struct events;

/*
 * Readers for all ring buffers and perf event arrays of @inst, which outlives them. Returns 0 and
 * *out (NULL: it has no such map), or -errno.
 */
int events_open(struct instance *inst, struct events **out);
void events_close(struct events *e); /* accepts NULL */

/*
 * Everything emitted since the last call, into @arena: first by map, then in order of time.
 * Returns how many, *out has them. *lost counts records the kernel had no room for (perf event
 * arrays; a program learns that of a ring buffer from its helper); kernels before 6.0 only tell
 * when a record has room again, maybe in a later run. A few ns for each CPU where there is nothing.
 * What a full ring buffer would take is free again: to a program it looks as if someone reads it
 * between runs.
 */
size_t events_drain(struct events *e, struct arena *arena, struct observed_event **out,
		    uint64_t *lost);
/*
 * Forget what is there: before a scenario, and after runs nobody asks about. Accepts NULL. Returns
 * how many the kernel had no room for.
 */
uint64_t events_discard(struct events *e);
