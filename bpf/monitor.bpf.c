/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tells what passes, and changes nothing but to drop what is no IPv4 packet at all: connections
 * that begin, on a ring buffer from XDP; every packet with its first bytes, on a perf event array
 * from tc, as Cilium's monitor does.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define TCP_FLAG_SYN 0x02
#define TCP_FLAG_ACK 0x10
#define TCP_FLAGS_AT 13 /* byte of struct tcphdr */

/* A connection that begins. */
struct flow_event {
	__be32 saddr, daddr;
	__be16 sport, dport;
};

enum notify_type {
	NOTIFY_DROP = 1,
	NOTIFY_TRACE = 4
};

enum drop_reason {
	DROP_TOO_SHORT = 133,
	DROP_INVALID = 134
};

/* What both kinds of record begin with; the packet follows, cap_len bytes of it. */
struct drop_notify {
	__u8 type; /* NOTIFY_DROP */
	__u8 reason;
	__u16 cap_len;
	__u32 orig_len;
	__u32 ifindex;
};

struct trace_notify {
	__u8 type; /* NOTIFY_TRACE */
	__u8 proto;
	__u16 cap_len;
	__u32 orig_len;
	__u32 ifindex;
	__u32 mark;
};

/* So that clang keeps the types, which no map speaks of. */
struct flow_event *type_flow_event;
struct drop_notify *type_drop_notify;
struct trace_notify *type_trace_notify;
enum notify_type type_notify;
enum drop_reason type_drop_reason;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} monitor_flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} monitor_events SEC(".maps");

/* Bytes of a packet that are told of. */
const volatile __u16 MONITOR_CAP_LEN = 128;

SEC("xdp")
int monitor_connections(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct flow_event *e;
	__u8 flags;

	if ((void *)(tcp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->protocol != IPPROTO_TCP || ip->ihl != 5)
		return XDP_PASS;
	flags = ((__u8 *)tcp)[TCP_FLAGS_AT];
	if ((flags & (TCP_FLAG_SYN | TCP_FLAG_ACK)) != TCP_FLAG_SYN)
		return XDP_PASS;
	e = bpf_ringbuf_reserve(&monitor_flows, sizeof(*e), 0);
	if (!e)
		return XDP_PASS;
	e->saddr = ip->saddr;
	e->daddr = ip->daddr;
	e->sport = tcp->source;
	e->dport = tcp->dest;
	bpf_ringbuf_submit(e, 0);
	return XDP_PASS;
}

static __u16 captured(const struct __sk_buff *skb)
{
	return skb->len < MONITOR_CAP_LEN ? skb->len : MONITOR_CAP_LEN;
}

/* A record and, after it, the beginning of the packet. */
static void tell(struct __sk_buff *skb, void *record, __u64 size, __u16 cap_len)
{
	bpf_perf_event_output(skb, &monitor_events, (__u64)cap_len << 32 | BPF_F_CURRENT_CPU,
			      record, size);
}

static int drop(struct __sk_buff *skb, enum drop_reason reason)
{
	struct drop_notify n = {
		.type = NOTIFY_DROP,
		.reason = reason,
		.cap_len = captured(skb),
		.orig_len = skb->len,
		.ifindex = skb->ifindex,
	};

	tell(skb, &n, sizeof(n), n.cap_len);
	return TC_ACT_SHOT;
}

SEC("tc")
int monitor_packets(struct __sk_buff *skb)
{
	struct trace_notify n = {
		.type = NOTIFY_TRACE,
		.cap_len = captured(skb),
		.orig_len = skb->len,
		.ifindex = skb->ifindex,
		.mark = skb->mark,
	};
	struct iphdr ip;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return TC_ACT_OK;
	if (bpf_skb_load_bytes(skb, sizeof(struct ethhdr), &ip, sizeof(ip)))
		return drop(skb, DROP_TOO_SHORT);
	if (ip.ihl < 5)
		return drop(skb, DROP_INVALID);
	n.proto = ip.protocol;
	tell(skb, &n, sizeof(n), n.cap_len);
	return TC_ACT_OK;
}
