/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Calls recorded in place, for programs that have no room for a stub: no further function, no
 * further frame. Before a call r0 is free, after it r1 to r5 are: arguments wait on the tape
 * meanwhile. Structs and keys are not recorded.
 */
#include "kernel/interpose_internal.h"

#include <errno.h>

#define RECORD(member) offsetof(struct tape_record, member)
#define SCRIPT(member) offsetof(struct tape_script, member)

static size_t script_at(uint32_t helper)
{
	return offsetof(struct tape, scripts) + helper * sizeof(struct tape_script);
}

static bool is_recorded(const struct helper_arg *a)
{
	switch (a->value) {
	case HELPER_NOTHING:
	case HELPER_HIDDEN:
	case HELPER_KEY:
	case HELPER_STRUCT:
	case HELPER_MEMORY:
		return false;
	case HELPER_UINT:
	case HELPER_INT:
	case HELPER_HEX:
	case HELPER_BE16:
	case HELPER_NS:
	case HELPER_IFINDEX:
	case HELPER_MAP:
	case HELPER_ERROR:
	case HELPER_ACTION:
	case HELPER_FIB:
	case HELPER_POINTER:
		return true;
	}
	return false;
}

static void save_arguments(struct interposing *in, const struct helper *h)
{
	struct edit *e = &in->edit;

	insert_tape_address(in, BPF_REG_0, offsetof(struct tape, scratch));
	for (uint8_t i = 0; i < HELPER_ARGS; i++) {
		if (is_recorded(&h->args[i]))
			edit_insert(e, INSN_STORE(BPF_DW, BPF_REG_0, BPF_REG_1 + i, 8 * i));
	}
	insert_tape_address(in, BPF_REG_0, offsetof(struct tape, flags));
	edit_insert(e, INSN_STORE_IMM(BPF_DW, BPF_REG_0, 0, 0));
}

/* r0 = the script's next answer, as is_scripted() in shim/stub.h. r1: the script. */
static void insert_answer(struct edit *e, const struct helper *h)
{
	edit_insert(e, INSN_LOAD(BPF_W, BPF_REG_2, BPF_REG_1, SCRIPT(used)));
	edit_insert(e, INSN_MOV(BPF_REG_3, BPF_REG_2));
	edit_insert(e, INSN_ALU_IMM(BPF_ADD, BPF_REG_3, 1));
	edit_insert(e, INSN_STORE(BPF_W, BPF_REG_1, BPF_REG_3, SCRIPT(used)));
	if (h->result == HELPER_POINTER) {
		edit_insert(e, INSN_MOV_IMM(BPF_REG_0, 0));
		return;
	}
	edit_insert(e, INSN_LOAD(BPF_W, BPF_REG_3, BPF_REG_1, SCRIPT(n)));
	edit_insert(e, INSN_ALU_IMM(BPF_SUB, BPF_REG_3, 1));
	edit_insert(e, INSN_JUMP_IF_REG(BPF_JGE, BPF_REG_3, BPF_REG_2, 1));
	edit_insert(e, INSN_MOV(BPF_REG_2, BPF_REG_3));
	edit_insert(e, INSN_ALU_IMM(BPF_AND, BPF_REG_2, TAPE_VALUES - 1));
	edit_insert(e, INSN_ALU_IMM(BPF_LSH, BPF_REG_2, 3));
	edit_insert(e, INSN_LOAD(BPF_DW, BPF_REG_3, BPF_REG_1, SCRIPT(add)));
	edit_insert(e, INSN_ALU(BPF_ADD, BPF_REG_1, BPF_REG_2));
	edit_insert(e, INSN_LOAD(BPF_DW, BPF_REG_0, BPF_REG_1, SCRIPT(values)));
	edit_insert(e, INSN_ALU(BPF_ADD, BPF_REG_3, BPF_REG_0));
	edit_insert(e, INSN_STORE(BPF_DW, BPF_REG_1, BPF_REG_3, SCRIPT(values)));
}

/* If the scenario gave an answer: take it, and jump over the call, to where @over says later. */
static size_t insert_script(struct interposing *in, const struct helper *h)
{
	struct edit *e = &in->edit;
	size_t branch, over;

	insert_tape_address(in, BPF_REG_0, script_at(h->id));
	edit_insert(e, INSN_LOAD(BPF_W, BPF_REG_0, BPF_REG_0, SCRIPT(mode)));
	branch = e->out.n;
	edit_insert(e, INSN_JUMP_IF(BPF_JEQ, BPF_REG_0, TAPE_REAL, 0));
	insert_tape_address(in, BPF_REG_1, offsetof(struct tape, flags));
	edit_insert(e, INSN_STORE_IMM(BPF_DW, BPF_REG_1, 0, TAPE_SCRIPTED));
	insert_tape_address(in, BPF_REG_1, script_at(h->id));
	insert_answer(e, h);
	over = e->out.n;
	edit_insert(e, INSN_JUMP(0));
	e->out.insns[branch].off = (int16_t)(e->out.n - branch - 1);
	return over;
}

