/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the datapath tells of a packet, through cilium_events: a message with the packet's first
 * bytes behind it. Layouts and numbers are those that operators' tools decode.
 */
#pragma once

#include "lib/eth.h"
#include "lib/metrics.h"

enum event_type {
	EVENT_DROP = 1,
	EVENT_DBG_MSG = 2,
	EVENT_DBG_CAPTURE = 3,
	EVENT_TRACE = 4,
	EVENT_POLICY_VERDICT = 5,
};

/* Where a packet is seen: the subtype of EVENT_TRACE. */
enum trace_point {
	TRACE_TO_LXC = 0,
	TRACE_TO_PROXY = 1,
	TRACE_TO_HOST = 2,
	TRACE_TO_STACK = 3,
	TRACE_TO_OVERLAY = 4,
	TRACE_FROM_LXC = 5,
	TRACE_FROM_PROXY = 6,
	TRACE_FROM_HOST = 7,
	TRACE_FROM_STACK = 8,
	TRACE_FROM_OVERLAY = 9,
	TRACE_FROM_NETWORK = 10,
	TRACE_TO_NETWORK = 11,
};

/* What conntrack says of it; the first four are enum ct_result. */
enum trace_reason {
	TRACE_REASON_NEW = 0,
	TRACE_REASON_ESTABLISHED = 1,
	TRACE_REASON_REPLY = 2,
	TRACE_REASON_RELATED = 3,
	TRACE_REASON_UNKNOWN = 5,
};

enum debug_message {
	DBG_LOCAL_DELIVERY = 2, /* endpoint's id, sender's identity */
	DBG_ENCAP = 3,		/* remote node's address (host order), sender's identity */
	DBG_CT_CREATED = 9,	/* ports (destination << 16 | source), protocol << 8 | flags */
	DBG_CT_VERDICT = 15,	/* enum ct_result, rev_nat_index */
};

enum debug_capture {
	DBG_CAPTURE_DELIVERY = 4,
	DBG_CAPTURE_SNAT_PRE = 10,
	DBG_CAPTURE_SNAT_POST = 11,
};

/* What all messages begin with, and those that have the packet behind them. */
#define NOTIFY_COMMON                                 \
	__u8 type; /* enum event_type */              \
	__u8 subtype;                                 \
	__u16 source; /* the endpoint's id: LXC_ID */ \
	__u32 hash    /* of the flow, as the kernel computes it */

#define NOTIFY_CAPTURE                                 \
	NOTIFY_COMMON;                                 \
	__u32 len_orig; /* bytes of the frame */       \
	__u16 len_cap;	/* of it behind the message */ \
	__u16 version

struct drop_notify {
	NOTIFY_CAPTURE;
	__u32 src_label;
	__u32 dst_label;
	__u32 dst_id; /* endpoint */
	__u16 line;
	__u8 file; /* enum source_file */
	__s8 ext_error;
	__u32 ifindex;
};

struct trace_notify {
	NOTIFY_CAPTURE;
	__u32 src_label;
	__u32 dst_label;
	__u16 dst_id;
	__u8 reason; /* enum trace_reason */
	__u8 ipv6 : 1, pad : 7;
	__u32 ifindex;
	union ip_addr orig_ip; /* the source before it was translated */
};

struct policy_verdict_notify {
	NOTIFY_CAPTURE;
	__u32 remote_label;
	__s32 verdict; /* -(enum drop_reason), 0, or a proxy's port */
	__be16 dst_port;
	__u8 proto;
	__u8 dir : 2, ipv6 : 1, match_type : 3, audited : 1, pad : 1; /* dir: enum metric_dir */
	__u8 auth_type;
	__u8 pad1[3];
};

struct debug_msg {
	NOTIFY_COMMON;
	__u32 arg1, arg2, arg3;
};

struct debug_capture_msg {
	NOTIFY_CAPTURE;
	__u32 arg1, arg2;
};

_Static_assert(sizeof(struct drop_notify) == 36, "struct drop_notify");
_Static_assert(sizeof(struct trace_notify) == 48, "struct trace_notify");
_Static_assert(sizeof(struct policy_verdict_notify) == 32, "struct policy_verdict_notify");
_Static_assert(sizeof(struct debug_msg) == 20, "struct debug_msg");
_Static_assert(sizeof(struct debug_capture_msg) == 24, "struct debug_capture_msg");

/* For the agent: a map is full, collect now. */
enum signal_number {
	SIGNAL_NAT_FILL_UP = 0,
	SIGNAL_CT_FILL_UP = 1,
};

struct signal_msg {
	__u32 signal_nr;
	__u32 proto; /* 0: IPv4, 1: IPv6 */
};

/* Has these types in the object's BTF, for those who read the events. Nothing reads it. */
const volatile union {
	struct drop_notify drop;
	struct trace_notify trace;
	struct policy_verdict_notify policy_verdict;
	struct debug_msg debug;
	struct debug_capture_msg capture;
	struct signal_msg signal;
	enum signal_number signal_number;
	enum event_type type;
	enum trace_point point;
	enum trace_reason trace_reason;
	enum debug_message message;
	enum debug_capture captured;
	enum drop_reason reason;
} EVENT_TYPES = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
	MAP_OF_NODE;
} cilium_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
	MAP_OF_NODE;
} cilium_signals SEC(".maps");

/* Members of a message about the packet. */
#define notify_common_of(ctx, event_type, event_subtype) \
	.type = event_type, .subtype = event_subtype, .source = LXC_ID, .hash = ctx_hash(ctx)

