/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls worth recording: which, where in the source, with what map. */
#include "kernel/interpose_internal.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

bool interpose_wants(const struct interposer *ip, const struct bpf_insn *insn)
{
	return insn_is_helper_call(insn) && (uint32_t)insn->imm < TAPE_HELPERS &&
	       ip->chosen[insn->imm];
}

static void find_source(struct interposing *in, struct call_site *site)
{
	const struct bpf_line_info *line = code_line(in->edit.in, in->edit.at);
	const struct call_site *last = in->ip->n_sites > 1 ? site - 1 : NULL;
	const char *file;

	if (!line || !in->btf)
		return;
	file = btf__str_by_offset(in->btf, line->file_name_off);
	if (!file || !*file)
		return;
	site->line = BPF_LINE_INFO_LINE_NUM(line->line_col);
	/* Neighbours are mostly in the same file. */
	if (last && last->file && !strcmp(last->file, file))
		site->file = last->file;
	else
		site->file = arena_strdup(in->ip->arena, file);
}

static uint32_t key_size_of(const struct bpf_object *obj, int fd)
{
	const struct bpf_map *m;
	uint32_t size;

	bpf_object__for_each_map(m, obj)
	{
		if (bpf_map__fd(m) != fd)
			continue;
		size = bpf_map__key_size(m);
		return size < TAPE_BYTES ? size : TAPE_BYTES;
	}
	return 0;
}

static bool writes(const struct bpf_insn *insn, uint8_t reg)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		return insn_is_ld_imm64(insn) ? insn->dst_reg == reg : reg <= BPF_REG_5;
	case BPF_LDX:
	case BPF_ALU:
	case BPF_ALU64:
		return insn->dst_reg == reg;
	case BPF_STX: /* atomic operations fetch into the source, or r0 */
		return BPF_MODE(insn->code) != BPF_MEM &&
		       (insn->src_reg == reg || reg == BPF_REG_0);
	case BPF_JMP:
		return BPF_OP(insn->code) == BPF_CALL && reg <= BPF_REG_5;
	default: /* BPF_ST, BPF_JMP32 */
		return false;
	}
}

static bool does_not_go_on(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && (op == BPF_EXIT || op == BPF_JA);
}

/*
 * Size of the key of the map in r1 at the call, as far as one sees without leaving the block: the
 * descriptor is loaded there almost always. 0: not seen.
 */
static uint32_t find_key_size(const struct interposing *in)
{
	const struct bpf_insn *insns = in->edit.in->insns, *insn;
	uint8_t reg = BPF_REG_1;

	for (size_t i = in->edit.at; i > 0 && !in->targets[i];) {
		i--;
		if (i > 0 && !insns[i].code && insn_is_ld_imm64(&insns[i - 1]))
			i--;
		insn = &insns[i];
		if (does_not_go_on(insn))
			return 0;
		if (!writes(insn, reg))
			continue;
		if (insn_is_ld_imm64(insn) && insn->src_reg == BPF_PSEUDO_MAP_FD)
			return key_size_of(in->obj, insn->imm);
		if (insn->code != (BPF_ALU64 | BPF_MOV | BPF_X) || insn->off)
			return 0;
		reg = insn->src_reg;
	}
	return 0;
}

struct call_site *interpose_add_site(struct interposing *in)
{
	struct interposer *ip = in->ip;
	struct call_site *site = ARENA_PUSH(ip->arena, ip->sites, ip->n_sites);

	*site = (struct call_site){
		.helper = helper_by_id((uint32_t)in->edit.in->insns[in->edit.at].imm),
		.program = in->program,
	};
	find_source(in, site);
	for (size_t i = 0; i < HELPER_ARGS; i++) {
		if (site->helper->args[i].value == HELPER_KEY)
			site->key_size = find_key_size(in);
	}
	return site;
}

void insert_tape_address(struct interposing *in, uint8_t dst, size_t offset)
{
	edit_insert(&in->edit, insn_make(BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0,
					 in->ip->tape_fd));
	edit_insert(&in->edit, insn_make(0, 0, 0, 0, (int32_t)offset));
}

#define RECORD(member) offsetof(struct tape_record, member)

/*
 * A tail call that is taken does not return, so all is recorded before it; r0, r4 and r5 are free
 * there. If it does return, the record is marked. The kernel leaves r0 alone then, although
 * bpf-helpers(7) speaks of an error: the program gets one, not an address of ours.
 */
void interpose_tail_call(struct interposing *in)
{
	uint32_t number = (uint32_t)in->ip->n_sites;
	struct edit *e = &in->edit;

	interpose_add_site(in);
	insert_tape_address(in, BPF_REG_5, offsetof(struct tape, n));
	edit_insert(e, INSN_LOAD(BPF_DW, BPF_REG_4, BPF_REG_5, 0));
	edit_insert(e, INSN_MOV(BPF_REG_0, BPF_REG_4));
	edit_insert(e, INSN_ALU_IMM(BPF_ADD, BPF_REG_0, 1));
	edit_insert(e, INSN_STORE(BPF_DW, BPF_REG_5, BPF_REG_0, 0));
	edit_insert(e, INSN_ALU_IMM(BPF_AND, BPF_REG_4, TAPE_RECORDS - 1));
	edit_insert(e, INSN_ALU_IMM(BPF_MUL, BPF_REG_4, sizeof(struct tape_record)));
	insert_tape_address(in, BPF_REG_5, offsetof(struct tape, records));
	edit_insert(e, INSN_ALU(BPF_ADD, BPF_REG_5, BPF_REG_4));
	edit_insert(e, INSN_STORE_IMM(BPF_W, BPF_REG_5, RECORD(site), (int32_t)number));
	edit_insert(e, INSN_STORE_IMM(BPF_W, BPF_REG_5, RECORD(flags), 0));
	edit_insert(e, INSN_STORE(BPF_DW, BPF_REG_5, BPF_REG_2, RECORD(args[1])));
	/* The index is 32 bits: include/linux/filter.h, BPF_TAIL_CALL. */
	edit_insert(e, insn_make(BPF_ALU | BPF_MOV | BPF_X, BPF_REG_0, BPF_REG_3, 0, 0));
	edit_insert(e, INSN_STORE(BPF_DW, BPF_REG_5, BPF_REG_0, RECORD(args[2])));
	edit_insert(e, INSN_STORE_IMM(BPF_DW, BPF_REG_5, RECORD(result), 0));
	edit_keep(e);
	insert_tape_address(in, BPF_REG_1, offsetof(struct tape, n));
	edit_insert(e, INSN_LOAD(BPF_DW, BPF_REG_2, BPF_REG_1, 0));
	edit_insert(e, INSN_ALU_IMM(BPF_SUB, BPF_REG_2, 1));
	edit_insert(e, INSN_ALU_IMM(BPF_AND, BPF_REG_2, TAPE_RECORDS - 1));
	edit_insert(e, INSN_ALU_IMM(BPF_MUL, BPF_REG_2, sizeof(struct tape_record)));
	insert_tape_address(in, BPF_REG_1, offsetof(struct tape, records));
	edit_insert(e, INSN_ALU(BPF_ADD, BPF_REG_1, BPF_REG_2));
	edit_insert(e, INSN_STORE_IMM(BPF_W, BPF_REG_1, RECORD(flags), TAPE_FELL_THROUGH));
	edit_insert(e, INSN_STORE_IMM(BPF_DW, BPF_REG_1, RECORD(result), -EINVAL));
	edit_insert(e, INSN_MOV_IMM(BPF_REG_0, -EINVAL));
}
