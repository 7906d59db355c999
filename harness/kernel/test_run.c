/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/test_run.h"

#include "base/errno_names.h"
#include "kernel/limits.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENOTSUPP_KERNEL 524

void test_run_block_signals(void)
{
	static const int synchronous[] = {
		SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT
	};
	sigset_t set;

	sigfillset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(synchronous); i++)
		sigdelset(&set, synchronous[i]);
	sigdelset(&set, TEST_RUN_END_SIGNAL);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/*
 * The kernel hands a frame with fragments to any XDP program; one that does not know them sees only
 * the first part. A driver would never do that, so neither does the harness.
 */
static bool frags_refused(const struct test_run *r)
{
	uint32_t linear;

	/* Below this no kernel makes fragments: the smallest page less headroom and tailroom. */
	if (r->type != BPF_PROG_TYPE_XDP || r->frags || r->in_len <= LIMIT_XDP_LINEAR_LEAST)
		return false;
	linear = test_run_limits()->xdp_linear;
	return linear && r->in_len > linear;
}

/*
 * A context only where it is needed: copying it costs 50 ns each way. The metadata comes back in
 * front of the frame, and only the context tells how long it is.
 */
static bool context_prepare(const struct test_run *r, union bpf_attr *attr, struct xdp_md *xdp,
			    struct __sk_buff *skb)
{
	if (r->type == BPF_PROG_TYPE_XDP) {
		if (!r->ifindex && !r->meta && !r->meta_len)
			return false;
		/* Who has to know the device is not run at all where the kernel cannot be told. */
		if (!r->meta_len && test_run_limits()->xdp_max && !test_run_limits()->xdp_context)
			return false;
		*xdp = (struct xdp_md){ .data = r->meta_len,
					.data_end = r->in_len, /* 0 would leave no linear bytes */
					.ingress_ifindex = r->ifindex,
					.rx_queue_index = r->rx_queue };
		attr->test.ctx_in = attr->test.ctx_out = (uintptr_t)xdp;
		attr->test.ctx_size_in = attr->test.ctx_size_out = sizeof(*xdp);
		return true;
	}
	if (!r->ifindex && !r->skb && !r->skb_out)
		return false;
	memset(skb, 0, sizeof(*skb));
	if (r->skb)
		memcpy(skb, r->skb, sizeof(*skb));
	if (r->ifindex)
		skb->ifindex = r->ifindex;
	attr->test.ctx_in = attr->test.ctx_out = (uintptr_t)skb;
	attr->test.ctx_size_in = attr->test.ctx_size_out = sizeof(*skb);
	return true;
}

/*
 * The system call itself and not bpf_prog_test_run_opts(): at 0.9 us a frame, its options and
 * copies are measurable.
 */
int test_run(struct test_run *r)
{
	union bpf_attr attr;
	struct __sk_buff skb;
	struct xdp_md xdp;
	bool context;

	if (frags_refused(r)) {
		r->error = -EINVAL;
		return r->error;
	}
	memset(&attr.test, 0, sizeof(attr.test));
	attr.test.prog_fd = (uint32_t)r->fd;
	attr.test.data_in = (uintptr_t)r->in;
	attr.test.data_size_in = r->in_len;
	attr.test.data_out = (uintptr_t)r->out;
	attr.test.data_size_out = TEST_RUN_ROOM;
	attr.test.repeat = 1;
	if (r->checksum_complete)
		attr.test.flags = BPF_F_TEST_SKB_CHECKSUM_COMPLETE;
	context = context_prepare(r, &attr, &xdp, &skb);
	if (syscall(__NR_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr.test))) {
		r->error = -errno;
		return r->error;
	}
	r->error = 0;
	r->out_len = attr.test.data_size_out;
	r->verdict = (int32_t)attr.test.retval;
	r->duration = attr.test.duration;
	if (context && r->type == BPF_PROG_TYPE_XDP)
		r->meta_len = xdp.data;
	else if (context && r->skb_out)
		memcpy(r->skb_out, &skb, sizeof(skb));
	return 0;
}

static uint16_t ether_type(const struct test_run *r)
{
	const uint8_t *frame = r->in + r->meta_len;

	return (uint16_t)(frame[ETH_HLEN - 2] << 8 | frame[ETH_HLEN - 1]);
}

