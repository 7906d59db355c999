/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A ring buffer (BPF_MAP_TYPE_RINGBUF) in the memory of user space, read without any system call:
 * kernel/bpf/ringbuf.c. Private to kernel/.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring {
	uint64_t *consumer;	  /* how far user space has read; bytes since the ring was made */
	const uint64_t *producer; /* how far programs have reserved */
	const uint8_t *data;	  /* twice in a row, so that no record is cut by the end */
	size_t size;		  /* bytes, a power of two */
};

/* Map ring buffer @fd of @size bytes. Returns 0 or -errno, @r untouched then. */
int ring_map(struct ring *r, int fd, uint32_t size);
void ring_unmap(struct ring *r); /* accepts an all-zero struct */

/*
 * The next record, and on to the one after it: *data lives until the ring is released. Returns
 * false where there is none (or one that is not submitted yet). Discarded ones are passed over.
 * @at is where to read, at first *r->consumer.
 */
bool ring_next(const struct ring *r, uint64_t *at, const uint8_t **data, uint32_t *len);
/* Programs may write again over all that is before @at. */
void ring_release(struct ring *r, uint64_t at);
/* All that is there counts as read. */
void ring_discard(struct ring *r);
