/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The packet as a tc program sees it: readable headers, and the words in skb->cb[] by which one
 * stage hands state to the next across a tail call.
 */
#pragma once

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/* Words of skb->cb[]. */
enum {
	CB_SRC_LABEL = 0,
	CB_CT_STATE = 4, /* rev_nat_index << 16, from the load balancer to connection tracking */
};

/*
 * The packet's bounds. Loaded by hand: from a plain `ctx->data`, a 32-bit field that holds a
 * pointer, the compiler may make arithmetic that the verifier does not allow on pointers.
 */
#define ctx_pointer(ctx, member)                                                   \
	({                                                                         \
		void *p_;                                                          \
		asm volatile("%0 = *(u32 *)(%1 + %2)"                              \
			     : "=r"(p_)                                            \
			     : "r"(ctx), "i"(offsetof(struct __sk_buff, member))); \
		p_;                                                                \
	})

/*
 * @len bytes at @off, readable through the pointer, or NULL if the packet is shorter. Headers may
 * sit in a fragment of the skb: those are pulled into the linear part, which moves the data, so
 * pointers got before are no longer valid. @off and @len must be constants.
 */
static __always_inline void *ctx_header(struct __sk_buff *ctx, __u32 off, __u32 len)
{
	void *data = ctx_pointer(ctx, data);
	void *end = ctx_pointer(ctx, data_end);

	if (data + off + len <= end)
		return data + off;
	if (bpf_skb_pull_data(ctx, off + len))
		return NULL;
	data = ctx_pointer(ctx, data);
	end = ctx_pointer(ctx, data_end);
	return data + off + len <= end ? data + off : NULL;
}
