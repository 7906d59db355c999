/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/map_types.h"

#include "base/mem.h"

#include <linux/bpf.h>

/*
 * BLOOM_FILTER cannot be emptied. SOCKMAP and its like can be written by tc programs but hold
 * sockets nobody here has. A type that is not listed is one nobody has thought about yet: it is
 * loaded afresh.
 */
static const struct map_type types[] = {
	[BPF_MAP_TYPE_HASH] = { .reset = RESET_ENTRIES, .walk = WALK_KEYS },
	[BPF_MAP_TYPE_PERCPU_HASH] = { .reset = RESET_ENTRIES, .walk = WALK_KEYS, .percpu = true },
	[BPF_MAP_TYPE_LRU_HASH] = { .reset = RESET_LRU, .walk = WALK_KEYS },
	[BPF_MAP_TYPE_LRU_PERCPU_HASH] = { .reset = RESET_LRU, .walk = WALK_KEYS, .percpu = true },
	[BPF_MAP_TYPE_LPM_TRIE] = { .reset = RESET_ENTRIES, .walk = WALK_KEYS },
	[BPF_MAP_TYPE_STACK_TRACE] = { .reset = RESET_ENTRIES, .walk = WALK_KEYS },
	[BPF_MAP_TYPE_ARRAY] = { .reset = RESET_ARRAY, .walk = WALK_INDEX },
	[BPF_MAP_TYPE_PERCPU_ARRAY] = { .reset = RESET_ARRAY, .walk = WALK_INDEX, .percpu = true },
	[BPF_MAP_TYPE_PROG_ARRAY] = { .reset = RESET_UNDO,
				      .walk = WALK_INDEX,
				      .prog_values = true },
	[BPF_MAP_TYPE_ARRAY_OF_MAPS] = { .reset = RESET_UNDO,
					 .walk = WALK_INDEX,
					 .map_values = true },
	[BPF_MAP_TYPE_HASH_OF_MAPS] = { .reset = RESET_UNDO,
					.walk = WALK_KEYS,
					.map_values = true },
	[BPF_MAP_TYPE_DEVMAP] = { .reset = RESET_UNDO, .walk = WALK_INDEX, .device_values = true },
	[BPF_MAP_TYPE_DEVMAP_HASH] = { .reset = RESET_UNDO,
				       .walk = WALK_KEYS,
				       .device_values = true },
	[BPF_MAP_TYPE_CPUMAP] = { .reset = RESET_UNDO, .walk = WALK_INDEX },
	[BPF_MAP_TYPE_XSKMAP] = { .reset = RESET_UNDO },
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = { .reset = RESET_UNDO },
	[BPF_MAP_TYPE_CGROUP_ARRAY] = { .reset = RESET_UNDO },
	[BPF_MAP_TYPE_QUEUE] = { .reset = RESET_DRAIN, .no_key = true },
	[BPF_MAP_TYPE_STACK] = { .reset = RESET_DRAIN, .no_key = true },
	[BPF_MAP_TYPE_BLOOM_FILTER] = { .reset = RESET_RELOAD, .no_key = true },
	[BPF_MAP_TYPE_RINGBUF] = { .reset = RESET_RING },
	[BPF_MAP_TYPE_SK_STORAGE] = { .reset = RESET_NOTHING },
	[BPF_MAP_TYPE_CGROUP_STORAGE] = { .reset = RESET_NOTHING },
	[BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE] = { .reset = RESET_NOTHING, .percpu = true },
	[BPF_MAP_TYPE_STRUCT_OPS] = { .reset = RESET_NOTHING },
};

const struct map_type *map_type_row(uint32_t type)
{
	static const struct map_type unknown = { .reset = RESET_RELOAD };

	return type < ARRAY_SIZE(types) ? &types[type] : &unknown;
}
