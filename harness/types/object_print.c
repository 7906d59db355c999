/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/object_file.h"

#include <linux/bpf.h>
#include <string.h>

static int wider(int width, const char *s)
{
	int len = (int)strlen(s);

	return len > width ? len : width;
}

static const char *program_type(const struct object_program *p)
{
	return p->type == BPF_PROG_TYPE_UNSPEC ? "?" : prog_type_name(p->type);
}

static void programs_print(FILE *out, const struct object_file *f)
{
	int name = wider(0, "program"), section = wider(0, "section"), type = wider(0, "type");

	if (!f->n_programs)
		return;
	for (size_t i = 0; i < f->n_programs; i++) {
		name = wider(name, f->programs[i].name);
		section = wider(section, f->programs[i].section);
		type = wider(type, program_type(&f->programs[i]));
	}
	fprintf(out, "\n%-*s  %-*s  %-*s  %s\n", name, "program", section, "section", type, "type",
		"instructions");
	for (size_t i = 0; i < f->n_programs; i++) {
		const struct object_program *p = &f->programs[i];

		fprintf(out, "%-*s  %-*s  %-*s  %12u%s\n", name, p->name, section, p->section, type,
			program_type(p), p->n_insns, p->frags ? "  frags" : "");
	}
}

/* linux/bpf.h: flags of BPF_MAP_CREATE that objects set. */
static const struct {
	uint32_t flag;
	const char *name;
} map_flags[] = {
	{ BPF_F_NO_PREALLOC, "no_prealloc" }, { BPF_F_NO_COMMON_LRU, "no_common_lru" },
	{ BPF_F_NUMA_NODE, "numa_node" },     { BPF_F_RDONLY, "rdonly" },
	{ BPF_F_WRONLY, "wronly" },	      { BPF_F_STACK_BUILD_ID, "stack_build_id" },
	{ BPF_F_ZERO_SEED, "zero_seed" },     { BPF_F_RDONLY_PROG, "rdonly_prog" },
	{ BPF_F_WRONLY_PROG, "wronly_prog" }, { BPF_F_CLONE, "clone" },
	{ BPF_F_MMAPABLE, "mmapable" },	      { BPF_F_PRESERVE_ELEMS, "preserve_elems" },
	{ BPF_F_INNER_MAP, "inner_map" },
};

static void flags_print(FILE *out, const struct object_map *m)
{
	uint32_t flags = m->flags;

	for (size_t i = 0; i < ARRAY_SIZE(map_flags); i++)
		if (flags & map_flags[i].flag) {
			fprintf(out, "  %s", map_flags[i].name);
			flags &= ~map_flags[i].flag;
		}
	if (flags)
		fprintf(out, "  flags 0x%x", flags);
	if (m->pinned)
		fputs("  pinned by name", out);
}

static void side_print(FILE *out, const char *what, const struct type *t)
{
	if (!t->size)
		return;
	fprintf(out, "\t%-6s ", what);
	type_print_indented(out, t, 1);
	fputc('\n', out);
}

static void map_print(FILE *out, const struct object_map *m, int name, int type)
{
	fprintf(out, "%-*s  %-*s  %11u", name, m->name, type, map_type_name(m->type),
		m->max_entries);
	flags_print(out, m);
	fputc('\n', out);
	if (m->internal)
		return; /* its globals follow in a list of their own */
	side_print(out, "key:", m->key);
	side_print(out, "value:", m->value);
	if (m->inner) {
		fprintf(out, "\tinner: %s, max_entries %u\n", map_type_name(m->inner->type),
			m->inner->max_entries);
		side_print(out, "key:", m->inner->key);
		side_print(out, "value:", m->inner->value);
	}
}

static void maps_print(FILE *out, const struct object_file *f)
{
	int name = wider(0, "map"), type = wider(0, "type");

	if (!f->n_maps)
		return;
	for (size_t i = 0; i < f->n_maps; i++) {
		name = wider(name, f->maps[i].name);
		type = wider(type, map_type_name(f->maps[i].type));
	}
	fprintf(out, "\n%-*s  %-*s  %11s  flags\n", name, "map", type, "type", "max_entries");
	for (size_t i = 0; i < f->n_maps; i++)
		map_print(out, &f->maps[i], name, type);
}

static void globals_print(FILE *out, const struct object_file *f)
{
	int name = wider(0, "global"), section = wider(0, "section");

	if (!f->n_globals)
		return;
	for (size_t i = 0; i < f->n_globals; i++) {
		name = wider(name, f->globals[i].name);
		section = wider(section, f->globals[i].section);
	}
	fprintf(out, "\n%-*s  %-*s  type\n", name, "global", section, "section");
	for (size_t i = 0; i < f->n_globals; i++) {
		const struct object_global *g = &f->globals[i];

		fprintf(out, "%-*s  %-*s  ", name, g->name, section, g->section);
		type_print_indented(out, g->type, 0);
		fputs(g->folded ? "  (const, not volatile: may be compiled in)\n" : "\n", out);
	}
}

void object_file_print(FILE *out, const struct object_file *f)
{
	fprintf(out, "%s: %zu program%s, %zu map%s, %zu global%s; license %s; %s; digest %s\n",
		f->path, f->n_programs, f->n_programs == 1 ? "" : "s", f->n_maps,
		f->n_maps == 1 ? "" : "s", f->n_globals, f->n_globals == 1 ? "" : "s",
		*f->license ? f->license : "none",
		f->has_btf ? "with BTF" : "no BTF: keys and values are bytes", f->digest);
	programs_print(out, f);
	maps_print(out, f);
	globals_print(out, f);
}
