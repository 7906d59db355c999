/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Debian's lists of packages, and which of them are a kernel.
 *
 * A kernel is one package, or several: since 6.19 linux-image-V only depends on linux-binary-V
 * (vmlinuz), linux-modules-V and linux-base-V, as a metapackage does on linux-image-V. Each with
 * vmlinuz in it may have a twin that was built of the same and is not signed:
 * linux-image-V-unsigned, linux-binary-unsigned-V.
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct package {
	const char *name, *version, *arch;
	const char *depends; /* Pre-Depends too; as written */
	const char *path;    /* below the mirror */
	const char *sha256;
	uint64_t size;	   /* bytes */
	const char *suite; /* whose list this is */
};

struct package_list {
	struct arena arena;
	struct package *items;
	size_t n;
};

/* Add those packages of @in that may be of a kernel, by their names. What lacks a digest is none.
 */
void package_list_read(struct package_list *list, FILE *in, const char *suite);
/* Write what package_list_read() takes, with just what it reads. */
void package_list_write(const struct package_list *list, const char *suite, FILE *out);
void package_list_free(struct package_list *list);

/* Whether its name, version and path can be part of a file's name and of a URI as they are. */
bool package_is_safe(const struct package *p);

/* What makes one kernel: what the pattern matched comes first, then what it depends on. */
struct package_choice {
	const struct package **packages;
	size_t n;
	const char *missing; /* a part that is in no list: it cannot be used; or NULL */
};

/*
 * All kernels of architecture @arch whose name, but for "unsigned", matches @pattern: the newest
 * first, by version, then by name; of twins the signed one first. Debug symbols (-dbg) are no
 * kernel. *choices is in @arena.
 */
size_t packages_resolve(const struct package_list *list, const char *pattern, const char *arch,
			struct arena *arena, struct package_choice **choices);
/* The twin of the same version that is not signed, or NULL. */
const struct package *package_unsigned(const struct package_list *list, const struct package *p);
