/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The packet at an XDP hook: see ctx_tc.h, of which this is the other half. */
#pragma once

#include "lib/bpf.h"
#include "lib/meta.h"

#define ctx_buff   xdp_md
#define CTX_IS_XDP 1
#define STAGE_SEC  SEC("xdp")

enum ctx_verdict {
	CTX_OK = XDP_PASS,
	CTX_DROP = XDP_DROP,
	CTX_REDIRECT = XDP_REDIRECT,
};

/* No header is read or written beyond this: the verifier wants a bound. */
enum {
	CTX_OFF_MAX = 0x1ff
};

#define ctx_pointer(ctx, member)                                                \
	({                                                                      \
		void *p_;                                                       \
		asm volatile("%0 = *(u32 *)(%1 + %2)"                           \
			     : "=r"(p_)                                         \
			     : "r"(ctx), "i"(offsetof(struct xdp_md, member))); \
		p_;                                                             \
	})

static __always_inline void *ctx_header(struct xdp_md *ctx, __u64 off, __u32 len)
{
	void *data = ctx_pointer(ctx, data);
	void *end = ctx_pointer(ctx, data_end);

	/* on the very register that is added to the pointer */
	asm volatile("%0 &= %1" : "+r"(off) : "i"(CTX_OFF_MAX));
	return data + off + len <= end ? data + off : NULL;
}

static __always_inline int ctx_load(struct xdp_md *ctx, __u32 off, void *to, __u32 len)
{
	const void *from = ctx_header(ctx, off, len);

	if (!from)
		return -1;
	__builtin_memcpy(to, from, len);
	return 0;
}

static __always_inline int ctx_store(struct xdp_md *ctx, __u32 off, const void *from, __u32 len)
{
	void *to = ctx_header(ctx, off, len);

	if (!to)
		return -1;
	__builtin_memcpy(to, from, len);
	return 0;
}

/* RFC 1624 */
static __always_inline __u16 csum_replace(__u16 check, __u32 diff)
{
	__u64 sum = (__u64)(__u16)~check + diff;

	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static __always_inline int ctx_csum_l3(struct xdp_md *ctx, __u32 off, __u32 diff)
{
	__u16 *check = ctx_header(ctx, off, sizeof(*check));

	if (!check)
		return -1;
	*check = csum_replace(*check, diff);
	return 0;
}

static __always_inline int ctx_csum_l4(struct xdp_md *ctx, __u32 off, __u32 diff, __u64 flags)
{
	__u16 *check = ctx_header(ctx, off, sizeof(*check));

	if (!check)
		return -1;
	if ((flags & BPF_F_MARK_MANGLED_0) && !*check)
		return 0;
	*check = csum_replace(*check, diff);
	if ((flags & BPF_F_MARK_MANGLED_0) && !*check)
		*check = 0xffff;
	return 0;
}

static __always_inline __u32 ctx_len(const struct xdp_md *ctx)
{
	return ctx_pointer(ctx, data_end) - ctx_pointer(ctx, data);
}

static __always_inline int ctx_change_len(struct xdp_md *ctx, __u32 len)
{
	return bpf_xdp_adjust_tail(ctx, len - ctx_len(ctx));
}

/* As in ctx_tc.h. XDP grows a frame at its start, so the headers in front of the room move there.
 */
static __always_inline int ctx_adjust_room(struct xdp_md *ctx, const bool v6, const __u32 len)
{
	const __u32 front = ETH_HLEN + (v6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
	__u8 headers[ETH_HLEN + sizeof(struct ipv6hdr)];

	if (ctx_load(ctx, 0, headers, front) || bpf_xdp_adjust_head(ctx, -(int)len) ||
	    ctx_store(ctx, 0, headers, front))
		return -1;
	return 0;
}

static __always_inline __u32 ctx_ifindex(const struct xdp_md *ctx)
{
	return ctx->ingress_ifindex;
}

/* Out of the device that the frame came in by is cheaper. */
static __always_inline long ctx_redirect(struct xdp_md *ctx, __u32 ifindex)
{
	return ifindex == ctx->ingress_ifindex ? XDP_TX : bpf_redirect(ifindex, 0);
}

/* The kernel has not computed one yet. */
static __always_inline __u32 ctx_hash(struct xdp_md *ctx)
{
	(void)ctx;
	return 0;
}

/* Words for the next stage, and the flags for tc programs behind them. */
struct xdp_scratch {
	__u32 words[5];
	__u32 xfer; /* XFER_* */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct xdp_scratch);
	__uint(max_entries, 1);
} cilium_xdp_scratch SEC(".maps");

static __always_inline struct xdp_scratch *xdp_scratch(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cilium_xdp_scratch, &zero);
}

static __always_inline __u32 ctx_meta(struct xdp_md *ctx, __u32 word)
{
	const struct xdp_scratch *s = xdp_scratch();

	(void)ctx;
	return s ? s->words[word] : 0;
}

static __always_inline void ctx_meta_set(struct xdp_md *ctx, __u32 word, __u32 value)
{
	struct xdp_scratch *s = xdp_scratch();

	(void)ctx;
	if (s)
		s->words[word] = value;
}

static __always_inline void ctx_meta_clear(struct xdp_md *ctx)
{
	struct xdp_scratch *s = xdp_scratch();

	(void)ctx;
	if (s)
		__builtin_memset(s, 0, sizeof(*s));
}

static __always_inline void ctx_xfer_set(__u32 flag)
{
	struct xdp_scratch *s = xdp_scratch();

	if (s)
		s->xfer |= flag;
}

static __always_inline bool ctx_xfer(__u32 flag)
{
	const struct xdp_scratch *s = xdp_scratch();

	return s && (s->xfer & flag);
}

static __always_inline void ctx_snat_done_set(struct xdp_md *ctx)
{
	(void)ctx;
	ctx_xfer_set(XFER_PKT_SNAT_DONE);
}

static __always_inline bool ctx_snat_done(const struct xdp_md *ctx)
{
	(void)ctx;
	return ctx_xfer(XFER_PKT_SNAT_DONE);
}

static __always_inline void ctx_skip_nodeport_set(struct xdp_md *ctx)
{
	(void)ctx;
	ctx_xfer_set(XFER_PKT_NO_SVC);
}

static __always_inline bool ctx_skip_nodeport(const struct xdp_md *ctx)
{
	(void)ctx;
	return ctx_xfer(XFER_PKT_NO_SVC);
}

/* Tell the tc program what was done with the packet that it is to get. */
static __always_inline int ctx_exit(struct xdp_md *ctx, int verdict)
{
	const struct xdp_scratch *s = xdp_scratch();
	__u32 *meta;

	if (verdict != CTX_OK || !s || !s->xfer)
		return verdict;
	/* a driver without room for it: the tc program does everything again, which changes nothing
	 */
	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*meta)))
		return verdict;
	meta = ctx_pointer(ctx, data_meta);
	if ((void *)(meta + 1) <= ctx_pointer(ctx, data))
		*meta = s->xfer;
	return verdict;
}
