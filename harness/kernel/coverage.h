/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which source lines programs ran: those of their line_info (BTF), so of any object built with -g,
 * also inlined ones. Where interpose_request.cover asks for it, each basic block of a program sets
 * a flag of its own when it is run; no stack, and only registers that hold nothing any more. Costs
 * half as many verified instructions more.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct instance;

/* @file as the compiler was told; @ran: since the last call. A line may come more than once. */
typedef void covered_line_fn(void *arg, const char *file, uint32_t line, bool ran);

/* Call @fn for the lines of all programs that are flagged, and clear the flags. */
void instance_covered_lines(struct instance *inst, covered_line_fn *fn, void *arg);
/*
 * Name of a program whose lines are not known although they were asked for: the @i-th (from 0), or
 * NULL. *why: in one line.
 */
const char *instance_not_covered(const struct instance *inst, size_t i, const char **why);
