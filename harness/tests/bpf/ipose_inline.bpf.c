/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls from the eighth frame: no room for another. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} counts SEC(".maps");

__u64 time_seen, redirect_seen, found_seen;
__s64 adjust_seen;

static __noinline int frame_8(struct xdp_md *ctx)
{
	__u32 zero = 0;
	__u64 *count;

	redirect_seen = bpf_redirect(0xfffffff0, 0);
	time_seen = bpf_ktime_get_ns();
	count = bpf_map_lookup_elem(&counts, &zero);
	found_seen = 0;
	if (count) {
		*count += 1;
		found_seen = 1;
	}
	adjust_seen = bpf_xdp_adjust_head(ctx, -4);
	return XDP_PASS;
}

#define FRAME(n, next)                                      \
	static __noinline int frame_##n(struct xdp_md *ctx) \
	{                                                   \
		volatile int depth = n;                     \
                                                            \
		return next(ctx) + depth;                   \
	}

FRAME(7, frame_8)
FRAME(6, frame_7)
FRAME(5, frame_6)
FRAME(4, frame_5)
FRAME(3, frame_4)
FRAME(2, frame_3)

SEC("xdp") int deep_calls(struct xdp_md *ctx)
{
	return frame_2(ctx) ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
