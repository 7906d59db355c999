/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What lines of the kernel's log mean: those in which it says that something is wrong with itself,
 * and those that verdict writes there, so that a log tells which scenario was running.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Each is followed by a scenario's id, to the end of the line. */
#define KERNEL_LOG_BEGINS "verdict: scenario begins: "
#define KERNEL_LOG_ENDED  "verdict: scenario ended: "

/*
 * Whether a message (without level and time) begins a report of the kernel that it has a bug, or
 * thinks so: WARN(), BUG(), an oops, lockdep, the sanitizers.
 */
bool kernel_log_is_splat(const char *message, size_t len);
/* Whether it begins a panic, after which nothing more comes. */
bool kernel_log_is_panic(const char *message, size_t len);
