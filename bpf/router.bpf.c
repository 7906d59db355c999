/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A router in XDP, as the kernel's samples/bpf/xdp_fwd: what the routes, rules and neighbours of
 * the node say of a packet is done before the stack sees it. Whatever the stack has to do itself
 * (resolve a neighbour, answer for an expired or too long packet) it is left to.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define AF_INET	  2
#define AF_INET6  10
#define N_RESULTS 16

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Packets by what bpf_fib_lookup() said: BPF_FIB_LKUP_RET_SUCCESS (0), _BLACKHOLE (1), .. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, N_RESULTS);
} router_results SEC(".maps");

/* Packets by the device they leave through. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 64);
} router_sent SEC(".maps");

static void count_result(__u32 result)
{
	__u64 *n = bpf_map_lookup_elem(&router_results, &result);

	if (n)
		__sync_fetch_and_add(n, 1);
}

static void count_sent(__u32 ifindex)
{
	__u64 *n = bpf_map_lookup_elem(&router_sent, &ifindex), one = 1;

	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&router_sent, &ifindex, &one, BPF_ANY);
}

/* Ask where the packet goes; on success the MACs are its own. XDP_REDIRECT, or what becomes of it.
 */
static int forward(struct xdp_md *ctx, struct ethhdr *eth, struct bpf_fib_lookup *question)
{
	long ret;

	question->ifindex = ctx->ingress_ifindex;
	ret = bpf_fib_lookup(ctx, question, sizeof(*question), 0);
	if (ret < 0)
		return XDP_ABORTED;
	count_result((__u32)ret);
	switch (ret) {
	case BPF_FIB_LKUP_RET_SUCCESS:
		__builtin_memcpy(eth->h_dest, question->dmac, ETH_ALEN);
		__builtin_memcpy(eth->h_source, question->smac, ETH_ALEN);
		count_sent(question->ifindex);
		return XDP_REDIRECT;
	case BPF_FIB_LKUP_RET_BLACKHOLE:
	case BPF_FIB_LKUP_RET_UNREACHABLE:
	case BPF_FIB_LKUP_RET_PROHIBIT:
		return XDP_DROP;
	default:
		return XDP_PASS;
	}
}

/* RFC 1624, for a TTL that is one less. */
static void decrease_ttl(struct iphdr *ip)
{
	__u32 csum = (__u32)ip->check + bpf_htons(0x0100);

	ip->check = (__u16)(csum + (csum >= 0xffff));
	ip->ttl--;
}

static int route_ipv4(struct xdp_md *ctx, struct ethhdr *eth, const void *end)
{
	struct bpf_fib_lookup question = { .family = AF_INET };
	struct iphdr *ip = (struct iphdr *)(eth + 1);
	int verdict;

	if ((const void *)(ip + 1) > end)
		return XDP_DROP;
	if (ip->ttl <= 1)
		return XDP_PASS;
	question.tos = ip->tos;
	question.l4_protocol = ip->protocol;
	question.tot_len = bpf_ntohs(ip->tot_len);
	question.ipv4_src = ip->saddr;
	question.ipv4_dst = ip->daddr;
	verdict = forward(ctx, eth, &question);
	if (verdict != XDP_REDIRECT)
		return verdict;
	decrease_ttl(ip);
	return (int)bpf_redirect(question.ifindex, 0);
}

static int route_ipv6(struct xdp_md *ctx, struct ethhdr *eth, const void *end)
{
	struct bpf_fib_lookup question = { .family = AF_INET6 };
	struct ipv6hdr *ip = (struct ipv6hdr *)(eth + 1);
	int verdict;

	if ((const void *)(ip + 1) > end)
		return XDP_DROP;
	if (ip->hop_limit <= 1)
		return XDP_PASS;
	question.flowinfo = *(__be32 *)ip & bpf_htonl(0x0fffffff);
	question.l4_protocol = ip->nexthdr;
	question.tot_len = (__u16)(bpf_ntohs(ip->payload_len) + sizeof(*ip));
	__builtin_memcpy(question.ipv6_src, &ip->saddr, sizeof(question.ipv6_src));
	__builtin_memcpy(question.ipv6_dst, &ip->daddr, sizeof(question.ipv6_dst));
	verdict = forward(ctx, eth, &question);
	if (verdict != XDP_REDIRECT)
		return verdict;
	ip->hop_limit--;
	return (int)bpf_redirect(question.ifindex, 0);
}

SEC("xdp")
int xdp_router(struct xdp_md *ctx)
{
	const void *end = (const void *)(long)ctx->data_end;
	struct ethhdr *eth = (struct ethhdr *)(long)ctx->data;

	if ((const void *)(eth + 1) > end)
		return XDP_DROP;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return route_ipv4(ctx, eth, end);
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return route_ipv6(ctx, eth, end);
	return XDP_PASS;
}
