/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One loaded map: look up, write, delete, look over, put back to its first state.
 *
 * Keys and values are bytes as the kernel has them (a program's own layout, native order).
 * A value of a per-CPU map is one value for each possible CPU, each rounded up to 8 bytes, one
 * after the other: value_room bytes altogether. Maps of file descriptors (PROG_ARRAY, maps in maps)
 * take a descriptor and give back an id: both 4 bytes.
 *
 * Functions return 0 or -errno as the kernel gave it; map_error() says it in words. Nothing
 * reports.
 */
#pragma once

#include "base/mem.h"
#include "judge/observation.h"

#include <stdbool.h>
#include <stdint.h>

struct map_undo;
struct ring;

struct map {
	const char *name; /* as the object calls it, not cut to the kernel's 15 bytes */
	int fd;
	uint32_t type;					   /* enum bpf_map_type */
	uint32_t key_size, value_size, max_entries, flags; /* as loaded: bytes, entries, BPF_F_* */
	uint32_t value_room; /* bytes a lookup writes and an update reads */
	uint32_t n_cpus;     /* values per entry: 1, or the possible CPUs of a per-CPU map */
	bool frozen; /* .rodata, .kconfig: no scenario changes it, whether the kernel lets it or not
		      */
	bool timers; /* values hold a timer, work queue, list or tree that the kernel owns */
	bool no_batch; /* this kernel has no batch operations for it: found out, remembered */

	/* First state: see map_reset(). */
	const uint8_t *initial; /* array: first contents where they are not all zero; else NULL */
	struct map_undo *undo;	/* writes to a map that only user space can change */
	size_t n_undo;
	uint8_t *mem;	   /* array: its contents, mapped where it is BPF_F_MMAPABLE; else NULL */
	struct ring *ring; /* ring buffer: mapped when first needed */
};

/*
 * Describe the map behind @fd (kernel's own word for sizes, type and flags). @m owns @fd from now
 * on. Returns 0 or -errno, @m untouched then.
 */
int map_init(struct map *m, int fd, const char *name);
/* Close it and free what it remembers. Accepts an all-zero struct. */
void map_close(struct map *m);

bool map_is_percpu(uint32_t type);
/* Value of possible CPU @cpu (0 .. n_cpus - 1) in the whole value @value. */
static inline const uint8_t *map_value_of_cpu(const struct map *m, const uint8_t *value,
					      uint32_t cpu)
{
	return m->n_cpus > 1 ? value + (size_t)cpu * ((m->value_size + 7) & ~7u) : value;
}

/* @value has value_room bytes. -ENOENT: there is no such entry. */
int map_lookup(const struct map *m, const void *key, void *value);
/* @flags: BPF_ANY, BPF_NOEXIST, BPF_EXIST. QUEUE, STACK, BLOOM_FILTER: @key is ignored. */
int map_update(struct map *m, const void *key, const void *value, uint64_t flags);
int map_delete(struct map *m, const void *key);

/*
 * Call @fn for every entry, in the kernel's order, until it returns other than 0: that is returned.
 * @key and @value only live during the call; @fn leaves the map as it is. Ends even where entries
 * keep being added: at most 2 * max_entries calls. -EOPNOTSUPP: this type cannot be looked over
 * (ring buffer, queue, ...). Empty slots of PROG_ARRAY, DEVMAP and maps in maps are left out.
 */
typedef int map_entry_fn(void *arg, const uint8_t *key, const uint8_t *value);
int map_for_each(struct map *m, map_entry_fn *fn, void *arg);

/*
 * All entries into @out, in @arena, sorted by the bytes of the keys (memcmp). At most @limit (0:
 * all): which ones is then up to the kernel's order, and out->left_out counts the others. Of maps
 * in maps also what these hold, each at most @limit entries.
 */
int map_snapshot(struct map *m, struct arena *arena, size_t limit, struct map_view *out);

/*
 * Back to the first state: what the object file defines. Returns true if the map is now
 * exactly so; false: load the object afresh (what each type needs: the table in map_reset.c).
 * Maps that programs cannot write cost nothing unless map_update() or map_delete() was called.
 */
bool map_reset(struct map *m);

/* Whether programs cannot write @m, so that what user space writes is all there is to undo. */
bool map_needs_undo(const struct map *m);

/* "E2BIG: the map is full (max_entries 4)", for what map_update() and the others return. */
const char *map_error(const struct map *m, int err, struct arena *arena);
