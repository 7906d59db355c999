/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/network.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

#define TUNNEL	(DEVICE_LOCAL | DEVICE_REMOTE | DEVICE_EXTERNAL)
#define VNI_MAX 0xffffffu /* 24 bits: RFC 7348, RFC 8926 */

const struct device_kind_row device_kinds[N_DEVICE_KINDS] = {
	[DEVICE_VETH] = { .name = "veth",
			  .takes = DEVICE_MAC | DEVICE_QUEUES,
			  .help = "one end of a pair; the other is 'peer.N'" },
	[DEVICE_BRIDGE] = { .name = "bridge",
			    .takes = DEVICE_MAC | DEVICE_PORTS,
			    .help = "a switch between its ports" },
	[DEVICE_DUMMY] = { .name = "dummy", .takes = DEVICE_MAC, .help = "drops what is sent" },
	[DEVICE_IFB] = { .name = "ifb", .takes = DEVICE_MAC, .help = "what is sent comes back in" },
	[DEVICE_TUN] = { .name = "tun", .help = "carries IP packets, without Ethernet" },
	[DEVICE_TAP] = { .name = "tap", .takes = DEVICE_MAC, .help = "carries Ethernet frames" },
	[DEVICE_VLAN] = { .name = "vlan",
			  .takes = DEVICE_MAC | DEVICE_LINK | DEVICE_ID,
			  .needs = DEVICE_LINK | DEVICE_ID,
			  .id_max = 4094,
			  .help = "802.1Q with 'id' on top of 'link'" },
	[DEVICE_VXLAN] = { .name = "vxlan",
			   .takes = DEVICE_MAC | DEVICE_LINK | DEVICE_ID | DEVICE_PORT |
				    DEVICE_GROUP | TUNNEL,
			   .needs = DEVICE_ID,
			   .id_max = VNI_MAX,
			   .help = "VXLAN (RFC 7348) with the VNI 'id'" },
	[DEVICE_GENEVE] = { .name = "geneve",
			    .takes = DEVICE_MAC | DEVICE_ID | DEVICE_REMOTE | DEVICE_PORT |
				     DEVICE_EXTERNAL,
			    .needs = DEVICE_ID | DEVICE_REMOTE,
			    .id_max = VNI_MAX,
			    .help = "Geneve (RFC 8926) with the VNI 'id'" },
	[DEVICE_MACVLAN] = { .name = "macvlan",
			     .takes = DEVICE_MAC | DEVICE_LINK,
			     .needs = DEVICE_LINK,
			     .help = "another MAC on top of 'link', mode bridge" },
	[DEVICE_IPVLAN] = { .name = "ipvlan",
			    .takes = DEVICE_LINK,
			    .needs = DEVICE_LINK,
			    .help = "more addresses on top of 'link', mode l2" },
	[DEVICE_VRF] = { .name = "vrf",
			 .takes = DEVICE_MAC | DEVICE_PORTS | DEVICE_TABLE,
			 .needs = DEVICE_TABLE,
			 .help = "its ports route by 'table'" },
	[DEVICE_IPIP] = { .name = "ipip",
			  .takes = TUNNEL | DEVICE_IPV4,
			  .help = "IPv4 in IPv4 (RFC 2003)" },
	[DEVICE_GRE] = { .name = "gre",
			 .takes = TUNNEL | DEVICE_IPV4,
			 .help = "IP in GRE (RFC 2784)" },
	[DEVICE_GRETAP] = { .name = "gretap",
			    .takes = DEVICE_MAC | TUNNEL | DEVICE_IPV4,
			    .help = "Ethernet in GRE" },
};

size_t ip_address_size(uint8_t family)
{
	return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
}

int ip_address_parse(const char *s, size_t len, struct ip_address *a)
{
	struct ip_address read = { 0 };

	if (!ipv4_parse(s, len, read.bytes))
		read.family = AF_INET;
	else if (!ipv6_parse(s, len, read.bytes))
		read.family = AF_INET6;
	else
		return -EINVAL;
	*a = read;
	return 0;
}

const char *host_name_find(const struct host_name *hosts, size_t n, const struct ip_address *a)
{
	for (size_t i = 0; i < n; i++)
		if (hosts[i].address.family == a->family &&
		    !memcmp(hosts[i].address.bytes, a->bytes, ip_address_size(a->family)))
			return hosts[i].name;
	return NULL;
}

bool ip_address_is_multicast(const struct ip_address *a)
{
	if (a->family == AF_INET)
		return (a->bytes[0] & 0xf0) == 0xe0;
	return a->family == AF_INET6 && a->bytes[0] == 0xff;
}

bool ip_prefix_has_host_bits(const struct ip_prefix *p)
{
	for (size_t bit = p->bits; bit < 8 * ip_address_size(p->address.family); bit++) {
		if (p->address.bytes[bit / 8] & 0x80 >> bit % 8)
			return true;
	}
	return false;
}

const char *sysctl_path(struct arena *arena, const char *name)
{
	size_t first = strcspn(name, "./");
	char *path = arena_strdup(arena, name);

	if (name[first] == '.') {
		for (char *p = path; *p; p++)
			*p = *p == '.' ? '/' : *p == '/' ? '.' : *p;
	}
	for (const char *p = path; *p; p += strcspn(p, "/") + (p[strcspn(p, "/")] == '/')) {
		size_t len = strcspn(p, "/");

		if (!len || text_is(p, len, ".") || text_is(p, len, "..") ||
		    (p[len] && !p[len + 1]))
			return NULL;
	}
	return path;
}
