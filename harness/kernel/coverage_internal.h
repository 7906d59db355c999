/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Coverage inside kernel/: flags for blocks, put in while a program is edited. */
#pragma once

#include "kernel/interpose_edit.h"

struct interposing;

/* Blocks of one instance, over all programs: bytes of the map that holds their flags. */
#define COVERAGE_BLOCKS (1u << 18)

/* A line and a block it stands in. */
struct covered_line {
	const char *file; /* of the instance's arena */
	uint32_t line;
	uint32_t block;
};

/* Flags of one instance. All zero but fd -1: nothing is covered. */
struct coverage {
	int fd;
	uint8_t *flags; /* COVERAGE_BLOCKS, mapped */
	struct covered_line *lines;
	size_t n_lines;
	uint32_t n_blocks;
};

/* Make the map. Returns 0 or -errno. */
int coverage_open(struct coverage *c);
void coverage_close(struct coverage *c);

/* Where control may come from elsewhere than the instruction before, and what is free there. */
struct blocks {
	bool *starts;	/* by instruction */
	uint16_t *live; /* by instruction: registers whose value is still needed, a bit each */
};

void blocks_find(struct blocks *b, const struct code *c);
void blocks_free(struct blocks *b);
/* Put a flag where a block begins at the instruction that is next; nothing elsewhere. */
void coverage_insert(struct interposing *in);
