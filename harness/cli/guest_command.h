/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * verdict in a guest: the same program with the same words, at the same paths. Every file of a
 * suite is where it is here, and so is the folder it is run from: ids, messages and reports are
 * those of a run here.
 *
 * The environment tells it that it is there (VERDICT_GUEST): it then also writes JSON lines to the
 * result port, notes scenarios in the kernel's log, and takes no notice of --vm.
 */
#pragma once

#include "cli/options.h"
#include "guest/guest.h"
#include "guest/libraries.h"
#include "scenario/suite.h"

struct guest_run {
	struct arena arena;
	struct library_list libraries;
	struct guest_command command;
	/* What grows while it is made: command has the same. */
	const char **argv, **environment, **sent;
	struct guest_file *files;
};

/* Whether this process is the one in a guest. */
bool inside_guest(void);
/* JSON lines to the result port: a --format of the one in a guest. */
#define GUEST_RESULTS_FORMAT "jsonl:/proc/self/fd/3"

/*
 * Make the command that runs @suite with the @n words "verdict", "run", ... The suite must live as
 * long. Returns 0, or -1 after a diag. guest_run_free() is due either way.
 */
int guest_run_make(struct diags *d, struct guest_run *r, const struct suite *suite, size_t n,
		   const char *const *words);
/* The absolute path of @path, in the run's arena. */
const char *guest_run_path(struct guest_run *r, const char *path);
/* A file of this machine that is needed there, too; a folder is only made. */
void guest_run_give(struct guest_run *r, const char *path);
/* What is made there, a file or a folder of files, is wanted here. */
void guest_run_want(struct guest_run *r, const char *path);
void guest_run_free(struct guest_run *r);
