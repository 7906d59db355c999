/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Maps back to their first state, in a small part of the time that loading takes.
 *
 * Maps that programs can write have to be looked over, since the kernel does not tell who
 * wrote what. Maps they cannot write (PROG_ARRAY, DEVMAP, maps in maps, ..) keep a log of our own
 * writes instead: looking over the 65536 slots of a PROG_ARRAY would cost 20 ms.
 */
#include "kernel/map_internal.h"
#include "kernel/map_types.h"
#include "kernel/ring.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Entries deleted or compared by one system call. */
#define RESET_BATCH 256u

/* kernel/bpf/bpf_lru_list.c: each CPU keeps up to this many free entries (LOCAL_FREE_TARGET). */
#define LRU_LOCAL_FREE 128u

struct map_undo {
	uint8_t *key;
	uint8_t *value; /* NULL: there was no entry */
	int fd;		/* maps of descriptors: of what was there; -1: none */
};

bool map_needs_undo(const struct map *m)
{
	const struct map_type *t = map_type_row(m->type);

	return t->reset == RESET_UNDO || (t->reset == RESET_ARRAY && m->flags & BPF_F_RDONLY_PROG);
}

void map_undo_before(struct map *m, const void *key)
{
	const struct map_type *t = map_type_row(m->type);
	struct map_undo *u = ARRAY_PUSH(m->undo, m->n_undo);
	uint32_t id;

	u->fd = -1;
	u->key = xcalloc(1, m->key_size);
	memcpy(u->key, key, m->key_size);
	u->value = xcalloc(1, m->value_room);
	if (map_lookup(m, key, u->value)) {
		free(u->value);
		u->value = NULL;
		return;
	}
	if (!t->prog_values && !t->map_values)
		return;
	/* Holding the descriptor also keeps what was there alive until it is put back. */
	memcpy(&id, u->value, sizeof(id));
	u->fd = t->prog_values ? bpf_prog_get_fd_by_id(id) : bpf_map_get_fd_by_id(id);
	memcpy(u->value, &u->fd, sizeof(u->fd));
}

void map_undo_drop_last(struct map *m)
{
	struct map_undo *u = &m->undo[--m->n_undo];

	if (u->fd >= 0)
		close(u->fd);
	free(u->key);
	free(u->value);
}

void map_undo_forget(struct map *m)
{
	while (m->n_undo)
		map_undo_drop_last(m);
	free(m->undo);
	m->undo = NULL;
}

static bool undo_last(struct map *m)
{
	const struct map_undo *u = &m->undo[m->n_undo - 1];

	if (u->value)
		return !bpf_map_update_elem(m->fd, u->key, u->value, BPF_ANY);
	/* Devices leave a DEVMAP by themselves when they go. */
	return !bpf_map_delete_elem(m->fd, u->key) || errno == ENOENT;
}

static bool reset_undo(struct map *m)
{
	bool ok = true;

	while (m->n_undo) {
		ok &= undo_last(m);
		map_undo_drop_last(m);
	}
	return ok;
}

/* One by one: LPM_TRIE, STACK_TRACE, and kernels before 5.6. */
static bool delete_each(const struct map *m, uint32_t *n)
{
	uint8_t *key = xcalloc(1, m->key_size);
	uint64_t most = 2ull * m->max_entries;
	bool ok = true;

	while (ok && most-- && !bpf_map_get_next_key(m->fd, NULL, key)) {
		/* -ENOENT: a timer's callback was faster. */
		ok = !bpf_map_delete_elem(m->fd, key) || errno == ENOENT;
		(*n)++;
	}
	ok &= bpf_map_get_next_key(m->fd, NULL, key) && errno == ENOENT;
	free(key);
	return ok;
}

/*
 * By batches. Returns false if this kernel cannot, for this map. -ENOSPC, a bucket with more
 * entries than a batch, falls back as well.
 */
static bool delete_batches(const struct map *m, uint32_t *n)
{
	uint8_t *keys = xcalloc(RESET_BATCH, m->key_size);
	uint8_t *values = xcalloc(RESET_BATCH, m->value_room);
	uint32_t count, token = 0;
	bool started = false;
	int err;

	do {
		count = RESET_BATCH;
		err = bpf_map_lookup_and_delete_batch(m->fd, started ? &token : NULL, &token, keys,
						      values, &count, NULL)
			      ? errno
			      : 0;
		if (!err || err == ENOENT)
			*n += count;
		started = true;
	} while (!err);
	free(keys);
	free(values);
	return err == ENOENT;
}

/* Delete everything; *n: how many entries there were. The key of an empty map costs least to ask
 * for. */
static bool delete_all(const struct map *m, uint32_t *n)
{
	uint8_t *key = xcalloc(1, m->key_size);
	bool empty;

	*n = 0;
	empty = bpf_map_get_next_key(m->fd, NULL, key) && errno == ENOENT;
	free(key);
	if (empty)
		return true;
	if (m->type != BPF_MAP_TYPE_LPM_TRIE && m->type != BPF_MAP_TYPE_STACK_TRACE &&
	    delete_batches(m, n))
		return true;
	return delete_each(m, n);
}

static bool reset_entries(struct map *m)
{
	uint32_t n;

	return delete_all(m, &n);
}

/* Whether this thread, which alone uses the map, runs on one CPU only. */
static bool stays_on_cpu(void)
{
	cpu_set_t set;

	return !sched_getaffinity(0, sizeof(set), &set) && CPU_COUNT(&set) == 1;
}

