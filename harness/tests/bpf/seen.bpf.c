/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Helper calls with arguments of every kind: tunnels, keys, sockets; and more calls than are kept.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#pragma clang diagnostic ignored "-Wunused-parameter"

char _license[] SEC("license") = "GPL";

struct flow {
	__be32 saddr;
	__be16 dport;
	__u8 proto;
	__u8 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, struct flow);
	__type(value, __u32);
} flows SEC(".maps");

struct network {
	__u32 len;
	__be32 addr;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 8);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct network);
	__type(value, __u32);
} networks SEC(".maps");

/* Without types. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__uint(key_size, 6);
	__uint(value_size, 4);
} untyped SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} ports SEC(".maps");

/* An IPv6 tunnel; Geneve options first for a key that is then replaced, and so go with it. */
SEC("tc")
int tunnel6(struct __sk_buff *skb)
{
	struct bpf_tunnel_key key = { .tunnel_id = 9, .tunnel_ttl = 3 };
	__u8 first[4] = { 0, 1, 2, 0 }, second[8] = { 1, 2, 0x80, 1, 0xde, 0xad, 0xbe, 0xef };

	key.remote_ipv6[0] = bpf_htonl(0x20010db8);
	key.remote_ipv6[3] = bpf_htonl(1);
	bpf_skb_set_tunnel_key(skb, &key, sizeof(key), BPF_F_TUNINFO_IPV6);
	bpf_skb_set_tunnel_opt(skb, first, sizeof(first));
	if (skb->mark == 1)
		return TC_ACT_OK;
	key.tunnel_id = 10;
	bpf_skb_set_tunnel_key(skb, &key, sizeof(key), BPF_F_TUNINFO_IPV6);
	if (skb->mark == 2)
		return TC_ACT_OK;
	bpf_skb_set_tunnel_opt(skb, second, sizeof(second));
	/* None of these counts: the kernel refuses it. */
	bpf_skb_set_tunnel_key(skb, &key, sizeof(key), 1ULL << 40);
	return TC_ACT_OK;
}

/* A key as it was before it had a label and a local address. */
SEC("tc")
int tunnel_short(struct __sk_buff *skb)
{
	struct bpf_tunnel_key key = { .tunnel_id = 5, .remote_ipv4 = 0xc0000201 };

	key.local_ipv4 = 0xc0000202;
	bpf_skb_set_tunnel_key(skb, &key, sizeof(key), 0);
	bpf_skb_set_tunnel_key(skb, &key, __builtin_offsetof(struct bpf_tunnel_key, tunnel_label),
			       0);
	return TC_ACT_OK;
}

SEC("tc")
int keys(struct __sk_buff *skb)
{
	struct flow flow = { .saddr = bpf_htonl(0x0a000001), .dport = bpf_htons(53), .proto = 17 };
	struct network network = { .len = 32, .addr = bpf_htonl(0x0a010203) };
	__u8 bytes[6] = { 1, 2, 3, 4, 5, 6 };
	__u32 one = 1;

	bpf_map_update_elem(&flows, &flow, &one, BPF_NOEXIST);
	bpf_map_lookup_elem(&networks, &network);
	bpf_map_delete_elem(&untyped, bytes);
	return TC_ACT_OK;
}

SEC("tc")
int sockets(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk;

	tuple.ipv4.saddr = bpf_htonl(0x0a000001);
	tuple.ipv4.daddr = bpf_htonl(0x0a000002);
	tuple.ipv4.sport = bpf_htons(1000);
	tuple.ipv4.dport = bpf_htons(53);
	sk = bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	if (sk)
		bpf_sk_release(sk);
	sk = bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple.ipv6), BPF_F_CURRENT_NETNS, 0);
	if (sk)
		bpf_sk_release(sk);
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021AD), 7);
	return bpf_redirect_neigh(skb->ifindex, NULL, 0, 0);
}

/* 300 calls, the last one of another helper. */
SEC("xdp")
int busy(struct xdp_md *xdp)
{
	__u64 sum = 0;

	for (int i = 0; i < 299; i++)
		sum += bpf_ktime_get_ns();
	return sum ? bpf_redirect_map(&ports, 1, XDP_PASS) : XDP_ABORTED;
}

SEC("xdp")
int to_port(struct xdp_md *xdp)
{
	bpf_xdp_adjust_head(xdp, -4);
	return bpf_redirect_map(&ports, 1, XDP_DROP);
}
