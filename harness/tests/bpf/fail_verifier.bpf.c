/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Refused by the verifier, after several lines of its log: a byte is read that may not be there. */
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int passes(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp")
int reads_too_far(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	__u8 *first = (__u8 *)(eth + 1);

	if ((void *)(eth + 1) > end)
		return XDP_DROP;
	return *first;
}

char _license[] SEC("license") = "GPL";
