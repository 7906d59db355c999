/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A type of map that kernels have since Linux 5.16. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#pragma clang diagnostic ignored "-Wunused-parameter"

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__type(value, __u32);
	__uint(max_entries, 8);
} seen SEC(".maps");

SEC("xdp") int look(struct xdp_md *ctx)
{
	__u32 value = 1;

	return bpf_map_peek_elem(&seen, &value) ? XDP_PASS : XDP_DROP;
}
