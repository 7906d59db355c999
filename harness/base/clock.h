/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How long things take. */
#pragma once

#include <stdint.h>

/* ns since some point in the past, never going back: clock_gettime(CLOCK_MONOTONIC). */
uint64_t clock_now(void);
