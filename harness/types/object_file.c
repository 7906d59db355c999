/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/object_file.h"

#include "base/file.h"
#include "base/text.h"
#include "types/btf_types.h"
#include "types/libbpf_log.h"
#include "types/object_check.h"
#include "types/object_what.h"
#include "types/type_set.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <elf.h>
#include <errno.h>
#include <libelf.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif

struct reader {
	struct object_file *f;
	struct bpf_object *object;
	const struct btf *btf; /* NULL without */
	struct btf_types types;
};

/* FNV-1a, 64 bits: draft-eastlake-fnv. */
static void digest_make(char digest[17], const uint8_t *data, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ data[i]) * 0x100000001b3;
	snprintf(digest, 17, "%016jx", (uintmax_t)hash);
}

/* What libbpf would make of the path; it becomes part of the names of internal maps. */
static char *object_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;

	return xstrndup(base, strcspn(base, "."));
}

static bool starts_with(const char *s, const char *start)
{
	return !strncmp(s, start, strlen(start));
}

static void read_programs(struct reader *r)
{
	struct object_file *f = r->f;
	struct bpf_program *p;

	bpf_object__for_each_program(p, r->object)
	{
		const char *section = bpf_program__section_name(p);

		*ARENA_PUSH(&f->arena, f->programs, f->n_programs) = (struct object_program){
			.name = arena_strdup(&f->arena, bpf_program__name(p)),
			.section = arena_strdup(&f->arena, section),
			.type = bpf_program__type(p),
			.expected_attach_type = bpf_program__expected_attach_type(p),
			/* libbpf takes the flag from the section's name, but only while loading. */
			.frags = bpf_program__flags(p) & BPF_F_XDP_HAS_FRAGS ||
				 starts_with(section, "xdp.frags"),
			.n_insns = (uint32_t)bpf_program__insn_cnt(p),
		};
	}
}

/* Keys that are an index whatever the object says of them. */
static bool has_index_key(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_CGROUP_ARRAY:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_CPUMAP:
	case BPF_MAP_TYPE_XSKMAP:
	case BPF_MAP_TYPE_SOCKMAP:
		return true;
	default: /* of the types there are now and will be, only these are arrays */
		return false;
	}
}

/* Values that are an id or index: a program's, an interface's. */
static bool has_id_value(uint32_t type)
{
	return type == BPF_MAP_TYPE_PROG_ARRAY || type == BPF_MAP_TYPE_PERF_EVENT_ARRAY ||
	       type == BPF_MAP_TYPE_CGROUP_ARRAY || type == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
	       type == BPF_MAP_TYPE_HASH_OF_MAPS || type == BPF_MAP_TYPE_DEVMAP ||
	       type == BPF_MAP_TYPE_DEVMAP_HASH || type == BPF_MAP_TYPE_CPUMAP ||
	       type == BPF_MAP_TYPE_XSKMAP;
}

static const struct type *map_side(struct reader *r, uint32_t id, uint32_t size, bool is_index)
{
	const struct type *t = r->btf && id ? btf_type(&r->types, id) : NULL;

	if (t && t->size == size)
		return t;
	return is_index && size == 4 ? type_uint(&r->f->arena, size)
				     : type_bytes(&r->f->arena, size);
}

static struct object_map map_make(struct reader *r, struct bpf_map *m, unsigned int depth);

static const struct object_map *inner_make(struct reader *r, struct bpf_map *m, unsigned int depth)
{
	struct bpf_map *inner = depth ? NULL : bpf_map__inner_map(m);
	struct object_map made;

	if (!inner)
		return NULL;
	made = map_make(r, inner, depth + 1);
	return arena_memdup(&r->f->arena, &made, sizeof(made));
}

/* The id of an internal map's section, whose variables are its value. */
static uint32_t section_id(struct reader *r, const char *map)
{
	const char *section = strchr(map, '.');
	int id = r->btf && section ? btf__find_by_name_kind(r->btf, section, BTF_KIND_DATASEC) : 0;

	return id > 0 ? (uint32_t)id : 0;
}

static struct object_map map_make(struct reader *r, struct bpf_map *m, unsigned int depth)
{
	uint32_t type = bpf_map__type(m), value_id = bpf_map__btf_value_type_id(m);
	const char *name = bpf_map__name(m);

	if (bpf_map__is_internal(m))
		value_id = section_id(r, name);
	return (struct object_map){
		.name = arena_strdup(&r->f->arena, name ? name : ""),
		.type = type,
		.key_size = bpf_map__key_size(m),
		.value_size = bpf_map__value_size(m),
		.max_entries = bpf_map__max_entries(m),
		.flags = bpf_map__map_flags(m),
		.key = map_side(r, bpf_map__btf_key_type_id(m), bpf_map__key_size(m),
				has_index_key(type)),
		.value = map_side(r, value_id, bpf_map__value_size(m), has_id_value(type)),
		.pinned = bpf_map__pin_path(m) != NULL,
		.internal = bpf_map__is_internal(m),
		.inner = inner_make(r, m, depth),
	};
}

static bool is_folded(const struct btf *btf, uint32_t id)
{
	bool is_const = false;

	for (int i = 0; i < 32; i++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (!t || !(btf_is_mod(t) || btf_is_typedef(t) || btf_is_array(t)))
			break;
		if (btf_is_volatile(t))
			return false;
		is_const |= btf_is_const(t);
		id = btf_is_array(t) ? btf_array(t)->type : t->type;
	}
	return is_const;
}

