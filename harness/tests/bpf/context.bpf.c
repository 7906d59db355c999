/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs that write down what they find of a frame besides its bytes, and some that change it. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct skb_seen {
	__u32 len, pkt_type, mark, queue_mapping, vlan_present, vlan_tci, priority;
	__u32 ingress_ifindex, ifindex, tc_index, hash, tc_classid, wire_len, gso_segs, gso_size;
	__be16 protocol, vlan_proto;
	__u32 cb[5];
	__u64 tstamp, hwtstamp;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct skb_seen);
} skbs SEC(".maps");

/* As bpf_skb_get_tunnel_key() gives it. */
struct tunnel_seen {
	__s32 error;
	__u32 id;
	__be32 remote, local;
	__u8 remote_ipv6[16];
	__u8 tos, ttl;
	__s32 opt_len;
	__u8 opt[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2); /* 1: IPv6 */
	__type(key, __u32);
	__type(value, struct tunnel_seen);
} tunnels SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} stages SEC(".maps");

/* What one XDP program tells the next. */
struct note {
	__u32 ingress;
	__be32 saddr;
	__u16 queue, reason;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct note);
} notes SEC(".maps");

static __always_inline void write_down(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct skb_seen *s = bpf_map_lookup_elem(&skbs, &zero);

	if (!s)
		return;
	s->len = skb->len;
	s->pkt_type = skb->pkt_type;
	s->mark = skb->mark;
	s->queue_mapping = skb->queue_mapping;
	s->vlan_present = skb->vlan_present;
	s->vlan_tci = skb->vlan_tci;
	s->priority = skb->priority;
	s->ingress_ifindex = skb->ingress_ifindex;
	s->ifindex = skb->ifindex;
	s->tc_index = skb->tc_index;
	s->hash = skb->hash;
	s->tc_classid = skb->tc_classid;
	s->wire_len = skb->wire_len;
	s->gso_segs = skb->gso_segs;
	s->gso_size = skb->gso_size;
	s->protocol = (__be16)skb->protocol;
	s->vlan_proto = (__be16)skb->vlan_proto;
	s->cb[0] = skb->cb[0];
	s->cb[1] = skb->cb[1];
	s->cb[2] = skb->cb[2];
	s->cb[3] = skb->cb[3];
	s->cb[4] = skb->cb[4];
	s->tstamp = skb->tstamp;
	s->hwtstamp = skb->hwtstamp;
}

SEC("tc")
int look(struct __sk_buff *skb)
{
	write_down(skb);
	return TC_ACT_OK;
}

/* A program of another type, which needs a prelude of its own. */
SEC("action")
int look_in_action(struct __sk_buff *skb)
{
	write_down(skb);
	return TC_ACT_OK;
}

/* With a helper call to be seen, and a tail call of its own. */
SEC("tc")
int look_later(struct __sk_buff *skb)
{
	bpf_get_prandom_u32();
	bpf_tail_call(skb, &stages, 0);
	return TC_ACT_SHOT;
}

static __always_inline void get_tunnel(struct __sk_buff *skb, __u32 slot, __u64 flags)
{
	struct tunnel_seen *s = bpf_map_lookup_elem(&tunnels, &slot);
	struct bpf_tunnel_key key = {};

	if (!s)
		return;
	s->error = (__s32)bpf_skb_get_tunnel_key(skb, &key, sizeof(key), flags);
	s->id = key.tunnel_id;
	s->tos = key.tunnel_tos;
	s->ttl = key.tunnel_ttl;
	if (flags) {
		__builtin_memcpy(s->remote_ipv6, key.remote_ipv6, sizeof(s->remote_ipv6));
		return;
	}
	s->opt_len = bpf_skb_get_tunnel_opt(skb, s->opt, sizeof(s->opt));
	s->remote = bpf_htonl(key.remote_ipv4);
	s->local = bpf_htonl(key.local_ipv4);
}

SEC("tc")
int look_tunnel(struct __sk_buff *skb)
{
	get_tunnel(skb, 0, 0);
	get_tunnel(skb, 1, BPF_F_TUNINFO_IPV6);
	return TC_ACT_OK;
}

/* What a classifier leaves for those after it. */
SEC("tc")
int paint(struct __sk_buff *skb)
{
	skb->mark = skb->len;
	skb->priority = 7;
	skb->cb[0] = 0xabcd;
	skb->cb[4]++;
	skb->tc_index = 5;
	return TC_ACT_OK;
}

#define TTL (ETH_HLEN + offsetof(struct iphdr, ttl))

/* Changes the frame behind the back of CHECKSUM_COMPLETE. */
SEC("tc")
int stale(struct __sk_buff *skb)
{
	__u8 ttl = 1;

	bpf_skb_store_bytes(skb, TTL, &ttl, sizeof(ttl), 0);
	return TC_ACT_OK;
}

SEC("tc")
int fresh(struct __sk_buff *skb)
{
	__u8 ttl = 1;

	bpf_skb_store_bytes(skb, TTL, &ttl, sizeof(ttl), BPF_F_RECOMPUTE_CSUM);
	return TC_ACT_OK;
}

SEC("tc")
int push(struct __sk_buff *skb)
{
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 7);
	return TC_ACT_OK;
}

/* Which tag the kernel has in the end, it writes down itself. */
SEC("tc")
int retag(struct __sk_buff *skb)
{
	bpf_skb_vlan_pop(skb);
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021AD), 0x3009);
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 4);
	bpf_skb_vlan_pop(skb);
	write_down(skb);
	return TC_ACT_OK;
}

SEC("tc")
int pop_and_look(struct __sk_buff *skb)
{
	bpf_skb_vlan_pop(skb);
	write_down(skb);
	return TC_ACT_OK;
}

SEC("tc")
int pop(struct __sk_buff *skb)
{
	bpf_skb_vlan_pop(skb);
	return TC_ACT_OK;
}

/* In front of the frame: who sent it, and where it came in. */
SEC("xdp")
int leave_note(struct xdp_md *ctx)
{
	struct iphdr *ip;
	struct note *n;

	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*n)))
		return XDP_ABORTED;
	n = (void *)(long)ctx->data_meta;
	ip = (void *)(long)ctx->data + ETH_HLEN;
	if ((void *)(n + 1) > (void *)(long)ctx->data ||
	    (void *)(ip + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	n->ingress = ctx->ingress_ifindex;
	n->queue = (__u16)ctx->rx_queue_index;
	n->saddr = ip->saddr;
	n->reason = 3;
	return XDP_PASS;
}

SEC("xdp")
int look_xdp(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp")
int read_note(struct xdp_md *ctx)
{
	struct note *n = (void *)(long)ctx->data_meta, *copy;
	__u32 zero = 0;

	copy = bpf_map_lookup_elem(&notes, &zero);
	if (!copy || (void *)(n + 1) > (void *)(long)ctx->data)
		return XDP_DROP;
	*copy = *n;
	return XDP_PASS;
}

SEC("xdp")
int take_note_away(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_meta(ctx, sizeof(struct note)) ? XDP_ABORTED : XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
