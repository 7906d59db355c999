/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* SHA-256 (FIPS 180-4): what files are told apart and found damaged by. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SHA256_HEX 65 /* bytes of a digest in lower-case hexadecimal, with its NUL */

struct sha256 {
	uint32_t state[8];
	uint64_t len; /* bytes so far */
	uint8_t block[64];
};

void sha256_begin(struct sha256 *s);
void sha256_update(struct sha256 *s, const void *data, size_t len);
void sha256_finish(struct sha256 *s, uint8_t digest[static 32]);
/* The same, in hexadecimal. */
void sha256_finish_hex(struct sha256 *s, char hex[static SHA256_HEX]);

/* The digest of a whole file. Returns 0 or -errno; @hex is untouched on failure. */
int sha256_file(const char *path, char hex[static SHA256_HEX]);
