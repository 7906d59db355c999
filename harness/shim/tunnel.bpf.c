/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tunnel metadata and VLAN tags of an skb. */
#include "stub.h"

SEC("stub/skb_set_tunnel_key")
__u64 stub_skb_set_tunnel_key(struct __sk_buff *skb, struct bpf_tunnel_key *key, __u32 size,
			      __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[2] = size;
	r->args[3] = flags;
	copy_struct(r->in, key, size);
	return RESULT(r, skb_set_tunnel_key,
		      bpf_skb_set_tunnel_key(skb, key, size, recorded_arg(r, 3)));
}

SEC("stub/skb_get_tunnel_key")
__u64 stub_skb_get_tunnel_key(struct __sk_buff *skb, struct bpf_tunnel_key *key, __u32 size,
			      __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[2] = size;
	r->args[3] = flags;
	(void)RESULT_OR(r, skb_get_tunnel_key,
			bpf_skb_get_tunnel_key(skb, key, size, recorded_arg(r, 3)),
			bpf_skb_get_tunnel_key(skb, key, size, ~0ULL));
	r = this_record();
	copy_struct(r->out, key, size);
	return r->result;
}

SEC("stub/skb_set_tunnel_opt")
__u64 stub_skb_set_tunnel_opt(struct __sk_buff *skb, void *opt, __u32 size)
{
	struct tape_record *r = record_call();

	r->args[2] = size;
	copy_bytes(r->in, opt, size);
	return RESULT(r, skb_set_tunnel_opt, bpf_skb_set_tunnel_opt(skb, opt, size));
}

SEC("stub/skb_get_tunnel_opt")
__u64 stub_skb_get_tunnel_opt(struct __sk_buff *skb, void *opt, __u32 size)
{
	struct tape_record *r = record_call();

	r->args[2] = size;
	/* It has no flags by which it could be made to fail; reading changes nothing. */
	(void)RESULT_OR(r, skb_get_tunnel_opt, bpf_skb_get_tunnel_opt(skb, opt, size),
			bpf_skb_get_tunnel_opt(skb, opt, size));
	r = this_record();
	copy_bytes(r->out, opt, size);
	return r->result;
}

SEC("stub/skb_vlan_push")
__u64 stub_skb_vlan_push(struct __sk_buff *skb, __be16 vlan_proto, __u16 vlan_tci)
{
	struct tape_record *r = record_call();

	r->args[1] = vlan_proto;
	r->args[2] = vlan_tci;
	return RESULT(r, skb_vlan_push, bpf_skb_vlan_push(skb, vlan_proto, vlan_tci));
}

SEC("stub/skb_vlan_pop") __u64 stub_skb_vlan_pop(struct __sk_buff *skb)
{
	struct tape_record *r = record_call();

	return RESULT(r, skb_vlan_pop, bpf_skb_vlan_pop(skb));
}
