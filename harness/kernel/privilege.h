/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The capabilities that loading, running and making devices need: capabilities(7). */
#pragma once

#include "base/mem.h"

/* Those this thread lacks, "CAP_BPF, CAP_NET_ADMIN"; NULL: none. The caller frees. */
char *privileges_missing(void);
