/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which packages the patterns of a file of kernels stood for when they were last resolved:
 * KERNELS.lock beside KERNELS.yaml. Written by `verdict matrix fetch`, in an order that depends on
 * nothing but what is in it; read strictly, as everything is.
 */
#pragma once

#include "matrix/kernels.h"
#include "matrix/packages.h"

/* What one pattern stands for. Kernels that ask for the same share it. */
struct lock_entry {
	const char *package; /* the pattern */
	const char **suites; /* where it was looked for */
	size_t n_suites;
	const char *arch;
	struct package *packages; /* name, version, suite, path, sha256, size; arch of the entry */
	size_t n;
};

struct lock_file {
	char *path;
	struct source src;
	struct arena arena;
	struct lock_entry *entries;
	size_t n;
};

/*
 * The lock file of the kernels file @kernels. One that is not there is empty. Every error is
 * reported; returns 0 or -1. lock_file_free() is due either way.
 */
int lock_file_read(struct diags *d, const char *kernels, struct lock_file *lock);
void lock_file_free(struct lock_file *lock);

/* What was resolved for what @k asks for, or NULL: nothing, or it asks for something else by now.
 */
const struct lock_entry *lock_find(const struct lock_file *lock, const struct kernel_spec *k);
/* @choice as an answer to what @k asks for. Texts are those of @choice and @k. */
struct lock_entry lock_entry_of(struct arena *a, const struct kernel_spec *k,
				const struct package_choice *choice);
/*
 * Put @e in place of what was resolved for the same before. What it says of packages is copied; the
 * question itself, which is a kernel's, has to stay.
 */
const struct lock_entry *lock_set(struct lock_file *lock, const struct lock_entry *e);
/*
 * Write what the kernels of @f ask for, in their order; the rest is left out. A file that says the
 * same already is left alone. Returns 0 or -errno.
 */
int lock_file_write(const struct lock_file *lock, const struct kernels_file *f);
