/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* File descriptors: every map and program takes some. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As many as the process may have (RLIMIT_NOFILE): once, before any are counted. */
void descriptors_raise(void);
/* Whether @err (-errno) says that there are too few. */
bool descriptors_lacking(int err);
/* Whether a worker has what a step takes for a moment: files, programs. */
bool descriptors_spare(void);
/* How many the process may have. */
uint64_t descriptors_allowed(void);
/* About how many a scenario takes whose objects have these. */
size_t descriptors_needed(size_t maps, size_t programs);
