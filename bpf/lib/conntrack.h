/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Connection tracking of translated flows: which backend a service flow was given, and which
 * service a reply belongs to.
 *
 * For a pod C:1000 that calls V:80, a service whose backend is B:8080, there are two entries:
 *
 *	service   daddr V, saddr C, dport 1000, sport 80      TUPLE_F_SERVICE   backend_id
 *	egress    daddr C, saddr B, dport 8080, sport 1000    TUPLE_F_OUT       rev_nat_index
 *
 * In the egress entry the addresses are those of the reply and the ports those of the request.
 *Nothing here looks at lifetimes: entries that are past theirs are for user space to collect.
 */
#pragma once

#include "lib/ipv4.h"

enum tuple_flags {
	TUPLE_F_OUT = 0,
	TUPLE_F_SERVICE = 4,
};

enum ct_dir {
	CT_EGRESS,
	CT_INGRESS,
	CT_SERVICE,
};

/* Seconds. */
const volatile __u32 CT_CONNECTION_LIFETIME_TCP = 8000;
const volatile __u32 CT_CONNECTION_LIFETIME_NONTCP = 60;
const volatile __u32 CT_SERVICE_LIFETIME_TCP = 8000;
const volatile __u32 CT_SERVICE_LIFETIME_NONTCP = 60;
const volatile __u32 CT_SYN_TIMEOUT = 60;
const volatile __u32 CT_CLOSE_TIMEOUT = 10;
const volatile __u32 CT_SERVICE_CLOSE_REBALANCE = 30;
const volatile __u32 CT_REPORT_INTERVAL = 5;
/* TCP flags whose first appearance is worth a report. */
const volatile __u8 CT_REPORT_FLAGS = TCP_FIN | TCP_SYN | TCP_RST;

struct ct_entry {
	__u64 reserved0;
	__u64 backend_id; /* of a service entry */
	__u64 packets;	  /* kept only with accounting, which is off */
	__u64 bytes;
	__u32 lifetime; /* when it ends, in seconds of bpf_ktime_get_ns() */
	__u16 rx_closing : 1, tx_closing : 1, reserved2 : 1, lb_loopback : 1, seen_non_syn : 1,
		node_port : 1, proxy_redirect : 1, dsr : 1, from_l7lb : 1, reserved3 : 1,
		from_tunnel : 1, reserved4 : 5;
	__u16 rev_nat_index;
	__u16 ifindex;
	__u8 tx_flags_seen; /* TCP flags, of CT_REPORT_FLAGS */
	__u8 rx_flags_seen;
	__u32 src_sec_id;
	__u32 last_tx_report; /* seconds, as lifetime */
	__u32 last_rx_report;
};

_Static_assert(sizeof(struct ct_entry) == 56, "struct ct_entry");
_Static_assert(offsetof(struct ct_entry, lifetime) == 32, "ct_entry.lifetime");
_Static_assert(offsetof(struct ct_entry, rev_nat_index) == 38, "ct_entry.rev_nat_index");
_Static_assert(offsetof(struct ct_entry, last_rx_report) == 52, "ct_entry.last_rx_report");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct ipv4_ct_tuple);
	__type(value, struct ct_entry);
	__uint(max_entries, 524288);
} cilium_ct4_global SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct ipv4_ct_tuple);
	__type(value, struct ct_entry);
	__uint(max_entries, 262144);
} cilium_ct_any4_global SEC(".maps");

/* TCP has a map of its own, so that a flood of datagrams cannot evict connections. */
static __always_inline void *ct_map(const struct ipv4_ct_tuple *t)
{
	return t->nexthdr == IPPROTO_TCP ? (void *)&cilium_ct4_global
					 : (void *)&cilium_ct_any4_global;
}

static __always_inline __u32 ct_now(void)
{
	return bpf_ktime_get_ns() / 1000000000;
}

static __always_inline bool ct_closing(const struct ct_entry *e)
{
	return e->rx_closing || e->tx_closing;
}

static __always_inline __u32 ct_lifetime(const struct ct_entry *e, bool tcp, enum ct_dir dir)
{
	if (!tcp)
		return dir == CT_SERVICE ? CT_SERVICE_LIFETIME_NONTCP
					 : CT_CONNECTION_LIFETIME_NONTCP;
	if (!e->seen_non_syn)
		return CT_SYN_TIMEOUT;
	return dir == CT_SERVICE ? CT_SERVICE_LIFETIME_TCP : CT_CONNECTION_LIFETIME_TCP;
}

/* Remember flags, and when they were last worth a report. */
static __always_inline void ct_report(struct ct_entry *e, enum ct_dir dir, __u8 tcp_flags,
				      __u32 now)
{
	__u8 *seen = dir == CT_INGRESS ? &e->rx_flags_seen : &e->tx_flags_seen;
	__u32 *last = dir == CT_INGRESS ? &e->last_rx_report : &e->last_tx_report;
	__u8 flags = *seen | (tcp_flags & CT_REPORT_FLAGS);

	if (flags != *seen || *last + CT_REPORT_INTERVAL < now) {
		*seen = flags;
		*last = now;
	}
}

