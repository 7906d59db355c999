/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A command run on another kernel: booted in QEMU from an initramfs of our own, without privileges,
 * disk or network. What came of it is read from what the guest wrote, never from QEMU's status.
 *
 * guest_run() may be called by several threads, each with a folder of its own.
 */
#pragma once

#include "base/diag.h"

#include <stdint.h>

struct guest_sysctl {
	const char *path; /* below /proc/sys: "net/core/bpf_jit_enable" */
	const char *value;
};

/* The machine. */
struct guest_spec {
	const char *name;    /* for messages: "6.1", or a path */
	const char *vmlinuz; /* a bzImage, or what QEMU takes with -kernel for @arch */
	const char *modules; /* lib/modules/VERSION; NULL: everything it takes is built in */
	const char *arch;    /* as uname -m; NULL: that of this machine */
	const char *cmdline; /* after that of the guest itself; NULL: nothing */
	uint64_t memory;     /* bytes; 0: GUEST_MEMORY */
	unsigned int cpus;   /* 0: 1 */
	uint64_t time_limit; /* ns, from power on to the end, a last part of it to send files; 0:
			      * GUEST_TIME_LIMIT */
	const struct guest_sysctl *sysctls; /* set after modules are loaded, in this order */
	size_t n_sysctls;
};

#define GUEST_MEMORY	 (1024ull << 20)
#define GUEST_TIME_LIMIT (600ull * 1000000000)

/* A file of the guest: its path there, absolute, and where it is here. */
struct guest_file {
	const char *path;
	const char *from; /* of a folder, nothing but that is made */
};

/* What runs there. All paths are absolute. */
struct guest_command {
	const char *program;	 /* its path in the guest, where `files` puts it */
	const char *const *argv; /* with argv[0], as it is called */
	size_t n;
	const char *folder; /* where it starts; made */
	const struct guest_file *files;
	size_t n_files;
	const char *const *environment; /* NAME=VALUE */
	size_t n_environment;
	const char *const *sent; /* files, and folders of files, that are brought here from there */
	size_t n_sent;
	bool writes_results; /* to descriptor 3, as JSON lines (docs/results.md): a run of verdict
			      */
};

/* Of a guest, from the best to the worst. */
enum guest_verdict {
	GUEST_PASS,
	GUEST_FAIL,	   /* the command said so: status 1 or more, with complete results */
	GUEST_SPLAT,	   /* the kernel warned, or found a bug in itself */
	GUEST_TRUNCATED,   /* it ended in good order, but results are missing or do not add up */
	GUEST_CRASH,	   /* the kernel, or the command by a signal */
	GUEST_HANG,	   /* the time limit was reached */
	GUEST_BOOT_FAIL,   /* the command never began */
	GUEST_UNAVAILABLE, /* there is no such kernel, or no QEMU */
	N_GUEST_VERDICTS
};

/* "pass", "boot-fail" and so on. */
const char *guest_verdict_name(enum guest_verdict v);

struct guest_outcome {
	struct arena arena;
	enum guest_verdict verdict;
	const char *reason;	  /* a line for people; NULL where it passed */
	const char *running;	  /* the scenario that was running when it ended badly, or NULL */
	const char *console_tail; /* the last lines of the console, where it ended badly; or NULL */
	const char *results;	  /* file in the folder: the command's own records, JSON lines */
	const char *console;	  /* file in the folder */
	const char *output, *errors; /* files: what the command printed */
	bool ended;		     /* there is an exit record, and so: */
	int status, signal;	     /* of the command; one of them is 0 */
	uint64_t boot_ns;	     /* from the kernel's start to process 1 */
	uint64_t ready_ns;	     /* .. to the command's start */
	uint64_t ran_ns;	     /* of the command and the sending of files */
	uint64_t wall_ns;	     /* of all of it, on this machine's clock */
	unsigned int modules_failed;
	const char **modules_missing; /* asked for, and not in the kernel's folder */
	size_t n_modules_missing;
	bool kvm; /* not emulated */
};

/* What is told while it runs, from the thread that called; all may be NULL. */
struct guest_watch {
	/* What the command printed since the last call. */
	void (*output)(void *arg, const char *text, size_t len);
	void (*errors)(void *arg, const char *text, size_t len);
	/* Asked 20 times a second; true ends it (GUEST_CRASH, "interrupted"). */
	bool (*stop)(void *arg);
	void *arg;
};

/*
 * Run @command on @spec. Everything that is left of it is in @folder, which is made: initramfs,
 * console.log, results.jsonl, output.txt, errors.txt, and under files/ what was sent, by its path
 * there. *outcome is always filled; guest_outcome_free() is due. Where the reason is one that a
 * user can do something about (no QEMU, a file that cannot be read), it is in the outcome too.
 */
void guest_run(const struct guest_spec *spec, const struct guest_command *command,
	       const char *folder, const struct guest_watch *watch, struct guest_outcome *outcome);
void guest_outcome_free(struct guest_outcome *outcome);
