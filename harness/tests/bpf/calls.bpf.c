/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A small gateway, for what is seen, expected and scripted of helper calls. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>

#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

#define AF_INET 2
/* What kernels before 6.0 know of it. */
#define TUNNEL_KEY_SIZE offsetof(struct bpf_tunnel_key, local_ipv4)
#define FLOW_TIMEOUT	60000000000ull /* ns */

enum stage {
	STAGE_TUNNEL,
	STAGE_ROUTE,
	STAGE_COUNT
};

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} stages SEC(".maps");

struct seen {
	__u64 last;    /* ns */
	__u32 backend; /* 0 or 1, drawn for a new flow */
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __be32);
	__type(value, struct seen);
} clients SEC(".maps");

struct notice {
	__be32 client;
	__u32 backend;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} notices SEC(".maps");

static struct iphdr *ipv4_of(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	return ip;
}

/* A backend for each client by chance, until it was quiet for FLOW_TIMEOUT; then into the tunnel.
 */
SEC("tc")
int balance(struct __sk_buff *skb)
{
	__u64 now = bpf_ktime_get_ns();
	struct iphdr *ip = ipv4_of(skb);
	struct seen fresh = { .last = now }, *seen;
	__be32 client;

	if (!ip)
		return TC_ACT_OK;
	client = ip->saddr;
	seen = bpf_map_lookup_elem(&clients, &client);
	if (seen && now - seen->last < FLOW_TIMEOUT) {
		seen->last = now;
	} else {
		fresh.backend = bpf_get_prandom_u32() % 2;
		if (bpf_map_update_elem(&clients, &client, &fresh, BPF_ANY))
			return TC_ACT_SHOT;
	}
	bpf_tail_call(skb, &stages, STAGE_TUNNEL);
	return TC_ACT_SHOT;
}

SEC("tc")
int to_tunnel(struct __sk_buff *skb)
{
	struct iphdr *ip = ipv4_of(skb);
	struct bpf_tunnel_key key = { .tunnel_id = 7, .tunnel_ttl = 64 };
	__u32 backend = 0;
	struct seen *seen;
	__be32 client;

	if (!ip)
		return TC_ACT_SHOT;
	client = ip->saddr;
	seen = bpf_map_lookup_elem(&clients, &client);
	if (seen)
		backend = seen->backend;
	key.remote_ipv4 = 0xc0000201 + backend; /* 192.0.2.1 and .2, in host order */
	bpf_skb_set_tunnel_key(skb, &key, TUNNEL_KEY_SIZE, BPF_F_ZERO_CSUM_TX);
	bpf_tail_call(skb, &stages, STAGE_COUNT);
	return bpf_redirect(2, 0);
}

/* By the routing table, if it has an answer, telling of it. */
SEC("tc")
int route(struct __sk_buff *skb)
{
	struct bpf_fib_lookup fib = { .family = AF_INET, .ifindex = skb->ingress_ifindex };
	struct iphdr *ip = ipv4_of(skb);
	struct notice *notice;

	if (!ip)
		return TC_ACT_OK;
	fib.ipv4_src = ip->saddr;
	fib.ipv4_dst = ip->daddr;
	notice = bpf_ringbuf_reserve(&notices, sizeof(*notice), 0);
	if (notice) {
		notice->client = fib.ipv4_src;
		notice->backend = 0;
		bpf_ringbuf_submit(notice, 0);
	}
	if (bpf_fib_lookup(skb, &fib, sizeof(fib), 0) != BPF_FIB_LKUP_RET_SUCCESS)
		return TC_ACT_SHOT;
	return bpf_redirect(fib.ifindex, 0);
}

/* A copy goes to a monitor; the frame goes on. */
SEC("tc")
int mirror(struct __sk_buff *skb)
{
	return bpf_clone_redirect(skb, 2, 0) ? TC_ACT_SHOT : TC_ACT_OK;
}
