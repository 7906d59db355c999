/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Basic blocks of a program, and which registers are free where. */
#include "kernel/coverage_internal.h"

#include <stdlib.h>

#define REGS(from, to) ((uint16_t)((1u << ((to) + 1)) - (1u << (from))))
#define REG(r)	       ((uint16_t)(1u << (r)))
#define ARGUMENTS      REGS(BPF_REG_1, BPF_REG_5)
#define CLOBBERED      REGS(BPF_REG_0, BPF_REG_5)

static bool is_jump_class(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP || BPF_CLASS(insn->code) == BPF_JMP32;
}

static bool is_exit(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_EXIT);
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL);
}

static bool is_branch(const struct bpf_insn *insn)
{
	return is_jump_class(insn) && !is_exit(insn) && !is_call(insn);
}

static bool is_goto(const struct bpf_insn *insn)
{
	return is_jump_class(insn) && BPF_OP(insn->code) == BPF_JA;
}

static void find_starts(bool *starts, const struct code *c)
{
	edit_find_targets(c, starts);
	if (c->n)
		starts[0] = true;
	for (size_t i = 0; i < c->n_funcs; i++)
		starts[c->funcs[i].insn_off] = true;
	for (size_t i = 0; i + 1 < c->n; i++) {
		const struct bpf_insn *insn = &c->insns[i];

		/* A tail call that is taken does not come back. */
		if (is_branch(insn) || is_exit(insn) ||
		    (insn_is_helper_call(insn) && insn->imm == BPF_FUNC_tail_call))
			starts[i + 1] = true;
		i += insn_is_ld_imm64(insn);
	}
}

/* Registers that an atomic operation reads besides address and source, and those it writes. */
static void atomic_registers(const struct bpf_insn *insn, uint16_t *reads, uint16_t *writes)
{
	if (BPF_CLASS(insn->code) != BPF_STX || BPF_MODE(insn->code) != BPF_ATOMIC)
		return;
	if (insn->imm == BPF_CMPXCHG) {
		*reads |= REG(BPF_REG_0);
		*writes |= REG(BPF_REG_0);
	} else if (insn->imm & BPF_FETCH) {
		*writes |= REG(insn->src_reg);
	}
}

/* What an instruction reads, and what it leaves without its old value. */
static void registers_of(const struct bpf_insn *insn, uint16_t *reads, uint16_t *writes)
{
	uint16_t dst = REG(insn->dst_reg), src = REG(insn->src_reg);
	bool by_register = BPF_SRC(insn->code) == BPF_X;

	*reads = *writes = 0;
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		/* BPF_END and BPF_NEG take no source, but calling it read keeps on the safe side.
		 */
		*reads = (uint16_t)((BPF_OP(insn->code) == BPF_MOV ? 0 : dst) |
				    (by_register ? src : 0));
		*writes = dst;
		break;
	case BPF_LD: /* BPF_ABS and BPF_IND find the skb in r6, and clobber as calls do */
		*reads = insn_is_ld_imm64(insn) ? 0 : (uint16_t)(REG(BPF_REG_6) | src);
		*writes = insn_is_ld_imm64(insn) ? dst : CLOBBERED;
		break;
	case BPF_LDX:
		*reads = src;
		*writes = dst;
		break;
	case BPF_ST:
		*reads = dst;
		break;
	case BPF_STX:
		*reads = dst | src;
		atomic_registers(insn, reads, writes);
		break;
	case BPF_JMP:
	case BPF_JMP32:
		if (is_call(insn)) {
			*reads = ARGUMENTS;
			*writes = CLOBBERED;
		} else if (is_exit(insn)) {
			*reads = REG(BPF_REG_0);
		} else if (!is_goto(insn)) {
			*reads = (uint16_t)(dst | (by_register ? src : 0));
		}
		break;
	}
}

static size_t width(const struct bpf_insn *insn)
{
	return insn_is_ld_imm64(insn) ? 2 : 1;
}

/* What is needed after instruction @i. */
static uint16_t live_after(const struct blocks *b, const struct code *c, size_t i)
{
	const struct bpf_insn *insn = &c->insns[i];
	size_t next = i + width(insn);
	uint16_t live = 0;

	if (is_exit(insn))
		return 0;
	if (is_branch(insn))
		live = b->live[edit_target(c, i)];
	if (!is_goto(insn) && next < c->n)
		live |= b->live[next];
	return live;
}

/* Backwards, until nothing changes: loops make the needs of later code known only then. */
static void find_live(struct blocks *b, const struct code *c)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = c->n; i-- > 0;) {
			uint16_t reads, writes, live;

			if (i && insn_is_ld_imm64(&c->insns[i - 1]))
				continue; /* its second half */
			registers_of(&c->insns[i], &reads, &writes);
			live = (uint16_t)(reads | (live_after(b, c, i) & ~writes));
			changed |= live != b->live[i];
			b->live[i] = live;
		}
	}
}

void blocks_find(struct blocks *b, const struct code *c)
{
	b->starts = xcalloc(c->n + 1, sizeof(*b->starts));
	b->live = xcalloc(c->n + 1, sizeof(*b->live));
	find_starts(b->starts, c);
	find_live(b, c);
}

void blocks_free(struct blocks *b)
{
	free(b->starts);
	free(b->live);
	*b = (struct blocks){ 0 };
}
