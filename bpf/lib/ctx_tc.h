/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The packet at a tc hook. A program's file includes this or ctx_xdp.h, first; the rest of lib/ is
 * written once for both.
 */
#pragma once

#include "lib/bpf.h"
#include "lib/meta.h"

#include <linux/pkt_cls.h>

#define ctx_buff __sk_buff

/* For code that only one kind of program can have. */
#define CTX_IS_XDP 0

/* The section of a program that is reached by tail call. */
#define STAGE_SEC SEC("tc")

enum ctx_verdict {
	CTX_OK = TC_ACT_OK,
	CTX_DROP = TC_ACT_SHOT,
	CTX_REDIRECT = TC_ACT_REDIRECT,
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
 * @len bytes at the start of the frame, or NULL if it is shorter. Headers may sit in a fragment of
 * the skb: those are pulled into the linear part, which moves the data, so pointers got before are
 * no longer valid. @len must be a constant.
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

/* 0, or not: the frame has no @len bytes at @off. */
static __always_inline int ctx_load(struct __sk_buff *ctx, __u32 off, void *to, __u32 len)
{
	return bpf_skb_load_bytes(ctx, off, to, len);
}

/* Checksums are not carried on: those who write do it with ctx_csum_l3() and ctx_csum_l4(). */
static __always_inline int ctx_store(struct __sk_buff *ctx, __u32 off, const void *from, __u32 len)
{
	return bpf_skb_store_bytes(ctx, off, from, len, 0);
}

/* Carry on the checksum at @off: @diff is a difference of bpf_csum_diff(). */
static __always_inline int ctx_csum_l3(struct __sk_buff *ctx, __u32 off, __u32 diff)
{
	return bpf_l3_csum_replace(ctx, off, 0, diff, 0);
}

/* @flags: BPF_F_PSEUDO_HDR, BPF_F_MARK_MANGLED_0 */
static __always_inline int ctx_csum_l4(struct __sk_buff *ctx, __u32 off, __u32 diff, __u64 flags)
{
	return bpf_l4_csum_replace(ctx, off, 0, diff, flags);
}

/* Bytes of the whole frame. */
static __always_inline __u32 ctx_len(const struct __sk_buff *ctx)
{
	return ctx->len;
}

/* Make the frame @len bytes long. */
static __always_inline int ctx_change_len(struct __sk_buff *ctx, __u32 len)
{
	return bpf_skb_change_tail(ctx, len, 0);
}

/* Make room of @len (a constant) bytes behind the IP header without options: 20 bytes, or 40. */
static __always_inline int ctx_adjust_room(struct __sk_buff *ctx, const bool v6, const __u32 len)
{
	(void)v6;
	return bpf_skb_adjust_room(ctx, len, BPF_ADJ_ROOM_NET, BPF_F_ADJ_ROOM_FIXED_GSO);
}

static __always_inline __u32 ctx_ifindex(const struct __sk_buff *ctx)
{
	return ctx->ifindex;
}

static __always_inline long ctx_redirect(struct __sk_buff *ctx, __u32 ifindex)
{
	(void)ctx;
	return bpf_redirect(ifindex, 0);
}

static __always_inline __u32 ctx_hash(struct __sk_buff *ctx)
{
	return bpf_get_hash_recalc(ctx);
}

/*
 * Words for the next stage: skb->cb[]. Stored by hand: the compiler may merge two stores into one
 * through a pointer into the ctx, which the verifier does not allow.
 */
#define ctx_meta(ctx, word) ((ctx)->cb[word])

static __always_inline void ctx_meta_set(struct __sk_buff *ctx, const __u32 word, __u32 value)
{
	asm volatile("*(u32 *)(%0 + %1) = %2"
		     :
		     : "r"(ctx), "i"(offsetof(struct __sk_buff, cb) + word * sizeof(__u32)),
		       "r"(value)
		     : "memory");
}

static __always_inline void ctx_meta_clear(struct __sk_buff *ctx)
{
	ctx_meta_set(ctx, 0, 0);
	ctx_meta_set(ctx, 1, 0);
	ctx_meta_set(ctx, 2, 0);
	ctx_meta_set(ctx, 3, 0);
	ctx_meta_set(ctx, 4, 0);
}

/* The packet has its final source: nobody is to translate it again. */
static __always_inline void ctx_snat_done_set(struct __sk_buff *ctx)
{
	ctx->mark = MARK_MAGIC_SNAT_DONE;
}

static __always_inline bool ctx_snat_done(const struct __sk_buff *ctx)
{
	return (ctx->mark & MARK_MAGIC_MASK) == MARK_MAGIC_SNAT_DONE;
}

/* Services are done with this packet. */
static __always_inline void ctx_skip_nodeport_set(struct __sk_buff *ctx)
{
	ctx->tc_index |= TC_INDEX_F_SKIP_NODEPORT;
}

static __always_inline bool ctx_skip_nodeport(const struct __sk_buff *ctx)
{
	return ctx->tc_index & TC_INDEX_F_SKIP_NODEPORT;
}

/* XDP programs have more to do with a packet that passes. */
static __always_inline int ctx_exit(struct __sk_buff *ctx, int verdict)
{
	(void)ctx;
	return verdict;
}
