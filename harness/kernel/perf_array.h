/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Readers of a perf event array: one perf event per CPU (perf_event_open(2),
 * PERF_COUNT_SW_BPF_OUTPUT), its buffer read in memory. Private to kernel/.
 */
#pragma once

#include "kernel/map.h"

/* A record, as perf gives it. */
struct perf_sample {
	uint64_t time; /* ns, CLOCK_MONOTONIC: the same on all CPUs */
	uint32_t cpu;
	const uint8_t *data;
	size_t len;   /* bytes, rounded up by the kernel: PERF_PADDING_MAX too many at most */
	size_t order; /* as read: of one CPU, as they came */
};

/* linux/perf_event.h: with the size in front a record's data takes a multiple of 8 bytes. */
#define PERF_PADDING_MAX 7u

struct perf_array;

/*
 * Open and enter a reader for every CPU that is online and that @map has a slot for. Returns 0, or
 * -errno: EPERM, EACCES without CAP_PERFMON.
 */
int perf_array_open(const struct map *map, struct perf_array **out);
void perf_array_close(struct perf_array *p); /* accepts NULL */

/*
 * Everything since the last call, into @arena, in order of time. Returns how many. Adds
 * to *lost what the kernel had no room for.
 */
size_t perf_array_read(struct perf_array *p, struct arena *arena, struct perf_sample **out,
		       uint64_t *lost);
