/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A program that takes fragments, as kernels let it since Linux 5.18. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#pragma clang diagnostic ignored "-Wunused-parameter"

char _license[] SEC("license") = "GPL";

SEC("xdp.frags") int takes_fragments(struct xdp_md *ctx)
{
	return XDP_PASS;
}
