/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Types of maps: `map.NAME`, as libbpf and bpftool call them. */
#include "kernel/features_internal.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <unistd.h>

/* Newer than some headers. */
#define MAP_TYPE_CGRP_STORAGE 32
#define MAP_TYPE_ARENA	      33

/* include/uapi/linux/bpf.h, enum bpf_map_type: those that are made by users. */
static const struct {
	const char *name;
	uint32_t type;
} types[] = {
	{ "hash", BPF_MAP_TYPE_HASH },
	{ "array", BPF_MAP_TYPE_ARRAY },
	{ "prog_array", BPF_MAP_TYPE_PROG_ARRAY },
	{ "perf_event_array", BPF_MAP_TYPE_PERF_EVENT_ARRAY },
	{ "percpu_hash", BPF_MAP_TYPE_PERCPU_HASH },
	{ "percpu_array", BPF_MAP_TYPE_PERCPU_ARRAY },
	{ "stack_trace", BPF_MAP_TYPE_STACK_TRACE },
	{ "cgroup_array", BPF_MAP_TYPE_CGROUP_ARRAY },
	{ "lru_hash", BPF_MAP_TYPE_LRU_HASH },
	{ "lru_percpu_hash", BPF_MAP_TYPE_LRU_PERCPU_HASH },
	{ "lpm_trie", BPF_MAP_TYPE_LPM_TRIE },
	{ "array_of_maps", BPF_MAP_TYPE_ARRAY_OF_MAPS },
	{ "hash_of_maps", BPF_MAP_TYPE_HASH_OF_MAPS },
	{ "devmap", BPF_MAP_TYPE_DEVMAP },
	{ "devmap_hash", BPF_MAP_TYPE_DEVMAP_HASH },
	{ "sockmap", BPF_MAP_TYPE_SOCKMAP },
	{ "sockhash", BPF_MAP_TYPE_SOCKHASH },
	{ "cpumap", BPF_MAP_TYPE_CPUMAP },
	{ "xskmap", BPF_MAP_TYPE_XSKMAP },
	{ "cgroup_storage", BPF_MAP_TYPE_CGROUP_STORAGE },
	{ "percpu_cgroup_storage", BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE },
	{ "reuseport_sockarray", BPF_MAP_TYPE_REUSEPORT_SOCKARRAY },
	{ "queue", BPF_MAP_TYPE_QUEUE },
	{ "stack", BPF_MAP_TYPE_STACK },
	{ "sk_storage", BPF_MAP_TYPE_SK_STORAGE },
	{ "struct_ops", BPF_MAP_TYPE_STRUCT_OPS },
	{ "ringbuf", BPF_MAP_TYPE_RINGBUF },
	{ "inode_storage", BPF_MAP_TYPE_INODE_STORAGE },
	{ "task_storage", BPF_MAP_TYPE_TASK_STORAGE },
	{ "bloom_filter", BPF_MAP_TYPE_BLOOM_FILTER },
	{ "user_ringbuf", BPF_MAP_TYPE_USER_RINGBUF },
	{ "cgrp_storage", MAP_TYPE_CGRP_STORAGE },
	{ "arena", MAP_TYPE_ARENA },
};

static enum feature_support refused(const struct feature *f, struct feature_probing *p, int err)
{
	return feature_refused(p, err, "the kernel makes no map of type %s", f->object);
}

/* libbpf 1.1 does not know them. */
static enum feature_support probe_arena(const struct feature *f, struct feature_probing *p)
{
	struct bpf_map_create_opts opts = { .sz = sizeof(opts), .map_flags = BPF_F_MMAPABLE };
	int fd = bpf_map_create(MAP_TYPE_ARENA, "verdict_probe", 0, 0, 1, &opts);

	if (fd < 0)
		return refused(f, p, -errno);
	close(fd);
	return FEATURE_YES;
}

static enum feature_support probe_map(const struct feature *f, struct feature_probing *p)
{
	int ret;

	errno = EINVAL; /* what the kernel says of a type that it does not know */
	ret = libbpf_probe_bpf_map_type((enum bpf_map_type)f->id, NULL);
	if (ret > 0)
		return FEATURE_YES;
	return refused(f, p, ret ? ret : -errno);
}

void features_add_maps(struct feature_list *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const struct feature row = {
			.name = arena_printf(&l->arena, "map.%s", types[i].name),
			.group = "map",
			.help = "maps of this type can be made",
			.probe = types[i].type == MAP_TYPE_ARENA ? probe_arena : probe_map,
			.id = types[i].type,
			.object = types[i].name,
		};

		features_add(l, &row, 1);
	}
}
