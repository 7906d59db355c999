/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What BPF_PROG_TEST_RUN takes on this kernel; test_run.h has the public half. */
#pragma once

#include "kernel/test_run.h"

#ifndef BPF_F_TEST_SKB_CHECKSUM_COMPLETE /* newer than some headers */
#define BPF_F_TEST_SKB_CHECKSUM_COMPLETE (1U << 2)
#endif

/*
 * No kernel puts fewer bytes of an XDP frame into the first buffer: 4096-byte pages less 256 bytes
 * of headroom and at most 512 of struct skb_shared_info. Below it nothing needs to be probed.
 */
#define LIMIT_XDP_LINEAR_LEAST 3328u