/* A packet with @tcp_flags of an entry that lives. */
static __always_inline void ct_refresh(struct ct_entry *e, bool tcp, enum ct_dir dir,
				       __u8 tcp_flags, __u32 now)
{
	if (tcp && !(tcp_flags & TCP_SYN))
		e->seen_non_syn = 1;
	e->lifetime = now + ct_lifetime(e, tcp, dir);
	ct_report(e, dir, tcp_flags, now);
}

static __always_inline void ct_close(struct ct_entry *e, enum ct_dir dir, __u8 tcp_flags, __u32 now)
{
	bool syn_both = e->rx_flags_seen & e->tx_flags_seen & TCP_SYN;
	/* nobody answers a connection that is reset before both sides have opened it */
	bool both = dir == CT_SERVICE || ((tcp_flags & TCP_RST) && !syn_both);

	if (both || dir == CT_INGRESS)
		e->rx_closing = 1;
	if (both || dir == CT_EGRESS)
		e->tx_closing = 1;
	if (!e->rx_closing || !e->tx_closing)
		return;
	e->lifetime = now + CT_CLOSE_TIMEOUT;
	ct_report(e, dir, tcp_flags, now);
}

/* A packet of an entry that was found. */
static __always_inline void ct_update(struct ct_entry *e, const struct ipv4_packet *p,
				      enum ct_dir dir)
{
	bool tcp = p->tuple.nexthdr == IPPROTO_TCP;
	__u32 now = ct_now();

	if ((p->tcp_flags & TCP_SYN) && ct_closing(e)) {
		/* the same ports again: a new connection */
		e->rx_closing = 0;
		e->tx_closing = 0;
		e->seen_non_syn = 0;
		e->rx_flags_seen = 0;
		e->tx_flags_seen = 0;
	}
	if (!e->rx_closing || !e->tx_closing)
		ct_refresh(e, tcp, dir, p->tcp_flags, now);
	if (p->tcp_flags & (TCP_FIN | TCP_RST))
		ct_close(e, dir, p->tcp_flags, now);
}

/*
 * Make the entry @key. The packet counts as the one that opens the connection, whatever its flags:
 * a flow picked up in its middle has CT_SYN_TIMEOUT until its next packet.
 */
static __always_inline int ct_create(const struct ipv4_ct_tuple *key, enum ct_dir dir,
				     __u16 rev_nat_index, __u32 backend_id)
{
	struct ct_entry e = { .backend_id = backend_id, .rev_nat_index = rev_nat_index };
	bool tcp = key->nexthdr == IPPROTO_TCP;

	ct_refresh(&e, tcp, dir, tcp ? TCP_SYN : 0, ct_now());
	if (bpf_map_update_elem(ct_map(key), key, &e, BPF_ANY))
		return DROP_CT_CREATE_FAILED;
	return 0;
}

/* Key of the service entry of a packet on its way to a service. */
static __always_inline struct ipv4_ct_tuple ct_service_key(const struct ipv4_packet *p)
{
	struct ipv4_ct_tuple key = p->tuple;

	key.flags = TUPLE_F_SERVICE;
	return key;
}

/*
 * The service entry @key, for the service with @rev_nat_index, updated with this packet; or NULL. A
 * closed connection that opens again after a while is a chance to choose another backend.
 */
static __always_inline struct ct_entry *
ct_service_lookup(const struct ipv4_ct_tuple *key, const struct ipv4_packet *p, __u16 rev_nat_index)
{
	struct ct_entry *e = bpf_map_lookup_elem(ct_map(key), key);

	if (!e || e->rev_nat_index != rev_nat_index)
		return NULL;
	if ((p->tcp_flags & TCP_SYN) && ct_closing(e) &&
	    e->last_tx_report + CT_SERVICE_CLOSE_REBALANCE <= ct_now())
		return NULL;
	ct_update(e, p, CT_SERVICE);
	return e;
}

/* Track a packet that leaves the pod, translated by the service with @rev_nat_index. */
static __always_inline int ct_egress(const struct ipv4_packet *p, __u16 rev_nat_index)
{
	struct ipv4_ct_tuple key = {
		.daddr = p->tuple.saddr,
		.saddr = p->tuple.daddr,
		.dport = p->tuple.sport,
		.sport = p->tuple.dport,
		.nexthdr = p->tuple.nexthdr,
		.flags = TUPLE_F_OUT,
	};
	struct ct_entry *e = bpf_map_lookup_elem(ct_map(&key), &key);

	if (!e || e->rev_nat_index != rev_nat_index)
		return ct_create(&key, CT_EGRESS, rev_nat_index, 0);
	ct_update(e, p, CT_EGRESS);
	return 0;
}

/* A packet to the pod: the rev_nat_index of the flow that it answers, or 0. */
static __always_inline __u16 ct_reply(const struct ipv4_packet *p)
{
	struct ipv4_ct_tuple key = p->tuple;
	struct ct_entry *e;

	/* the packet's own ends, as read, are the request's in an entry's naming */
	key.flags = TUPLE_F_OUT;
	e = bpf_map_lookup_elem(ct_map(&key), &key);
	if (!e)
		return 0;
	ct_update(e, p, CT_INGRESS);
	return e->rev_nat_index;
}
