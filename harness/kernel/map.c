/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/map.h"

#include "base/errno_names.h"
#include "kernel/map_inner.h"
#include "kernel/map_internal.h"
#include "kernel/map_types.h"
#include "types/object_file.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* include/linux/errno.h: what a map type answers to a command it does not have. */
#define ENOTSUPP_KERNEL 524

#define ROUND_UP(n, to) (((n) + (to)-1) / (to) * (to))

/* Bytes of one batch of entries; the kernel's buckets rarely hold more than a few. */
#define BATCH_ENTRIES 256u

static size_t array_bytes(const struct map *m)
{
	return ROUND_UP(map_stride(m) * m->max_entries, (size_t)sysconf(_SC_PAGESIZE));
}

uint8_t *map_memory(struct map *m)
{
	void *mem;

	if (m->type != BPF_MAP_TYPE_ARRAY || !(m->flags & BPF_F_MMAPABLE))
		return NULL;
	if (!m->mem) {
		mem = mmap(NULL, array_bytes(m), PROT_READ | PROT_WRITE, MAP_SHARED, m->fd, 0);
		m->mem = mem == MAP_FAILED ? NULL : mem;
	}
	return m->mem;
}

bool map_is_percpu(uint32_t type)
{
	return map_type_row(type)->percpu;
}

int map_init(struct map *m, int fd, const char *name)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);
	int cpus = 1;

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	if (map_is_percpu(info.type)) {
		cpus = libbpf_num_possible_cpus();
		if (cpus < 0)
			return cpus;
	}
	*m = (struct map){ .name = name,
			   .fd = fd,
			   .type = info.type,
			   .key_size = info.key_size,
			   .value_size = info.value_size,
			   .max_entries = info.max_entries,
			   .flags = info.map_flags,
			   .n_cpus = (uint32_t)cpus,
			   .value_room = info.value_size };
	if (map_is_percpu(info.type))
		m->value_room = m->n_cpus * ROUND_UP(info.value_size, 8u);
	return 0;
}

void map_close(struct map *m)
{
	if (!m->name)
		return;
	if (m->mem)
		munmap(m->mem, array_bytes(m));
	map_ring_unmap(m);
	map_undo_forget(m);
	close(m->fd);
	*m = (struct map){ 0 };
}

int map_lookup(const struct map *m, const void *key, void *value)
{
	if (bpf_map_lookup_elem(m->fd, map_type_row(m->type)->no_key ? NULL : key, value))
		return -errno;
	return 0;
}

int map_update(struct map *m, const void *key, const void *value, uint64_t flags)
{
	bool undo = map_needs_undo(m);
	int err;

	if (m->frozen)
		return -EPERM;
	if (undo)
		map_undo_before(m, key);
	if (bpf_map_update_elem(m->fd, map_type_row(m->type)->no_key ? NULL : key, value, flags)) {
		err = -errno;
		if (undo)
			map_undo_drop_last(m);
		return err;
	}
	return 0;
}

int map_delete(struct map *m, const void *key)
{
	bool undo = map_needs_undo(m);
	int err;

	if (m->frozen)
		return -EPERM;
	if (undo)
		map_undo_before(m, key);
	if (bpf_map_delete_elem(m->fd, key)) {
		err = -errno;
		if (undo)
			map_undo_drop_last(m);
		return err;
	}
	return 0;
}

static int walk_memory(const struct map *m, map_entry_fn *fn, void *arg)
{
	int ret = 0;

	for (uint32_t i = 0; i < m->max_entries && !ret; i++)
		ret = fn(arg, (const uint8_t *)&i, m->mem + i * map_stride(m));
	return ret;
}

static int walk_index(const struct map *m, map_entry_fn *fn, void *arg)
{
	uint8_t *value = xcalloc(1, m->value_room);
	int ret = 0;

	for (uint32_t i = 0; i < m->max_entries && !ret; i++) {
		ret = map_lookup(m, &i, value);
		if (ret == -ENOENT)
			ret = 0;
		else if (!ret)
			ret = fn(arg, (const uint8_t *)&i, value);
	}
	free(value);
	return ret;
}

static int walk_keys(const struct map *m, map_entry_fn *fn, void *arg)
{
	uint8_t *key = xcalloc(2, m->key_size), *next = key + m->key_size;
	uint8_t *value = xcalloc(1, m->value_room);
	uint64_t most = 2ull * m->max_entries;
	int ret = 0;

	if (bpf_map_get_next_key(m->fd, NULL, next))
		ret = -errno;
	while (!ret && most--) {
		memcpy(key, next, m->key_size);
		ret = map_lookup(m, key, value);
		if (ret && ret != -ENOENT)
			break;
		ret = ret ? 0 : fn(arg, key, value);
		if (!ret && bpf_map_get_next_key(m->fd, key, next))
			ret = -errno;
	}
	free(key);
	free(value);
	return ret == -ENOENT ? 0 : ret;
}

/* Where a batched walk stands. */
struct batch {
	uint8_t *keys, *values;
	uint8_t *token; /* the kernel's own: a bucket number, or a key */
	uint32_t room;	/* entries */
	bool started;
};

static void batch_resize(const struct map *m, struct batch *b, uint32_t room)
{
	b->room = room;
	b->keys = xreallocarray(b->keys, room, m->key_size);
	b->values = xreallocarray(b->values, room, m->value_room);
}

static void batch_free(struct batch *b)
{
	free(b->keys);
	free(b->values);
	free(b->token);
}

