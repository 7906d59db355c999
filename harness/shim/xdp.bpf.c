/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The frame of an XDP program. */
#include "stub.h"

SEC("stub/xdp_adjust_head") __u64 stub_xdp_adjust_head(struct xdp_md *xdp, __s32 delta)
{
	struct tape_record *r = record_call();

	r->args[1] = delta;
	return RESULT(r, xdp_adjust_head, bpf_xdp_adjust_head(xdp, delta));
}

SEC("stub/xdp_adjust_meta") __u64 stub_xdp_adjust_meta(struct xdp_md *xdp, __s32 delta)
{
	struct tape_record *r = record_call();

	r->args[1] = delta;
	return RESULT(r, xdp_adjust_meta, bpf_xdp_adjust_meta(xdp, delta));
}

SEC("stub/xdp_adjust_tail") __u64 stub_xdp_adjust_tail(struct xdp_md *xdp, __s32 delta)
{
	struct tape_record *r = record_call();

	r->args[1] = delta;
	return RESULT(r, xdp_adjust_tail, bpf_xdp_adjust_tail(xdp, delta));
}

SEC("stub/xdp_get_buff_len") __u64 stub_xdp_get_buff_len(struct xdp_md *xdp)
{
	struct tape_record *r = record_call();

	return RESULT(r, xdp_get_buff_len, bpf_xdp_get_buff_len(xdp));
}

SEC("stub/xdp_load_bytes")
__u64 stub_xdp_load_bytes(struct xdp_md *xdp, __u32 offset, void *buf, __u32 len)
{
	struct tape_record *r = record_call();

	r->args[1] = offset;
	r->args[3] = len;
	return RESULT_OR(r, xdp_load_bytes, bpf_xdp_load_bytes(xdp, offset, buf, len),
			 bpf_xdp_load_bytes(xdp, ~0U, buf, len));
}

SEC("stub/xdp_store_bytes")
__u64 stub_xdp_store_bytes(struct xdp_md *xdp, __u32 offset, void *buf, __u32 len)
{
	struct tape_record *r = record_call();

	r->args[1] = offset;
	r->args[3] = len;
	return RESULT(r, xdp_store_bytes, bpf_xdp_store_bytes(xdp, offset, buf, len));
}
