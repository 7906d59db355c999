/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Other programs, whose output is read while they run. */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct process {
	pid_t pid;
	FILE *out; /* what it prints */
};

enum {
	PROCESS_ERRORS = 1 << 0, /* standard error is read too; else it is dropped */
};

/*
 * Start @argv (argv[0] is looked up in PATH where it has no '/'), with nothing on standard input
 * and messages in English (LC_ALL=C). Returns 0 or -errno: -ENOENT where there is no such program.
 * process_end() is due after 0.
 */
int process_start(struct process *p, const char *const *argv, unsigned int flags);
/* Closes its output and waits. Returns its exit status, 128 + signal, or 255 where it was lost. */
int process_end(struct process *p);

/*
 * The whole in one: all it prints is in *text (the caller frees; NUL-terminated). Returns the exit
 * status, or -errno where it could not be started, with *text NULL.
 */
int process_run(const char *const *argv, unsigned int flags, char **text);
