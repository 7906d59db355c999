/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Services: finding one, choosing one of its backends, and translating to it and back. */
#pragma once

#include "lib/conntrack.h"
#include "lib/jhash.h"
#include "lib/lb_maps.h"
#include "lib/quoted.h"

/* So that a table of Maglev's and the hash go together on all nodes. */
#define LB_HASH_SEED 0x8c2f1a6d

union lb_key {
	struct lb4_key v4;
	struct lb6_key v6;
};

struct backend {
	union ip_addr addr;
	__be16 port;
	__u8 state; /* enum backend_state */
	__u32 id;
};

static __always_inline const struct lb_service *lb_slot_lookup(const bool v6, union lb_key *key,
							       __u16 slot)
{
	if (v6) {
		key->v6.backend_slot = slot;
		return bpf_map_lookup_elem(&cilium_lb6_services_v2, &key->v6);
	}
	key->v4.backend_slot = slot;
	return bpf_map_lookup_elem(&cilium_lb4_services_v2, &key->v4);
}

/*
 * The service that @p calls, or NULL. @key is left as the frontend's. A service may have two sets
 * of backends; who calls from @inside the cluster gets those of the internal scope.
 */
static __always_inline const struct lb_service *
lb_service_lookup(const bool v6, const struct packet *p, const bool inside, union lb_key *key)
{
	const struct lb_service *svc;

	__builtin_memset(key, 0, sizeof(*key));
	if (!proto_has_ports(p->proto))
		return NULL;
	if (v6) {
		key->v6.address = p->daddr.ip6;
		key->v6.dport = p->dport;
	} else {
		key->v4.address = p->daddr.ip4;
		key->v4.dport = p->dport;
	}
	svc = lb_slot_lookup(v6, key, 0);
	if (!svc || !inside || !(svc->flags2 & SVC_FLAG_TWO_SCOPES))
		return svc;
	if (v6)
		key->v6.scope = LB_SCOPE_INT;
	else
		key->v4.scope = LB_SCOPE_INT;
	return lb_slot_lookup(v6, key, 0);
}

/* The port of the proxy that serves @svc, as on the wire; 0: its backends do. */
static __always_inline __be16 lb_proxy_port(const struct lb_service *svc)
{
	return svc->flags2 & SVC_FLAG_L7_LOADBALANCER ? svc->l7_lb_proxy_port : 0;
}

/* Backend @id into @b; false if there is none. */
static __always_inline bool lb_backend_lookup(struct ctx_buff *ctx, const bool v6, __u32 id,
					      struct backend *b)
{
	const struct lb4_backend *b4;
	const struct lb6_backend *b6;

	__builtin_memset(b, 0, sizeof(*b));
	b->id = id;
	if (v6) {
		b6 = bpf_map_lookup_elem(&cilium_lb6_backends_v3, &id);
		if (b6) {
			b->addr.ip6 = b6->address;
			b->port = b6->port;
			b->state = b6->flags;
			return true;
		}
	} else {
		b4 = bpf_map_lookup_elem(&cilium_lb4_backends_v3, &id);
		if (b4) {
			b->addr = addr4(b4->address);
			b->port = b4->port;
			b->state = b4->flags;
			return true;
		}
	}
	metrics_count(ctx, REASON_LB_NO_BACKEND, METRIC_SERVICE);
	return false;
}

/* ---- choosing */

static __always_inline __u32 lb_hash(const bool v6, const struct packet *p)
{
	__u32 ports = (__u32)bpf_ntohs(p->dport) << 16 | bpf_ntohs(p->sport);
	__u32 words[10];

	if (!v6) {
		words[0] = p->daddr.ip4;
		words[1] = p->saddr.ip4;
		words[2] = ports;
		words[3] = p->proto;
		return jhash_words(words, 4, LB_HASH_SEED);
	}
	__builtin_memcpy(words, &p->daddr, IPV6_ADDR_LEN);
	__builtin_memcpy(words + 4, &p->saddr, IPV6_ADDR_LEN);
	words[8] = ports;
	words[9] = p->proto;
	return jhash_words(words, 10, LB_HASH_SEED);
}

