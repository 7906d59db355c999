/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files that distributions compress: kernel modules (.ko.xz, .ko.zst, .ko.gz). */
#pragma once

#include <stddef.h>

/* More is refused: no module is as large, and a small file can claim to be any size. */
#define DECOMPRESSED_MAX (512u << 20)

/*
 * Read @path whole and take it apart by what its first bytes say (xz, zstd, gzip; anything else is
 * taken as it is). Returns 0 and *data, which the caller frees, or -errno: -EBADMSG where it is
 * damaged or cut short, -EFBIG beyond DECOMPRESSED_MAX. The outputs are untouched on failure.
 */
int decompressed_read(const char *path, void **data, size_t *len);
