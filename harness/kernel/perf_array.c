/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/perf_array.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * Room for the records of one run, per CPU: more than enough for any program but those that copy
 * frames of 64 kB several times. A record takes 64 kB at most, as its header counts 16 bits.
 */
#define BUFFER_SIZE (128u << 10)
#define RECORD_MAX  (64u << 10)

/* Newer than the headers of some systems: linux/perf_event.h, since Linux 6.0. */
#define READ_LOST    (1u << 4)
#define WITHOUT_LOST 0u

struct perf_reader {
	uint32_t cpu;
	int fd;
	struct perf_event_mmap_page *page;
	uint8_t *data; /* BUFFER_SIZE bytes */
	uint64_t lost; /* so far, of those that READ_LOST counts */
};

struct perf_array {
	struct perf_reader *readers;
	size_t n;
	/*
	 * The kernel counts what is lost when it is lost. Without, it says so in front of the next
	 * record that has room again, which may be in a later run.
	 */
	bool counts_lost;
};

static int open_event(uint32_t cpu, uint64_t read_format)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW | PERF_SAMPLE_TIME,
		.sample_period = 1,
		.read_format = read_format,
		/* Nobody waits for it: never wake anyone. */
		.watermark = 1,
		.wakeup_watermark = BUFFER_SIZE,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
	long fd = syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

static void reader_close(struct perf_reader *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (r->page)
		munmap(r->page, page + BUFFER_SIZE);
	close(r->fd);
}

static int reader_open(struct perf_array *p, const struct map *map, uint32_t cpu)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct perf_reader r = { .cpu = cpu };
	void *mem;
	int err = 0;

	r.fd = open_event(cpu, p->counts_lost ? READ_LOST : WITHOUT_LOST);
	if (r.fd == -EINVAL && p->counts_lost && !p->n) {
		p->counts_lost = false;
		r.fd = open_event(cpu, WITHOUT_LOST);
	}
	if (r.fd < 0)
		return r.fd;
	mem = mmap(NULL, page + BUFFER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, 0);
	if (mem == MAP_FAILED) {
		err = -errno;
	} else {
		r.page = mem;
		r.data = (uint8_t *)mem + page;
		/* Not map_update(): it stays when the map is put back to its first state. */
		if (bpf_map_update_elem(map->fd, &cpu, &r.fd, BPF_ANY))
			err = -errno;
	}
	if (err)
		reader_close(&r);
	else
		*ARRAY_PUSH(p->readers, p->n) = r;
	return err;
}

int perf_array_open(const struct map *map, struct perf_array **out)
{
	int cpus = libbpf_num_possible_cpus(), err = cpus < 0 ? cpus : 0;
	struct perf_array *p = xcalloc(1, sizeof(*p));

	p->counts_lost = true;
	for (uint32_t cpu = 0; !err && cpu < (uint32_t)cpus && cpu < map->max_entries; cpu++) {
		err = reader_open(p, map, cpu);
		/* Possible, but not there or not online: nothing runs on it. */
		if (err == -ENODEV || err == -ENXIO)
			err = 0;
	}
	if (err) {
		perf_array_close(p);
		return err;
	}
	*out = p;
	return 0;
}

void perf_array_close(struct perf_array *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		reader_close(&p->readers[i]);
	free(p->readers);
	free(p);
}

/* @len bytes at position @at, which may go on at the buffer's start. */
static void copy_out(const struct perf_reader *r, uint64_t at, void *to, size_t len)
{
	size_t off = at & (BUFFER_SIZE - 1);
	size_t first = len < BUFFER_SIZE - off ? len : BUFFER_SIZE - off;

	memcpy(to, r->data + off, first);
	memcpy((uint8_t *)to + first, r->data, len - first);
}

/* A PERF_RECORD_SAMPLE of sample_type RAW | TIME: header, u64 time, u32 size, bytes. */
static void read_sample(const struct perf_reader *r, uint64_t at, uint32_t size,
			struct arena *arena, struct perf_sample **samples, size_t *n)
{
	const uint32_t head = sizeof(struct perf_event_header) + sizeof(uint64_t);
	struct perf_sample s = { .cpu = r->cpu, .order = *n };
	uint32_t len;
	uint8_t *data;

	if (size < head + sizeof(len))
		return;
	copy_out(r, at + sizeof(struct perf_event_header), &s.time, sizeof(s.time));
	copy_out(r, at + head, &len, sizeof(len));
	if (len > size - head - sizeof(len))
		return;
	data = arena_alloc(arena, len);
	copy_out(r, at + head + sizeof(len), data, len);
	s.data = data;
	s.len = len;
	*ARENA_PUSH(arena, *samples, *n) = s;
}

static uint64_t read_lost(const struct perf_reader *r, uint64_t at, uint32_t size)
{
	uint64_t id_and_count[2] = { 0 };

	if (size >= sizeof(struct perf_event_header) + sizeof(id_and_count))
		copy_out(r, at + sizeof(struct perf_event_header), id_and_count,
			 sizeof(id_and_count));
	return id_and_count[1];
}

/* What READ_LOST counts since it was asked for last. */
static uint64_t newly_lost(struct perf_reader *r)
{
	uint64_t value_and_lost[2], n;

	if (read(r->fd, value_and_lost, sizeof(value_and_lost)) != sizeof(value_and_lost))
		return 0;
	n = value_and_lost[1] - r->lost;
	r->lost = value_and_lost[1];
	return n;
}

static void read_cpu(const struct perf_array *p, struct perf_reader *r, struct arena *arena,
		     struct perf_sample **samples, size_t *n, uint64_t *lost)
{
	uint64_t head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = r->page->data_tail, at = tail;
	struct perf_event_header h;

	if (head == tail)
		return;
	while (at < head) {
		copy_out(r, at, &h, sizeof(h));
		if (h.size < sizeof(h))
			break; /* never: it would be read for ever */
		if (h.type == PERF_RECORD_SAMPLE)
			read_sample(r, at, h.size, arena, samples, n);
		else if (h.type == PERF_RECORD_LOST && !p->counts_lost)
			*lost += read_lost(r, at, h.size);
		at += h.size;
	}
	__atomic_store_n(&r->page->data_tail, head, __ATOMIC_RELEASE);
	/* A record was lost only if one did not fit. */
	if (p->counts_lost && head - tail > BUFFER_SIZE - RECORD_MAX)
		*lost += newly_lost(r);
}

static int compare_times(const void *a, const void *b)
{
	const struct perf_sample *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

size_t perf_array_read(struct perf_array *p, struct arena *arena, struct perf_sample **out,
		       uint64_t *lost)
{
	struct perf_sample *samples = NULL;
	size_t n = 0, of_others = 0;

	for (size_t i = 0; i < p->n; i++) {
		size_t before = n;

		read_cpu(p, &p->readers[i], arena, &samples, &n, lost);
		of_others += before && n > before;
	}
	if (of_others)
		qsort(samples, n, sizeof(*samples), compare_times);
	*out = samples;
	return n;
}
