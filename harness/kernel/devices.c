/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/errno_names.h"
#include "kernel/sandbox_internal.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <string.h>

#define MTU_DEFAULT 1500u
#define MTU_LEAST   68u	   /* drivers/net/veth.c: ETH_MIN_MTU */
#define MTU_MOST    65535u /* ETH_MAX_MTU */

/* net/core/dev.c: dev_valid_name() */
static const char *name_fault(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= IFNAMSIZ)
		return "device names have 1 to 15 bytes";
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return "the kernel takes no such device name";
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '/' || name[i] == ':' || isspace((unsigned char)name[i]))
			return "device names have no '/', ':' or blank";
	}
	if (!strcmp(name, "lo"))
		return "lo is there already";
	return NULL;
}

static const char *spec_fault(const struct device_spec *spec)
{
	static const uint8_t zero[6];

	if (spec->ifindex == 1)
		return "ifindex 1 is lo's";
	if (spec->ifindex >= PEER_IFINDEX)
		return "an ifindex is less than 2147418112 (0x7fff0000)";
	if (spec->has_mac && (spec->mac[0] & 1 || !memcmp(spec->mac, zero, sizeof(zero))))
		return "a device's MAC is neither zero nor a group address";
	if (spec->mtu && (spec->mtu < MTU_LEAST || spec->mtu > MTU_MOST))
		return "a device's MTU is 68 to 65535";
	return NULL;
}

/* What can be told without the kernel. Returns 0, or -1 with all of it reported. */
static int check_spec(struct diags *d, const struct device_spec devices[], size_t i)
{
	const struct device_spec *spec = &devices[i];
	const char *fault = name_fault(spec->name);

	if (!fault)
		fault = spec_fault(spec);
	if (fault) {
		diag(d, DIAG_ERROR, spec->where, "device \"%s\": %s", spec->name, fault);
		return -1;
	}
	for (size_t j = 0; j < i; j++) {
		if (!strcmp(devices[j].name, spec->name)) {
			diag(d, DIAG_ERROR, spec->where, "there are two devices named %s",
			     spec->name);
			diag(d, DIAG_NOTE, devices[j].where, "the first one");
			return -1;
		}
		if (spec->ifindex && devices[j].ifindex == spec->ifindex) {
			diag(d, DIAG_ERROR, spec->where, "ifindex %u is taken by %s", spec->ifindex,
			     devices[j].name);
			diag(d, DIAG_NOTE, devices[j].where, "here");
			return -1;
		}
	}
	return 0;
}

/* Addresses are the device's own only where it is one of Ethernet that does not share another's. */
static bool has_own_mac(const struct device_spec *spec)
{
	return device_kinds[spec->kind].takes & DEVICE_MAC &&
	       (spec->has_mac || spec->kind != DEVICE_VLAN);
}

static void put_mac(struct netlink_request *r, const struct device_spec *spec, uint32_t position)
{
	const uint8_t mac[6] = { 0x02, 0, 0, 0, (uint8_t)(position >> 8), (uint8_t)position };

	if (has_own_mac(spec))
		netlink_put(r, IFLA_ADDRESS, spec->has_mac ? spec->mac : mac, sizeof(mac));
}

/* Unless told, a veth has one for each CPU, each with a place in sysfs: costly on large machines.
 */
static void put_queues(struct netlink_request *r, const struct device_spec *spec)
{
	uint32_t n = spec->queues ? spec->queues : 1;

	netlink_put_u32(r, IFLA_NUM_TX_QUEUES, n);
	netlink_put_u32(r, IFLA_NUM_RX_QUEUES, n);
}

static int make_veth(struct netlink *nl, const struct device_spec *spec, uint32_t ifindex,
		     uint32_t position)
{
	const uint8_t mac[6] = { 0x06, 0, 0, 0, (uint8_t)(position >> 8), (uint8_t)position };
	const struct ifinfomsg peer = { .ifi_index = (int)(PEER_IFINDEX + position) };
	uint32_t mtu = spec->mtu ? spec->mtu : MTU_DEFAULT;
	struct rtattr *info, *data, *end;
	struct netlink_request r;
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), "peer.%u", position);
	netlink_link_request(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifindex);
	netlink_put(&r, IFLA_IFNAME, spec->name, strlen(spec->name) + 1);
	put_mac(&r, spec, position);
	netlink_put_u32(&r, IFLA_MTU, mtu);
	put_queues(&r, spec);
	info = netlink_begin(&r, IFLA_LINKINFO, NULL, 0);
	netlink_put_text(&r, IFLA_INFO_KIND, "veth");
	data = netlink_begin(&r, IFLA_INFO_DATA, NULL, 0);
	end = netlink_begin(&r, VETH_INFO_PEER, &peer, sizeof(peer));
	netlink_put(&r, IFLA_IFNAME, name, strlen(name) + 1);
	netlink_put(&r, IFLA_ADDRESS, mac, sizeof(mac));
	netlink_put_u32(&r, IFLA_MTU, mtu);
	put_queues(&r, spec);
	netlink_end(&r, end);
	netlink_end(&r, data);
	netlink_end(&r, info);
	return netlink_send(nl, &r);
}

