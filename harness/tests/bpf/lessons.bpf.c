/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Small programs that each do one thing, for the documentation and for tests: every kind of
 * expectation can be shown, held and failed, with them.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define PORTS_MAX 16

struct vlan_tag {
	__be16 tci;
	__be16 type;
};

enum flow_state {
	FLOW_NEW,
	FLOW_OPEN,
	FLOW_CLOSED
};

struct flow_key {
	__be32 saddr, daddr;
	__be16 sport, dport;
	__u8 proto;
	__u8 pad[3];
};

struct flow {
	__u64 packets, bytes;
	enum flow_state state;
	__u32 seen_syn : 1, seen_fin : 1;
	__u8 mac[ETH_ALEN];
	__u16 lengths[2]; /* of the first two packets */
	union {
		__u32 mark;
		__u8 bytes_of_mark[4];
	};
};

struct stats {
	__u64 packets, bytes;
};

struct route_key {
	__u32 prefixlen;
	__be32 dst;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct flow_key);
	__type(value, struct flow);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, __be32);
	__type(value, __u64);
} sources SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct stats);
} stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PORTS_MAX);
	__type(key, __u32);
	__type(value, __be16);
} blocked_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 64);
	__type(key, struct route_key);
	__type(value, __u32);
} routes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} stages SEC(".maps");

/* No types: its entries are written in hex. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__uint(value_size, 8);
} untyped SEC(".maps");

const volatile __u8 max_ttl = 255;
const volatile bool count_sources = true;
__u32 frames_seen;

static struct iphdr *ipv4_of(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	return ip;
}

static void swap_macs(struct ethhdr *eth)
{
	__u8 mac[ETH_ALEN];

	__builtin_memcpy(mac, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, mac, ETH_ALEN);
}

static void count(struct xdp_md *ctx, __u32 slot)
{
	struct stats *s = bpf_map_lookup_elem(&stats, &slot);

	if (s) {
		s->packets++;
		s->bytes += ctx->data_end - ctx->data;
	}
}

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	frames_seen++;
	count(ctx, 0);
	return XDP_PASS;
}

/* Drops TCP to the ports in `blocked_ports`. */
SEC("xdp")
int block_ports(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4_of(ctx);
	struct tcphdr *tcp = (void *)(ip + 1);

	if (!ip || ip->protocol != IPPROTO_TCP || (void *)(tcp + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	for (__u32 i = 0; i < PORTS_MAX; i++) {
		__u32 slot = i;
		__be16 *port = bpf_map_lookup_elem(&blocked_ports, &slot);

		if (port && *port && *port == tcp->dest) {
			count(ctx, 1);
			return XDP_DROP;
		}
	}
	return XDP_PASS;
}

/* Sends a frame back one hop older: TTL less one, checksum updated, MACs swapped. */
SEC("xdp")
int bounce(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4_of(ctx);
	__u32 check;

	if (!ip || ip->ttl <= 1 || ip->ttl > max_ttl)
		return XDP_DROP;
	check = ip->check + bpf_htons(0x0100);
	ip->check = (__u16)(check + (check >= 0xffff));
	ip->ttl--;
	swap_macs((void *)(long)ctx->data);
	return XDP_TX;
}

/* Removes an 802.1Q tag. */
SEC("xdp")
int untag(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data, copy;
	struct vlan_tag *tag = data + sizeof(*eth);

	if ((void *)(tag + 1) > end || eth->h_proto != bpf_htons(ETH_P_8021Q))
		return XDP_PASS;
	copy = *eth;
	copy.h_proto = tag->type;
	if (bpf_xdp_adjust_head(ctx, sizeof(*tag)))
		return XDP_ABORTED;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + sizeof(copy) > end)
		return XDP_ABORTED;
	*(struct ethhdr *)data = copy;
	return XDP_PASS;
}

/* Adds one: VLAN 7. */
SEC("xdp")
int tag(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct vlan_tag *tag;
	struct ethhdr copy;

	if (data + sizeof(copy) > end)
		return XDP_ABORTED;
	copy = *(struct ethhdr *)data;
	if (bpf_xdp_adjust_head(ctx, -(int)sizeof(*tag)))
		return XDP_ABORTED;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	tag = data + sizeof(copy);
	if ((void *)(tag + 1) > end)
		return XDP_ABORTED;
	tag->tci = bpf_htons(7);
	tag->type = copy.h_proto;
	copy.h_proto = bpf_htons(ETH_P_8021Q);
	*(struct ethhdr *)data = copy;
	return XDP_PASS;
}

/* Keeps an entry per UDP flow, and one per source. */
SEC("xdp")
int track(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4_of(ctx);
	struct udphdr *udp = (void *)(ip + 1);
	struct flow_key key = {};
	struct flow *f, fresh = {};
	__u64 one = 1, *n;

	if (!ip || ip->protocol != IPPROTO_UDP || (void *)(udp + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	key.saddr = ip->saddr;
	key.daddr = ip->daddr;
	key.sport = udp->source;
	key.dport = udp->dest;
	key.proto = ip->protocol;
	if (count_sources) {
		n = bpf_map_lookup_elem(&sources, &key.saddr);
		if (n)
			++*n;
		else
			bpf_map_update_elem(&sources, &key.saddr, &one, BPF_ANY);
	}
	f = bpf_map_lookup_elem(&flows, &key);
	if (f) {
		f->packets++;
		f->bytes += ctx->data_end - ctx->data;
		f->state = FLOW_OPEN;
		f->lengths[1] = bpf_ntohs(udp->len);
		return XDP_PASS;
	}
	fresh.packets = 1;
	fresh.bytes = ctx->data_end - ctx->data;
	fresh.lengths[0] = bpf_ntohs(udp->len);
	fresh.mark = 0x2a;
	__builtin_memcpy(fresh.mac, ((struct ethhdr *)ip - 1)->h_source, ETH_ALEN);
	if (bpf_map_update_elem(&flows, &key, &fresh, BPF_NOEXIST))
		return XDP_ABORTED; /* the map is full */
	return XDP_PASS;
}

/* The verdict is what `routes` holds for the destination. */
SEC("xdp")
int route(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4_of(ctx);
	struct route_key key = { 32, 0 };
	__u32 *verdict;

	if (!ip)
		return XDP_PASS;
	key.dst = ip->daddr;
	verdict = bpf_map_lookup_elem(&routes, &key);
	return verdict ? (int)*verdict : XDP_DROP;
}

/* Hands on to the program in slot 1 of `stages`. */
SEC("xdp")
int enter(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &stages, 1);
	return XDP_ABORTED;
}

SEC("tc")
int classify(struct __sk_buff *skb)
{
	return skb->protocol == bpf_htons(ETH_P_ARP) ? TC_ACT_SHOT : TC_ACT_OK;
}

/* libbpf cannot tell the type from this section. */
SEC("custom/entry")
int nameless_section(struct xdp_md *ctx)
{
	(void)ctx;
	return 42;
}

char _license[] SEC("license") = "Dual BSD/GPL";
