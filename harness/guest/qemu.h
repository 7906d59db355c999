/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * QEMU: found, told what to boot, waited for, ended. What it says of itself when it ends is not
 * taken for an answer: a guest whose kernel panicked makes it return 0.
 */
#pragma once

#include "guest/guest.h"
#include "guest/initramfs.h"

/* How a guest's machine is made and what its parts are called: one row per architecture. */
struct qemu_machine {
	const char *arch;    /* as uname -m */
	const char *program; /* "qemu-system-x86_64" */
	const char *package; /* Debian's, where it is not installed */
	const char *machine, *cpu;
	const char *console;	  /* the kernel's console= */
	struct guest_ports ports; /* as the guest sees them, after the console */
	bool debug_exit;
};

/* The row for @arch; NULL: of this machine. NULL where there is none. */
const struct qemu_machine *qemu_machine_find(const char *arch);
/* The path of its program in PATH, from @a; NULL where it is not installed. */
const char *qemu_find(struct arena *a, const struct qemu_machine *m);

/* The files that its ports are written to. */
struct qemu_files {
	const char *initramfs, *console, *results, *output, *errors;
	const char *messages; /* QEMU's own */
};

enum qemu_end {
	QEMU_ENDED,	 /* by itself, for whatever reason */
	QEMU_TIMED_OUT,	 /* killed */
	QEMU_STOPPED,	 /* killed: the watch said so */
	QEMU_NOT_STARTED /* *err says why */
};

/* Boot @spec and wait. *status is QEMU's, as wait() has it. */
enum qemu_end qemu_run(const struct qemu_machine *m, const char *program, bool kvm,
		       const struct guest_spec *spec, const struct qemu_files *files,
		       const struct guest_watch *watch, int *status, int *err);

/*
 * Whether KVM works here, found out by booting @spec to a marker under a limit of 10 s: on some
 * machines /dev/kvm opens, and a guest never gets anywhere. Asked once for each boot of this
 * machine, the answer is kept in the cache folder; @folder is for files of the attempt.
 */
bool qemu_kvm_works(const struct qemu_machine *m, const char *program,
		    const struct guest_spec *spec, const char *folder);
