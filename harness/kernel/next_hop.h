/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the network stack of a sandbox would send a packet: what fills in a frame's MAC addresses.
 */
#pragma once

#include "kernel/sandbox.h"

/*
 * The next hop to @to by device @ifindex, of a packet with @mark, as the kernel's own lookup gives
 * it (net/core/filter.c, __bpf_redirect_neigh_v4() and _v6()): a gateway, or @to itself. Returns 0
 * or -errno: -ENETUNREACH and others of ip-route(8).
 */
int next_hop(struct sandbox *s, uint32_t ifindex, const struct ip_address *to, uint32_t mark,
	     struct ip_address *out);
/* The MAC address of neighbour @address on device @ifindex. Returns 0, or -ENOENT: it is not known,
 * or other -errno. */
int next_hop_mac(struct sandbox *s, uint32_t ifindex, const struct ip_address *address,
		 uint8_t mac[6]);
