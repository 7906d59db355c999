/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the rows of features.h are made of; private to kernel/. */
#pragma once

#include "base/mem.h"
#include "kernel/features.h"

#include <linux/bpf.h>
#include <linux/filter.h>

#define BPF_INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define INSN_MOV(reg, value)	BPF_INSN(BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, value)
#define INSN_COPY(reg, from)	BPF_INSN(BPF_ALU64 | BPF_MOV | BPF_X, reg, from, 0, 0)
#define INSN_ADD(reg, value)	BPF_INSN(BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, value)
#define INSN_SUB(reg, from)	BPF_INSN(BPF_ALU64 | BPF_SUB | BPF_X, reg, from, 0, 0)
#define INSN_LOAD(reg, at, off) BPF_INSN(BPF_LDX | BPF_MEM | BPF_W, reg, at, off, 0)
#define INSN_CALL(helper)	BPF_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define INSN_EXIT		BPF_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

struct sandbox;

struct feature_probing {
	struct sandbox
		*sandbox; /* that the thread is in: empty but for lo, and thrown away after */
	char reason[256]; /* written by those below */
};

/* Say why not, and return FEATURE_NO. */
enum feature_support feature_no(struct feature_probing *p, const char *fmt, ...) printf_like(2, 3);
/*
 * The kernel answered @err (-errno), which is added to what is said. FEATURE_UNKNOWN where that is
 * about this process at this moment rather than about the kernel.
 */
enum feature_support feature_refused(struct feature_probing *p, int err, const char *fmt, ...)
	printf_like(3, 4);

/* The table while it is made. */
struct feature_list {
	struct arena arena;
	struct feature *items;
	size_t n;
};

/* The rows of each file. */
void features_add(struct feature_list *l, const struct feature *rows, size_t n);
void features_add_helpers(struct feature_list *l);
void features_add_maps(struct feature_list *l);
void features_add_programs(struct feature_list *l);
void features_add_kfuncs(struct feature_list *l);
void features_add_test_run(struct feature_list *l);
void features_add_test_run_contexts(struct feature_list *l);
void features_add_devices(struct feature_list *l);
void features_add_system(struct feature_list *l);

/* A program to ask with; a descriptor, or -errno. @log, where not NULL, has @room bytes. */
int feature_load(uint32_t prog_type, const struct bpf_insn *insns, size_t n, uint32_t flags,
		 char *log, size_t room);
/* The last line of a verifier's log that is no statistics: its reason; as long as @log. */
struct log_line {
	const char *text;
	int len;
};
struct log_line feature_log_reason(const char *log);
