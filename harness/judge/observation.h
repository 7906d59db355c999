/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a run of a program showed, as plain data: judging and reporting need no kernel. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct observation {
	uint64_t frame;		/* its number in the capture, from 1; 0 for a frame of `send` */
	const uint8_t *in;	/* what was sent */
	const uint8_t *out;	/* what came out; NULL where the run was refused */
	size_t in_len, out_len; /* bytes */
	int32_t verdict;	/* as returned: meaning depends on the program type */
	uint32_t prog_type;	/* enum bpf_prog_type */
	int error;		/* 0, or -errno: the kernel refused the run, and nothing came out */
	uint32_t duration;	/* ns, as the kernel measured it */
};

/* One entry of a map. Values of per-CPU maps: one after the other, each rounded up to 8 bytes. */
struct map_entry {
	const uint8_t *key, *value;
};

/* What a map held at one moment, sorted by the bytes of the keys. */
struct map_view {
	struct map_entry *entries;
	size_t n;
	size_t left_out; /* entries beyond the limit of the one who looked */
};
