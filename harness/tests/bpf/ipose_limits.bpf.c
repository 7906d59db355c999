/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs at the limits of what the verifier takes, in sections of any name. No maps. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#pragma clang diagnostic ignored "-Wunused-parameter"

/* Eight frames, which is all there are. */
#define FRAME(n, next)                                      \
	static __noinline int frame_##n(struct xdp_md *ctx) \
	{                                                   \
		volatile int depth = n;                     \
                                                            \
		return next(ctx) + depth;                   \
	}

static __noinline int frame_8(struct xdp_md *ctx)
{
	volatile int depth = 8;

	return bpf_redirect(ctx->ingress_ifindex + 1, 0) + depth;
}
FRAME(7, frame_8)
FRAME(6, frame_7)
FRAME(5, frame_6)
FRAME(4, frame_5)
FRAME(3, frame_4)
FRAME(2, frame_3)

SEC("xdp") int deep(struct xdp_md *ctx)
{
	return frame_2(ctx) == 4 + 35 ? XDP_REDIRECT : XDP_ABORTED;
}

/* All of the stack. */
SEC("xdp") int stack_512(struct xdp_md *ctx)
{
	__u64 last = 7;

	asm volatile("*(u64 *)(r10 - 512) = %0" : : "r"(last));
	bpf_redirect(1, 0);
	asm volatile("%0 = *(u64 *)(r10 - 512)" : "=r"(last));
	return bpf_redirect(last, 0);
}

#define TEN(x) x x x x x x x x x x

/* More calls than a program may have functions. */
SEC("xdp") int calls_400(struct xdp_md *ctx)
{
	TEN(TEN(bpf_redirect(1, 0);))
	TEN(TEN(bpf_redirect(2, 0);))
	TEN(TEN(bpf_redirect(3, 0);))
	TEN(TEN(bpf_redirect(4, 0);))
	return XDP_PASS;
}

static __noinline int in_function(struct xdp_md *ctx)
{
	return bpf_redirect(ctx->ingress_ifindex + 4, 0);
}

SEC("xdp") int functions(struct xdp_md *ctx)
{
	in_function(ctx);
	return bpf_redirect(6, 0);
}

SEC("prog") int odd_section(struct xdp_md *ctx)
{
	return bpf_redirect(3, 0);
}

SEC("xdp_some/where") int odder_section(struct xdp_md *ctx)
{
	return bpf_redirect(4, 0);
}

/* Its type can only be another by the scenario's word. */
SEC("socket") int other_type(struct __sk_buff *skb)
{
	return bpf_redirect(5, 0);
}

char _license[] SEC("license") = "Proprietary";
