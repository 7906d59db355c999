/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/map_inner.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

static int describe(int fd, struct map *out)
{
	int err = fd < 0 ? -errno : map_init(out, fd, "");

	if (err && fd >= 0)
		close(fd);
	return err;
}

/* The kernel compares type, sizes and flags (bpf_map_meta_equal), for arrays max_entries too. */
int map_inner_create(const struct object_map *template, struct map *out)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);

	opts.map_flags = template->flags;
	return describe(bpf_map_create((enum bpf_map_type) template->type, NULL, template->key_size,
				       template->value_size, template->max_entries, &opts),
			out);
}

int map_inner_open(uint32_t id, struct map *out)
{
	return describe(bpf_map_get_fd_by_id(id), out);
}

const struct map_inner *map_inner_snapshot(uint32_t id, struct arena *arena, size_t limit)
{
	struct map_inner *inner = arena_alloc(arena, sizeof(*inner));
	struct map m = { 0 };
	int err;

	if (map_inner_open(id, &m))
		return NULL;
	inner->n_cpus = m.n_cpus;
	err = map_snapshot(&m, arena, limit, &inner->view);
	map_close(&m);
	return err ? NULL : inner;
}
