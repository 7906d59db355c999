/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Policy: who may talk to the endpoint, and whom it may talk to. What no entry allows is dropped.
 *
 * One trie per endpoint. It is asked twice, for the peer's identity and for any identity (0), and
 * what is more precise about the protocol and port counts; of two that are equally precise, the
 * one that names the peer.
 */
#pragma once

#include "lib/conntrack.h"
#include "lib/endpoint.h"

struct policy_key {
	__u32 prefixlen; /* bits that count: 40 for the identity and direction, 8 more for the
			    protocol, 16 more for the port */
	__u32 sec_label;
	__u8 egress : 1, pad : 7;
	__u8 protocol;
	__be16 dport; /* ICMP: type << 8 */
};

struct policy_entry {
	__be16 proxy_port; /* of the L7 proxy that judges further; 0: none */
	__u8 deny : 1, wildcard_protocol : 1, wildcard_dport : 1, pad : 5;
	__u8 auth_type;
	__u32 pad1;
	__u64 packets;
	__u64 bytes;
};

_Static_assert(sizeof(struct policy_key) == 12, "struct policy_key");
_Static_assert(sizeof(struct policy_entry) == 24, "struct policy_entry");

enum {
	POLICY_FULL_PREFIX = 8 * (sizeof(struct policy_key) - sizeof(__u32))
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct policy_key);
	__type(value, struct policy_entry);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_policy SEC(".maps");

/* What an entry that matched says about the packet; in events. */
enum policy_match {
	POLICY_MATCH_NONE = 0,
	POLICY_MATCH_L3_ONLY = 1,
	POLICY_MATCH_L3_L4 = 2,
	POLICY_MATCH_L4_ONLY = 3,
	POLICY_MATCH_ALL = 4,
	POLICY_MATCH_L3_PROTO = 5,
	POLICY_MATCH_PROTO_ONLY = 6,
};

struct policy_verdict {
	long ret;	   /* 0 or a drop */
	__be16 proxy_port; /* 0: none */
	__u8 match;	   /* enum policy_match */
	__u8 auth_type;
	bool audited; /* would be dropped */
};

static __always_inline struct policy_entry *policy_find(const struct packet *p, bool egress,
							__u32 identity)
{
	struct policy_key key = {
		.prefixlen = POLICY_FULL_PREFIX,
		.sec_label = identity,
		.egress = egress,
		.protocol = p->proto,
		.dport = p->dport,
	};

	if (!proto_has_ports(p->proto))
		key.dport = ENABLE_ICMP_RULE ? bpf_htons(p->icmp_type << 8) : 0;
	return bpf_map_lookup_elem(&cilium_policy, &key);
}

static __always_inline enum policy_match policy_match(const struct policy_entry *of_peer,
						      const struct policy_entry *of_any)
{
	if (of_peer && !of_peer->wildcard_dport)
		return POLICY_MATCH_L3_L4;
	if (of_any && !of_any->wildcard_dport)
		return POLICY_MATCH_L4_ONLY;
	if (of_peer && !of_peer->wildcard_protocol)
		return POLICY_MATCH_L3_PROTO;
	if (of_any && !of_any->wildcard_protocol)
		return POLICY_MATCH_PROTO_ONLY;
	if (of_peer)
		return POLICY_MATCH_L3_ONLY;
	return of_any ? POLICY_MATCH_ALL : POLICY_MATCH_NONE;
}

static __always_inline bool policy_match_names_peer(enum policy_match match)
{
	return match == POLICY_MATCH_L3_L4 || match == POLICY_MATCH_L3_PROTO ||
	       match == POLICY_MATCH_L3_ONLY;
}

static __always_inline void policy_entries_judge(struct ctx_buff *ctx, const struct packet *p,
						 bool egress, __u32 peer, struct policy_verdict *v)
{
	struct policy_entry *of_peer = policy_find(p, egress, peer);
	struct policy_entry *of_any = policy_find(p, egress, 0);
	struct policy_entry *e;

	v->match = policy_match(of_peer, of_any);
	e = policy_match_names_peer(v->match) ? of_peer : of_any;
	if (!e) {
		v->ret = drop(DROP_POLICY);
		return;
	}
	__sync_fetch_and_add(&e->packets, 1);
	__sync_fetch_and_add(&e->bytes, ctx_len(ctx));
	if (e->deny) {
		v->ret = drop(DROP_POLICY_DENY);
	} else if (e->auth_type) {
		v->auth_type = e->auth_type;
		v->ret = drop_because(DROP_POLICY_AUTH_REQUIRED, e->auth_type);
	} else {
		v->proxy_port = e->proxy_port;
	}
}

static __always_inline void policy_tell(struct ctx_buff *ctx, const bool v6, const struct packet *p,
					bool egress, __u32 peer, const struct policy_verdict *v)
{
	struct policy_verdict_notify msg = {
		notify_capture_of(ctx, EVENT_POLICY_VERDICT, 0),
		.remote_label = peer,
		.verdict = v->ret < 0 ? -(int)drop_reason(v->ret) : bpf_ntohs(v->proxy_port),
		.dst_port = p->dport,
		.proto = p->proto,
		.dir = egress ? METRIC_EGRESS : METRIC_INGRESS,
		.ipv6 = v6,
		.match_type = v->match,
		.audited = v->audited,
		.auth_type = v->auth_type,
	};

	notify_send(ctx, &msg);
}

/*
 * Judge @p, which goes to (@egress) or comes from identity @peer: 0, or a drop. @proxy_port
 * (network byte order) is that of a proxy that judges further, or 0. A verdict is told of when it
 * drops, and once per flow.
 */
static __always_inline long policy_judge(struct ctx_buff *ctx, const bool v6,
					 const struct packet *p, const bool egress, __u32 peer,
					 enum ct_result ct, __be16 *proxy_port)
{
	struct policy_verdict v = {};

	if (egress && ENABLE_TUNNEL && p->proto == IPPROTO_UDP &&
	    p->dport == bpf_htons(TUNNEL_PORT))
		v.ret = drop(DROP_ENCAP_PROHIBITED);
	else if (ALLOW_ICMP_FRAG_NEEDED && !v6 && p->proto == IPPROTO_ICMP &&
		 p->icmp_type == ICMP_DEST_UNREACH && p->icmp_code == ICMP_FRAG_NEEDED)
		v.ret = 0;
	else
		policy_entries_judge(ctx, p, egress, peer, &v);
	if (v.ret < 0 && POLICY_AUDIT_MODE) {
		v.ret = 0;
		v.audited = true;
	}
	if (POLICY_VERDICT_NOTIFY && (v.ret < 0 || ct != CT_ESTABLISHED))
		policy_tell(ctx, v6, p, egress, peer, &v);
	*proxy_port = v.proxy_port;
	return v.ret;
}
