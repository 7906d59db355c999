/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's log while scenarios run: who ran is noted there, and what the kernel says of its own
 * bugs meanwhile is found. Of each worker; a splat counts for every scenario that ran when it came,
 * since it does not say whose it is.
 */
#pragma once

#include "run/result.h"

struct kernel_log {
	int fd; /* /dev/kmsg; -1: it is not looked at */
};

/* Returns 0, or -1 after a diag: the log cannot be read. kernel_log_close() is due after 0. */
int kernel_log_open(struct diags *d, struct kernel_log *log);
void kernel_log_close(struct kernel_log *log);
/* Do nothing of a log that is not open. */
void kernel_log_begins(struct kernel_log *log, const char *id);
/* Notes the end. Splats since the beginning are errors in @r->diags; returns whether there were. */
bool kernel_log_ended(struct kernel_log *log, const char *id, struct scenario_result *r);