static void read_global(struct reader *r, const struct object_map *map, const char *section,
			const struct btf_var_secinfo *v)
{
	const struct btf_type *var = btf__type_by_id(r->btf, v->type);
	struct object_file *f = r->f;
	struct object_global *g;
	const struct type *t;

	if (!var || !btf_is_var(var))
		return;
	t = btf_type(&r->types, var->type);
	/* What does not lie in the map cannot be set through it. */
	if (!t->size || v->offset > map->value_size || t->size > map->value_size - v->offset)
		return;
	g = ARENA_PUSH(&f->arena, f->globals, f->n_globals);
	*g = (struct object_global){
		.name = arena_strdup(&f->arena, btf__str_by_offset(r->btf, var->name_off)),
		.section = section,
		.map = map->name,
		.type = t,
		.off = v->offset,
		.read_only = starts_with(section, ".rodata"),
	};
	g->folded = g->read_only && is_folded(r->btf, var->type);
}

static void read_globals(struct reader *r, const struct object_map *map)
{
	uint32_t id = map->internal ? section_id(r, map->name) : 0;
	const struct btf_type *section = id ? btf__type_by_id(r->btf, id) : NULL;
	const char *name;

	if (!section)
		return;
	name = arena_strdup(&r->f->arena, strchr(map->name, '.'));
	if (!starts_with(name, ".data") && !starts_with(name, ".rodata") &&
	    !starts_with(name, ".bss"))
		return;
	for (uint32_t i = 0; i < btf_vlen(section); i++)
		read_global(r, map, name, &btf_var_secinfos(section)[i]);
}

static void read_maps(struct reader *r)
{
	struct object_file *f = r->f;
	struct bpf_map *m;

	bpf_object__for_each_map(m, r->object)
	{
		struct object_map made = map_make(r, m, 0);

		*ARENA_PUSH(&f->arena, f->maps, f->n_maps) = made;
		read_globals(r, &made);
	}
}

/* libbpf does not tell the license; it is the text in the section of that name. */
static void read_license(struct object_file *f, const void *data, size_t size)
{
	Elf *elf = elf_memory((char *)(uintptr_t)data, size);
	size_t names;
	Elf_Scn *section = NULL;

	f->license = arena_strdup(&f->arena, "");
	if (!elf || elf_getshdrstrndx(elf, &names)) {
		elf_end(elf);
		return;
	}
	while ((section = elf_nextscn(elf, section))) {
		Elf64_Shdr *header = elf64_getshdr(section);
		const char *name = header ? elf_strptr(elf, names, header->sh_name) : NULL;
		Elf_Data *text =
			name && !strcmp(name, "license") ? elf_rawdata(section, NULL) : NULL;

		if (text && text->d_buf)
			f->license = arena_strndup(&f->arena, text->d_buf, text->d_size);
	}
	elf_end(elf);
}

static void read_all(struct reader *r, const void *data, size_t size)
{
	struct object_file *f = r->f;

	r->btf = bpf_object__btf(r->object);
	f->has_btf = r->btf != NULL;
	if (r->btf) {
		btf_types_init(&r->types, r->btf, &f->arena);
	}
	read_programs(r);
	read_maps(r);
	read_license(f, data, size);
	digest_make(f->digest, data, size);
}

/* The types of .BTF section @raw, NULL if there are none. False, and reported, if they are damaged.
 */
static bool read_types(struct diags *d, struct span where, const char *path, const void *raw,
		       size_t size, struct type_set **types)
{
	struct btf *btf = NULL;

	*types = NULL;
	libbpf_log_begin();
	if (raw && size <= UINT32_MAX)
		btf = btf__new(raw, (uint32_t)size);
	free(libbpf_log_end());
	if (!btf)
		return true; /* none, or libbpf says what is wrong when it opens the object */
	if (!btf_check(d, where, path, btf)) {
		btf__free(btf);
		return false;
	}
	*types = type_set_from_btf(btf);
	return true;
}

static struct bpf_object *open_object(struct diags *d, struct span where, const char *path,
				      const void *data, size_t size)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct bpf_object *object;
	char *name = object_name(path), *said;
	int err;

	opts.object_name = name;
	libbpf_log_begin();
	object = bpf_object__open_mem(data, size, &opts);
	err = object ? 0 : -errno;
	said = libbpf_log_end();
	if (!object)
		what_libbpf_said(d, where, path, err, said);
	free(said);
	free(name);
	return object;
}

struct object_file *object_file_from_memory(struct diags *d, struct span where, const char *path,
					    const void *data, size_t size)
{
	struct reader r = {};
	struct type_set *types;
	const void *btf;
	size_t btf_size;

	if (!what_is_object(d, where, path, data, size) ||
	    !object_check(d, where, path, data, size, &btf, &btf_size) ||
	    !read_types(d, where, path, btf, btf_size, &types))
		return NULL;
	r.object = open_object(d, where, path, data, size);
	if (!r.object) {
		type_set_free(types);
		return NULL;
	}
	r.f = xcalloc(1, sizeof(*r.f));
	r.f->path = arena_strdup(&r.f->arena, path);
	r.f->types = types;
	read_all(&r, data, size);
	bpf_object__close(r.object);
	return r.f;
}

struct object_file *object_file_read(struct diags *d, struct span where, const char *path)
{
	struct source src = {};
	struct object_file *f;
	int err;

	if (path_is_stream(path)) { /* libbpf reads it again */
		diag(d, DIAG_ERROR, where, "%s is no file but a pipe or a device", path);
		return NULL;
	}
	err = source_read(path, &src);
	if (err) {
		what_unreadable(d, where, path, err);
		return NULL;
	}
	f = object_file_from_memory(d, where, path, src.text, src.len);
	source_free(&src);
	return f;
}

void object_file_free(struct object_file *f)
{
	struct arena arena;

	if (!f)
		return;
	type_set_free(f->types);
	arena = f->arena;
	arena_free(&arena);
	free(f);
}
