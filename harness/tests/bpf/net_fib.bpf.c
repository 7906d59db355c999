/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Put a question of the test's to bpf_fib_lookup(), and keep the answer. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct fib_case {
	struct bpf_fib_lookup fib; /* question, and answer in its place */
	__u32 flags;
	__s32 ret;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct fib_case);
	__uint(max_entries, 1);
} fib_case SEC(".maps");

SEC("xdp")
int fib_xdp(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct fib_case *c = bpf_map_lookup_elem(&fib_case, &zero);

	if (!c)
		return XDP_ABORTED;
	c->ret = (__s32)bpf_fib_lookup(ctx, &c->fib, sizeof(c->fib), c->flags);
	return XDP_PASS;
}

SEC("tc")
int fib_tc(struct __sk_buff *ctx)
{
	__u32 zero = 0;
	struct fib_case *c = bpf_map_lookup_elem(&fib_case, &zero);

	if (!c)
		return TC_ACT_SHOT;
	c->ret = (__s32)bpf_fib_lookup(ctx, &c->fib, sizeof(c->fib), c->flags);
	return TC_ACT_OK;
}

/* The frame goes out of device 2 as it is. */
SEC("tc")
int net_clone(struct __sk_buff *ctx)
{
	return bpf_clone_redirect(ctx, 2, 0) ? TC_ACT_SHOT : TC_ACT_OK;
}
