/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Calls led to stubs: one copy of a stub per helper and program, since a program may have no more
 * than 256 functions. Which call it was stands on the tape before each.
 */
#include "kernel/interpose_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct led_call {
	size_t place; /* in the edited program */
	uint32_t helper;
};

/* The stub with the tape's descriptor in it. */
static size_t append_stub(struct interposing *in, const struct stub *stub)
{
	struct bpf_insn *insns = xcalloc(stub->n, sizeof(*insns));
	size_t place;

	memcpy(insns, stub->insns, stub->n * sizeof(*insns));
	for (size_t i = 0; i < stub->n; i++) {
		if (!stub_insn_is_tape(&insns[i]))
			continue;
		insns[i].src_reg = BPF_PSEUDO_MAP_VALUE;
		insns[i].imm = in->ip->tape_fd;
	}
	place = edit_append(&in->edit, insns, stub->n, in->func_type, in->line);
	free(insns);
	return place;
}

static void append_stubs(struct interposing *in, const struct led_call *calls, size_t n)
{
	size_t *places = xcalloc(TAPE_HELPERS, sizeof(*places));

	for (size_t i = 0; i < n; i++) {
		size_t *place = &places[calls[i].helper];

		if (!*place) /* 0 is the program's own entry */
			*place = append_stub(in, stub_of(calls[i].helper));
		edit_call(&in->edit, calls[i].place, *place);
	}
	free(places);
}

/* A register the helper does not take: the stub finds the size of the key there. */
static void insert_key_size(struct interposing *in, const struct call_site *site)
{
	uint8_t reg = BPF_REG_1;
	bool has_key = false;

	for (size_t i = 0; i < HELPER_ARGS && site->helper->args[i].name; i++, reg++)
		has_key |= site->helper->args[i].value == HELPER_KEY;
	if (has_key)
		edit_insert(&in->edit, INSN_MOV_IMM(reg, (int32_t)site->key_size));
}

static void lead_call(struct interposing *in, struct led_call *call)
{
	uint32_t number = (uint32_t)in->ip->n_sites;
	struct call_site *site = interpose_add_site(in);

	site->scripted = site->helper->scriptable || site->helper->failable;
	insert_tape_address(in, BPF_REG_0, offsetof(struct tape, site));
	edit_insert(&in->edit, INSN_STORE_IMM(BPF_W, BPF_REG_0, 0, (int32_t)number));
	insert_key_size(in, site);
	call->helper = site->helper->id;
	call->place = edit_keep(&in->edit);
}

int interpose_stubs(struct interposing *in)
{
	struct led_call *calls = NULL;
	size_t n = 0;

	/* Where functions have types the stubs need one. */
	if (in->edit.in->n_funcs && !in->func_type)
		return -ENOENT;
	while (edit_more(&in->edit)) {
		const struct bpf_insn *insn = &in->edit.in->insns[in->edit.at];

		coverage_insert(in);
		if (!interpose_wants(in->ip, insn))
			edit_keep(&in->edit);
		else if (insn->imm == BPF_FUNC_tail_call)
			interpose_tail_call(in);
		else
			lead_call(in, ARRAY_PUSH(calls, n));
	}
	append_stubs(in, calls, n);
	free(calls);
	return 0;
}
