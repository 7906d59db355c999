/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/context_reads.h"

#include "kernel/interpose_edit.h"

#include <stdbool.h>

/* Registers that hold the context, one bit each. R10 is the stack. */
#define CALLER_SAVED 0x3f

static bool writes_register(const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
	case BPF_LD:
	case BPF_LDX:
		return true;
	}
	return false;
}

static bool copies(const struct bpf_insn *insn)
{
	return insn->code == (BPF_ALU64 | BPF_MOV | BPF_X) && !insn->off;
}

static bool loads(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_LDX && BPF_MODE(insn->code) == BPF_MEM;
}

static uint64_t words(const struct bpf_insn *insn)
{
	unsigned int first;

	if (insn->off < 0 || insn->off >= 4 * 64)
		return 0;
	first = (unsigned int)insn->off / 4;
	if (BPF_SIZE(insn->code) == BPF_DW)
		return 3ULL << first;
	return 1ULL << first;
}

/* Subprograms stand behind the program itself, each called by somebody. */
static size_t end_of_main(const struct bpf_insn *insns, size_t n)
{
	size_t end = n;

	for (size_t i = 0; i < n; i++) {
		bool called = insns[i].code == (BPF_JMP | BPF_CALL) &&
			      insns[i].src_reg == BPF_PSEUDO_CALL;
		bool pointed_at =
			insn_is_ld_imm64(&insns[i]) && insns[i].src_reg == BPF_PSEUDO_FUNC;
		int64_t target = (int64_t)i + 1 + insns[i].imm;

		if ((called || pointed_at) && target > 0 && target < (int64_t)end)
			end = (size_t)target;
	}
	return end;
}

/*
 * One pass in the order of the text: what a register holds is what was put there last. The context
 * is mostly moved to a saved register first, and stays there.
 */
uint64_t context_reads(const struct bpf_insn *insns, size_t n)
{
	uint32_t holders = 1u << BPF_REG_1;
	size_t end = end_of_main(insns, n);
	uint64_t read = 0;

	for (size_t i = 0; i < end; i++) {
		const struct bpf_insn *insn = &insns[i];
		bool from_holder = holders & 1u << insn->src_reg;

		if (insn_is_ld_imm64(insn)) {
			holders &= ~(1u << insn->dst_reg);
			i++;
		} else if (insn->code == (BPF_JMP | BPF_CALL)) {
			holders &= ~(uint32_t)CALLER_SAVED;
		} else if (writes_register(insn)) {
			if (loads(insn) && from_holder)
				read |= words(insn);
			holders &= ~(1u << insn->dst_reg);
			if (copies(insn) && from_holder)
				holders |= 1u << insn->dst_reg;
		}
	}
	return read;
}
