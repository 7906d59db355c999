/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One of two objects that share maps by pinning them under the same name. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 32);
} a_shared_map_with_a_long_name SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} own SEC(".maps");

SEC("tc")
int count_b(struct __sk_buff *skb)
{
	(void)skb;
	__u32 zero = 0, *shared, *mine;

	shared = bpf_map_lookup_elem(&a_shared_map_with_a_long_name, &zero);
	mine = bpf_map_lookup_elem(&own, &zero);
	if (!shared || !mine)
		return -1;
	*mine += 1;
	*shared += 1;
	return (int)*shared;
}

char _license[] SEC("license") = "GPL";
