/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The frame of a tc program, and what the kernel knows of it. */
#include "stub.h"

SEC("stub/skb_change_proto")
__u64 stub_skb_change_proto(struct __sk_buff *skb, __be16 proto, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = proto;
	r->args[2] = flags;
	return RESULT(r, skb_change_proto, bpf_skb_change_proto(skb, proto, flags));
}

SEC("stub/skb_change_type")
__u64 stub_skb_change_type(struct __sk_buff *skb, __u32 type)
{
	struct tape_record *r = record_call();

	r->args[1] = type;
	return RESULT(r, skb_change_type, bpf_skb_change_type(skb, type));
}

SEC("stub/skb_change_head")
__u64 stub_skb_change_head(struct __sk_buff *skb, __u32 len, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = len;
	r->args[2] = flags;
	return RESULT(r, skb_change_head, bpf_skb_change_head(skb, len, flags));
}

SEC("stub/skb_change_tail")
__u64 stub_skb_change_tail(struct __sk_buff *skb, __u32 len, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = len;
	r->args[2] = flags;
	return RESULT(r, skb_change_tail, bpf_skb_change_tail(skb, len, flags));
}

SEC("stub/skb_pull_data")
__u64 stub_skb_pull_data(struct __sk_buff *skb, __u32 len)
{
	struct tape_record *r = record_call();

	r->args[1] = len;
	return RESULT(r, skb_pull_data, bpf_skb_pull_data(skb, len));
}

SEC("stub/skb_adjust_room")
__u64 stub_skb_adjust_room(struct __sk_buff *skb, __s32 len_diff, __u32 mode, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = len_diff;
	r->args[2] = mode;
	r->args[3] = flags;
	return RESULT(r, skb_adjust_room, bpf_skb_adjust_room(skb, len_diff, mode, flags));
}

SEC("stub/skb_store_bytes")
__u64 stub_skb_store_bytes(struct __sk_buff *skb, __u32 offset, const void *from, __u32 len,
			   __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = offset;
	r->args[3] = len;
	r->args[4] = flags;
	return RESULT(r, skb_store_bytes, bpf_skb_store_bytes(skb, offset, from, len, flags));
}

SEC("stub/skb_load_bytes")
__u64 stub_skb_load_bytes(struct __sk_buff *skb, __u32 offset, void *to, __u32 len)
{
	struct tape_record *r = record_call();

	r->args[1] = offset;
	r->args[3] = len;
	return RESULT_OR(r, skb_load_bytes, bpf_skb_load_bytes(skb, offset, to, len),
			 bpf_skb_load_bytes(skb, ~0U, to, len));
}

SEC("stub/skb_load_bytes_relative")
__u64 stub_skb_load_bytes_relative(struct __sk_buff *skb, __u32 offset, void *to, __u32 len,
				   __u32 start_header)
{
	struct tape_record *r = record_call();

	r->args[1] = offset;
	r->args[3] = len;
	r->args[4] = start_header;
	return RESULT_OR(r, skb_load_bytes_relative,
			 bpf_skb_load_bytes_relative(skb, recorded_arg(r, 1), to, len,
						     recorded_arg(r, 4)),
			 bpf_skb_load_bytes_relative(skb, ~0U, to, len, 0));
}

SEC("stub/skb_ecn_set_ce")
__u64 stub_skb_ecn_set_ce(struct __sk_buff *skb)
{
	struct tape_record *r = record_call();

	return RESULT(r, skb_ecn_set_ce, bpf_skb_ecn_set_ce(skb));
}

SEC("stub/skb_set_tstamp")
__u64 stub_skb_set_tstamp(struct __sk_buff *skb, __u64 tstamp, __u32 tstamp_type)
{
	struct tape_record *r = record_call();

	r->args[1] = tstamp;
	r->args[2] = tstamp_type;
	return RESULT(r, skb_set_tstamp, bpf_skb_set_tstamp(skb, tstamp, tstamp_type));
}

SEC("stub/get_hash_recalc")
__u64 stub_get_hash_recalc(struct __sk_buff *skb)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_hash_recalc, bpf_get_hash_recalc(skb));
}

SEC("stub/set_hash")
__u64 stub_set_hash(struct __sk_buff *skb, __u32 hash)
{
	struct tape_record *r = record_call();

	r->args[1] = hash;
	return RESULT(r, set_hash, bpf_set_hash(skb, hash));
}

SEC("stub/set_hash_invalid")
__u64 stub_set_hash_invalid(struct __sk_buff *skb)
{
	record_call();
	bpf_set_hash_invalid(skb);
	return 0;
}

SEC("stub/get_cgroup_classid")
__u64 stub_get_cgroup_classid(struct __sk_buff *skb)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_cgroup_classid, bpf_get_cgroup_classid(skb));
}

SEC("stub/skb_cgroup_classid")
__u64 stub_skb_cgroup_classid(struct __sk_buff *skb)
{
	struct tape_record *r = record_call();

	return RESULT(r, skb_cgroup_classid, bpf_skb_cgroup_classid(skb));
}

SEC("stub/skb_cgroup_id")
__u64 stub_skb_cgroup_id(struct __sk_buff *skb)
{
	struct tape_record *r = record_call();

	return RESULT(r, skb_cgroup_id, bpf_skb_cgroup_id(skb));
}

SEC("stub/skb_ancestor_cgroup_id")
__u64 stub_skb_ancestor_cgroup_id(struct __sk_buff *skb, __s32 ancestor_level)
{
	struct tape_record *r = record_call();

	r->args[1] = ancestor_level;
	return RESULT(r, skb_ancestor_cgroup_id, bpf_skb_ancestor_cgroup_id(skb, ancestor_level));
}

SEC("stub/skb_under_cgroup")
__u64 stub_skb_under_cgroup(struct __sk_buff *skb, void *map, __u32 index)
{
	struct tape_record *r = record_call();

	r->args[1] = (__u64)map;
	r->args[2] = index;
	return RESULT(r, skb_under_cgroup, bpf_skb_under_cgroup(skb, map, index));
}

SEC("stub/get_route_realm")
__u64 stub_get_route_realm(struct __sk_buff *skb)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_route_realm, bpf_get_route_realm(skb));
}
