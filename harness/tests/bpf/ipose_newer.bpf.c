/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Helper calls from where only kernels since 5.18 let packet programs call. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#pragma clang diagnostic ignored "-Wunused-parameter"

char _license[] SEC("license") = "GPL";

SEC("xdp.frags") int call_frags(struct xdp_md *ctx)
{
	return bpf_redirect(7, 0);
}

static long from_callback(__u64 i, void *data)
{
	bpf_redirect(100 + i, 0);
	return 0;
}

SEC("xdp") int call_back(struct xdp_md *ctx)
{
	bpf_loop(2, from_callback, NULL, 0);
	return bpf_redirect(7, 0);
}
