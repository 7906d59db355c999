/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `helpers:`: answers that helpers give instead of their own, as plain data. */
#pragma once

#include "judge/calls.h"

/* Answers of one helper at most, and to questions of bpf_fib_lookup(). */
#define HELPER_ANSWERS	   32
#define HELPER_FIB_ANSWERS 16

/* A helper's results: one after the other, the last one again and again. */
struct value_script {
	struct span where;
	const struct helper *helper;
	uint64_t values[HELPER_ANSWERS];
	uint32_t n;    /* from 1 */
	uint64_t step; /* times: what values[0], the only one, advances by with each call; ns */
};

/* To every question that fits. */
struct fib_script {
	struct span where;
	struct recorded_expectation question, answer; /* where not given: any, and unchanged */
	uint64_t result;			      /* BPF_FIB_LKUP_RET_*, or -errno */
};

/* All clocks together; helpers with a script of their own are left out. */
struct clock_script {
	struct span where;    /* src NULL: not given */
	bool capture;	      /* a replay: the time stamps of its frames */
	uint64_t start, step; /* ns */
};

struct helper_script {
	struct span where;
	struct value_script *items; /* each helper once */
	size_t n;
	struct fib_script *fib; /* the first that fits answers */
	size_t n_fib;
	struct clock_script clock;
};
