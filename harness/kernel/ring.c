/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

/* The consumer's page, which alone can be written; then the producer's, and the data twice. */
int ring_map(struct ring *r, int fd, uint32_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *consumer, *rest;

	consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (consumer == MAP_FAILED)
		return -errno;
	rest = mmap(NULL, page + 2 * (size_t)size, PROT_READ, MAP_SHARED, fd, (off_t)page);
	if (rest == MAP_FAILED) {
		int err = -errno;

		munmap(consumer, page);
		return err;
	}
	*r = (struct ring){ consumer, rest, (const uint8_t *)rest + page, size };
	return 0;
}

void ring_unmap(struct ring *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!r->consumer)
		return;
	munmap(r->consumer, page);
	munmap((void *)(uintptr_t)r->producer, page + 2 * r->size);
	*r = (struct ring){ 0 };
}

bool ring_next(const struct ring *r, uint64_t *at, const uint8_t **data, uint32_t *len)
{
	uint64_t producer = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);

	while (*at < producer) {
		const uint8_t *record = r->data + (*at & (r->size - 1));
		uint32_t header =
			__atomic_load_n((const uint32_t *)(const void *)record, __ATOMIC_ACQUIRE);
		uint32_t bytes = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

		/* What a program damaged on its way could not be trusted: never beyond the data. */
		if (header & BPF_RINGBUF_BUSY_BIT || bytes > r->size - BPF_RINGBUF_HDR_SZ)
			return false;
		*at += ((uint64_t)bytes + BPF_RINGBUF_HDR_SZ + 7) & ~7ull;
		if (header & BPF_RINGBUF_DISCARD_BIT)
			continue;
		*data = record + BPF_RINGBUF_HDR_SZ;
		*len = bytes;
		return true;
	}
	return false;
}

void ring_release(struct ring *r, uint64_t at)
{
	__atomic_store_n(r->consumer, at, __ATOMIC_RELEASE);
}

void ring_discard(struct ring *r)
{
	ring_release(r, __atomic_load_n(r->producer, __ATOMIC_ACQUIRE));
}
