/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Maps in maps with first contents, a bloom filter, and a timer: what needs care to be put back. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 32);
};

struct inner first SEC(".maps");
struct inner second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = {
	.values = { [2] = &first },
};

SEC("xdp")
int write_inner(struct xdp_md *ctx)
{
	(void)ctx;
	__u32 two = 2, zero = 0, *value;
	void *map = bpf_map_lookup_elem(&outer, &two);

	value = map ? bpf_map_lookup_elem(map, &zero) : NULL;
	if (!value)
		return XDP_ABORTED;
	*value = 99;
	return bpf_map_lookup_elem(&second, &zero) ? XDP_PASS : XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";
