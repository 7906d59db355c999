/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What BPF_PROG_TEST_RUN does on this kernel: `test_run.NAME`. Its behaviour comes to stable
 * kernels as fixes do, and what is not known is at times ignored instead of refused: so something
 * is run, and what comes back is looked at.
 */
#include "kernel/features_internal.h"

#include "kernel/limits.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef BPF_F_TEST_XDP_LIVE_FRAMES /* newer than some headers */
#define BPF_F_TEST_XDP_LIVE_FRAMES (1U << 1)
#endif

/* A frame that every kernel runs, one that fits no page: bytes. */
#define FRAME	    64
#define LARGE_FRAME 9000
/* Metadata that every kernel takes that takes any; more than Linux 6.7 does: bytes. */
#define META	  8
#define META_LONG 64

/* Load @insns, run @r->data_in once, in a frame of zeroes where it is NULL. Returns 0 or -errno. */
static int run(uint32_t type, const struct bpf_insn *insns, size_t n, uint32_t flags,
	       struct bpf_test_run_opts *r)
{
	int fd = feature_load(type, insns, n, flags, NULL, 0), err = 0;
	void *frame = xcalloc(1, r->data_size_in + 1);

	r->sz = sizeof(*r);
	r->repeat = 1;
	if (!r->data_in)
		r->data_in = frame;
	if (fd < 0)
		err = fd;
	else if (bpf_prog_test_run_opts(fd, r))
		err = -errno;
	if (fd >= 0)
		close(fd);
	if (r->data_in == frame)
		r->data_in = NULL;
	free(frame);
	return err;
}

#define RUN(type, insns, flags, r) run(BPF_PROG_TYPE_##type, insns, ARRAY_SIZE(insns), flags, r)

/* return XDP_DROP, which is TC_ACT_RECLASSIFY */
static const struct bpf_insn one[] = { INSN_MOV(BPF_REG_0, 1), INSN_EXIT };

/* return ctx->data - ctx->data_meta */
static const struct bpf_insn meta_len[] = {
	INSN_LOAD(BPF_REG_0, BPF_REG_1, offsetof(struct xdp_md, data)),
	INSN_LOAD(BPF_REG_2, BPF_REG_1, offsetof(struct xdp_md, data_meta)),
	INSN_SUB(BPF_REG_0, BPF_REG_2),
	INSN_EXIT,
};

/* bpf_skb_store_bytes(skb, 20, &one, 1, 0): as a program that forgets BPF_F_RECOMPUTE_CSUM */
static const struct bpf_insn store[] = {
	BPF_INSN(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 1),
	INSN_MOV(BPF_REG_2, 20),
	INSN_COPY(BPF_REG_3, BPF_REG_10),
	INSN_ADD(BPF_REG_3, -8),
	INSN_MOV(BPF_REG_4, 1),
	INSN_MOV(BPF_REG_5, 0),
	INSN_CALL(BPF_FUNC_skb_store_bytes),
	INSN_MOV(BPF_REG_0, 0),
	INSN_EXIT,
};

/* 5.10 takes the flag, as it takes any, and runs the program once: whose verdict it tells then. */
static enum feature_support probe_live(const struct feature *f, struct feature_probing *p)
{
	struct bpf_test_run_opts r = { .data_size_in = FRAME, .flags = BPF_F_TEST_XDP_LIVE_FRAMES };
	int err = RUN(XDP, one, 0, &r);

	(void)f;
	if (err)
		return feature_refused(p, err, "XDP runs do not take live frames");
	if (r.retval)
		return feature_no(p, "XDP runs take BPF_F_TEST_XDP_LIVE_FRAMES and ignore it");
	return FEATURE_YES;
}

static enum feature_support probe_frags(const struct feature *f, struct feature_probing *p)
{
	struct bpf_test_run_opts r = { .data_size_in = LARGE_FRAME };
	int err = RUN(XDP, one, BPF_F_XDP_HAS_FRAGS, &r);

	(void)f;
	return err ? feature_refused(p, err, "XDP runs take no frame beyond one page")
		   : FEATURE_YES;
}

static enum feature_support probe_tc_large(const struct feature *f, struct feature_probing *p)
{
	struct bpf_test_run_opts r = { .data_size_in = LARGE_FRAME };
	int err = RUN(SCHED_CLS, one, 0, &r);

	(void)f;
	return err ? feature_refused(p, err, "tc runs take no frame beyond one page") : FEATURE_YES;
}

static enum feature_support probe_xdp_ctx(const struct feature *f, struct feature_probing *p)
{
	struct xdp_md in = { .data_end = FRAME, .ingress_ifindex = 1 }, out = {};
	struct bpf_test_run_opts r = { .data_size_in = FRAME,
				       .ctx_in = &in,
				       .ctx_size_in = sizeof(in),
				       .ctx_out = &out,
				       .ctx_size_out = sizeof(out) };
	int err = RUN(XDP, one, 0, &r);

