/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs that each show one thing of a run. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp")
int xdp_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

SEC("xdp")
int xdp_tx(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_TX;
}

/* 4 bytes more in front. */
SEC("xdp")
int xdp_grow(struct xdp_md *ctx)
{
	__u8 *p;

	if (bpf_xdp_adjust_head(ctx, -4))
		return XDP_ABORTED;
	p = (void *)(long)ctx->data;
	if (p + 4 > (__u8 *)(long)ctx->data_end)
		return XDP_ABORTED;
	p[0] = 0xde, p[1] = 0xad, p[2] = 0xbe, p[3] = 0xef;
	return XDP_PASS;
}

/* 4 bytes less at the end. */
SEC("xdp")
int xdp_cut(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_tail(ctx, -4) ? XDP_ABORTED : XDP_PASS;
}

SEC("xdp")
int xdp_ifindex(struct xdp_md *ctx)
{
	return ctx->ingress_ifindex;
}

/* Bytes the program can read: all of the frame, or its first part. */
SEC("xdp")
int xdp_linear(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data;
}

SEC("xdp.frags")
int xdp_frags(struct xdp_md *ctx)
{
	return bpf_xdp_get_buff_len(ctx);
}

SEC("tc")
int tc_ifindex(struct __sk_buff *skb)
{
	return skb->ifindex;
}

SEC("tc")
int tc_shot(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_SHOT;
}

/* What one program leaves in the context for the next. */
SEC("tc")
int tc_mark(struct __sk_buff *skb)
{
	skb->cb[1] = skb->mark;
	skb->mark = 0x1234;
	return TC_ACT_UNSPEC;
}

/* No section libbpf knows: only loaded when the scenario gives its type. */
SEC("2/7")
int custom(struct __sk_buff *skb)
{
	(void)skb;
	return 77;
}

char _license[] SEC("license") = "GPL";
