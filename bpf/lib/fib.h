/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Routing by the kernel's own tables, without the kernel's own stack. */
#pragma once

#include "lib/eth.h"
#include "lib/rewrite.h"

/* What a dropped packet's event says where XDP knows no neighbour. */
enum {
	FIB_MAP_NO_NEIGH = 100
};

/* Where packets came in from: XDP, which cannot resolve a neighbour, sends replies back there. */
struct neigh_mac {
	__u8 addr[ETH_ALEN];
	__u8 pad[2];
};

#define NEIGH_MAP(name, keytype)                        \
	struct {                                        \
		__uint(type, BPF_MAP_TYPE_LRU_HASH);    \
		__type(key, keytype);                   \
		__type(value, struct neigh_mac);        \
		__uint(max_entries, MAP_ENTRIES_FLOWS); \
		MAP_OF_NODE;                            \
	} name SEC(".maps")

NEIGH_MAP(cilium_nodeport_neigh4, __be32);
NEIGH_MAP(cilium_nodeport_neigh6, struct in6_addr);

struct fib_route {
	__u32 ifindex;
	bool no_neigh;
	struct bpf_fib_lookup fib;
};

/* Find the way of @p; where there is none, why it is dropped. */
static __always_inline long fib_find(struct ctx_buff *ctx, const bool v6, const struct packet *p,
				     struct fib_route *route)
{
	struct bpf_fib_lookup *fib = &route->fib;
	int ret;

	__builtin_memset(route, 0, sizeof(*route));
	fib->family = v6 ? AF_INET6 : AF_INET;
	fib->ifindex = ctx_ifindex(ctx);
	if (v6) {
		__builtin_memcpy(fib->ipv6_src, &p->saddr, IPV6_ADDR_LEN);
		__builtin_memcpy(fib->ipv6_dst, &p->daddr, IPV6_ADDR_LEN);
	} else {
		fib->ipv4_src = p->saddr.ip4;
		fib->ipv4_dst = p->daddr.ip4;
	}
	ret = bpf_fib_lookup(ctx, fib, sizeof(*fib), 0);
	if (ret != BPF_FIB_LKUP_RET_SUCCESS && ret != BPF_FIB_LKUP_RET_NO_NEIGH)
		return drop_because(DROP_NO_FIB, ret);
	route->ifindex = fib->ifindex;
	route->no_neigh = ret == BPF_FIB_LKUP_RET_NO_NEIGH;
	return 0;
}

/* XDP: the MAC of who sent from there before. */
static __always_inline long fib_neigh_find(const bool v6, const struct packet *p,
					   struct bpf_fib_lookup *fib)
{
	const struct neigh_mac *mac = v6 ? bpf_map_lookup_elem(&cilium_nodeport_neigh6, &p->daddr)
					 : bpf_map_lookup_elem(&cilium_nodeport_neigh4, &p->daddr);

	if (!mac)
		return drop_because(DROP_NO_FIB, FIB_MAP_NO_NEIGH);
	__builtin_memcpy(fib->dmac, mac->addr, ETH_ALEN);
	interface_mac(fib->smac);
	return 0;
}

#if !CTX_IS_XDP
/* tc: the kernel asks for the MAC, and holds the packet until it knows. */
static __always_inline long fib_redirect_neigh(const bool v6, const struct fib_route *route)
{
	struct bpf_redir_neigh nh = { .nh_family = route->fib.family };

	if (v6)
		__builtin_memcpy(nh.ipv6_nh, route->fib.ipv6_dst, IPV6_ADDR_LEN);
	else
		nh.ipv4_nh = route->fib.ipv4_dst;
	return bpf_redirect_neigh(route->ifindex, &nh, sizeof(nh), 0);
}
#endif

/* Send @p on its way: the verdict. */
static __always_inline long fib_redirect(struct ctx_buff *ctx, const bool v6,
					 const struct packet *p, struct fib_route *route)
{
	long ret;

	if (route->no_neigh) {
#if CTX_IS_XDP
		ret = fib_neigh_find(v6, p, &route->fib);
		if (ret)
			return ret;
#else
		(void)p;
		return fib_redirect_neigh(v6, route);
#endif
	}
	ret = eth_write(ctx, route->fib.dmac, route->fib.smac);
	return ret ? ret : ctx_redirect(ctx, route->ifindex);
}

/* Route @p: one hop fewer, and out. */
static __always_inline long fib_forward(struct ctx_buff *ctx, const bool v6, const struct packet *p)
{
	struct fib_route route;
	long ret = fib_find(ctx, v6, p, &route);

	if (!ret)
		ret = ttl_decrease(ctx, v6);
	return ret ? ret : fib_redirect(ctx, v6, p, &route);
}
