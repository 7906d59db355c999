/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What programs emit: ring buffers and perf event arrays, from XDP and tc, few and too many. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct flow_event {
	__be32 saddr, daddr;
	__be16 sport, dport;
	__u8 proto;
	__u8 pad[3];
};

enum event_type {
	EVENT_DROP = 1,
	EVENT_TRACE = 4
};

/* What all that `events` carries begins with. */
struct event_header {
	__u8 type, subtype;
	__u16 source;
	__u32 hash;
};

struct drop_event {
	__u8 type, subtype;
	__u16 source;
	__u32 hash;
	__u32 reason;
	__u32 orig_len;
};

struct trace_event {
	__u8 type, subtype;
	__u16 source;
	__u32 hash;
	__u16 cap_len, version;
	__u32 orig_len;
	__u64 ifindex;
};

/* Has its type at another place; nothing emits it. */
struct late_event {
	__u64 time;
	__u8 type;
};

/* clang keeps types that something outside of functions speaks of. */
#ifndef WITHOUT_TYPES
struct flow_event *type_flow_event;
struct drop_event *type_drop_event;
struct trace_event *type_trace_event;
struct late_event *type_late_event;
enum event_type type_event_type;
#endif

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} large_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} not_events SEC(".maps");

static int flow_of(void *data, void *end, struct flow_event *e)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return -1;
	e->saddr = ip->saddr;
	e->daddr = ip->daddr;
	e->sport = udp->source;
	e->dport = udp->dest;
	e->proto = ip->protocol;
	return 0;
}

/* A record for each frame that has ports. */
SEC("xdp")
int tell(struct xdp_md *ctx)
{
	struct flow_event e = {};

	if (!flow_of((void *)(long)ctx->data, (void *)(long)ctx->data_end, &e))
		bpf_ringbuf_output(&ring, &e, sizeof(e), 0);
	return XDP_PASS;
}

SEC("tc")
int tell_tc(struct __sk_buff *skb)
{
	struct flow_event *e;

	e = bpf_ringbuf_reserve(&ring, sizeof(*e), 0);
	if (!e)
		return TC_ACT_SHOT;
	__builtin_memset(e, 0, sizeof(*e));
	if (flow_of((void *)(long)skb->data, (void *)(long)skb->data_end, e))
		bpf_ringbuf_discard(e, 0);
	else
		bpf_ringbuf_submit(e, 0);
	return TC_ACT_OK;
}

/* There and back: a record of each direction. */
SEC("xdp")
int tell_both(struct xdp_md *ctx)
{
	struct flow_event e = {}, back;

	if (flow_of((void *)(long)ctx->data, (void *)(long)ctx->data_end, &e))
		return XDP_DROP;
	back = e;
	back.saddr = e.daddr;
	back.daddr = e.saddr;
	back.sport = e.dport;
	back.dport = e.sport;
	bpf_ringbuf_output(&ring, &e, sizeof(e), 0);
	bpf_ringbuf_output(&ring, &back, sizeof(back), 0);
	return XDP_PASS;
}

/* 200 numbered records. */
SEC("xdp")
int tell_many(struct xdp_md *ctx)
{
	(void)ctx;
	for (__u32 i = 0; i < 200; i++) {
		__u32 number = i;

		if (bpf_ringbuf_output(&large_ring, &number, sizeof(number), 0))
			return -1;
	}
	return XDP_PASS;
}

/* Until there is no room: how many there was room for. */
SEC("xdp")
int tell_until_full(struct xdp_md *ctx)
{
	__u8 record[100] = {};

	(void)ctx;
	for (__u32 i = 0; i < 64; i++) {
		record[0] = i;
		if (bpf_ringbuf_output(&ring, record, sizeof(record), 0))
			return i;
	}
	return -1;
}

/* What was seen and, after it, the first 64 bytes of the frame. */
static struct trace_event trace_of(__u32 len)
{
	return (struct trace_event){
		.type = EVENT_TRACE,
		.subtype = 11,
		.source = 7,
		.cap_len = len < 64 ? len : 64,
		.version = 1,
		.orig_len = len,
		.ifindex = 5,
	};
}

SEC("xdp")
int trace(struct xdp_md *ctx)
{
	struct trace_event e = trace_of(ctx->data_end - ctx->data);

	return bpf_perf_event_output(ctx, &events, (__u64)e.cap_len << 32 | BPF_F_CURRENT_CPU, &e,
				     sizeof(e));
}

SEC("tc")
int trace_tc(struct __sk_buff *skb)
{
	struct trace_event e = trace_of(skb->len);

	return bpf_perf_event_output(skb, &events, (__u64)e.cap_len << 32 | BPF_F_CURRENT_CPU, &e,
				     sizeof(e));
}

/* A trace and a drop, which say what they are in their first byte. */
SEC("xdp")
int trace_and_drop(struct xdp_md *ctx)
{
	struct trace_event t = trace_of(ctx->data_end - ctx->data);
	struct drop_event d = { .type = EVENT_DROP, .reason = 133, .orig_len = t.orig_len };

	bpf_perf_event_output(ctx, &events, (__u64)t.cap_len << 32 | BPF_F_CURRENT_CPU, &t,
			      sizeof(t));
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &d, sizeof(d));
	return XDP_DROP;
}

/* On the CPU that runs, by its number. */
SEC("xdp")
int trace_by_number(struct xdp_md *ctx)
{
	struct event_header e = { .type = 9, .source = bpf_get_smp_processor_id() };

	return bpf_perf_event_output(ctx, &events, bpf_get_smp_processor_id(), &e, sizeof(e));
}

/* 400 records of 400 bytes: there is not room for all. */
SEC("xdp")
int trace_too_many(struct xdp_md *ctx)
{
	__u8 record[400] = {};

	for (__u32 i = 0; i < 400; i++)
		bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, record, sizeof(record));
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
