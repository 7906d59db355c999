/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What libbpf says while it opens or loads an object, kept per thread instead of printed.
 *
 * libbpf has one print function per process. From the first libbpf_log_begin() on it is ours:
 * warnings and information are kept for a thread between its begin and end, anything else is
 * dropped, so that nothing but the harness's own messages ever reaches the user's terminal.
 */
#pragma once

#include "base/mem.h"

/* Start keeping what libbpf says on this thread. Pairs do not nest: what was kept is dropped. */
void libbpf_log_begin(void);
/* Stop. All that was said, lines ending in '\n', "" if nothing; the caller frees. */
returns_memory char *libbpf_log_end(void);

/* "1.5": of the library that was found at run time. */
const char *libbpf_loaded_version(void);