/* Fill @b. Returns 0 and *n, with *last at the end of the map, or -errno. */
static int batch_next(const struct map *m, struct batch *b, uint32_t *n, bool *last)
{
	int err;

	for (;;) {
		*n = b->room;
		*last = false;
		if (!bpf_map_lookup_batch(m->fd, b->started ? b->token : NULL, b->token, b->keys,
					  b->values, n, NULL))
			break;
		err = errno;
		if (err == ENOENT) {
			*last = true;
			break;
		}
		/* A bucket holds more entries than there is room for. */
		if (err != ENOSPC || b->room >= m->max_entries)
			return -err;
		batch_resize(m, b, b->room * 2 < m->max_entries ? b->room * 2 : m->max_entries);
	}
	b->started = true;
	return 0;
}

/* *started: the kernel has BPF_MAP_LOOKUP_BATCH for this map, and @fn may have been called. */
static int walk_batches(const struct map *m, map_entry_fn *fn, void *arg, bool *started)
{
	uint64_t most = 2ull * m->max_entries;
	struct batch b = { 0 };
	bool last = false;
	uint32_t n;
	int ret = 0;

	b.token = xcalloc(1, m->key_size < 8 ? 8 : m->key_size);
	batch_resize(m, &b, m->max_entries < BATCH_ENTRIES ? m->max_entries : BATCH_ENTRIES);
	while (!ret && !last && most) {
		ret = batch_next(m, &b, &n, &last);
		if (ret)
			break;
		for (uint32_t i = 0; i < n && !ret && most; i++, most--)
			ret = fn(arg, b.keys + (size_t)i * m->key_size,
				 b.values + (size_t)i * m->value_room);
	}
	*started = b.started;
	batch_free(&b);
	return ret;
}

static int walk_entries(struct map *m, map_entry_fn *fn, void *arg)
{
	bool started;
	int ret;

	if (!m->no_batch) {
		ret = walk_batches(m, fn, arg, &started);
		if (started)
			return ret;
		m->no_batch = true;
	}
	return walk_keys(m, fn, arg);
}

int map_for_each(struct map *m, map_entry_fn *fn, void *arg)
{
	switch (map_type_row(m->type)->walk) {
	case WALK_NONE:
		break;
	case WALK_KEYS:
		return walk_entries(m, fn, arg);
	case WALK_INDEX:
		return map_memory(m) ? walk_memory(m, fn, arg) : walk_index(m, fn, arg);
	}
	return -EOPNOTSUPP;
}

struct snapshot {
	const struct map *map;
	struct arena *arena;
	size_t limit;
	struct map_view view;
};

static int snapshot_add(void *arg, const uint8_t *key, const uint8_t *value)
{
	struct snapshot *s = arg;
	struct map_entry *e;
	uint32_t id;

	if (s->limit && s->view.n == s->limit) {
		s->view.left_out++;
		return 0;
	}
	e = ARENA_PUSH(s->arena, s->view.entries, s->view.n);
	e->key = arena_memdup(s->arena, key, s->map->key_size);
	e->value = arena_memdup(s->arena, value, s->map->value_room);
	if (map_type_row(s->map->type)->map_values) {
		memcpy(&id, value, sizeof(id));
		e->inner = map_inner_snapshot(id, s->arena, s->limit);
	}
	return 0;
}

static int entry_compare(const void *a, const void *b, void *key_size)
{
	const struct map_entry *x = a, *y = b;

	return memcmp(x->key, y->key, *(size_t *)key_size);
}

int map_snapshot(struct map *m, struct arena *arena, size_t limit, struct map_view *out)
{
	struct snapshot s = { .map = m, .arena = arena, .limit = limit };
	size_t key_size = m->key_size;
	int err;

	err = map_for_each(m, snapshot_add, &s);
	if (err)
		return err;
	if (s.view.n)
		qsort_r(s.view.entries, s.view.n, sizeof(*s.view.entries), entry_compare,
			&key_size);
	*out = s.view;
	return 0;
}

static const char *error_words(const struct map *m, int err, struct arena *arena)
{
	const struct map_type *t = map_type_row(m->type);

	switch (err) {
	case E2BIG:
		if (t->walk == WALK_INDEX)
			return arena_printf(arena, "the index is beyond the map's last, %u",
					    m->max_entries - 1);
		return arena_printf(arena, "the map is full (max_entries %u)", m->max_entries);
	case ENOSPC:
		return arena_printf(arena, "the map is full (max_entries %u)", m->max_entries);
	case ENOENT:
		return "there is no such entry";
	case EEXIST:
		return "there is such an entry already";
	case EPERM:
		return "the map is read-only";
	case EBADF:
		return t->prog_values ? "the value is no program" : "the value is no map";
	case EOPNOTSUPP:
	case ENOTSUPP_KERNEL:
		return arena_printf(arena, "maps of type %s cannot do that",
				    map_type_name(m->type));
	case EINVAL:
		if (t->device_values)
			return "there is no device with that ifindex";
		if (t->prog_values)
			return "the program does not fit the others in the map (its type, or "
			       "how it was loaded)";
		if (t->map_values)
			return "the map that shall lie there is not like the object's template";
		if (m->type == BPF_MAP_TYPE_LPM_TRIE)
			return "the prefix is longer than the key";
		break;
	}
	return errno_text(err);
}

const char *map_error(const struct map *m, int err, struct arena *arena)
{
	err = abs(err);
	return arena_printf(arena, "%s: %s", errno_name(err), error_words(m, err, arena));
}
