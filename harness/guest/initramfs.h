/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The first and only file system of a guest: what guest.h describes, as an archive (cpio.h). */
#pragma once

#include "guest/guest.h"

/* The device of each port in the guest. */
struct guest_ports {
	const char *results, *output, *errors;
};

/*
 * Write it to @path. What modules are not to be had goes to *outcome. Returns 0, or -1 where
 * something could not be read or written, which is reported.
 */
int initramfs_write(struct diags *d, const char *path, const struct guest_spec *spec,
		    const struct guest_command *command, const struct guest_ports *ports,
		    struct guest_outcome *outcome);
