/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The fastest a frame can go through BPF_PROG_TEST_RUN: the system call in a loop over frames in
 * memory, nothing compared, nothing kept. What `verdict` takes more is its own.
 *
 *   bench_bare OBJECT PROGRAM CAPTURE N
 *
 * runs N frames (the capture's, over and over) and prints frames per second.
 */
#include "base/mem.h"
#include "base/text.h"
#include "kernel/test_run.h"
#include "packet/capture.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct frame {
	uint8_t *data;
	uint32_t len;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "bench_bare: %s\n", what);
	exit(2);
}

static struct frame *frames_read(const char *path, size_t *n)
{
	struct capture_options options = { 0 };
	struct capture_frame f;
	struct frame *frames = NULL, *new;
	struct diags d = { 0 };
	struct capture *c;

	*n = 0;
	c = capture_open(&d, (struct span){ 0 }, path, &options);
	while (c && capture_next(&d, c, &f) == 1) {
		new = ARRAY_PUSH(frames, *n);
		new->len = f.len;
		new->data = xcalloc(1, f.len);
		memcpy(new->data, f.data, f.len);
	}
	if (c)
		capture_close(c);
	if (d.errors || !*n) {
		diags_print(stderr, &d);
		die("no frames");
	}
	diags_free(&d);
	return frames;
}

static int program_load(struct bpf_object *obj, const char *name)
{
	struct bpf_program *p = bpf_object__find_program_by_name(obj, name);

	if (!p || bpf_object__load(obj))
		die("cannot load the program");
	return bpf_program__fd(p);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double loop(int fd, const struct frame *frames, size_t n, uint64_t count, void *out)
{
	double start = now();
	union bpf_attr attr;

	for (uint64_t i = 0; i < count; i++) {
		memset(&attr.test, 0, sizeof(attr.test));
		attr.test.prog_fd = (uint32_t)fd;
		attr.test.data_in = (uintptr_t)frames[i % n].data;
		attr.test.data_size_in = frames[i % n].len;
		attr.test.data_out = (uintptr_t)out;
		attr.test.data_size_out = TEST_RUN_ROOM;
		attr.test.repeat = 1;
		if (syscall(__NR_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr.test)))
			die(strerror(errno));
	}
	return now() - start;
}

int main(int argc, char **argv)
{
	struct bpf_object *obj;
	struct frame *frames;
	uint64_t count;
	size_t n;
	void *out;
	int fd;

	if (argc != 5 || number_parse(argv[4], strlen(argv[4]), &count) || !count)
		die("usage: bench_bare OBJECT PROGRAM CAPTURE N");
	frames = frames_read(argv[3], &n);
	obj = bpf_object__open_file(argv[1], NULL);
	if (!obj || unshare(CLONE_NEWNET))
		die("cannot open the object, or no privilege");
	fd = program_load(obj, argv[2]);
	out = xcalloc(1, TEST_RUN_ROOM);
	printf("%.0f\n", (double)count / loop(fd, frames, n, count, out));
	bpf_object__close(obj);
	for (size_t i = 0; i < n; i++)
		free(frames[i].data);
	free(frames);
	free(out);
	return 0;
}