static int make_tun(struct sandbox *s, const struct device_spec *spec, uint32_t ifindex,
		    uint32_t position)
{
	struct netlink_request r;
	int fd, err;

	s->nl.reason[0] = '\0';
	err = device_tun_make(spec, ifindex, &fd);
	if (err)
		return err;
	*ARENA_PUSH(&s->arena, s->tuns, s->n_tuns) = fd;
	netlink_link_request(&r, RTM_NEWLINK, 0, ifindex);
	put_mac(&r, spec, position);
	if (spec->mtu)
		netlink_put_u32(&r, IFLA_MTU, spec->mtu);
	return netlink_send(&s->nl, &r);
}

/* -EOPNOTSUPP: the kernel has no such devices. */
static int make_link(struct sandbox *s, const struct device_spec *spec, uint32_t ifindex,
		     uint32_t position)
{
	struct netlink_request r;
	int err;

	if (spec->kind == DEVICE_VETH)
		return make_veth(&s->nl, spec, ifindex, position);
	if (spec->kind == DEVICE_TUN || spec->kind == DEVICE_TAP) {
		err = make_tun(s, spec, ifindex, position);
		return err == -ENODEV ? -EOPNOTSUPP : err;
	}
	netlink_link_request(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifindex);
	netlink_put(&r, IFLA_IFNAME, spec->name, strlen(spec->name) + 1);
	put_mac(&r, spec, position);
	if (spec->mtu)
		netlink_put_u32(&r, IFLA_MTU, spec->mtu);
	device_kind_put(&r, s, spec);
	return netlink_send(&s->nl, &r);
}

static void report_device(struct diags *d, const struct sandbox *s, const struct device_spec *spec,
			  int err)
{
	const struct device *other =
		spec->ifindex ? sandbox_device_by_index(s, spec->ifindex) : NULL;

	if (other)
		diag(d, DIAG_ERROR, spec->where, "cannot make device %s: ifindex %u is taken by %s",
		     spec->name, spec->ifindex, other->name);
	else
		diag(d, DIAG_ERROR, spec->where, "cannot make device %s: %s (%s)%s%s", spec->name,
		     errno_text(err), errno_name(err), s->nl.reason[0] ? ": " : "", s->nl.reason);
}

/* The first index after @from that no device here has or asks for. */
static uint32_t free_index(const struct sandbox *s, const struct device_spec devices[], size_t n,
			   uint32_t from)
{
	bool taken = true;

	while (taken) {
		from++;
		taken = sandbox_device_by_index(s, from) != NULL;
		for (size_t i = 0; i < n && !taken; i++)
			taken = devices[i].ifindex == from;
	}
	return from;
}

/*
 * With its index, also where any will do: the kernel numbers the other end as asked only if
 * this end is numbered too. It has devices of its own in every namespace (sit0) where their modules
 * are loaded, so a few are tried.
 */
static int make_numbered(struct sandbox *s, const struct device_spec devices[], size_t n, size_t i,
			 uint32_t *ifindex)
{
	uint32_t index = devices[i].ifindex, position = (uint32_t)i + 1;
	unsigned int tries = 32;
	int err;

	*ifindex = index;
	if (index)
		return make_link(s, &devices[i], index, position);
	index = 1;
	do {
		index = free_index(s, devices, n, index);
		err = make_link(s, &devices[i], index, position);
	} while (err == -EBUSY && --tries);
	*ifindex = index;
	return err;
}

/* Its MTU and MAC are filled in when all devices are up. */
static int make_device(struct sandbox *s, struct diags *d, const struct device_spec devices[],
		       size_t n, size_t i)
{
	const struct device_spec *spec = &devices[i];
	uint32_t ifindex;
	int err;

	if (spec->link.name && !sandbox_device(s, spec->link.name)) {
		assert(d->errors);
		return -1; /* what is below could not be made */
	}
	err = make_numbered(s, devices, n, i, &ifindex);
	if (err == -EOPNOTSUPP) {
		s->missing = arena_printf(&s->arena, "this kernel has no device of kind '%s'",
					  device_kinds[spec->kind].name);
		return -EOPNOTSUPP;
	}
	if (err) {
		report_device(d, s, spec, err);
		return -1;
	}
	*ARENA_PUSH(&s->arena, s->devices, s->n_devices) =
		(struct device){ .name = arena_strdup(&s->arena, spec->name), .ifindex = ifindex };
	return 0;
}

int sandbox_make_devices(struct sandbox *s, struct diags *d, const struct device_spec devices[],
			 size_t n)
{
	int err, ret = 0;

	for (size_t i = 0; i < n; i++) {
		err = make_device(s, d, devices, n, i);
		if (err == -EOPNOTSUPP)
			return err;
		ret |= err;
	}
	return ret;
}

int sandbox_check_devices(struct diags *d, const struct device_spec devices[], size_t n)
{
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		ret |= check_spec(d, devices, i);
	return ret;
}
