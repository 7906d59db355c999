/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The modules of a kernel: found in its folder, with what each depends on as they say themselves
 * (.modinfo), so that neither depmod's files nor kmod are needed.
 */
#pragma once

#include "base/diag.h"

/* A module to be loaded. */
struct module {
	const char *name; /* with '_', as the kernel has it */
	const char *path; /* in the folder */
	void *data;	  /* decompressed; owned by the list */
	size_t len;
};

/* In the order they can be loaded in. Empty is all zero. */
struct module_list {
	struct arena arena;
	struct module *items;
	size_t n;
	const char **missing; /* asked for or depended on, and neither there nor built in */
	size_t n_missing;
};

/*
 * The modules of @folder (lib/modules/VERSION) that the @n names (with '-' or '_') need, themselves
 * included. What the kernel has built in (modules.builtin) is left out; what is nowhere is in
 * `missing`, and so is what depends on it. Returns 0, or -1 where the folder or a module in it
 * cannot be read, which is reported.
 */
int modules_read(struct diags *d, const char *folder, const char *const *names, size_t n,
		 struct module_list *list);
void modules_free(struct module_list *list);

/* What scenarios can ask for: the devices verdict makes, and what programs are attached with. */
extern const char *const guest_modules[];
extern const size_t n_guest_modules;
