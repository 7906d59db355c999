/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One frame through one program: BPF_PROG_TEST_RUN, net/bpf/test_run.c. Always repeat = 1: packet
 * and maps keep their state over repeats, and XDP pays 16 ms for more than one.
 */
#pragma once

#include "base/mem.h"

#include <linux/bpf.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Room for what comes out: more than any frame the kernel makes (73152 bytes plus growth).
 * With less, frames with fragments come back as a wrong splice of their parts.
 */
#define TEST_RUN_ROOM (128u << 10)
/* No kernel takes longer ones; the limits of this one: test_run_limits(). */
#define TEST_RUN_IN_MAX TEST_RUN_ROOM

struct test_run {
	/* Set once for a program. */
	int fd;
	uint32_t type;	   /* BPF_PROG_TYPE_XDP, _SCHED_CLS or _SCHED_ACT */
	bool frags;	   /* XDP: takes frames beyond one page */
	bool meta;	   /* XDP: may change the metadata; costs 50 ns, as does ifindex */
	uint8_t *out;	   /* TEST_RUN_ROOM bytes */
	uint32_t meta_in;  /* XDP: bytes of metadata that the caller puts in front of each frame;
			      test_run() itself looks at meta_len */
	struct tape *tape; /* what the program's calls are recorded on, or NULL */

	/* Per frame. */
	const uint8_t *in;
	uint32_t in_len;   /* bytes */
	uint32_t ifindex;  /* the device it arrives on; 0: lo, without a context */
	uint32_t rx_queue; /* XDP: the queue of that device; 0 without one */
	uint32_t meta_len; /* XDP: the first bytes of @in are metadata, this many; in and out */
	/* tc: context in and out (mark, priority, cb, tstamp, ..), or NULL; may be the same. */
	const struct __sk_buff *skb;
	struct __sk_buff *skb_out;
	bool checksum_complete; /* tc: a checksum over the frame goes with it, and is checked after:
				   -EBADMSG */

	/* What came of it. Only @error is meaningful where it is not 0. */
	uint32_t out_len; /* bytes of @out, metadata included */
	int32_t verdict;
	uint32_t duration; /* ns */
	int error;	   /* 0 or -errno; -ENOTSUPP (-524) is possible */
};

/* Makes calls of a worker that wait return EINTR: sent only to one whose time is up. */
#define TEST_RUN_END_SIGNAL SIGRTMIN

/*
 * Block signals for this thread, once per worker: the kernel gives up a run with EINTR when
 * one is pending, with maps half changed. SIGSEGV and the like still arrive, and the one above.
 */
void test_run_block_signals(void);

/* Run @r->in once. Returns r->error. Never sends a frame that test_run_refusal() would refuse
 * beforehand. */
int test_run(struct test_run *r);

/*
 * Why a run of @r was refused (r->error), or would be (r->error 0): in words, with the limits of
 * this kernel, from @arena. NULL: nothing is known against it.
 */
const char *test_run_refusal(const struct test_run *r, struct arena *arena);

/* What this kernel takes, probed once per process (needs privilege; 0: could not be found out). */
struct test_run_limits {
	uint32_t xdp_linear;	/* bytes an XDP program without frags can be given */
	uint32_t xdp_max;	/* the longest frame at all */
	uint32_t tc_max;	/* the longest tc frame */
	bool checksum_complete; /* tc runs can be checked so */
	uint64_t skb_fields;	/* rows of context_fields() that tc runs take, one bit each */
	bool xdp_context;	/* XDP runs can be given a device, a queue and metadata */
	uint32_t meta_max;	/* bytes of metadata */
};

const struct test_run_limits *test_run_limits(void);
