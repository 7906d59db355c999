/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Helper calls from everywhere a packet program can call from. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#pragma clang diagnostic ignored "-Wunused-parameter"

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 8);
} devices SEC(".maps"), more_devices SEC(".maps");

struct key {
	__u8 a;
	__u8 b[6];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct key);
	__type(value, __u64);
	__uint(max_entries, 4);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 4);
} jumps SEC(".maps");

__u64 time_seen, chance_seen, cpu_seen, jiffies_seen;
__s64 result_seen;
__u32 wanted = 7;
/* Of constants without a name alone clang makes a section whose BTF Linux 5.10 refuses. */
const volatile __u32 tunnel_id = 42;

SEC("xdp") int call_redirect(struct xdp_md *ctx)
{
	return bpf_redirect(wanted, 0);
}

SEC("xdp") int call_map(struct xdp_md *ctx)
{
	return bpf_redirect_map(&devices, 3, XDP_DROP);
}

/* One call instruction, two maps. */
SEC("xdp") int call_merged(struct xdp_md *ctx)
{
	void *map = wanted == 7 ? (void *)&devices : (void *)&more_devices;

	asm volatile("" : "+r"(map));
	return bpf_redirect_map(map, wanted, XDP_PASS);
}

static __noinline int from_static(struct xdp_md *ctx, __u32 ifindex)
{
	time_seen = bpf_ktime_get_ns();
	return bpf_redirect(ifindex + 1, 0);
}

__noinline int from_global(struct xdp_md *ctx)
{
	chance_seen = bpf_get_prandom_u32();
	return bpf_redirect(wanted + 2, ctx->rx_queue_index);
}

SEC("xdp") int call_everywhere(struct xdp_md *ctx)
{
	cpu_seen = bpf_get_smp_processor_id();
	from_static(ctx, wanted);
	from_global(ctx);
	return bpf_redirect(wanted, 0);
}

SEC("xdp") int call_times(struct xdp_md *ctx)
{
	time_seen = bpf_ktime_get_ns();
	chance_seen = bpf_get_prandom_u32();
	cpu_seen = bpf_get_smp_processor_id();
	jiffies_seen = bpf_jiffies64();
	return XDP_PASS;
}

SEC("xdp") int call_table(struct xdp_md *ctx)
{
	struct key key = { .a = 1, .b = { 2, 3, 4, 5, 6, 7 } };
	__u64 one = 1, *value;

	result_seen = bpf_map_update_elem(&table, &key, &one, BPF_ANY);
	value = bpf_map_lookup_elem(&table, &key);
	if (!value)
		return XDP_ABORTED;
	*value += 1;
	result_seen = bpf_map_delete_elem(&table, &key);
	return *value == 2 ? XDP_PASS : XDP_DROP;
}

SEC("xdp") int call_fib(struct xdp_md *ctx)
{
	struct bpf_fib_lookup fib = {
		.family = 2,
		.ifindex = 1,
		.ipv4_src = bpf_ntohl(0x0a000001),
		.ipv4_dst = bpf_ntohl(0x0a000002),
	};
	long ret = bpf_fib_lookup(ctx, &fib, sizeof(fib), BPF_FIB_LOOKUP_DIRECT);

	result_seen = ret;
	if (ret)
		return XDP_DROP;
	return bpf_redirect(fib.ifindex, fib.dmac[5]);
}

SEC("xdp") int call_head(struct xdp_md *ctx)
{
	__u8 *data, *end;

	if (bpf_xdp_adjust_head(ctx, -8))
		return XDP_DROP;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + 8 > end)
		return XDP_DROP;
	data[0] = bpf_ktime_get_ns() > 0; /* the pointer survives a call */
	data[1] = 1;
	return XDP_PASS;
}

static __noinline int jump_from_function(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &jumps, 2);
	return wanted;
}

SEC("xdp") int call_tail(struct xdp_md *ctx)
{
	bpf_redirect(1, 0);
	bpf_tail_call(ctx, &jumps, 0); /* empty */
	bpf_tail_call(ctx, &jumps, 1);
	return XDP_DROP;
}

SEC("xdp") int tail_one(struct xdp_md *ctx)
{
	bpf_redirect(2, 0);
	return jump_from_function(ctx) ? XDP_DROP : XDP_ABORTED;
}

SEC("xdp") int tail_two(struct xdp_md *ctx)
{
	return bpf_redirect(3, 0);
}

SEC("xdp") int call_300(struct xdp_md *ctx)
{
	for (int i = 0; i < 300; i++)
		bpf_redirect(i, 0);
	return XDP_PASS;
}

SEC("tc") int call_tc(struct __sk_buff *skb)
{
	struct bpf_tunnel_key key = { .tunnel_id = tunnel_id, .remote_ipv4 = 0x0a000001 };
	struct bpf_redir_neigh neigh = { .nh_family = 2, .ipv4_nh = 0x01020304 };

	bpf_skb_set_tunnel_key(skb, &key, sizeof(key), BPF_F_ZERO_CSUM_TX);
	result_seen = bpf_skb_change_head(skb, 14, 0);
	bpf_skb_vlan_push(skb, 0x0081, 5);
	return bpf_redirect_neigh(wanted, &neigh, sizeof(neigh), 0);
}

SEC("tc") int call_tunnel(struct __sk_buff *skb)
{
	struct bpf_tunnel_key key;

	if (bpf_skb_get_tunnel_key(skb, &key, sizeof(key), 0) < 0)
		return TC_ACT_SHOT;
	return key.tunnel_id == 0 ? TC_ACT_OK : TC_ACT_PIPE;
}

SEC("tc") int call_clone(struct __sk_buff *skb)
{
	result_seen = bpf_clone_redirect(skb, 1, 0);
	return TC_ACT_OK;
}

SEC("tc") int call_socket(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk;

	tuple.ipv4.dport = 0x5000;
	sk = bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	if (!sk)
		return TC_ACT_SHOT;
	bpf_sk_release(sk);
	return TC_ACT_OK;
}

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("tc") int call_ring(struct __sk_buff *skb)
{
	__u64 *event = bpf_ringbuf_reserve(&ring, 8, 0);

	if (!event)
		return TC_ACT_SHOT;
	*event = 1;
	bpf_ringbuf_submit(event, 0);
	return bpf_ringbuf_output(&ring, &wanted, 4, 0) ? TC_ACT_SHOT : TC_ACT_OK;
}
