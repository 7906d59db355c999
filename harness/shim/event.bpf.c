/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Events. */
#include "stub.h"

SEC("stub/perf_event_output")
__u64 stub_perf_event_output(void *ctx, void *map, __u64 flags, void *data, __u64 size)
{
	struct tape_record *r = record_call();

	r->args[1] = (__u64)map;
	r->args[2] = flags;
	r->args[4] = size;
	return RESULT(r, perf_event_output, bpf_perf_event_output(ctx, map, flags, data, size));
}

SEC("stub/ringbuf_output")
__u64 stub_ringbuf_output(void *ringbuf, void *data, __u64 size, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)ringbuf;
	r->args[2] = size;
	r->args[3] = flags;
	return RESULT(r, ringbuf_output, bpf_ringbuf_output(ringbuf, data, size, flags));
}

SEC("stub/ringbuf_reserve") void *stub_ringbuf_reserve(void *ringbuf, __u64 size, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)ringbuf;
	r->args[1] = size;
	r->args[2] = flags;
	return POINTER(r, ringbuf_reserve, bpf_ringbuf_reserve(ringbuf, size, flags));
}

SEC("stub/ringbuf_submit") __u64 stub_ringbuf_submit(void *data, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = flags;
	bpf_ringbuf_submit(data, flags);
	return 0;
}

SEC("stub/ringbuf_discard") __u64 stub_ringbuf_discard(void *data, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = flags;
	bpf_ringbuf_discard(data, flags);
	return 0;
}

SEC("stub/ringbuf_query") __u64 stub_ringbuf_query(void *ringbuf, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)ringbuf;
	r->args[1] = flags;
	return RESULT(r, ringbuf_query, bpf_ringbuf_query(ringbuf, flags));
}