static __always_inline __u32 lb_select_maglev(struct ctx_buff *ctx, const bool v6,
					      const struct packet *p, __u16 rev_nat_index)
{
	const struct maglev_lut *lut;
	__u32 zero = 0, index;
	void *inner;

	inner = v6 ? bpf_map_lookup_elem(&cilium_lb6_maglev, &rev_nat_index)
		   : bpf_map_lookup_elem(&cilium_lb4_maglev, &rev_nat_index);
	lut = inner ? bpf_map_lookup_elem(inner, &zero) : NULL;
	if (!lut) {
		metrics_count(ctx, REASON_LB_NO_BACKEND_SLOT, METRIC_SERVICE);
		return 0;
	}
	index = lb_hash(v6, p) % LB_MAGLEV_LUT_SIZE;
	if (index >= LB_MAGLEV_LUT_MAX)
		return 0;
	return lut->backend_id[index];
}

/* One of @svc's backends: its id, or 0. Pods' own calls (@inside) are always balanced by chance. */
static __always_inline __u32 lb_select(struct ctx_buff *ctx, const bool v6, const struct packet *p,
				       const bool inside, union lb_key *key,
				       const struct lb_service *svc)
{
	const struct lb_service *slot;
	__u16 count = svc->count, number = 1;

	if (!inside && LB_SELECTION == LB_SELECTION_MAGLEV)
		return lb_select_maglev(ctx, v6, p, svc->rev_nat_index);
	if (inside || LB_SELECTION == LB_SELECTION_RANDOM)
		number = bpf_get_prandom_u32() % count + 1;
	slot = lb_slot_lookup(v6, key, number);
	if (slot)
		return slot->backend_id;
	metrics_count(ctx, REASON_LB_NO_BACKEND_SLOT, METRIC_SERVICE);
	return 0;
}

/* ---- session affinity: a client keeps its backend for a time */

union lb_affinity_key {
	struct lb4_affinity_key v4;
	struct lb6_affinity_key v6;
};

static __always_inline void *lb_affinity_map(const bool v6)
{
	return v6 ? (void *)&cilium_lb6_affinity : (void *)&cilium_lb4_affinity;
}

static __always_inline void lb_affinity_key(const bool v6, const struct packet *p,
					    __u16 rev_nat_index, union lb_affinity_key *key)
{
	__builtin_memset(key, 0, sizeof(*key));
	if (v6) {
		key->v6.client_ip = p->saddr.ip6;
		key->v6.rev_nat_id = rev_nat_index;
	} else {
		key->v4.client_ip = p->saddr.ip4;
		key->v4.rev_nat_id = rev_nat_index;
	}
}

/* The backend that the client of @p had, or 0: none, too long ago, or one the service lost. */
static __always_inline __u32 lb_affinity_get(const bool v6, const struct packet *p,
					     const struct lb_service *svc)
{
	struct lb_affinity_match match = { .rev_nat_id = svc->rev_nat_index };
	const struct lb_affinity_val *val;
	union lb_affinity_key key;

	if (!(svc->flags & SVC_FLAG_AFFINITY))
		return 0;
	lb_affinity_key(v6, p, svc->rev_nat_index, &key);
	val = bpf_map_lookup_elem(lb_affinity_map(v6), &key);
	if (!val)
		return 0;
	match.backend_id = val->backend_id;
	if (val->last_used + svc->affinity_timeout > ct_now() &&
	    bpf_map_lookup_elem(&cilium_lb_affinity_match, &match))
		return match.backend_id;
	bpf_map_delete_elem(lb_affinity_map(v6), &key);
	return 0;
}

static __always_inline void lb_affinity_update(const bool v6, const struct packet *p,
					       const struct lb_service *svc, __u32 backend_id)
{
	struct lb_affinity_val val = { .backend_id = backend_id };
	union lb_affinity_key key;

	if (!(svc->flags & SVC_FLAG_AFFINITY))
		return;
	val.last_used = ct_now();
	lb_affinity_key(v6, p, svc->rev_nat_index, &key);
	bpf_map_update_elem(lb_affinity_map(v6), &key, &val, BPF_ANY);
}

/* ---- who may call */

static __always_inline bool lb_source_allowed(const bool v6, const struct packet *p,
					      const struct lb_service *svc)
{
	struct lb4_src_range_key key4 = { .prefixlen = 64, .rev_nat_id = svc->rev_nat_index };
	struct lb6_src_range_key key6 = { .prefixlen = 160, .rev_nat_id = svc->rev_nat_index };

	if (!(svc->flags & SVC_FLAG_SOURCE_RANGE))
		return true;
	if (v6) {
		key6.addr = p->saddr.ip6;
		return bpf_map_lookup_elem(&cilium_lb6_source_range, &key6);
	}
	key4.addr = p->saddr.ip4;
	return bpf_map_lookup_elem(&cilium_lb4_source_range, &key4);
}

