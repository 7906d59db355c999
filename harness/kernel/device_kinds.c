/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kinds of devices are told: the attributes of drivers/net and net/ipv4. */
#include "kernel/sandbox_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/if_tunnel.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* An outer address: IPv4 and IPv6 have attributes of their own. */
static void put_address(struct netlink_request *r, const struct ip_address *a, uint16_t v4,
			uint16_t v6)
{
	if (a->family != AF_UNSPEC)
		netlink_put(r, a->family == AF_INET ? v4 : v6, a->bytes,
			    ip_address_size(a->family));
}

static void put_udp_port(struct netlink_request *r, uint16_t type, uint16_t port)
{
	uint16_t be = htons(port);

	if (port)
		netlink_put(r, type, &be, sizeof(be));
}

static void put_bridge(struct netlink_request *r, const struct sandbox *s,
		       const struct device_spec *spec)
{
	(void)s;
	(void)spec;
	/* Without a querier it would snoop nothing, but report that it listens. */
	netlink_put_u8(r, IFLA_BR_MCAST_SNOOPING, 0);
}

static void put_vlan(struct netlink_request *r, const struct sandbox *s,
		     const struct device_spec *spec)
{
	uint16_t id = (uint16_t)spec->id;

	(void)s;
	netlink_put(r, IFLA_VLAN_ID, &id, sizeof(id));
}

static void put_vxlan(struct netlink_request *r, const struct sandbox *s,
		      const struct device_spec *spec)
{
	const struct device *link = spec->link.name ? sandbox_device(s, spec->link.name) : NULL;

	if (spec->has_id)
		netlink_put_u32(r, IFLA_VXLAN_ID, spec->id);
	put_address(r, &spec->local, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6);
	put_address(r, &spec->remote, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6);
	put_udp_port(r, IFLA_VXLAN_PORT, spec->port);
	if (link)
		netlink_put_u32(r, IFLA_VXLAN_LINK, link->ifindex);
	if (spec->external)
		netlink_put_u8(r, IFLA_VXLAN_COLLECT_METADATA, 1);
}

static void put_geneve(struct netlink_request *r, const struct sandbox *s,
		       const struct device_spec *spec)
{
	(void)s;
	if (spec->has_id)
		netlink_put_u32(r, IFLA_GENEVE_ID, spec->id);
	put_address(r, &spec->remote, IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6);
	put_udp_port(r, IFLA_GENEVE_PORT, spec->port);
	if (spec->external)
		netlink_put(r, IFLA_GENEVE_COLLECT_METADATA, NULL, 0);
}

static void put_macvlan(struct netlink_request *r, const struct sandbox *s,
			const struct device_spec *spec)
{
	(void)s;
	(void)spec;
	netlink_put_u32(r, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
}

static void put_ipvlan(struct netlink_request *r, const struct sandbox *s,
		       const struct device_spec *spec)
{
	const uint16_t mode = IPVLAN_MODE_L2;

	(void)s;
	(void)spec;
	netlink_put(r, IFLA_IPVLAN_MODE, &mode, sizeof(mode));
}

static void put_vrf(struct netlink_request *r, const struct sandbox *s,
		    const struct device_spec *spec)
{
	(void)s;
	netlink_put_u32(r, IFLA_VRF_TABLE, spec->table);
}

static void put_ipip(struct netlink_request *r, const struct sandbox *s,
		     const struct device_spec *spec)
{
	(void)s;
	put_address(r, &spec->local, IFLA_IPTUN_LOCAL, IFLA_IPTUN_LOCAL);
	put_address(r, &spec->remote, IFLA_IPTUN_REMOTE, IFLA_IPTUN_REMOTE);
	if (spec->external)
		netlink_put(r, IFLA_IPTUN_COLLECT_METADATA, NULL, 0);
}

static void put_gre(struct netlink_request *r, const struct sandbox *s,
		    const struct device_spec *spec)
{
	(void)s;
	put_address(r, &spec->local, IFLA_GRE_LOCAL, IFLA_GRE_LOCAL);
	put_address(r, &spec->remote, IFLA_GRE_REMOTE, IFLA_GRE_REMOTE);
	if (spec->external)
		netlink_put(r, IFLA_GRE_COLLECT_METADATA, NULL, 0);
}

/* Kinds without a row are told nothing, or (veth) elsewhere. */
static void (*const puts_by_kind[N_DEVICE_KINDS])(struct netlink_request *r,
						  const struct sandbox *s,
						  const struct device_spec *spec) = {
	[DEVICE_BRIDGE] = put_bridge, [DEVICE_VLAN] = put_vlan,	      [DEVICE_VXLAN] = put_vxlan,
	[DEVICE_GENEVE] = put_geneve, [DEVICE_MACVLAN] = put_macvlan, [DEVICE_IPVLAN] = put_ipvlan,
	[DEVICE_VRF] = put_vrf,	      [DEVICE_IPIP] = put_ipip,	      [DEVICE_GRE] = put_gre,
	[DEVICE_GRETAP] = put_gre,
};

void device_kind_put(struct netlink_request *r, const struct sandbox *s,
		     const struct device_spec *spec)
{
	const struct device_kind_row *row = &device_kinds[spec->kind];
	struct rtattr *info, *data;

	/* A VXLAN device is told of its link below. */
	if (row->needs & DEVICE_LINK)
		netlink_put_u32(r, IFLA_LINK, sandbox_device(s, spec->link.name)->ifindex);
	info = netlink_begin(r, IFLA_LINKINFO, NULL, 0);
	netlink_put_text(r, IFLA_INFO_KIND, row->name);
	if (puts_by_kind[spec->kind]) {
		data = netlink_begin(r, IFLA_INFO_DATA, NULL, 0);
		puts_by_kind[spec->kind](r, s, spec);
		netlink_end(r, data);
	}
	netlink_end(r, info);
}

/* drivers/net/tun.c refuses to make them by netlink. */
int device_tun_make(const struct device_spec *spec, uint32_t ifindex, int *fd)
{
	struct ifreq r = { 0 };
	int f = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), err = 0;

	if (f < 0)
		return errno == ENOENT || errno == ENXIO ? -ENODEV : -errno;
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", spec->name);
	r.ifr_flags = IFF_NO_PI;
	r.ifr_flags |= spec->kind == DEVICE_TUN ? IFF_TUN : IFF_TAP;
	if (ioctl(f, TUNSETIFINDEX, &ifindex) || ioctl(f, TUNSETIFF, &r)) {
		err = -errno;
		close(f);
		return err;
	}
	*fd = f;
	return 0;
}
