/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Archives as the kernel unpacks them into its first file system: cpio's "newc" format, as
 * Documentation/driver-api/early-userspace/buffer-format.rst of the kernel describes it. Several
 * of them, one after the other in a file, are unpacked in that order.
 *
 * Everything belongs to root and is of the time 0: the same contents make the same bytes. Folders
 * above an entry are made with it, once. A path that is there already is not written again.
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct cpio {
	FILE *out; /* the caller's; not closed */
	char **names;
	size_t n;
	uint32_t inode;
	size_t written; /* bytes */
	bool failed;	/* a file could not be read, or is too large for the format */
};

/* Begin an archive; cpio_close() is due. */
void cpio_open(struct cpio *c, FILE *out);
/* Whether @path, with or without its first '/', is in the archive. */
bool cpio_has(const struct cpio *c, const char *path);
void cpio_folder(struct cpio *c, const char *path);
/* A file of @len bytes at @data; @mode are its permissions. */
void cpio_bytes(struct cpio *c, const char *path, unsigned int mode, const void *data, size_t len);
/* The contents of the host's file @from. Returns 0 or -errno; then the archive is as it was. */
int cpio_file(struct cpio *c, const char *path, const char *from);
/* A character device, as /dev/console. */
void cpio_device(struct cpio *c, const char *path, unsigned int mode, unsigned int major,
		 unsigned int minor);
/* Ends the archive. Returns 0, or -EIO if it could not be written. */
int cpio_close(struct cpio *c);
