/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The same name as in kernel_pin_a.bpf.c, and another layout. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 32);
} a_shared_map_with_a_long_name SEC(".maps");

SEC("tc")
int lookup(struct __sk_buff *skb)
{
	(void)skb;
	__u32 zero = 0;

	return bpf_map_lookup_elem(&a_shared_map_with_a_long_name, &zero) ? 0 : -1;
}

char _license[] SEC("license") = "GPL";
