/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/pinned.h"

#include "base/errno_names.h"
#include "types/libbpf_log.h"
#include "types/type_set.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const struct span nowhere;

/* The map's own BTF, if the kernel has any and gives it out. */
static struct type_set *own_types(uint32_t btf_id)
{
	struct btf *btf;

	if (!btf_id)
		return NULL;
	libbpf_log_begin();
	btf = btf__load_from_kernel_by_id(btf_id);
	free(libbpf_log_end());
	return btf ? type_set_from_btf(btf) : NULL;
}

static const struct type *type_of(const struct type_set *types, uint32_t id, uint32_t size)
{
	const struct type *t = types ? type_set_by_id(types, id) : NULL;

	return t && t->size == size ? t : NULL;
}

/* What @object says, for what the kernel does not know. Returns 0, or -1 (reported). */
static int object_types(struct diags *d, struct pinned_map *p, const char *path,
			const struct object_file *object)
{
	const struct object_map *m = object ? object_file_map(object, p->type.name) : NULL;

	if (!m)
		return 0;
	if (m->key_size != p->type.key_size || m->value_size != p->type.value_size) {
		diag(d, DIAG_ERROR, nowhere,
		     "%s has keys of %u and values of %u bytes; in %s they have %u and %u", path,
		     p->type.key_size, p->type.value_size, object->path, m->key_size,
		     m->value_size);
		return -1;
	}
	p->type.key = p->type.key ? p->type.key : m->key;
	p->type.value = p->type.value ? p->type.value : m->value;
	return 0;
}

static int describe(struct diags *d, struct pinned_map *p, const char *path,
		    const struct object_file *object, struct arena *arena)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(p->map.fd, &info, &len)) {
		diag(d, DIAG_ERROR, nowhere, "cannot ask what map %s is: %s", path,
		     errno_text(-errno));
		return -1;
	}
	p->types = own_types(info.btf_id);
	p->type = (struct object_map){
		.name = p->map.name,
		.type = info.type,
		.key_size = info.key_size,
		.value_size = info.value_size,
		.max_entries = info.max_entries,
		.flags = info.map_flags,
		.key = type_of(p->types, info.btf_key_type_id, info.key_size),
		.value = type_of(p->types, info.btf_value_type_id, info.value_size),
		.pinned = true,
	};
	if ((!p->type.key || !p->type.value) && object_types(d, p, path, object))
		return -1;
	if (!p->type.key)
		p->type.key = type_bytes(arena, info.key_size);
	if (!p->type.value)
		p->type.value = type_bytes(arena, info.value_size);
	return 0;
}

int pinned_map_open(struct diags *d, struct pinned_map *p, const char *path, const char *name,
		    const struct object_file *object, struct arena *arena)
{
	int fd = bpf_obj_get(path), err;

	*p = (struct pinned_map){};
	if (fd < 0) {
		diag(d, DIAG_ERROR, nowhere, "cannot open the map pinned at %s: %s", path,
		     errno_text(-errno));
		return -1;
	}
	err = map_init(&p->map, fd, name);
	if (err) {
		close(fd);
		diag(d, DIAG_ERROR, nowhere, "%s is no map: %s", path, errno_text(err));
		return -1;
	}
	return describe(d, p, path, object, arena);
}

void pinned_map_close(struct pinned_map *p)
{
	map_close(&p->map);
	type_set_free(p->types);
	*p = (struct pinned_map){};
}
