/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Services: a frontend (address and port) and its backends.
 *
 * Slot 0 of a frontend in cilium_lb4_services_v2 is the service, slots 1..count name its backends.
 */
#pragma once

#include "lib/conntrack.h"

/* lb4_key.scope */
enum lb_scope {
	LB_SCOPE_EXT = 0,
	LB_SCOPE_INT = 1,
};

/* lb4_service.flags2 */
#define SVC_FLAG_TWO_SCOPES 32

/* lb4_backend.flags */
#define BE_STATE_ACTIVE 0

struct lb4_key {
	__be32 address;
	__be16 dport;
	__u16 backend_slot;
	__u8 proto; /* always 0: a service is found whatever the protocol */
	__u8 scope; /* enum lb_scope */
	__u8 pad[2];
};

struct lb4_service {
	__u32 backend_id; /* of slots 1..count */
	__u16 count;	  /* of slot 0 */
	__u16 rev_nat_index;
	__u8 flags;
	__u8 flags2;
	__u8 pad[2];
};

struct lb4_backend {
	__be32 address;
	__be16 port;
	__u8 proto;
	__u8 flags; /* its state */
	__u16 cluster_id;
	__u8 zone;
	__u8 pad;
};

struct lb4_reverse_nat {
	__be32 address;
	__be16 port;
} __attribute__((packed));

_Static_assert(sizeof(struct lb4_key) == 12, "struct lb4_key");
_Static_assert(sizeof(struct lb4_service) == 12, "struct lb4_service");
_Static_assert(sizeof(struct lb4_backend) == 12, "struct lb4_backend");
_Static_assert(sizeof(struct lb4_reverse_nat) == 6, "struct lb4_reverse_nat");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct lb4_key);
	__type(value, struct lb4_service);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_lb4_services_v2 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct lb4_backend);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_lb4_backends_v3 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u16);
	__type(value, struct lb4_reverse_nat);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} cilium_lb4_reverse_nat SEC(".maps");

/*
 * The service a packet is for, or NULL. @key is left as the frontend's: with a service that has two
 * scopes, what a pod sees are the backends of the internal one.
 */
static __always_inline const struct lb4_service *lb4_service_lookup(const struct ipv4_packet *p,
								    struct lb4_key *key)
{
	const struct lb4_service *svc;

	*key = (struct lb4_key){ .address = p->tuple.daddr, .dport = p->tuple.sport };
	svc = bpf_map_lookup_elem(&cilium_lb4_services_v2, key);
	if (svc && (svc->flags2 & SVC_FLAG_TWO_SCOPES)) {
		key->scope = LB_SCOPE_INT;
		svc = bpf_map_lookup_elem(&cilium_lb4_services_v2, key);
	}
	return svc;
}

/*
 * Choose one of @count (not 0) backends by chance: its id, or 0 where the slot is empty. Each
 * packet that asks is balanced by itself; it is the service entry that keeps a flow together.
 */
static __always_inline __u32 lb4_backend_choose(struct __sk_buff *ctx, struct lb4_key *key,
						__u16 count)
{
	const struct lb4_service *slot;

	key->backend_slot = bpf_get_prandom_u32() % count + 1;
	slot = bpf_map_lookup_elem(&cilium_lb4_services_v2, key);
	if (slot)
		return slot->backend_id;
	metrics_count(ctx, REASON_LB_NO_BACKEND_SLOT, METRIC_SERVICE, FILE_LB);
	return 0;
}

static __always_inline struct lb4_backend *lb4_backend_lookup(struct __sk_buff *ctx, __u32 id)
{
	struct lb4_backend *backend = bpf_map_lookup_elem(&cilium_lb4_backends_v3, &id);

	if (!backend)
		metrics_count(ctx, REASON_LB_NO_BACKEND, METRIC_SERVICE, FILE_LB);
	return backend;
}

/*
 * The backend for a packet to @svc: that of its flow, or one chosen now and remembered. A backend
 * that is being taken away keeps the connections it has but gets no new ones. Returns 0 or why
 * there is none.
 */
static __always_inline int lb4_backend_get(struct __sk_buff *ctx, const struct ipv4_packet *p,
					   struct lb4_key *key, const struct lb4_service *svc,
					   struct lb4_backend **result)
{
	struct ipv4_ct_tuple ct_key = ct_service_key(p);
	struct ct_entry *entry = ct_service_lookup(&ct_key, p, svc->rev_nat_index);
	struct lb4_backend *backend;
	__u32 id;

	if (entry) {
		id = entry->backend_id;
		backend = lb4_backend_lookup(ctx, id);
		if (backend && (backend->flags == BE_STATE_ACTIVE || !(p->tcp_flags & TCP_SYN))) {
			*result = backend;
			return 0;
		}
	}
	if (!svc->count)
		return DROP_NO_SERVICE;
	id = lb4_backend_choose(ctx, key, svc->count);
	backend = id ? lb4_backend_lookup(ctx, id) : NULL;
	if (!backend)
		return DROP_NO_SERVICE;
	*result = backend;
	if (!entry)
		return ct_create(&ct_key, CT_SERVICE, svc->rev_nat_index, id);
	entry->backend_id = id;
	return 0;
}

/* Send a packet to @backend, and have @p say so. */
static __always_inline int lb4_translate(struct __sk_buff *ctx, struct ipv4_packet *p,
					 const struct lb4_backend *backend)
{
	int err = ipv4_rewrite(ctx, p, IPV4_DST, p->tuple.daddr, backend->address, p->tuple.sport,
			       backend->port);

	p->tuple.daddr = backend->address;
	p->tuple.sport = backend->port;
	return err;
}

/*
 * Have a backend's reply come from the service that was called. A service that is gone by now
 * leaves the packet as it is.
 */
static __always_inline int lb4_reverse(struct __sk_buff *ctx, const struct ipv4_packet *p,
				       __u16 rev_nat_index)
{
	const struct lb4_reverse_nat *nat =
		bpf_map_lookup_elem(&cilium_lb4_reverse_nat, &rev_nat_index);

	if (!nat)
		return 0;
	return ipv4_rewrite(ctx, p, IPV4_SRC, p->tuple.saddr, nat->address, p->tuple.dport,
			    nat->port);
}
