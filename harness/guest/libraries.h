/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a dynamic program needs besides itself. Of the program that is running this is known to its
 * loader, which has searched (RUNPATH, LD_LIBRARY_PATH, ld.so.cache, hwcaps folders) and found: the
 * answer is taken from there instead of searching again, by other rules.
 */
#pragma once

#include "base/mem.h"

struct library_list {
	struct arena arena;
	const char *program; /* the running program, by its real path */
	const char **paths;  /* of its libraries and its loader, as that names them */
	size_t n;
	const char *folders; /* where they are, as LD_LIBRARY_PATH has them */
};

/* Returns 0, or -errno where /proc is missing. libraries_free() is due after 0. */
int libraries_of_self(struct library_list *list);
void libraries_free(struct library_list *list);
