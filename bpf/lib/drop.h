/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Why packets are dropped, and the counters an operator reads.
 *
 * Functions return a verdict (>= 0) or one of these reasons (< 0); the program that gets one
 * counts it and answers TC_ACT_SHOT, so the reason shows in cilium_metrics and not in the verdict.
 */
#pragma once

#include "lib/ctx.h"

enum drop_reason {
	DROP_INVALID_SIP = -132,
	DROP_INVALID = -134,
	DROP_CT_INVALID_HDR = -135,
	DROP_UNKNOWN_L3 = -139,
	DROP_MISSED_TAIL_CALL = -140,
	DROP_WRITE_ERROR = -141,
	DROP_UNKNOWN_L4 = -142,
	DROP_CSUM_L3 = -153,
	DROP_CSUM_L4 = -154,
	DROP_CT_CREATE_FAILED = -155,
	DROP_FRAG_NOSUPPORT = -157,
	DROP_NO_SERVICE = -158,
	DROP_UNSUPP_SERVICE_PROTO = -159,
	DROP_UNSUPPORTED_L2 = -166,
};

/* What is counted besides drops: they share the numbers that drops leave free. */
enum metric_reason {
	REASON_FORWARDED = 0,
	REASON_LB_NO_BACKEND_SLOT = 5,
	REASON_LB_NO_BACKEND = 6,
};

/* Directions as the pod sees them. */
enum metric_dir {
	METRIC_INGRESS = 1,
	METRIC_EGRESS = 2,
	METRIC_SERVICE = 3,
};

/* Sources, in metrics_key.file. */
enum metric_file {
	FILE_BPF_LXC = 2,
	FILE_LB = 106,
};

struct metrics_key {
	__u8 reason;  /* enum metric_reason, or -(enum drop_reason) */
	__u8 dir : 2, /* enum metric_dir */
		pad : 6;
	__u16 line;
	__u8 file; /* enum metric_file */
	__u8 reserved[3];
};

struct metrics_value {
	__u64 count; /* packets */
	__u64 bytes; /* of whole frames */
};

_Static_assert(sizeof(struct metrics_key) == 8, "struct metrics_key");
_Static_assert(sizeof(struct metrics_value) == 16, "struct metrics_value");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, struct metrics_key);
	__type(value, struct metrics_value);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_metrics SEC(".maps");

static __always_inline void metrics_add(const struct __sk_buff *ctx, __u8 reason,
					enum metric_dir dir, enum metric_file file, __u16 line)
{
	struct metrics_key key = { .reason = reason, .dir = dir, .line = line, .file = file };
	struct metrics_value first = { .count = 1, .bytes = ctx->len };
	struct metrics_value *value = bpf_map_lookup_elem(&cilium_metrics, &key);

	if (value) {
		value->count++;
		value->bytes += ctx->len;
	} else {
		bpf_map_update_elem(&cilium_metrics, &key, &first, BPF_ANY);
	}
}

/* Count a packet that goes on, or anything else worth counting, at this line. */
#define metrics_count(ctx, reason, dir, file) metrics_add(ctx, reason, dir, file, __LINE__)

/* Count a dropped packet at this line; the verdict to return. */
#define packet_drop(ctx, reason, dir, file)                       \
	({                                                        \
		metrics_add(ctx, -(reason), dir, file, __LINE__); \
		TC_ACT_SHOT;                                      \
	})
