/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Editing a program as libbpf hands it to the kernel: instructions put before and after others,
 * functions appended; jumps, calls, func_info and line_info follow. Private to kernel/.
 *
 * What is put before an instruction is run by jumps to it, and belongs to its source line.
 */
#pragma once

#include "base/mem.h"

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

/* A program, or what becomes of one. All malloc'ed, or borrowed and const for those who read. */
struct code {
	struct bpf_insn *insns;
	size_t n;
	struct bpf_func_info *funcs; /* one per function, or none at all */
	size_t n_funcs;
	struct bpf_line_info *lines; /* at least one per function, or none at all */
	size_t n_lines;
};

void code_free(struct code *c);
/* The line of instruction @i: that of the last record before it which names one (line 0 is code
 * that the compiler made up). NULL: none. */
const struct bpf_line_info *code_line(const struct code *c, size_t i);

struct edit {
	const struct code *in;
	struct code out;
	size_t at;	 /* instruction of @in that is next */
	uint32_t *start; /* by instruction of @in: where jumps to it go in @out */
	uint32_t *place; /* .. and where itself is */
};

bool insn_is_ld_imm64(const struct bpf_insn *insn);
/* A call of a helper, not of a function or kfunc. */
bool insn_is_helper_call(const struct bpf_insn *insn);

/* Whether @c can be edited: 0, or -EINVAL (jumps out of the program) or -EOPNOTSUPP (jump tables).
 */
int edit_check(const struct code *c);

/* Where the jump, call or address at @i leads; of a code that passed edit_check(). */
size_t edit_target(const struct code *c, size_t i);
/* Mark the instructions that something jumps to or calls; @targets has c->n, all false. */
void edit_find_targets(const struct code *c, bool *targets);

/* @in outlives the edit. Then, for each edit_more(): insert, keep, insert. */
void edit_begin(struct edit *e, const struct code *in);
/* Whether an instruction is left; what is inserted from now on stands before it. */
bool edit_more(struct edit *e);
void edit_insert(struct edit *e, struct bpf_insn insn);
/* The instruction itself, both halves of an ld_imm64. Its place in e->out. */
size_t edit_keep(struct edit *e);
/*
 * After the last one: a function. @func_type and @line are BTF's, of its func_info and line_info
 * where the program has these. Its place in e->out.
 */
size_t edit_append(struct edit *e, const struct bpf_insn *insns, size_t n, uint32_t func_type,
		   uint32_t line);
/* Lead the call at @place in e->out to the function at @function. */
void edit_call(struct edit *e, size_t place, size_t function);
/* Correct all that points somewhere. 0, or -ERANGE: a jump is longer than an instruction can say.
 * e->out is the caller's then. */
int edit_finish(struct edit *e);
void edit_free(struct edit *e);

/* Instructions as kernel's include/linux/filter.h has them. */
static inline struct bpf_insn insn_make(uint8_t code, uint8_t dst, uint8_t src, int16_t off,
					int32_t imm)
{
	return (struct bpf_insn){
		.code = code, .dst_reg = dst & 15, .src_reg = src & 15, .off = off, .imm = imm
	};
}

#define INSN_MOV(dst, src)	    insn_make(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define INSN_MOV_IMM(dst, imm)	    insn_make(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm)
#define INSN_ALU(op, dst, src)	    insn_make(BPF_ALU64 | (op) | BPF_X, dst, src, 0, 0)
#define INSN_ALU_IMM(op, dst, imm)  insn_make(BPF_ALU64 | (op) | BPF_K, dst, 0, 0, imm)
#define INSN_LOAD(sz, dst, src, o)  insn_make(BPF_LDX | BPF_MEM | (sz), dst, src, (int16_t)(o), 0)
#define INSN_STORE(sz, dst, src, o) insn_make(BPF_STX | BPF_MEM | (sz), dst, src, (int16_t)(o), 0)
#define INSN_STORE_IMM(sz, dst, o, imm) \
	insn_make(BPF_ST | BPF_MEM | (sz), dst, 0, (int16_t)(o), imm)
#define INSN_JUMP_IF(op, dst, imm, off)	    insn_make(BPF_JMP | (op) | BPF_K, dst, 0, off, imm)
#define INSN_JUMP_IF_REG(op, dst, src, off) insn_make(BPF_JMP | (op) | BPF_X, dst, src, off, 0)
#define INSN_JUMP(off)			    insn_make(BPF_JMP | BPF_JA, 0, 0, off, 0)
