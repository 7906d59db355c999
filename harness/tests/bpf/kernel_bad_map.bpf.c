/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A hash map without room: the kernel refuses to make it. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u32);
} no_room SEC(".maps");

SEC("xdp")
int lookup(struct xdp_md *ctx)
{
	(void)ctx;
	__u32 zero = 0;

	return bpf_map_lookup_elem(&no_room, &zero) ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
