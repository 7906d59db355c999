/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where kernels and their modules are, as distributions and `make install` put them. */
#pragma once

#include "base/mem.h"

/* The version a bzImage says it has ("6.1.0-57-cloud-amd64"), in @a; NULL where it is none. */
const char *kernel_version(struct arena *a, const char *vmlinuz);
/*
 * The modules of @vmlinuz: in its own folder, in lib/modules/VERSION of the tree it lies in, or of
 * this machine. In @a; NULL where there are none.
 */
const char *kernel_modules(struct arena *a, const char *vmlinuz);
/* The image of the kernel that runs here, in @a; NULL where there is none, or none to be read.
 * *tried (in @a) names what was looked for. */
const char *kernel_running(struct arena *a, const char **tried);
