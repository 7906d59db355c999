/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Editing programs, and what the stubs must be like. No kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/interpose_internal.h"

#include <errno.h>

#define NOP	   INSN_MOV(BPF_REG_6, BPF_REG_6)
#define EXIT	   insn_make(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define CALL(id)   insn_make(BPF_JMP | BPF_CALL, 0, 0, 0, id)
#define LOCAL(to)  insn_make(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, to)
#define GOTOL(to)  insn_make(BPF_JMP32 | BPF_JA, 0, 0, 0, to)
#define IMM64(src) insn_make(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, src, 0, 7)
#define HALF	   insn_make(0, 0, 0, 0, 0)

/* @before and @after of NOP around instruction @at; all else as it is. */
static int pad(struct edit *e, const struct code *c, size_t at, size_t before, size_t after)
{
	edit_begin(e, c);
	while (edit_more(e)) {
		bool here = e->at == at;

		for (size_t i = 0; here && i < before; i++)
			edit_insert(e, NOP);
		edit_keep(e);
		for (size_t i = 0; here && i < after; i++)
			edit_insert(e, NOP);
	}
	return edit_finish(e);
}

static void jumps_follow(void **state)
{
	struct bpf_insn insns[] = {
		INSN_JUMP_IF(BPF_JEQ, BPF_REG_1, 0, 3), /* 0: to 4 */
		INSN_JUMP(1),				/* 1: to 3 */
		INSN_JUMP(-2),				/* 2: to 1 */
		CALL(5),				/* 3 */
		GOTOL(-3),				/* 4: to 2 */
		EXIT,
	};
	struct code c = { .insns = insns, .n = 6 };
	struct edit e;
	(void)state;

	assert_int_equal(edit_check(&c), 0);
	assert_int_equal(pad(&e, &c, 3, 2, 3), 0);
	assert_int_equal(e.out.n, 11);
	/* 3 is at 5 with 3 and 4 in front of it, 4 at 9: jumps go in front, and over what is
	 * behind. */
	assert_int_equal(e.out.insns[0].off, 8);
	assert_int_equal(e.out.insns[1].off, 1);
	assert_int_equal(e.out.insns[2].off, -2);
	assert_int_equal(e.out.insns[5].imm, 5);
	assert_int_equal(e.out.insns[9].imm, 2 - 9 - 1);
	edit_free(&e);
}

static void functions_and_lines_follow(void **state)
{
	struct bpf_insn insns[] = {
		IMM64(BPF_PSEUDO_FUNC),
		HALF,
		LOCAL(1),
		EXIT, /* 2: to 4 */
		CALL(5),
		EXIT,
	};
	struct bpf_func_info funcs[] = { { 0, 1 }, { 4, 2 } };
	struct bpf_line_info lines[] = { { 0, 1, 1, 1 << 10 },
					 { 3, 1, 1, 2 << 10 },
					 { 4, 1, 1, 3 << 10 },
					 { 5, 1, 1, 4 << 10 } };
	struct bpf_insn stub[] = { CALL(5), EXIT };
	struct code c = { insns, 6, funcs, 2, lines, 4 };
	size_t place = 0, function;
	struct edit e;
	(void)state;

	insns[0].imm = 3; /* the function at 4 */
	assert_int_equal(edit_check(&c), 0);
	edit_begin(&e, &c);
	while (edit_more(&e)) {
		bool here = e.at == 4;

		if (here)
			edit_insert(&e, NOP);
		if (here)
			place = edit_keep(&e);
		else
			edit_keep(&e);
	}
	function = edit_append(&e, stub, 2, 9, 10);
	edit_call(&e, place, function);
	assert_int_equal(edit_finish(&e), 0);
	assert_int_equal(e.out.n, 9);
	assert_int_equal(e.out.insns[0].imm, 3);
	assert_int_equal(e.out.insns[2].imm, 1);
	assert_int_equal(e.out.insns[5].src_reg, BPF_PSEUDO_CALL);
	assert_int_equal(e.out.insns[5].imm, 1);
	assert_int_equal(e.out.n_funcs, 3);
	assert_int_equal(e.out.funcs[1].insn_off, 4);
	assert_int_equal(e.out.funcs[2].insn_off, 7);
	assert_int_equal(e.out.funcs[2].type_id, 9);
	assert_int_equal(e.out.n_lines, 5);
	assert_int_equal(e.out.lines[2].insn_off, 4);
	assert_int_equal(e.out.lines[3].insn_off, 6);
	assert_int_equal(e.out.lines[4].insn_off, 7);
	assert_int_equal(e.out.lines[4].line_off, 10);
	edit_free(&e);
}

