/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Bob Jenkins' hash (lookup3), as the kernel's linux/jhash.h computes it for whole words. */
#pragma once

#include "lib/bpf.h"

#define JHASH_INITVAL 0xdeadbeef

static __always_inline __u32 rol32(__u32 word, __u32 shift)
{
	return word << shift | word >> (-shift & 31);
}

#define jhash_mix(a, b, c)                          \
	do {                                        \
		a = (a - c) ^ rol32(c, 4), c += b;  \
		b = (b - a) ^ rol32(a, 6), a += c;  \
		c = (c - b) ^ rol32(b, 8), b += a;  \
		a = (a - c) ^ rol32(c, 16), c += b; \
		b = (b - a) ^ rol32(a, 19), a += c; \
		c = (c - b) ^ rol32(b, 4), b += a;  \
	} while (0)

#define jhash_final(a, b, c)                \
	do {                                \
		c = (c ^ b) - rol32(b, 14); \
		a = (a ^ c) - rol32(c, 11); \
		b = (b ^ a) - rol32(a, 25); \
		c = (c ^ b) - rol32(b, 16); \
		a = (a ^ c) - rol32(c, 4);  \
		b = (b ^ a) - rol32(a, 14); \
		c = (c ^ b) - rol32(b, 24); \
	} while (0)

/* Hash @count (a constant) words. */
static __always_inline __u32 jhash_words(const __u32 *words, const __u32 count, __u32 seed)
{
	__u32 a, b, c, left = count;

	a = b = c = JHASH_INITVAL + (count << 2) + seed;
#pragma unroll
	for (; left > 3; left -= 3, words += 3) {
		a += words[0];
		b += words[1];
		c += words[2];
		jhash_mix(a, b, c);
	}
	if (left == 3)
		c += words[2];
	if (left >= 2)
		b += words[1];
	if (left >= 1) {
		a += words[0];
		jhash_final(a, b, c);
	}
	return c;
}
