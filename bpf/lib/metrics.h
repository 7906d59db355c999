/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The counters an operator reads: packets and bytes by reason and direction. */
#pragma once

#include "lib/drop.h"

/* What is counted besides drops: the numbers that they leave free. */
enum metric_reason {
	REASON_FORWARDED = 0,
	REASON_PLAINTEXT = 3,
	REASON_LB_NO_BACKEND_SLOT = 5,
	REASON_LB_NO_BACKEND = 6,
	REASON_FRAG_PACKET = 9,
	REASON_FRAG_PACKET_UPDATE = 10,
};

/* Directions as the device's owner sees them. */
enum metric_dir {
	METRIC_INGRESS = 1,
	METRIC_EGRESS = 2,
	METRIC_SERVICE = 3,
};

struct metrics_key {
	__u8 reason;  /* enum metric_reason or enum drop_reason */
	__u8 dir : 2, /* enum metric_dir */
		pad : 6;
	__u16 line;
	__u8 file; /* enum source_file */
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
	MAP_OF_NODE;
} cilium_metrics SEC(".maps");

static __always_inline void metrics_add(struct ctx_buff *ctx, __u8 reason, enum metric_dir dir,
					__u16 line, __u8 file)
{
	struct metrics_key key = { .reason = reason, .dir = dir, .line = line, .file = file };
	struct metrics_value first = { .count = 1, .bytes = ctx_len(ctx) };
	struct metrics_value *value = bpf_map_lookup_elem(&cilium_metrics, &key);

	if (value) {
		value->count++;
		value->bytes += first.bytes;
	} else {
		bpf_map_update_elem(&cilium_metrics, &key, &first, BPF_ANY);
	}
}

/* Count a packet that goes on, or anything else worth counting, at this line. */
#define metrics_count(ctx, reason, dir) \
	metrics_add(ctx, reason, dir, __LINE__, source_file(__FILE_NAME__))
