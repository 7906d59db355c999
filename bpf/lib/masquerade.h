/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which packets leave with the node's address: those of pods to where pods are not known. */
#pragma once

#include "lib/endpoint.h"
#include "lib/nat.h"

struct lpm_v4_key {
	__u32 prefixlen;
	__be32 addr;
};

struct lpm_v6_key {
	__u32 prefixlen;
	struct in6_addr addr;
};

struct lpm_val {
	__u8 flags; /* none are defined */
};

_Static_assert(sizeof(struct lpm_v4_key) == 8, "struct lpm_v4_key");
_Static_assert(sizeof(struct lpm_v6_key) == 20, "struct lpm_v6_key");
_Static_assert(sizeof(struct lpm_val) == 1, "struct lpm_val");

/* The ip-masq-agent's networks: what goes there keeps its address. */
#define IPMASQ_MAP(name, keytype)                     \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);  \
		__type(key, struct keytype);          \
		__type(value, struct lpm_val);        \
		__uint(max_entries, 16384);           \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		MAP_OF_NODE;                          \
	} name SEC(".maps")

IPMASQ_MAP(cilium_ipmasq_v4, lpm_v4_key);
IPMASQ_MAP(cilium_ipmasq_v6, lpm_v6_key);

static __always_inline bool ipmasq_excludes(const bool v6, const union ip_addr *daddr)
{
	struct lpm_v4_key key4 = { .prefixlen = 32, .addr = daddr->ip4 };
	struct lpm_v6_key key6 = { .prefixlen = 128, .addr = daddr->ip6 };

	return v6 ? bpf_map_lookup_elem(&cilium_ipmasq_v6, &key6) != NULL
		  : bpf_map_lookup_elem(&cilium_ipmasq_v4, &key4) != NULL;
}

/* Whether the first @len bits of @addr are those of @net. */
static __always_inline bool prefix_matches(const union ip_addr *addr, const union ip_addr *net,
					   __u8 len)
{
	__u32 bits, mask, differ = 0;
	int i;

#pragma unroll
	for (i = 0; i < 4; i++) {
		bits = len > 32 * i ? len - 32 * i : 0;
		mask = bits >= 32 ? ~0u : bits ? ~(~0u >> bits) : 0;
		differ |= (addr->words[i] ^ net->words[i]) & bpf_htonl(mask);
	}
	return !differ;
}

/* Whether @daddr is in the networks where pods have their own addresses. */
static __always_inline bool natively_routed(const bool v6, const union ip_addr *daddr)
{
	union ip_addr net6;

	if (!v6) {
		__u8 len = IPV4_SNAT_EXCLUSION_DST_CIDR_LEN;

		return len && !((daddr->ip4 ^ IPV4_SNAT_EXCLUSION_DST_CIDR) &
				bpf_htonl(len >= 32 ? ~0u : ~(~0u >> len)));
	}
	net6 = addr6_option(IPV6_SNAT_EXCLUSION_DST_CIDR);
	return IPV6_SNAT_EXCLUSION_DST_CIDR_LEN &&
	       prefix_matches(daddr, &net6, IPV6_SNAT_EXCLUSION_DST_CIDR_LEN);
}

/* Whether @p answers a flow that somebody else began. */
static __always_inline bool masquerade_is_reply(const bool v6, const struct packet *p)
{
	return ct_find(v6, p, TUPLE_OF_REPLY, TUPLE_F_IN) != NULL;
}

/* Whether @p leaves with another source, and which, into @target. Not asked twice for one packet.
 */
static __always_inline bool masquerade_needed(const bool v6, const struct packet *p,
					      struct nat_target *target)
{
	union ip_addr routing = v6 ? addr6_option(IPV6_DIRECT_ROUTING) : addr4(IPV4_DIRECT_ROUTING);
	union ip_addr node = v6 ? addr6_option(IPV6_MASQUERADE) : addr4(IPV4_MASQUERADE);
	const struct remote_endpoint_info *remote;
	const struct endpoint_info *local;

	__builtin_memset(target, 0, sizeof(*target));
	/* the node's own: keeps its address, but must not use a port that is somebody's by now */
	if (addr_equal(v6, &p->saddr, &routing) || addr_equal(v6, &p->saddr, &node)) {
		target->addr = p->saddr;
		target->needs_ct = true;
		return true;
	}
	if (!ENABLE_MASQUERADE || natively_routed(v6, &p->daddr))
		return false;
	local = endpoint_lookup(v6, &p->saddr);
	if (!local || (local->flags & ENDPOINT_F_HOST))
		return false;
	remote = ipcache_lookup(v6, &p->daddr);
	if (remote) {
		if (ENABLE_IP_MASQ_AGENT && ipmasq_excludes(v6, &p->daddr))
			return false;
		if (!ENABLE_TUNNEL && identity_is_remote_node(remote->sec_identity))
			return false;
	}
	if (masquerade_is_reply(v6, p))
		return false;
	target->addr = node;
	target->from_local_endpoint = true;
	return true;
}
