/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel's map types can do, one row each; private to kernel/. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* How a map goes back to its first state. */
enum map_reset_how {
	RESET_RELOAD,  /* it cannot: what it holds cannot be seen, or not be removed */
	RESET_ENTRIES, /* starts empty: delete whatever is there */
	RESET_LRU,     /* the same, but which entry goes first depends on what was there before */
	RESET_ARRAY,   /* compare with the first contents, write back what differs */
	RESET_UNDO,    /* programs cannot write it: undo what user space wrote */
	RESET_DRAIN,   /* pop until it is empty */
	RESET_RING,    /* declare everything consumed */
	RESET_NOTHING  /* what it holds belongs to objects that are gone after a run */
};

enum map_walk {
	WALK_NONE,
	WALK_KEYS, /* get_next_key, or batches */
	WALK_INDEX /* keys are 0 .. max_entries - 1 */
};

struct map_type {
	enum map_reset_how reset;
	enum map_walk walk;
	bool percpu;
	bool no_key;	    /* queue, stack, bloom filter: the key is not given */
	bool prog_values;   /* takes a program's descriptor, gives its id */
	bool map_values;    /* the same for maps */
	bool device_values; /* values begin with an ifindex of the thread's namespace */
};

/* Never NULL: unknown types are RESET_RELOAD and WALK_NONE. */
const struct map_type *map_type_row(uint32_t type);
