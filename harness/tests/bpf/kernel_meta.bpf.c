/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Metadata in front of the frame: an object of its own, since it changes how all its programs are
 * run. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_meta(struct xdp_md *ctx)
{
	__u8 *p;

	if (bpf_xdp_adjust_meta(ctx, -8))
		return XDP_ABORTED;
	p = (void *)(long)ctx->data_meta;
	if (p + 8 > (__u8 *)(long)ctx->data)
		return XDP_ABORTED;
	__builtin_memset(p, 0x5a, 8);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
