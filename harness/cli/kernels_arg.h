/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which file of kernels is meant: the first argument where it is one, else one that is here. */
#pragma once

#include "cli/options.h"

/*
 * @args from *first on are what follows the file. NULL after an error: there is none. It points to
 * an argument, or to a text that stays.
 */
const char *kernels_argument(struct diags *d, const struct strings *args, size_t *first);
