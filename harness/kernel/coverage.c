/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/coverage.h"

#include "kernel/instance_internal.h"
#include "kernel/interpose_internal.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int coverage_open(struct coverage *c)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	void *mem;

	if (c->flags)
		return 0;
	opts.map_flags = BPF_F_MMAPABLE;
	c->fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "verdict_lines", sizeof(uint32_t),
			       COVERAGE_BLOCKS, 1, &opts);
	if (c->fd < 0)
		return -errno;
	mem = mmap(NULL, COVERAGE_BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
	if (mem == MAP_FAILED) {
		int err = -errno;

		close(c->fd);
		c->fd = -1;
		return err;
	}
	c->flags = mem;
	return 0;
}

void coverage_close(struct coverage *c)
{
	if (c->flags)
		munmap(c->flags, COVERAGE_BLOCKS);
	if (c->fd >= 0)
		close(c->fd);
	c->flags = NULL;
	c->fd = -1;
}

static void add_line(struct interposing *in, const struct bpf_line_info *line, uint32_t block)
{
	struct coverage *c = &in->ip->coverage;
	struct covered_line *last = c->n_lines ? &c->lines[c->n_lines - 1] : NULL, *new;
	uint32_t number = BPF_LINE_INFO_LINE_NUM(line->line_col);
	const char *file = btf__str_by_offset(in->btf, line->file_name_off);

	if (!number || !file || !*file)
		return;
	new = ARENA_PUSH(in->ip->arena, c->lines, c->n_lines);
	/* Neighbours are mostly in the same file. */
	new->file =
		last && !strcmp(last->file, file) ? last->file : arena_strdup(in->ip->arena, file);
	new->line = number;
	new->block = block;
}

/* The lines from instruction @from up to the next block; the first may have begun before. */
static void add_lines(struct interposing *in, size_t from, uint32_t block)
{
	const struct code *c = in->edit.in;
	const struct bpf_line_info *first = code_line(c, from);
	size_t end = from + 1, i;

	while (end < c->n && !in->blocks.starts[end])
		end++;
	if (first)
		add_line(in, first, block);
	for (i = 0; i < c->n_lines; i++)
		if (c->lines[i].insn_off > from && c->lines[i].insn_off < end)
			add_line(in, &c->lines[i], block);
}

/* A register that nobody needs any more at instruction @i, or -1. */
static int free_register(const struct blocks *b, size_t i)
{
	for (int reg = BPF_REG_0; reg <= BPF_REG_9; reg++)
		if (!(b->live[i] >> reg & 1))
			return reg;
	return -1;
}

void coverage_insert(struct interposing *in)
{
	struct coverage *c = &in->ip->coverage;
	size_t at = in->edit.at;
	int reg;

	if (!in->blocks.starts || !in->blocks.starts[at] || !in->btf ||
	    c->n_blocks == COVERAGE_BLOCKS)
		return;
	reg = free_register(&in->blocks, at);
	if (reg < 0)
		return; /* its lines are those of no block: not known */
	edit_insert(&in->edit, insn_make(BPF_LD | BPF_IMM | BPF_DW, (uint8_t)reg,
					 BPF_PSEUDO_MAP_VALUE, 0, c->fd));
	edit_insert(&in->edit, insn_make(0, 0, 0, 0, (int32_t)c->n_blocks));
	edit_insert(&in->edit, INSN_STORE_IMM(BPF_B, (uint8_t)reg, 0, 1));
	add_lines(in, at, c->n_blocks++);
}

void instance_covered_lines(struct instance *inst, covered_line_fn *fn, void *arg)
{
	struct interposer *ip = inst->interposer;
	struct coverage *c = ip ? &ip->coverage : NULL;

	if (!c || !c->flags)
		return;
	for (size_t i = 0; i < c->n_lines; i++)
		fn(arg, c->lines[i].file, c->lines[i].line, c->flags[c->lines[i].block]);
	memset(c->flags, 0, c->n_blocks);
}

const char *instance_not_covered(const struct instance *inst, size_t i, const char **why)
{
	const struct interposer *ip = inst->interposer;

	for (size_t p = 0; ip && ip->cover && p < ip->n_programs; p++) {
		const struct interposed *program = &ip->programs[p];

		*why = program->why_not_covered ? program->why_not_covered : program->why;
		if ((program->seen && program->sites && !program->why_not_covered) || i--)
			continue;
		return program->name;
	}
	return NULL;
}
