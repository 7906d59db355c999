/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs of events.bpf.c as most people build them: clang leaves out types of records. */
#define WITHOUT_TYPES
#include "events.bpf.c"