	(void)f;
	if (err)
		return feature_refused(p, err, "XDP runs take no context");
	if (out.data_end != FRAME)
		return feature_no(p, "XDP runs take a context and ignore it");
	return FEATURE_YES;
}

/* f->id: how many bytes. */
static enum feature_support probe_xdp_meta(const struct feature *f, struct feature_probing *p)
{
	struct xdp_md in = { .data = f->id, .data_end = f->id + FRAME };
	struct bpf_test_run_opts r = { .data_size_in = f->id + FRAME,
				       .ctx_in = &in,
				       .ctx_size_in = sizeof(in) };
	int err = RUN(XDP, meta_len, 0, &r);

	if (err)
		return feature_refused(p, err, "XDP runs do not take %u bytes of metadata", f->id);
	if (r.retval != f->id)
		return feature_no(p, "of %u bytes of metadata the program sees %u", f->id,
				  r.retval);
	return FEATURE_YES;
}

/* With it, a program that changes bytes behind the checksum's back is found out. */
static enum feature_support probe_checksum(const struct feature *f, struct feature_probing *p)
{
	struct bpf_test_run_opts r = { .data_size_in = FRAME,
				       .flags = BPF_F_TEST_SKB_CHECKSUM_COMPLETE };
	int err = RUN(SCHED_CLS, one, 0, &r);

	(void)f;
	if (err)
		return feature_refused(p, err,
				       "tc runs do not take BPF_F_TEST_SKB_CHECKSUM_COMPLETE");
	err = RUN(SCHED_CLS, store, 0, &r);
	if (!err)
		return feature_no(p, "tc runs take BPF_F_TEST_SKB_CHECKSUM_COMPLETE and check "
				     "no checksum");
	return err == -EBADMSG ? FEATURE_YES
			       : feature_refused(p, err, "a tc run with a checksum failed");
}

/* What is asked of frames that end too early. */
enum {
	RUNS,
	REFUSES
};

/* @err of a run of @what: is that what row @f is about? */
static enum feature_support judge_short(const struct feature *f, struct feature_probing *p, int err,
					const char *what)
{
	if (err && err != -EINVAL)
		return feature_refused(p, err, "%s cannot be tried", what);
	if (f->variant == RUNS)
		return err ? feature_refused(p, err, "%s are refused", what) : FEATURE_YES;
	return err ? FEATURE_YES : feature_no(p, "%s are run", what);
}

static enum feature_support probe_short(const struct feature *f, struct feature_probing *p)
{
	struct bpf_test_run_opts r = { .data_size_in = ETH_HLEN - 1 };

	return judge_short(f, p, RUN(XDP, one, 0, &r),
			   "XDP frames shorter than an Ethernet header");
}

static enum feature_support probe_cut(const struct feature *f, struct feature_probing *p)
{
	uint8_t frame[ETH_HLEN + 10] = { [12] = ETH_P_IP >> 8, [14] = 0x45 };
	struct bpf_test_run_opts r = { .data_in = frame, .data_size_in = sizeof(frame) };

	return judge_short(f, p, RUN(SCHED_CLS, one, 0, &r),
			   "tc frames that end within their IP header");
}

static const struct feature rows[] = {
	{ "test_run.xdp_ctx", "test_run", "XDP runs can be told the device and queue",
	  .probe = probe_xdp_ctx },
	{ "test_run.xdp_meta", "test_run", "XDP runs can be given metadata",
	  .probe = probe_xdp_meta, .id = META },
	{ "test_run.xdp_meta_long", "test_run", "XDP runs can be given more than 32 bytes of it",
	  .probe = probe_xdp_meta, .id = META_LONG },
	{ "test_run.xdp_frags", "test_run", "XDP programs are run on frames beyond one page",
	  .probe = probe_frags },
	{ "test_run.live_frames", "test_run", "frames of XDP runs can go on into the stack",
	  .probe = probe_live },
	{ "test_run.short_frames", "test_run",
	  "XDP programs are run on frames shorter than an Ethernet header", .probe = probe_short,
	  .variant = RUNS },
	{ "test_run.short_frames_refused", "test_run",
	  "XDP programs are not run on such frames (EINVAL)", .probe = probe_short,
	  .variant = REFUSES },
	{ "test_run.cut_headers", "test_run",
	  "tc programs are run on frames that end within their IP header", .probe = probe_cut,
	  .variant = RUNS },
	{ "test_run.cut_headers_refused", "test_run",
	  "tc programs are not run on such frames (EINVAL)", .probe = probe_cut,
	  .variant = REFUSES },
	{ "test_run.tc_large_frames", "test_run", "tc programs are run on frames beyond one page",
	  .probe = probe_tc_large },
	{ "test_run.checksum_complete", "test_run",
	  "tc runs check what a program does to checksums", .probe = probe_checksum },
};

void features_add_test_run(struct feature_list *l)
{
	features_add(l, rows, ARRAY_SIZE(rows));
}