/* ---- a packet's backend */

/* A backend for a call that has none: of its client, or chosen now. */
static __always_inline long lb_backend_new(struct ctx_buff *ctx, const bool v6,
					   const struct packet *p, const bool inside,
					   union lb_key *key, const struct lb_service *svc,
					   struct backend *b)
{
	__u32 id = lb_affinity_get(v6, p, svc);

	if (id && lb_backend_lookup(ctx, v6, id, b))
		return 0;
	if (!svc->count)
		return drop(DROP_NO_SERVICE);
	id = lb_select(ctx, v6, p, inside, key, svc);
	if (!id || !lb_backend_lookup(ctx, v6, id, b))
		return drop(DROP_NO_SERVICE);
	return 0;
}

/*
 * The backend for a packet to @svc: that of its flow, or one chosen now and remembered. A backend
 * that is being taken away keeps the connections it has but gets no new ones.
 */
static __always_inline long lb_backend_get(struct ctx_buff *ctx, const bool v6,
					   const struct packet *p, const bool inside,
					   union lb_key *key, const struct lb_service *svc,
					   struct backend *b)
{
	struct ct_entry *entry = ct_service_find(ctx, v6, p, svc->rev_nat_index);
	struct ct_state state = { .rev_nat_index = svc->rev_nat_index };
	bool keep = false;
	long ret = 0;

	if (entry && lb_backend_lookup(ctx, v6, entry->backend_id, b))
		keep = b->state == BE_STATE_ACTIVE || !(p->tcp_flags & TCP_SYN);
	if (!keep) {
		ret = lb_backend_new(ctx, v6, p, inside, key, svc, b);
		if (ret)
			return ret;
		state.backend_id = b->id;
		if (entry)
			entry->backend_id = b->id;
		else
			ret = ct_create(ctx, v6, p, CT_SERVICE, &state);
	}
	if (!ret)
		lb_affinity_update(v6, p, svc, b->id);
	return ret;
}

/* Send @p to @b. */
static __always_inline long lb_translate(struct ctx_buff *ctx, const bool v6, struct packet *p,
					 const struct backend *b)
{
	return end_write(ctx, v6, p, END_DST, &b->addr, b->port);
}

/* The frontend of service @rev_nat_index; false if it is gone. */
static __always_inline bool lb_frontend(const bool v6, __u16 rev_nat_index, union ip_addr *addr,
					__be16 *port)
{
	const struct lb4_reverse_nat *nat4;
	const struct lb6_reverse_nat *nat6;

	if (v6) {
		nat6 = bpf_map_lookup_elem(&cilium_lb6_reverse_nat, &rev_nat_index);
		if (!nat6)
			return false;
		__builtin_memcpy(addr, &nat6->address, sizeof(*addr));
		*port = nat6->port;
		return true;
	}
	nat4 = bpf_map_lookup_elem(&cilium_lb4_reverse_nat, &rev_nat_index);
	if (!nat4)
		return false;
	*addr = addr4(nat4->address);
	*port = nat4->port;
	return true;
}

/* The error @p about a call to service @addr, @port: as about what the client sent. */
static __always_inline long lb_reverse_error(struct ctx_buff *ctx, const bool v6, struct packet *p,
					     const union ip_addr *addr, __be16 port)
{
	struct packet q;
	long ret = quoted_load(ctx, v6, p, &q);

	if (ret)
		return ret;
	ret = quoted_write(ctx, v6, p, &q, END_DST, addr, port);
	/* a router on the way speaks for itself */
	if (ret || !addr_equal(v6, &p->saddr, &q.daddr))
		return ret;
	return addr_write(ctx, v6, p, END_SRC, addr);
}

/*
 * Have a backend's reply come from the service that was called; where the pod called itself
 * (@loopback), also go to it. A service that is gone by now leaves the packet as it is.
 */
static __always_inline long lb_reverse(struct ctx_buff *ctx, const bool v6, struct packet *p,
				       __u16 rev_nat_index, bool loopback)
{
	union ip_addr client = p->saddr, addr;
	__be16 port;
	long ret;

	if (!lb_frontend(v6, rev_nat_index, &addr, &port))
		return 0;
	if (p->icmp_error)
		return lb_reverse_error(ctx, v6, p, &addr, port);
	if (loopback) {
		ret = addr_write(ctx, v6, p, END_DST, &client);
		if (ret)
			return ret;
	}
	return end_write(ctx, v6, p, END_SRC, &addr, port);
}
