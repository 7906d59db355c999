/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside kernel/: which fields of its context a program looks at. */
#pragma once

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bit i: the program loads from bytes 4*i to 4*i+3 of its context. Found without following its
 * jumps, as compilers write programs: good enough for a warning, not for more. Its subprograms do
 * not count.
 */
uint64_t context_reads(const struct bpf_insn *insns, size_t n);
