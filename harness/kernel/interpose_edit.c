/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/interpose_edit.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void code_free(struct code *c)
{
	free(c->insns);
	free(c->funcs);
	free(c->lines);
	*c = (struct code){ 0 };
}

const struct bpf_line_info *code_line(const struct code *c, size_t i)
{
	size_t low = 0, high = c->n_lines;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->lines[middle].insn_off <= i)
			low = middle + 1;
		else
			high = middle;
	}
	while (low > 0 && !BPF_LINE_INFO_LINE_NUM(c->lines[low - 1].line_col))
		low--;
	return low > 0 ? &c->lines[low - 1] : NULL;
}

bool insn_is_ld_imm64(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

bool insn_is_helper_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == 0;
}

static bool is_jump(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_CALL && op != BPF_EXIT;
}

/* Jumps through a table (Linux 6.19). */
static bool is_indirect_jump(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA | BPF_X);
}

/* A jump whose distance is 32 bits. */
static bool is_long_jump(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP32 | BPF_JA);
}

/* Names a function by the distance to it: a call, or an address taken. */
static bool is_function_reference(const struct bpf_insn *insn)
{
	if (insn->code == (BPF_JMP | BPF_CALL))
		return insn->src_reg == BPF_PSEUDO_CALL;
	return insn_is_ld_imm64(insn) && insn->src_reg == BPF_PSEUDO_FUNC;
}

static bool has_target(const struct bpf_insn *insn)
{
	return is_jump(insn) || is_function_reference(insn);
}

/* Where @insns[i] leads. */
static int64_t target_of(const struct bpf_insn *insns, size_t i)
{
	const struct bpf_insn *insn = &insns[i];
	int32_t distance = is_jump(insn) && !is_long_jump(insn) ? (int32_t)insn->off : insn->imm;

	return (int64_t)i + 1 + distance;
}

static size_t width(const struct bpf_insn *insn)
{
	return insn_is_ld_imm64(insn) ? 2 : 1;
}

int edit_check(const struct code *c)
{
	for (size_t i = 0; i < c->n; i += width(&c->insns[i])) {
		int64_t to;

		if (is_indirect_jump(&c->insns[i]))
			return -EOPNOTSUPP;
		if (i + width(&c->insns[i]) > c->n)
			return -EINVAL;
		if (!has_target(&c->insns[i]))
			continue;
		to = target_of(c->insns, i);
		if (to < 0 || to >= (int64_t)c->n)
			return -EINVAL;
	}
	for (size_t i = 0; i < c->n_funcs; i++) {
		if (c->funcs[i].insn_off >= c->n)
			return -EINVAL;
	}
	for (size_t i = 0; i < c->n_lines; i++) {
		if (c->lines[i].insn_off >= c->n)
			return -EINVAL;
	}
	return 0;
}

size_t edit_target(const struct code *c, size_t i)
{
	return (size_t)target_of(c->insns, i);
}

void edit_find_targets(const struct code *c, bool *targets)
{
	for (size_t i = 0; i < c->n; i += width(&c->insns[i])) {
		if (has_target(&c->insns[i]))
			targets[target_of(c->insns, i)] = true;
	}
}

void edit_begin(struct edit *e, const struct code *in)
{
	*e = (struct edit){ .in = in };
	e->start = xcalloc(in->n + 1, sizeof(*e->start));
	e->place = xcalloc(in->n + 1, sizeof(*e->place));
	for (size_t i = 0; i < in->n_funcs; i++)
		*ARRAY_PUSH(e->out.funcs, e->out.n_funcs) = in->funcs[i];
	for (size_t i = 0; i < in->n_lines; i++)
		*ARRAY_PUSH(e->out.lines, e->out.n_lines) = in->lines[i];
}

bool edit_more(struct edit *e)
{
	e->start[e->at] = (uint32_t)e->out.n;
	return e->at < e->in->n;
}

void edit_insert(struct edit *e, struct bpf_insn insn)
{
	*ARRAY_PUSH(e->out.insns, e->out.n) = insn;
}

size_t edit_keep(struct edit *e)
{
	size_t place = e->out.n, n = width(&e->in->insns[e->at]);

	for (size_t i = 0; i < n; i++) {
		e->place[e->at] = (uint32_t)e->out.n;
		/* The second half of an ld_imm64 is no place to jump to; the kernel says so. */
		if (i)
			e->start[e->at] = (uint32_t)e->out.n;
		edit_insert(e, e->in->insns[e->at++]);
	}
	return place;
}

size_t edit_append(struct edit *e, const struct bpf_insn *insns, size_t n, uint32_t func_type,
		   uint32_t line)
{
	size_t place = e->out.n;
	struct bpf_line_info *l;

	for (size_t i = 0; i < n; i++)
		edit_insert(e, insns[i]);
	if (e->in->n_funcs) {
		*ARRAY_PUSH(e->out.funcs, e->out.n_funcs) =
			(struct bpf_func_info){ (uint32_t)place, func_type };
	}
	if (e->in->n_lines) {
		l = ARRAY_PUSH(e->out.lines, e->out.n_lines);
		*l = (struct bpf_line_info){ .insn_off = (uint32_t)place,
					     .file_name_off = e->in->lines[0].file_name_off,
					     .line_off = line,
					     .line_col = 1u << 10 /* line 1, column 0 */ };
	}
	return place;
}

void edit_call(struct edit *e, size_t place, size_t function)
{
	struct bpf_insn *insn = &e->out.insns[place];

	*insn = insn_make(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0,
			  (int32_t)((int64_t)function - (int64_t)place - 1));
}

static int correct_target(struct edit *e, size_t i)
{
	struct bpf_insn *insn = &e->out.insns[e->place[i]];
	int64_t to = e->start[target_of(e->in->insns, i)];
	int64_t distance = to - (int64_t)e->place[i] - 1;

	if (!is_jump(insn) || is_long_jump(insn))
		insn->imm = (int32_t)distance;
	else if (distance < INT16_MIN || distance > INT16_MAX)
		return -ERANGE;
	else
		insn->off = (int16_t)distance;
	return 0;
}

int edit_finish(struct edit *e)
{
	const struct bpf_insn *in = e->in->insns;
	int err = 0;

	assert(e->at == e->in->n);
	for (size_t i = 0; i < e->in->n && !err; i += width(&in[i])) {
		if (has_target(&in[i]))
			err = correct_target(e, i);
	}
	for (size_t i = 0; i < e->in->n_funcs; i++)
		e->out.funcs[i].insn_off = e->start[e->in->funcs[i].insn_off];
	for (size_t i = 0; i < e->in->n_lines; i++)
		e->out.lines[i].insn_off = e->start[e->in->lines[i].insn_off];
	return err;
}

void edit_free(struct edit *e)
{
	code_free(&e->out);
	free(e->start);
	free(e->place);
	*e = (struct edit){ 0 };
}
