/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Checksums. */
#include "stub.h"

SEC("stub/csum_diff")
__u64 stub_csum_diff(__be32 *from, __u32 from_size, __be32 *to, __u32 to_size, __wsum seed)
{
	struct tape_record *r = record_call();

	r->args[1] = from_size;
	r->args[3] = to_size;
	r->args[4] = seed;
	return RESULT(r, csum_diff, bpf_csum_diff(from, from_size, to, to_size, seed));
}

SEC("stub/l3_csum_replace")
__u64 stub_l3_csum_replace(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = offset;
	r->args[2] = from;
	r->args[3] = to;
	r->args[4] = flags;
	return RESULT(r, l3_csum_replace, bpf_l3_csum_replace(skb, offset, from, to, flags));
}

SEC("stub/l4_csum_replace")
__u64 stub_l4_csum_replace(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = offset;
	r->args[2] = from;
	r->args[3] = to;
	r->args[4] = flags;
	return RESULT(r, l4_csum_replace, bpf_l4_csum_replace(skb, offset, from, to, flags));
}

SEC("stub/csum_update") __u64 stub_csum_update(struct __sk_buff *skb, __wsum csum)
{
	struct tape_record *r = record_call();

	r->args[1] = csum;
	return RESULT(r, csum_update, bpf_csum_update(skb, csum));
}

SEC("stub/csum_level") __u64 stub_csum_level(struct __sk_buff *skb, __u64 level)
{
	struct tape_record *r = record_call();

	r->args[1] = level;
	return RESULT(r, csum_level, bpf_csum_level(skb, level));
}
