/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs that take their time. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

const volatile __u64 busy_ns = 20000000; /* how long each run takes */

/* Something to look at, so that there are maps to be put back. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} runs SEC(".maps");

static long look(__u32 i, void *until)
{
	(void)i;
	return bpf_ktime_get_ns() >= *(__u64 *)until;
}

static long look_often(__u32 i, void *until)
{
	(void)i;
	bpf_loop(1 << 20, look, until, 0);
	return bpf_ktime_get_ns() >= *(__u64 *)until;
}

/* In the kernel until the time is over: nothing ends it before. */
static __always_inline void be_busy(void)
{
	__u64 until = bpf_ktime_get_ns() + busy_ns, *n;
	__u32 key = 0;

	n = bpf_map_lookup_elem(&runs, &key);
	if (n)
		(*n)++;
	bpf_loop(1 << 20, look_often, &until, 0);
}

SEC("xdp")
int busy(struct xdp_md *ctx)
{
	(void)ctx;
	be_busy();
	return XDP_PASS;
}

SEC("tc")
int busy_tc(struct __sk_buff *ctx)
{
	(void)ctx;
	be_busy();
	return 0;
}

char _license[] SEC("license") = "GPL";
