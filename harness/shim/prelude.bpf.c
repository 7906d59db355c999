/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What runs before a tc program that is to find what BPF_PROG_TEST_RUN does not take: it sets that,
 * and tail-calls the program, which finds all else as if it had been run itself.
 */
#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "prelude.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct prelude_values);
} prelude_values SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} prelude_next SEC(".maps");

static __always_inline long set_tunnel_key(struct __sk_buff *skb, struct prelude_values *v)
{
	struct bpf_tunnel_key *key = (void *)v->tunnel_key;

	if (v->tunnel_local)
		return bpf_skb_set_tunnel_key(skb, key, PRELUDE_KEY_SIZE, v->tunnel_flags);
	return bpf_skb_set_tunnel_key(skb, key, PRELUDE_KEY_SHORT, v->tunnel_flags);
}

static __always_inline long set_tunnel_opt(struct __sk_buff *skb, struct prelude_values *v)
{
	__u32 len = v->tunnel_opt_len;

	if (!len || len > PRELUDE_OPT_MAX)
		return 0;
	/* Before 6.8 the verifier learns nothing from "not 0". */
	asm volatile("" : "+r"(len));
	len = ((len - 1) & (PRELUDE_OPT_MAX - 1)) + 1;
	return bpf_skb_set_tunnel_opt(skb, v->tunnel_opt, len);
}

/* Fields that are written: the kernel takes any value. */
static __always_inline void set_fields(struct __sk_buff *skb, const struct prelude_values *v)
{
	if (v->set & PRELUDE_HASH)
		bpf_set_hash(skb, v->hash);
	if (v->set & PRELUDE_QUEUE_MAPPING)
		skb->queue_mapping = v->queue_mapping;
	if (v->set & PRELUDE_TC_INDEX)
		skb->tc_index = v->tc_index;
	if (v->set & PRELUDE_TC_CLASSID)
		skb->tc_classid = v->tc_classid;
}

static __always_inline int refused(struct prelude_values *v, __u32 what, long error)
{
	v->failed = what;
	v->error = (__s32)error;
	return 0;
}

SEC("tc")
int prelude(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct prelude_values *v = bpf_map_lookup_elem(&prelude_values, &zero);
	long err;

	if (!v)
		return 0;
	set_fields(skb, v);
	if (v->set & PRELUDE_PKT_TYPE) {
		err = bpf_skb_change_type(skb, v->pkt_type);
		if (err)
			return refused(v, PRELUDE_PKT_TYPE, err);
	}
	if (v->set & PRELUDE_VLAN) {
		err = bpf_skb_vlan_push(skb, bpf_htons(v->vlan_proto), v->vlan_tci);
		if (err)
			return refused(v, PRELUDE_VLAN, err);
	}
	if (v->set & PRELUDE_TUNNEL_KEY) {
		err = set_tunnel_key(skb, v);
		if (err)
			return refused(v, PRELUDE_TUNNEL_KEY, err);
	}
	if (v->set & PRELUDE_TUNNEL_OPT) {
		err = set_tunnel_opt(skb, v);
		if (err)
			return refused(v, PRELUDE_TUNNEL_OPT, err);
	}
	bpf_tail_call(skb, &prelude_next, 0);
	return refused(v, PRELUDE_ENTER, -2);
}

char _license[] SEC("license") = "Dual BSD/GPL";
