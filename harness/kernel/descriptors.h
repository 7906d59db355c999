/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* File descriptors: every map and program takes some. */
#pragma once

#include "kernel/instance.h"

/* As many as the process may have (RLIMIT_NOFILE): once, before any are counted. */
void descriptors_raise(void);
/* How many that are. */
uint64_t descriptors_allowed(void);
/* About how many one instance of @objects takes. */
size_t descriptors_needed(const struct instance_object objects[], size_t n);
