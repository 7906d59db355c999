/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A hundred calls of a helper: what one costs more when it is recorded. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#pragma clang diagnostic ignored "-Wunused-parameter"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} table SEC(".maps");

#define TEN(x) x x x x x x x x x x

SEC("tc") int redirect(struct __sk_buff *skb)
{
	TEN(TEN(bpf_redirect(1, 0);))
	return TC_ACT_OK;
}

SEC("tc") int get_smp_processor_id(struct __sk_buff *skb)
{
	TEN(TEN(bpf_get_smp_processor_id();))
	return TC_ACT_OK;
}

SEC("tc") int map_lookup_elem(struct __sk_buff *skb)
{
	__u32 key = 1;

	TEN(TEN(bpf_map_lookup_elem(&table, &key);))
	return TC_ACT_OK;
}

SEC("tc") int fib_lookup(struct __sk_buff *skb)
{
	struct bpf_fib_lookup fib = { .family = 2, .ifindex = 1 };

	TEN(TEN(bpf_fib_lookup(skb, &fib, sizeof(fib), 0);))
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
