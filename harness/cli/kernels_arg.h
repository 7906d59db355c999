/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which file of kernels is meant: the first argument where it is one, else one that is here; and a
 * kernel of it as a machine.
 */
#pragma once

#include "cli/options.h"
#include "guest/guest.h"
#include "matrix/lock.h"

/*
 * @args from *first on are what follows the file. NULL after an error: there is none. It points to
 * an argument, or to a text that stays.
 */
const char *kernels_argument(struct diags *d, const struct strings *args, size_t *first);

/* A file of kernels that is here under one of its usual names, or NULL. */
const char *kernels_here(void);
/* These names, for people. */
#define KERNELS_HERE "kernels.yaml nor ci/kernels.yaml"
/*
 * The guest that @k stands for. Returns 0, or -1 with the reason, for people, in *why: it is not
 * here, or not for this verdict. Texts are @k's, or in @a.
 */
int kernel_as_guest(struct arena *a, const struct kernel_spec *k, const struct lock_file *lock,
		    struct guest_spec *spec, const char **why);
