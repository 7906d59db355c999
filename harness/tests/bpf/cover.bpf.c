/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * For coverage: each line of code ends in a comment that says how many of the three scenarios of
 * harness/tests/coverage/cover.yaml run it. What the compiler puts together has no line of its own.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} next SEC(".maps");

static __always_inline void count(__u32 i)
{
	__u64 *n = bpf_map_lookup_elem(&counters, &i); /* 2 */

	if (n)		 /* 2 */
		*n += 1; /* 2 */
}

/* In a function of its own, with a loop. */
static __attribute__((noinline)) __u64 sum(__u32 n)
{
	volatile __u64 total = 0; /* 1 */

	for (__u32 i = 0; i < 8; i++) {
		if (i >= n) /* 1 */
			break;
		total += i; /* 1 */
	}
	return total; /* 1 */
}

SEC("xdp")
int last(struct xdp_md *ctx)
{
	count(ctx->rx_queue_index + 3); /* 1 */
	return XDP_TX;			/* 1 */
}

SEC("xdp")
int cover(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end; /* 3 */
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) > end) /* 3 */
		return XDP_ABORTED;
	if (eth->h_proto == bpf_htons(ETH_P_ARP)) { /* 3 */
		count(1);			    /* 1 */
		return XDP_DROP;
	}
	if (eth->h_proto == bpf_htons(ETH_P_IPV6)) { /* 2 */
		count(2);			     /* 0 */
		bpf_printk("never");		     /* 0 */
	}
	if (eth->h_proto == bpf_htons(ETH_P_IP) && sum(ctx->rx_queue_index + 3)) /* 2 */
		bpf_tail_call(ctx, &next, 0);					 /* 1 */
	bpf_ktime_get_ns();							 /* 1 */
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
