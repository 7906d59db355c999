/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Costs of programs against a stored result and against a budget, in words. */
#pragma once

#include "run/result.h"

/* What may not be exceeded; 0: anything may. */
struct budget {
	uint64_t insns, states, stack, load; /* load: ns */
};

/* "insns=800000,stack=400,load=2s". Returns 0, or -1 after errors. */
int budget_parse(struct diags *d, const char *text, struct budget *b);
/* Each number of the @n programs that is beyond @b, in @arena; returns how many. */
size_t budget_judge(const struct budget *b, const struct run_program programs[], size_t n,
		    struct arena *arena, const struct run_overrun **overruns);
/*
 * Say what has changed since the result in file @path: of its run of the same column, or else of
 * the same kernel; the only one, if it is. Returns 0, or -1 after errors.
 */
int baseline_compare(struct diags *d, const char *path, const struct run_info *info,
		     const struct run_program *programs, size_t n);