#define notify_capture_of(ctx, event_type, event_subtype)                                       \
	notify_common_of(ctx, event_type, event_subtype),                                       \
		.len_orig = ctx_len(ctx),                                                       \
		.len_cap = ctx_len(ctx) < TRACE_PAYLOAD_LEN ? ctx_len(ctx) : TRACE_PAYLOAD_LEN, \
		.version = 1

/* Send the message @msg of type struct X { NOTIFY_CAPTURE; .. }. */
#define notify_send(ctx, msg)                                                       \
	bpf_perf_event_output(ctx, &cilium_events,                                  \
			      (__u64)(msg)->len_cap << 32 | BPF_F_CURRENT_CPU, msg, \
			      sizeof(*(msg)))

static __always_inline void debug_message(struct ctx_buff *ctx, enum debug_message what, __u32 arg1,
					  __u32 arg2)
{
	struct debug_msg msg;

	if (!DEBUG)
		return;
	msg = (struct debug_msg){
		notify_common_of(ctx, EVENT_DBG_MSG, what),
		.arg1 = arg1,
		.arg2 = arg2,
	};
	bpf_perf_event_output(ctx, &cilium_events, BPF_F_CURRENT_CPU, &msg, sizeof(msg));
}

static __always_inline void debug_capture(struct ctx_buff *ctx, enum debug_capture what, __u32 arg1)
{
	struct debug_capture_msg msg;

	if (!DEBUG)
		return;
	msg = (struct debug_capture_msg){
		notify_capture_of(ctx, EVENT_DBG_CAPTURE, what),
		.arg1 = arg1,
	};
	notify_send(ctx, &msg);
}

/* Count what a point of observation says about the packet. */
static __always_inline void trace_count(struct ctx_buff *ctx, enum trace_point point)
{
	switch (point) {
	case TRACE_TO_LXC:
		metrics_count(ctx, REASON_FORWARDED, METRIC_INGRESS);
		break;
	case TRACE_TO_HOST:
	case TRACE_TO_STACK:
	case TRACE_TO_OVERLAY:
	case TRACE_TO_NETWORK:
		metrics_count(ctx, REASON_FORWARDED, METRIC_EGRESS);
		break;
	case TRACE_FROM_HOST:
	case TRACE_FROM_STACK:
	case TRACE_FROM_OVERLAY:
	case TRACE_FROM_NETWORK:
		metrics_count(ctx, REASON_PLAINTEXT, METRIC_INGRESS);
		break;
	case TRACE_FROM_LXC:
	case TRACE_FROM_PROXY:
	case TRACE_TO_PROXY:
		break;
	}
}

static __always_inline bool trace_wanted(enum trace_point point, bool active)
{
	bool received = point >= TRACE_FROM_LXC && point <= TRACE_FROM_NETWORK;

	if (!TRACE_NOTIFY)
		return false;
	if (received)
		return MONITOR_AGGREGATION < AGGREGATION_RX;
	return MONITOR_AGGREGATION < AGGREGATION_ACTIVE_CT || active;
}

/* What a trace says besides where. */
struct trace {
	__u32 src_label, dst_label; /* identities; 0: not known */
	__u16 dst_id;		    /* endpoint */
	__u8 reason;		    /* enum trace_reason */
	bool active;		    /* conntrack finds it worth telling at AGGREGATION_ACTIVE_CT */
	__u32 ifindex;		    /* where it goes, or came from */
};

/* Count the packet, and tell of it, at @point. */
static __always_inline void trace(struct ctx_buff *ctx, const bool v6, const enum trace_point point,
				  const struct trace *t)
{
	struct trace_notify msg;

	trace_count(ctx, point);
	if (!trace_wanted(point, t->active))
		return;
	msg = (struct trace_notify){
		notify_capture_of(ctx, EVENT_TRACE, point),
		.src_label = t->src_label,
		.dst_label = t->dst_label,
		.dst_id = t->dst_id,
		.reason = t->reason,
		.ipv6 = v6,
		.ifindex = t->ifindex,
	};
	notify_send(ctx, &msg);
}

/*
 * Count and tell of a packet that is dropped for @ret; the verdict to return. @dst_id: the endpoint
 * that it does not reach, if it was at its door.
 */
static __always_inline int drop_notify(struct ctx_buff *ctx, long ret, enum metric_dir dir,
				       __u32 src_label, __u32 dst_label, __u32 dst_id)
{
	struct drop_notify msg;

	metrics_add(ctx, drop_reason(ret), dir, drop_line(ret), drop_file(ret));
	if (!DROP_NOTIFY)
		return CTX_DROP;
	msg = (struct drop_notify){
		notify_capture_of(ctx, EVENT_DROP, drop_reason(ret)),
		.src_label = src_label,
		.dst_label = dst_label,
		.dst_id = dst_id,
		.line = drop_line(ret),
		.file = drop_file(ret),
		.ext_error = drop_ext_err(ret),
		.ifindex = ctx_ifindex(ctx),
	};
	notify_send(ctx, &msg);
	return CTX_DROP;
}

/* The end of a stage: @ret is its verdict, or why the packet is dropped. */
static __always_inline int stage_end(struct ctx_buff *ctx, long ret, enum metric_dir dir,
				     __u32 src_label)
{
	return ret < 0 ? drop_notify(ctx, ret, dir, src_label, 0, 0) : ctx_exit(ctx, ret);
}

static __always_inline void signal_send(struct ctx_buff *ctx, const bool v6, enum signal_number nr)
{
	struct signal_msg msg = { nr, v6 };

	bpf_perf_event_output(ctx, &cilium_signals, BPF_F_CURRENT_CPU, &msg, sizeof(msg));
}
