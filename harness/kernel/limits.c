/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The longest frames this kernel runs, found by running them: they depend on the page size, the
 * configuration and what was back-ported, none of which the version tells.
 */
#include "kernel/limits.h"

#include "types/context_fields.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/filter.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A frame that every kernel takes: bytes. */
#define PROBE_FRAME 64

/* No kernel takes more metadata; all want multiples of this: bytes. */
#define META_LONGEST 252
#define META_UNIT    4

#define BPF_INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })

/* return 0 */
static const struct bpf_insn nothing[] = {
	BPF_INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
	BPF_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
};

/* return ctx->data_end - ctx->data: the bytes in the first buffer */
static const struct bpf_insn linear[] = {
	BPF_INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_0, BPF_REG_1, offsetof(struct xdp_md, data_end),
		 0),
	BPF_INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1, offsetof(struct xdp_md, data), 0),
	BPF_INSN(BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_0, BPF_REG_2, 0, 0),
	BPF_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
};

static int probe_load(enum bpf_prog_type type, const struct bpf_insn *insns, size_t n,
		      uint32_t flags)
{
	struct bpf_prog_load_opts opts = { .sz = sizeof(opts), .prog_flags = flags };

	return bpf_prog_load(type, "verdict_probe", "GPL", insns, n, &opts);
}

/* Returns 0 and *ret, or -errno. */
static int probe_run(int fd, void *frame, uint32_t len, void *out, uint32_t *ret)
{
	struct bpf_test_run_opts opts = { .sz = sizeof(opts),
					  .data_in = frame,
					  .data_size_in = len,
					  .data_out = out,
					  .data_size_out = TEST_RUN_ROOM,
					  .repeat = 1 };

	if (bpf_prog_test_run_opts(fd, &opts))
		return -errno;
	*ret = opts.retval;
	return 0;
}

static bool probe_checksum_complete(int fd)
{
	uint8_t frame[PROBE_FRAME] = { 0 };
	struct bpf_test_run_opts opts = { .sz = sizeof(opts),
					  .data_in = frame,
					  .data_size_in = sizeof(frame),
					  .flags = BPF_F_TEST_SKB_CHECKSUM_COMPLETE,
					  .repeat = 1 };

	return !bpf_prog_test_run_opts(fd, &opts);
}

/* The longest frame that runs, by halving what lies between 14 bytes and TEST_RUN_IN_MAX. */
static uint32_t probe_longest(int fd, void *frame, void *out)
{
	uint32_t low = 14, high = TEST_RUN_IN_MAX, middle, ret;

	if (probe_run(fd, frame, low, out, &ret))
		return 0;
	while (low < high) {
		middle = low + (high - low + 1) / 2;
		if (probe_run(fd, frame, middle, out, &ret))
			high = middle - 1;
		else
			low = middle;
	}
	return low;
}

/* Each field of a context alone: which of them are taken grew from Linux 5.2 to 5.16. */
static uint64_t probe_skb_fields(int fd, void *frame)
{
	size_t n;
	const struct context_field *fields = context_fields(BPF_PROG_TYPE_SCHED_CLS, &n);
	uint64_t taken = 0;

	for (size_t i = 0; i < n; i++) {
		struct __sk_buff skb = { 0 };
		struct bpf_test_run_opts opts = { .sz = sizeof(opts),
						  .data_in = frame,
						  .data_size_in = PROBE_FRAME,
						  .ctx_in = &skb,
						  .ctx_size_in = sizeof(skb),
						  .repeat = 1 };
		/* What each would take: an index of a device that is there, no less than the
		 * length. */
		uint32_t value = fields[i].is_device ? 1 : PROBE_FRAME;

		if (fields[i].source != CONTEXT_RUN)
			continue;
		memcpy((uint8_t *)&skb + fields[i].offset, &value, sizeof(value));
		if (!bpf_prog_test_run_opts(fd, &opts))
			taken |= 1ULL << i;
	}
	return taken;
}

static bool probe_xdp_context(int fd, uint8_t *frame, uint32_t meta)
{
	struct xdp_md xdp = { .data = meta, .data_end = meta + PROBE_FRAME };
	struct bpf_test_run_opts opts = { .sz = sizeof(opts),
					  .data_in = frame,
					  .data_size_in = meta + PROBE_FRAME,
					  .ctx_in = &xdp,
					  .ctx_size_in = sizeof(xdp),
					  .repeat = 1 };

	return !bpf_prog_test_run_opts(fd, &opts);
}

static uint32_t probe_meta_max(int fd, uint8_t *frame)
{
	uint32_t meta = META_LONGEST;

	while (meta && !probe_xdp_context(fd, frame, meta))
		meta -= META_UNIT;
	return meta;
}

static struct test_run_limits limits;

static void limits_probe(void)
{
	void *frame = xcalloc(1, TEST_RUN_IN_MAX), *out = xcalloc(1, TEST_RUN_ROOM);
	uint32_t ret = 0;
	int fd;

	fd = probe_load(BPF_PROG_TYPE_XDP, linear, ARRAY_SIZE(linear), BPF_F_XDP_HAS_FRAGS);
	if (fd < 0) /* before 5.18: no fragments at all */
		fd = probe_load(BPF_PROG_TYPE_XDP, linear, ARRAY_SIZE(linear), 0);
	if (fd >= 0) {
		limits.xdp_max = probe_longest(fd, frame, out);
		if (limits.xdp_max && !probe_run(fd, frame, limits.xdp_max, out, &ret))
			limits.xdp_linear = ret;
		limits.xdp_context = probe_xdp_context(fd, frame, 0);
		limits.meta_max = probe_meta_max(fd, frame);
		close(fd);
	}
	fd = probe_load(BPF_PROG_TYPE_SCHED_CLS, nothing, ARRAY_SIZE(nothing), 0);
	if (fd >= 0) {
		limits.tc_max = probe_longest(fd, frame, out);
		limits.checksum_complete = probe_checksum_complete(fd);
		limits.skb_fields = probe_skb_fields(fd, frame);
		close(fd);
	}
	free(frame);
	free(out);
}

const struct test_run_limits *test_run_limits(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, limits_probe);
	return &limits;
}
