/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/next_hop.h"

#include "kernel/sandbox_internal.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <string.h>

static void take_gateway(void *arg, const struct rtattr *a)
{
	struct ip_address *hop = arg;
	const struct rtvia *via = RTA_DATA(a);

	if (a->rta_type == RTA_GATEWAY && RTA_PAYLOAD(a) == ip_address_size(hop->family)) {
		memcpy(hop->bytes, RTA_DATA(a), RTA_PAYLOAD(a));
	} else if (a->rta_type == RTA_VIA && RTA_PAYLOAD(a) >= sizeof(*via) &&
		   RTA_PAYLOAD(a) - sizeof(*via) <= sizeof(hop->bytes)) {
		/* IPv4 by an IPv6 gateway (RFC 5549). */
		hop->family = (uint8_t)via->rtvia_family;
		memcpy(hop->bytes, via->rtvia_addr, RTA_PAYLOAD(a) - sizeof(*via));
	}
}

int next_hop(struct sandbox *s, uint32_t ifindex, const struct ip_address *to, uint32_t mark,
	     struct ip_address *out)
{
	size_t size = ip_address_size(to->family);
	struct rtmsg m = { .rtm_family = to->family, .rtm_dst_len = (uint8_t)(8 * size) };
	struct netlink_request r;
	struct ip_address hop = *to;
	int err;

	netlink_request(&r, RTM_GETROUTE, 0, &m, sizeof(m));
	netlink_put(&r, RTA_DST, to->bytes, size);
	netlink_put_u32(&r, RTA_OIF, ifindex);
	netlink_put_u32(&r, RTA_MARK, mark);
	err = netlink_get(&s->nl, &r, RTM_NEWROUTE, &m, sizeof(m), take_gateway, &hop);
	if (!err)
		*out = hop;
	return err;
}

struct neighbour {
	uint8_t mac[6];
	bool has_mac;
};

static void take_mac(void *arg, const struct rtattr *a)
{
	struct neighbour *n = arg;

	if (a->rta_type != NDA_LLADDR || RTA_PAYLOAD(a) != sizeof(n->mac))
		return;
	memcpy(n->mac, RTA_DATA(a), sizeof(n->mac));
	n->has_mac = true;
}

int next_hop_mac(struct sandbox *s, uint32_t ifindex, const struct ip_address *address,
		 uint8_t mac[6])
{
	/* The kernel's NUD_VALID. */
	const uint16_t valid =
		NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;
	struct ndmsg m = { .ndm_family = address->family, .ndm_ifindex = (int)ifindex };
	struct neighbour found = { 0 };
	struct netlink_request r;
	int err;

	netlink_request(&r, RTM_GETNEIGH, 0, &m, sizeof(m));
	netlink_put(&r, NDA_DST, address->bytes, ip_address_size(address->family));
	err = netlink_get(&s->nl, &r, RTM_NEWNEIGH, &m, sizeof(m), take_mac, &found);
	if (err)
		return err;
	if (!found.has_mac || !(m.ndm_state & valid))
		return -ENOENT;
	memcpy(mac, found.mac, sizeof(found.mac));
	return 0;
}