static void jumps_that_become_too_long_are_refused(void **state)
{
	struct bpf_insn insns[] = { INSN_JUMP(1), NOP, EXIT };
	struct bpf_insn longs[] = { GOTOL(1), NOP, EXIT };
	struct code c = { .insns = insns, .n = 3 }, l = { .insns = longs, .n = 3 };
	struct edit e;
	(void)state;

	assert_int_equal(pad(&e, &c, 1, 32766, 0), 0);
	assert_int_equal(e.out.insns[0].off, 32767);
	edit_free(&e);
	assert_int_equal(pad(&e, &c, 1, 32767, 0), -ERANGE);
	edit_free(&e);
	assert_int_equal(pad(&e, &l, 1, 40000, 0), 0);
	assert_int_equal(e.out.insns[0].imm, 40001);
	edit_free(&e);
}

/* Whatever an object holds. */
static void programs_that_cannot_be_are_refused(void **state)
{
	struct bpf_insn beyond[] = { INSN_JUMP(1), EXIT };
	struct bpf_insn before[] = { INSN_JUMP(-2), EXIT };
	struct bpf_insn call[] = { LOCAL(INT32_MAX), EXIT };
	struct bpf_insn half[] = { EXIT, IMM64(0) };
	struct bpf_insn table[] = { insn_make(BPF_JMP | BPF_JA | BPF_X, BPF_REG_1, 0, 0, 0), EXIT };
	struct bpf_insn fine[] = { NOP, EXIT };
	struct bpf_func_info func = { 2, 1 };
	struct bpf_line_info line = { .insn_off = UINT32_MAX };
	(void)state;

	assert_int_equal(edit_check(&(struct code){ .insns = beyond, .n = 2 }), -EINVAL);
	assert_int_equal(edit_check(&(struct code){ .insns = before, .n = 2 }), -EINVAL);
	assert_int_equal(edit_check(&(struct code){ .insns = call, .n = 2 }), -EINVAL);
	assert_int_equal(edit_check(&(struct code){ .insns = half, .n = 2 }), -EINVAL);
	assert_int_equal(edit_check(&(struct code){ .insns = table, .n = 2 }), -EOPNOTSUPP);
	assert_int_equal(edit_check(&(struct code){ fine, 2, &func, 1, NULL, 0 }), -EINVAL);
	assert_int_equal(edit_check(&(struct code){ fine, 2, NULL, 0, &line, 1 }), -EINVAL);
	assert_int_equal(edit_check(&(struct code){ .insns = fine, .n = 2 }), 0);
	assert_int_equal(edit_check(&(struct code){ .insns = fine, .n = 0 }), 0);
}

static bool uses_register(const struct bpf_insn *insn, uint8_t reg)
{
	return insn->dst_reg == reg || insn->src_reg == reg;
}

/* One for each helper that is recorded; no stack, since programs may use all of it; no call but
 * of helpers. */
static void stubs_are_sound(void **state)
{
	size_t n;
	const struct helper *h = helper_table(&n);
	(void)state;

	for (size_t i = 0; i < n; i++) {
		const struct stub *s = stub_of((uint32_t)i);
		bool wanted = (h[i].recorded || h[i].traced) && i != BPF_FUNC_tail_call;
		bool tape = false, called = false;
		struct code c = { .insns = s->insns, .n = s->n };

		if (wanted != (s->n > 0))
			fail_msg("%s", h[i].name);
		if (!wanted)
			continue;
		assert_int_equal(edit_check(&c), 0);
		for (size_t j = 0; j < s->n; j++) {
			if (uses_register(&s->insns[j], BPF_REG_10))
				fail_msg("the stub of %s uses the stack", h[i].name);
			tape |= stub_insn_is_tape(&s->insns[j]);
			if (insn_is_ld_imm64(&s->insns[j])) {
				assert_in_range(s->insns[++j].imm, 0, sizeof(struct tape));
				continue;
			}
			if (s->insns[j].code != (BPF_JMP | BPF_CALL))
				continue;
			assert_true(insn_is_helper_call(&s->insns[j]));
			called |= s->insns[j].imm == (int32_t)i;
		}
		assert_true(tape && called);
	}
	assert_int_equal(n, TAPE_HELPERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jumps_follow),
		cmocka_unit_test(functions_and_lines_follow),
		cmocka_unit_test(jumps_that_become_too_long_are_refused),
		cmocka_unit_test(programs_that_cannot_be_are_refused),
		cmocka_unit_test(stubs_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