/*
 * Deleted entries go to the free list of the CPU that made them: if another one needs them, the
 * kernel gives up entries in use first. And a map that was full would give up another entry than a
 * fresh one. Neither can show where all is done on one CPU, or free entries are plenty for all.
 */
static bool reset_lru(struct map *m)
{
	int cpus = libbpf_num_possible_cpus();
	uint32_t n;

	if (!delete_all(m, &n))
		return false;
	if (!n)
		return true;
	return n <= m->max_entries / 2 &&
	       (stays_on_cpu() ||
		(cpus > 0 && m->max_entries / 2 >= LRU_LOCAL_FREE * (uint32_t)cpus));
}

static bool all_zero(const uint8_t *p, size_t len)
{
	return !len || (!p[0] && !memcmp(p, p + 1, len - 1));
}

/* Mapped arrays; initial contents are one entry per map_stride(), as the memory is. */
static bool reset_memory(const struct map *m)
{
	size_t stride = map_stride(m), page = 4096, len = stride * m->max_entries, n;

	/* Page by page, so that the untouched parts of a large array are only read. */
	for (size_t off = 0; off < len; off += n) {
		n = len - off < page ? len - off : page;
		if (m->initial) {
			if (memcmp(m->mem + off, m->initial + off, n))
				memcpy(m->mem + off, m->initial + off, n);
		} else if (!all_zero(m->mem + off, n)) {
			memset(m->mem + off, 0, n);
		}
	}
	return true;
}

/* An entry of an array against its first contents; writes it back where it differs. */
static bool reset_element(const struct map *m, uint32_t index, const uint8_t *value,
			  const uint8_t *zero)
{
	const uint8_t *first = m->initial ? m->initial + index * map_stride(m) : zero;

	if (!memcmp(value, first, m->value_room))
		return true;
	return !bpf_map_update_elem(m->fd, &index, first, BPF_ANY);
}

static bool reset_each_element(struct map *m, uint8_t *value, const uint8_t *zero)
{
	for (uint32_t i = 0; i < m->max_entries; i++) {
		if (map_lookup(m, &i, value) || !reset_element(m, i, value, zero))
			return false;
	}
	return true;
}

/* By batches. *can: this kernel has them for this map. */
static bool reset_element_batches(struct map *m, const uint8_t *zero, bool *can)
{
	uint32_t room = m->max_entries < RESET_BATCH ? m->max_entries : RESET_BATCH;
	uint8_t *values = xcalloc(room, m->value_room);
	uint32_t *keys = xcalloc(room, sizeof(*keys));
	uint32_t token = 0, n, done = 0;
	bool ok = true;

	*can = true;
	while (ok && done < m->max_entries) {
		n = room;
		if (bpf_map_lookup_batch(m->fd, done ? &token : NULL, &token, keys, values, &n,
					 NULL) &&
		    errno != ENOENT) {
			*can = done;
			ok = false;
			break;
		}
		for (uint32_t i = 0; i < n && ok; i++)
			ok = reset_element(m, keys[i], values + (size_t)i * m->value_room, zero);
		done += n;
		if (!n)
			ok = false;
	}
	free(values);
	free(keys);
	return ok;
}

static bool reset_array(struct map *m)
{
	uint8_t *zero, *value;
	bool can = false, ok = false;

	if (map_memory(m))
		return reset_memory(m);
	zero = xcalloc(1, m->value_room);
	if (!m->no_batch && m->max_entries > 1) {
		ok = reset_element_batches(m, zero, &can);
		m->no_batch = !can;
	}
	if (!can) {
		value = xcalloc(1, m->value_room);
		ok = reset_each_element(m, value, zero);
		free(value);
	}
	free(zero);
	return ok;
}

static bool reset_drain(const struct map *m)
{
	uint8_t *value = xcalloc(1, m->value_room);
	uint64_t most = 2ull * m->max_entries;
	int err = 0;

	while (!err && most--) {
		if (bpf_map_lookup_and_delete_elem(m->fd, NULL, value))
			err = errno;
	}
	free(value);
	return err == ENOENT;
}

struct ring *map_ring(struct map *m)
{
	struct ring ring;

	if (m->ring)
		return m->ring;
	if (m->type != BPF_MAP_TYPE_RINGBUF || ring_map(&ring, m->fd, m->max_entries))
		return NULL;
	m->ring = xcalloc(1, sizeof(*m->ring));
	*m->ring = ring;
	return m->ring;
}

void map_ring_unmap(struct map *m)
{
	if (m->ring)
		ring_unmap(m->ring);
	free(m->ring);
	m->ring = NULL;
}

static bool reset_ring(struct map *m)
{
	struct ring *ring = map_ring(m);

	if (ring)
		ring_discard(ring);
	return ring;
}

bool map_reset(struct map *m)
{
	if (m->frozen)
		return true;
	if (map_needs_undo(m))
		return reset_undo(m);
	switch (map_type_row(m->type)->reset) {
	case RESET_RELOAD:
		break;
	case RESET_ENTRIES:
		return reset_entries(m);
	case RESET_LRU:
		return reset_lru(m);
	case RESET_ARRAY:
		/* Neither seen nor stopped by writing the entry; deleting a hash's entry stops it.
		 */
		return !m->timers && reset_array(m);
	case RESET_UNDO:
		return reset_undo(m);
	case RESET_DRAIN:
		return reset_drain(m);
	case RESET_RING:
		return reset_ring(m);
	case RESET_NOTHING:
		return true;
	}
	return false;
}
