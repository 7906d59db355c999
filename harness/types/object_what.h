/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why a file is no BPF object: what it is instead. Internal to types/. */
#pragma once

#include "base/diag.h"

/* Report why @path could not be read (@err as of source_read()). */
void what_unreadable(struct diags *d, struct span where, const char *path, int err);
/*
 * Is @data a whole ELF file of BPF code for this machine's byte order? If not, report what it is
 * and return false.
 */
bool what_is_object(struct diags *d, struct span where, const char *path, const void *data,
		    size_t size);
/* Report that libbpf refused object @path: the reason from what it @said, else @err. */
void what_libbpf_said(struct diags *d, struct span where, const char *path, int err,
		      const char *said);
/* Report why there are no types in @path: unreadable, no BTF in it, or broken. */
void what_without_types(struct diags *d, struct span where, const char *path, int err,
			const char *said);
