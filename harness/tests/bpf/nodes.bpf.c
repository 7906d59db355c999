/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs that send a frame on in every way there is, and some that look at what came with it. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#define AF_INET 2

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

const volatile __u32 to;    /* ifindex */
const volatile __u64 flags; /* of a redirect */
const volatile __be32 nexthop;

static void count(void)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&seen, &key);

	if (n)
		++*n;
}

SEC("tc")
int ok(struct __sk_buff *skb)
{
	(void)skb;
	count();
	return TC_ACT_OK;
}

/* Left to chance. */
SEC("tc")
int toss(struct __sk_buff *skb)
{
	(void)skb;
	count();
	return bpf_get_prandom_u32() & 1 ? TC_ACT_OK : TC_ACT_SHOT;
}

SEC("tc")
int drop(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_SHOT;
}

SEC("tc")
int trap(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_TRAP;
}

SEC("tc")
int redirect(struct __sk_buff *skb)
{
	(void)skb;
	return (int)bpf_redirect(to, flags);
}

SEC("tc")
int redirect_neigh(struct __sk_buff *skb)
{
	(void)skb;
	return (int)bpf_redirect_neigh(to, NULL, 0, 0);
}

SEC("tc")
int redirect_by(struct __sk_buff *skb)
{
	struct bpf_redir_neigh params = { .nh_family = AF_INET, .ipv4_nh = nexthop };

	(void)skb;
	return (int)bpf_redirect_neigh(to, &params, sizeof(params), 0);
}

SEC("tc")
int redirect_peer(struct __sk_buff *skb)
{
	(void)skb;
	return (int)bpf_redirect_peer(to, 0);
}

SEC("tc")
int redirect_blindly(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_REDIRECT;
}

SEC("tc")
int mark(struct __sk_buff *skb)
{
	skb->mark = 7;
	skb->priority = 5;
	skb->cb[1] = 3;
	return TC_ACT_OK;
}

SEC("tc")
int mark_and_redirect(struct __sk_buff *skb)
{
	mark(skb);
	return (int)bpf_redirect(to, flags);
}

/* TC_ACT_OK for a frame that has all of mark()'s, TC_ACT_PIPE for mark alone, else TC_ACT_SHOT. */
SEC("tc")
int is_marked(struct __sk_buff *skb)
{
	if (skb->mark != 7 || skb->cb[1] != 3)
		return TC_ACT_SHOT;
	return skb->priority == 5 ? TC_ACT_OK : TC_ACT_PIPE;
}

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	(void)ctx;
	count();
	return XDP_PASS;
}

SEC("xdp")
int tx(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_TX;
}

SEC("xdp")
int odd(struct xdp_md *ctx)
{
	(void)ctx;
	return 42;
}

SEC("xdp")
int xdp_redirect(struct xdp_md *ctx)
{
	(void)ctx;
	return (int)bpf_redirect(to, 0);
}

SEC("xdp")
int to_port(struct xdp_md *ctx)
{
	(void)ctx;
	return (int)bpf_redirect_map(&ports, 1, flags);
}

SEC("xdp")
int to_cpu(struct xdp_md *ctx)
{
	(void)ctx;
	return (int)bpf_redirect_map(&cpus, 0, 0);
}

SEC("xdp")
int add_meta(struct xdp_md *ctx)
{
	__u32 *meta;

	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*meta)))
		return XDP_ABORTED;
	meta = (void *)(long)ctx->data_meta;
	if ((void *)(meta + 1) > (void *)(long)ctx->data)
		return XDP_ABORTED;
	*meta = 0xcafe;
	return XDP_PASS;
}

SEC("xdp")
int has_meta(struct xdp_md *ctx)
{
	__u32 *meta = (void *)(long)ctx->data_meta;

	if ((void *)(meta + 1) > (void *)(long)ctx->data || *meta != 0xcafe)
		return XDP_DROP;
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
