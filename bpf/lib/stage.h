/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Stages: programs that go on where another left off, by tail call. Each is verified by itself, and
 * each has a stack of its own.
 *
 * A program's file names its map of stages (CALLS_MAP) before it includes this, and defines it.
 */
#pragma once

#include "lib/drop.h"

/* Slots of the map. The same stage has the same slot in all objects. */
enum stage {
	CALL_ICMP6_NS = 4,
	CALL_ICMP6_TIME_EXCEEDED = 5,
	CALL_ARP = 6,
	CALL_IPV4 = 7,
	CALL_IPV6 = 10,
	CALL_NODEPORT_NAT_EGRESS4 = 15,
	CALL_NODEPORT_NAT_EGRESS6 = 16,
	CALL_NODEPORT_REVNAT4 = 17,
	CALL_NODEPORT_REVNAT6 = 18,
	CALL_NODEPORT_DSR4 = 20,
	CALL_NODEPORT_DSR6 = 21,
	CALL_IPV4_CONT = 25,
	CALL_IPV6_CONT = 26,
	CALL_IPV4_CT_INGRESS = 27,
	CALL_IPV4_CT_EGRESS = 29,
	CALL_IPV6_CT_INGRESS = 30,
	CALL_IPV6_CT_EGRESS = 32,
	CALL_NODEPORT_NAT_INGRESS4 = 36,
	CALL_NODEPORT_NAT_INGRESS6 = 37,
	CALL_SNAT_FWD4 = 38,
	CALL_SNAT_FWD6 = 39,
	CALL_NO_SERVICE4 = 47,
	CALL_NO_SERVICE6 = 48,
	CALL_FRAG_NEEDED4 = 49,
	CALL_FRAG_NEEDED6 = 50,
	CALL_SIZE = 51,
};

struct calls_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(max_entries, CALL_SIZE);
	__array(values, int(struct ctx_buff *));
};

extern struct calls_map CALLS_MAP SEC(".maps");

/* Go on in another program. Returns only if there is none: why the packet is dropped. */
static __always_inline long stage_call(struct ctx_buff *ctx, enum stage stage)
{
	bpf_tail_call(ctx, &CALLS_MAP, stage);
	return drop_because(DROP_MISSED_TAIL_CALL, stage);
}

/* What a part of a stage returns besides a verdict or a drop: the packet is not ended here. */
enum {
	STAGE_GO_ON = 1 << 16
};