/* r1: the tape's scratch; r3: the record */
static void record_argument(struct edit *e, const struct helper_arg *a, int i)
{
	if (a->size == 8) {
		edit_insert(e, INSN_LOAD(BPF_DW, BPF_REG_2, BPF_REG_1, 8 * i));
	} else {
		edit_insert(e, INSN_LOAD(BPF_W, BPF_REG_2, BPF_REG_1, 8 * i));
		if (a->value == HELPER_INT) {
			edit_insert(e, INSN_ALU_IMM(BPF_LSH, BPF_REG_2, 32));
			edit_insert(e, INSN_ALU_IMM(BPF_ARSH, BPF_REG_2, 32));
		}
	}
	edit_insert(e, INSN_STORE(BPF_DW, BPF_REG_3, BPF_REG_2, RECORD(args) + 8 * (size_t)i));
}

static void record(struct interposing *in, const struct helper *h, uint32_t number)
{
	struct edit *e = &in->edit;

	insert_tape_address(in, BPF_REG_1, offsetof(struct tape, n));
	edit_insert(e, INSN_LOAD(BPF_DW, BPF_REG_2, BPF_REG_1, 0));
	edit_insert(e, INSN_MOV(BPF_REG_3, BPF_REG_2));
	edit_insert(e, INSN_ALU_IMM(BPF_ADD, BPF_REG_3, 1));
	edit_insert(e, INSN_STORE(BPF_DW, BPF_REG_1, BPF_REG_3, 0));
	edit_insert(e, INSN_ALU_IMM(BPF_AND, BPF_REG_2, TAPE_RECORDS - 1));
	edit_insert(e, INSN_ALU_IMM(BPF_MUL, BPF_REG_2, sizeof(struct tape_record)));
	insert_tape_address(in, BPF_REG_3, offsetof(struct tape, records));
	edit_insert(e, INSN_ALU(BPF_ADD, BPF_REG_3, BPF_REG_2));
	edit_insert(e, INSN_STORE_IMM(BPF_W, BPF_REG_3, RECORD(site), (int32_t)number));
	insert_tape_address(in, BPF_REG_1, offsetof(struct tape, flags));
	edit_insert(e, INSN_LOAD(BPF_W, BPF_REG_2, BPF_REG_1, 0));
	edit_insert(e, INSN_STORE(BPF_W, BPF_REG_3, BPF_REG_2, RECORD(flags)));
	if (h->result != HELPER_NOTHING)
		edit_insert(e, INSN_STORE(BPF_DW, BPF_REG_3, BPF_REG_0, RECORD(result)));
	insert_tape_address(in, BPF_REG_1, offsetof(struct tape, scratch));
	for (int i = 0; i < HELPER_ARGS; i++) {
		if (is_recorded(&h->args[i]))
			record_argument(e, &h->args[i], i);
	}
}

static void record_in_place(struct interposing *in)
{
	uint32_t number = (uint32_t)in->ip->n_sites;
	struct call_site *site = interpose_add_site(in);
	const struct helper *h = site->helper;
	struct edit *e = &in->edit;
	size_t over = 0;

	site->inlined = true;
	site->key_size = 0;
	/* Skipping a call that fills memory would leave that as it was: not initialised. */
	site->scripted = in->scripted && (h->scriptable || h->failable) && !h->fills;
	save_arguments(in, h);
	if (site->scripted)
		over = insert_script(in, h);
	edit_keep(e);
	if (h->clock) {
		insert_tape_address(in, BPF_REG_1, script_at(h->id));
		edit_insert(e, INSN_LOAD(BPF_DW, BPF_REG_1, BPF_REG_1, SCRIPT(add)));
		edit_insert(e, INSN_ALU(BPF_ADD, BPF_REG_0, BPF_REG_1));
	}
	if (site->scripted)
		e->out.insns[over].off = (int16_t)(e->out.n - over - 1);
	record(in, h, number);
}

int interpose_inline(struct interposing *in)
{
	while (edit_more(&in->edit)) {
		const struct bpf_insn *insn = &in->edit.in->insns[in->edit.at];

		coverage_insert(in);
		if (!interpose_wants(in->ip, insn))
			edit_keep(&in->edit);
		else if (insn->imm == BPF_FUNC_tail_call)
			interpose_tail_call(in);
		else
			record_in_place(in);
	}
	return 0;
}
