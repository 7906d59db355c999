/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A timer in an array: user space neither sees it nor stops it. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct timed {
	struct bpf_timer timer;
	__u32 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct timed);
	__uint(max_entries, 1);
} timers SEC(".maps");

SEC("tc")
int count(struct __sk_buff *skb)
{
	(void)skb;
	__u32 zero = 0;
	struct timed *t = bpf_map_lookup_elem(&timers, &zero);

	if (t)
		t->count++;
	return 0;
}

char _license[] SEC("license") = "GPL";
