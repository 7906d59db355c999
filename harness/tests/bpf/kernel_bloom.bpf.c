/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What cannot be put back: a bloom filter, and a timer in an array. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(value_size, 4);
	__uint(max_entries, 16);
} bloom SEC(".maps");

SEC("tc")
int push(struct __sk_buff *skb)
{
	__u32 len = skb->len;

	bpf_map_push_elem(&bloom, &len, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
