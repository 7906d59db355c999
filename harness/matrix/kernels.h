/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which kernels a suite is run on, from a file such as ci/kernels.yaml. docs/matrix.md describes
 * the language. Only read here: what is there of it is known to store.h.
 */
#pragma once

#include "base/diag.h"

#include <stdint.h>

struct node;

/* The column of the kernel that runs here; no kernel of a file is called so. */
#define KERNEL_RUNNING	  "running"
#define KERNEL_NAME_MAX	  32 /* bytes: they head a column of the table */
#define KERNEL_MEMORY_MIN (64ull << 20)

struct kernel_sysctl {
	const char *name;  /* as written */
	const char *path;  /* below /proc/sys */
	const char *value; /* as written */
};

struct kernel_spec {
	const char *name; /* first: text_nearest() looks here; fit for a file's name */
	struct span where;

	/* From packages: NULL where it is files. */
	const char *package; /* a pattern as of a shell: "linux-image-6.1.*-cloud-amd64" */
	struct span package_where;
	const char **suites; /* where it is looked for, all of them */
	size_t n_suites;

	/* From files, as named from where verdict runs: NULL where it is packages. */
	const char *vmlinuz;
	struct span vmlinuz_where;
	const char *modules; /* lib/modules/VERSION; NULL: everything it takes is built in */
	struct span modules_where;

	const char *arch; /* as Debian calls it: "amd64" */
	struct span arch_where;
	const char *cmdline; /* after that of the guest itself; NULL: nothing */
	uint64_t memory;     /* bytes */
	unsigned int cpus;
	uint64_t time_limit; /* ns, from power on to the end */
	struct kernel_sysctl *sysctls;
	size_t n_sysctls;
	bool required; /* the run fails where it cannot be had */
};

struct kernels_file {
	struct source src;
	struct arena arena;
	const struct node *root; /* NULL: the text has no tree */
	struct kernel_spec *kernels;
	size_t n;
};

/* An architecture by its names. */
struct kernel_arch {
	const char *name;    /* Debian's; first: text_nearest() looks here */
	const char *machine; /* as uname(2) has it */
};
extern const struct kernel_arch kernel_archs[];
extern const size_t n_kernel_archs;
/* Debian's name of the machine this runs on; what uname(2) says where it is none of these. */
const char *kernel_arch_here(void);

/*
 * Read the file at @path into *f. Every error is reported; returns 0 or -1. kernels_file_free() is
 * due either way, when the messages, which point into its text, have been printed.
 */
int kernels_file_read(struct diags *d, const char *path, struct kernels_file *f);
void kernels_file_free(struct kernels_file *f);
/* Whether @path is such a file, be it a wrong one: no scenario has the key `kernels`. */
bool kernels_file_is(const char *path);

const struct kernel_spec *kernel_find(const struct kernels_file *f, const char *name);
/* The keys of a kernel, or of `defaults`, for people: one line each. */
void kernel_keys_help(FILE *out);