static const char *size_refusal(const struct test_run *r, struct arena *arena)
{
	const struct test_run_limits *limits = test_run_limits();
	uint32_t len = r->in_len - r->meta_len;

	if (r->in_len < r->meta_len || len < ETH_HLEN)
		return arena_printf(arena,
				    "the frame has %u bytes; the kernel runs none shorter than an "
				    "Ethernet header (14 bytes)",
				    r->in_len < r->meta_len ? 0 : len);
	if (frags_refused(r))
		return arena_printf(
			arena,
			"the frame has %u bytes, more than the %u that fit one buffer, and "
			"the program does not take fragments (section \"xdp.frags\")",
			len, limits->xdp_linear);
	if (r->type == BPF_PROG_TYPE_XDP && limits->xdp_max && r->in_len > limits->xdp_max)
		return arena_printf(arena,
				    "the frame has %u bytes; this kernel runs none longer than %u "
				    "through an XDP program",
				    len, limits->xdp_max);
	if (r->type != BPF_PROG_TYPE_XDP && limits->tc_max && r->in_len > limits->tc_max)
		return arena_printf(arena,
				    "the frame has %u bytes; this kernel runs none longer than %u "
				    "through a tc program",
				    len, limits->tc_max);
	return NULL;
}

/* Since 12bec2bd4b76 (Linux 7.1 and stable kernels before) tc runs no frame cut within its IP
 * header. */
static const char *header_refusal(const struct test_run *r, struct arena *arena)
{
	if (r->error != -EINVAL || r->type == BPF_PROG_TYPE_XDP)
		return NULL;
	if (ether_type(r) == ETH_P_IP && r->in_len < 34)
		return arena_printf(
			arena,
			"the frame has %u bytes; this kernel runs no IPv4 frame shorter "
			"than its headers (34 bytes) through a tc program",
			r->in_len);
	if (ether_type(r) == ETH_P_IPV6 && r->in_len < 54)
		return arena_printf(
			arena,
			"the frame has %u bytes; this kernel runs no IPv6 frame shorter "
			"than its headers (54 bytes) through a tc program",
			r->in_len);
	return NULL;
}

/* net/bpf/test_run.c, convert___skb_to_skb() and xdp_convert_md_to_buff() */
static const char *context_refusal(const struct test_run *r, struct arena *arena)
{
	if (r->rx_queue)
		return arena_printf(arena,
				    "the device has no receive queue %u: the first is 0, and "
				    "'queues:' of a device says how many it has",
				    r->rx_queue);
	if (r->meta_len)
		return "the kernel refused it, perhaps for its metadata: at most 216 bytes (32 "
		       "before Linux 6.8), a multiple of 4";
	if (r->skb && r->skb->wire_len && r->skb->wire_len < r->in_len)
		return arena_printf(arena, "wire_len is %u, but the frame has %u bytes",
				    r->skb->wire_len, r->in_len);
	if (r->skb)
		return "the kernel refused a field of the context: it takes mark, priority, cb, "
		       "tstamp, ifindex, ingress_ifindex (since Linux 5.16), wire_len, gso_segs, "
		       "gso_size and hwtstamp (5.16)";
	return "the kernel refused it: for a device-bound, devmap or cpumap program, or a device "
	       "without receive queues";
}

const char *test_run_refusal(const struct test_run *r, struct arena *arena)
{
	const char *why = size_refusal(r, arena);

	if (!why)
		why = header_refusal(r, arena);
	if (why)
		return why;
	switch (-r->error) {
	case ENODEV:
		return arena_printf(arena, "there is no device with ifindex %u here",
				    r->skb && !r->ifindex ? r->skb->ifindex : r->ifindex);
	case EINTR:
		return "a signal came during the run";
	case EBADMSG:
		return r->checksum_complete
			       ? "CHECKSUM_COMPLETE no longer fits the frame: the program changed "
				 "bytes without it; bpf_skb_store_bytes() keeps it with "
				 "BPF_F_RECOMPUTE_CSUM, bpf_csum_update() changes it"
			       : NULL;
	case ENOTSUPP_KERNEL:
		return "the kernel cannot run programs of this type";
	case EINVAL:
		return context_refusal(r, arena);
	}
	return NULL;
}
