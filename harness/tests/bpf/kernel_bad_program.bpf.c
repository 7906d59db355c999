/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Refused by the verifier: a read beyond what was checked. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int fine(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp")
int reads_unchecked(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;

	return data[14];
}

char _license[] SEC("license") = "GPL";
