/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where kernels are kept that were fetched: verdict/kernels/ in the cache folder of the user (XDG:
 * $XDG_CACHE_HOME, else $HOME/.cache), one folder each, which appears whole or not at all:
 *
 *	NAME_VERSION_ARCH/            what its packages hold, and in `packages` which these were
 *	placed/KERNEL/vmlinuz         what somebody put there for KERNEL, where there is no apt
 *	placed/KERNEL/modules/        lib/modules/VERSION of it
 */
#pragma once

#include "matrix/lock.h"

/* What a guest boots. */
struct kernel_image {
	const char *vmlinuz;
	const char *modules; /* lib/modules/VERSION, or NULL */
	const char *version; /* of the package, or NULL */
};

/* The folder of what @e stands for, or would be. */
const char *store_tree(struct arena *a, const char *store, const struct lock_entry *e);
/* Whether what is there is of just the packages of @e. */
bool store_has(struct arena *a, const char *store, const struct lock_entry *e);
/* The kernel in folder @tree; false: there is no vmlinuz in it, or several. */
bool store_image(struct arena *a, const char *tree, struct kernel_image *image);
/* What somebody put there for @k; false: nothing. */
bool store_placed(struct arena *a, const char *store, const struct kernel_spec *k,
		  struct kernel_image *image);

/*
 * What @k is booted from: its own files, what was fetched for it, or what was placed. Returns 0, or
 * -ENOENT with the reason, for people, in *why. Texts are in @a.
 */
int kernel_locate(struct arena *a, const struct kernel_spec *k, const struct lock_file *lock,
		  struct kernel_image *image, const char **why);

/*
 * Unpack the files @debs, those of @e in its order, into its folder. Returns 0 or -1 with the
 * reason in *why (from @a).
 */
int store_unpack(struct arena *a, const char *store, const struct lock_entry *e,
		 const char *const *debs, const char **why);
