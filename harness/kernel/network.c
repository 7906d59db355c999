/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A network as a scenario names it. What it costs (Linux 6.18, in a small virtual machine): a
 * namespace 0.5 ms, the sysctls it starts from 0.15 ms, each veth pair 0.3 ms (both ends have
 * sysctls and places in sysfs of their own), and all the rest together 0.4 ms, most of which is
 * to bring the devices up; a route or an address is a few us. With three pairs and five routes,
 * that is 1.6 ms. While the kernel takes an earlier namespace apart it holds the lock all of
 * this needs.
 */
#include "base/errno_names.h"
#include "base/text.h"
#include "kernel/sandbox_internal.h"
#include "kernel/sysctl.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOWHERE ((struct span){ 0 })

/* What a request is for, should the kernel refuse it. */
struct subject {
	struct span where;
	const char *what;   /* "this route" */
	const char *config; /* the kernel's option it takes, or NULL */
};

struct maker {
	struct netlink_refusals refusals; /* first: the batch's way back to here */
	struct sandbox *s;
	struct diags *d;
	const struct network_spec *network;
	struct netlink_batch batch;
	struct subject *subjects; /* of the requests in the batch */
	size_t n_subjects;
	unsigned char *later; /* sysctls that wait for their device */
	bool failed;
};

static void refused(struct netlink_refusals *to, size_t request, int err, const char *reason)
{
	struct maker *m = (struct maker *)to;
	const struct subject *subject = &m->subjects[request];

	if (subject->config && (err == -EOPNOTSUPP || err == -EAFNOSUPPORT)) {
		m->s->missing =
			arena_printf(&m->s->arena, "this kernel has no %s", subject->config);
		return;
	}
	m->failed = true;
	if (reason[0])
		diag(m->d, DIAG_ERROR, subject->where, "the kernel refuses %s: %s (%s)",
		     subject->what, reason, errno_name(err));
	else
		diag(m->d, DIAG_ERROR, subject->where, "the kernel refuses %s: %s (%s)",
		     subject->what, errno_text(err), errno_name(err));
}

static void add_request(struct maker *m, const struct netlink_request *r, struct span where,
			const char *what)
{
	netlink_batch_add(&m->batch, r);
	*ARRAY_PUSH(m->subjects, m->n_subjects) = (struct subject){ .where = where, .what = what };
}

static uint32_t index_of(const struct maker *m, const char *name)
{
	const struct device *dev = sandbox_device(m->s, name);

	return dev ? dev->ifindex : 0;
}

static void add_ports(struct maker *m, const struct device_spec *spec)
{
	struct netlink_request r;

	for (size_t i = 0; i < spec->n_ports; i++) {
		netlink_link_request(&r, RTM_NEWLINK, 0, index_of(m, spec->ports[i].name));
		netlink_put_u32(&r, IFLA_MASTER, index_of(m, spec->name));
		add_request(m, &r, spec->ports[i].where, "this port");
	}
}

static void add_addresses(struct maker *m, const struct device_spec *spec)
{
	struct netlink_request r;

	for (size_t i = 0; i < spec->n_addresses; i++) {
		const struct ip_prefix *p = &spec->addresses[i].prefix;
		struct ifaddrmsg body = { .ifa_family = p->address.family,
					  .ifa_prefixlen = p->bits,
					  .ifa_index = index_of(m, spec->name) };
		size_t size = ip_address_size(p->address.family);

		/* Nobody here has the same address: it need not be tentative first. */
		if (p->address.family == AF_INET6)
			body.ifa_flags = IFA_F_NODAD;
		netlink_request(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
		netlink_put(&r, IFA_LOCAL, p->address.bytes, size);
		netlink_put(&r, IFA_ADDRESS, p->address.bytes, size);
		add_request(m, &r, spec->addresses[i].where, "this address");
	}
}

/*
 * The far end swallows what arrives: it answers no ARP request (8: for no local address), and no
 * IPv4 packet has a way back over it. Its IPv6 was turned off before.
 */
static void add_peer_up(struct maker *m, const struct device_spec *spec, uint32_t ifindex)
{
	struct rtattr *families, *inet, *conf;
	struct netlink_request r;

	netlink_link_request(&r, RTM_NEWLINK, 0, ifindex);
	netlink_set_up(&r);
	families = netlink_begin(&r, IFLA_AF_SPEC, NULL, 0);
	inet = netlink_begin(&r, AF_INET, NULL, 0);
	conf = netlink_begin(&r, IFLA_INET_CONF, NULL, 0);
	netlink_put_u32(&r, IPV4_DEVCONF_ARP_IGNORE, 8);
	netlink_put_u32(&r, IPV4_DEVCONF_RP_FILTER, 1);
	netlink_put_u32(&r, IPV4_DEVCONF_FORWARDING, 0);
	netlink_end(&r, conf);
	netlink_end(&r, inet);
	netlink_end(&r, families);
	add_request(m, &r, spec->where, "the other end of this device");
}

/* The far end first: a device whose carrier is there when it comes up can send at once. */
static void add_up(struct maker *m, size_t i)
{
	const struct device_spec *spec = &m->network->devices[i];
	struct netlink_request r;

	if (spec->kind == DEVICE_VETH)
		add_peer_up(m, spec, PEER_IFINDEX + (uint32_t)i + 1);
	if (spec->down)
		return;
	netlink_link_request(&r, RTM_NEWLINK, 0, index_of(m, spec->name));
	netlink_set_up(&r);
	add_request(m, &r, spec->where, "to bring this device up");
}

static void add_neighbour(struct maker *m, const struct neighbour_spec *spec)
{
	const struct ndmsg body = { .ndm_family = spec->address.family,
				    .ndm_ifindex = (int)index_of(m, spec->dev),
				    .ndm_state = spec->state };
	struct netlink_request r;

	netlink_request(&r, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof(body));
	netlink_put(&r, NDA_DST, spec->address.bytes, ip_address_size(spec->address.family));
	if (spec->has_mac)
		netlink_put(&r, NDA_LLADDR, spec->mac, sizeof(spec->mac));
	add_request(m, &r, spec->where, "this neighbour");
}

/* iproute2, iproute_modify() */
static uint8_t route_scope(const struct route_spec *spec)
{
	switch (spec->type) {
	case RTN_LOCAL:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
	case RTN_MULTICAST:
	case RTN_ANYCAST:
		return RT_SCOPE_LINK;
	case RTN_UNICAST:
		return spec->via.family == AF_UNSPEC ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

static void add_route(struct maker *m, const struct route_spec *spec)
{
	const struct rtmsg body = { .rtm_family = spec->to.address.family,
				    .rtm_dst_len = spec->to.bits,
				    .rtm_protocol = RTPROT_BOOT,
				    .rtm_scope = route_scope(spec),
				    .rtm_type = spec->type,
				    .rtm_flags = spec->onlink ? RTNH_F_ONLINK : 0 };
	size_t size = ip_address_size(body.rtm_family);
	struct netlink_request r;
	struct rtattr *metrics;

	netlink_request(&r, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	netlink_put(&r, RTA_DST, spec->to.address.bytes, size);
	netlink_put_u32(&r, RTA_TABLE, spec->table);
	if (spec->via.family != AF_UNSPEC)
		netlink_put(&r, RTA_GATEWAY, spec->via.bytes, size);
	if (spec->src.family != AF_UNSPEC)
		netlink_put(&r, RTA_PREFSRC, spec->src.bytes, size);
	if (spec->dev)
		netlink_put_u32(&r, RTA_OIF, index_of(m, spec->dev));
	if (spec->metric)
		netlink_put_u32(&r, RTA_PRIORITY, spec->metric);
	if (spec->mtu) {
		metrics = netlink_begin(&r, RTA_METRICS, NULL, 0);
		netlink_put_u32(&r, RTAX_MTU, spec->mtu);
		netlink_end(&r, metrics);
	}
	add_request(m, &r, spec->where, "this route");
}

static void add_rule(struct maker *m, const struct rule_spec *spec)
{
	const struct fib_rule_hdr body = { .family = spec->family,
					   .src_len = spec->from.bits,
					   .dst_len = spec->to.bits,
					   .action = spec->action };
	size_t size = ip_address_size(spec->family);
	struct netlink_request r;

	netlink_request(&r, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	if (spec->from.bits)
		netlink_put(&r, FRA_SRC, spec->from.address.bytes, size);
	if (spec->to.bits)
		netlink_put(&r, FRA_DST, spec->to.address.bytes, size);
	if (spec->iif)
		netlink_put(&r, FRA_IIFNAME, spec->iif, strlen(spec->iif) + 1);
	if (spec->oif)
		netlink_put(&r, FRA_OIFNAME, spec->oif, strlen(spec->oif) + 1);
	if (spec->has_mark) {
		netlink_put_u32(&r, FRA_FWMARK, spec->mark);
		netlink_put_u32(&r, FRA_FWMASK, spec->mask);
	}
	if (spec->has_priority)
		netlink_put_u32(&r, FRA_PRIORITY, spec->priority);
	if (spec->action == FR_ACT_TO_TBL)
		netlink_put_u32(&r, FRA_TABLE, spec->table);
	add_request(m, &r, spec->where, "this rule");
	m->subjects[m->n_subjects - 1].config = "policy routing (CONFIG_IP_MULTIPLE_TABLES)";
}

/* Addresses before devices come up: what their groups report then is sent at once. */
static void add_all(struct maker *m)
{
	const struct network_spec *n = m->network;

	for (size_t i = 0; i < n->n_devices; i++)
		add_ports(m, &n->devices[i]);
	for (size_t i = 0; i < n->n_devices; i++)
		add_addresses(m, &n->devices[i]);
	for (size_t i = 0; i < n->n_devices; i++)
		add_up(m, i);
	for (size_t i = 0; i < n->n_neighbours; i++)
		add_neighbour(m, &n->neighbours[i]);
	for (size_t i = 0; i < n->n_routes; i++)
		add_route(m, &n->routes[i]);
	for (size_t i = 0; i < n->n_rules; i++)
		add_rule(m, &n->rules[i]);
}

static int report_failure(struct maker *m, const char *what, int err)
{
	diag(m->d, DIAG_ERROR, NOWHERE, "cannot %s: %s (%s)", what, errno_text(err),
	     errno_name(err));
	return -1;
}

/* The devices of this sandbox as they have become; the last look also settles their carriers. */
static int learn_devices(struct maker *m)
{
	struct sandbox *s = m->s;
	struct netlink_link link;
	int err;

	for (size_t i = 0; i < m->network->n_devices; i++) {
		struct device *dev = &s->devices[s->n_devices - m->network->n_devices + i];

		if (m->network->devices[i].kind == DEVICE_VETH) {
			err = netlink_link(&s->nl, PEER_IFINDEX + (uint32_t)i + 1, &link);
			if (err)
				return report_failure(m, "look at a device's other end", err);
		}
		err = netlink_link(&s->nl, dev->ifindex, &link);
		if (err)
			return report_failure(m, "look at a device", err);
		dev->mtu = link.mtu;
		memcpy(dev->mac, link.mac, sizeof(dev->mac));
	}
	return 0;
}

static bool wants_ipv6(const struct network_spec *n)
{
	bool wants = false;

	for (size_t i = 0; i < n->n_devices; i++) {
		for (size_t j = 0; j < n->devices[i].n_addresses; j++)
			wants |= n->devices[i].addresses[j].prefix.address.family == AF_INET6;
	}
	for (size_t i = 0; i < n->n_routes; i++)
		wants |= n->routes[i].to.address.family == AF_INET6;
	for (size_t i = 0; i < n->n_neighbours; i++)
		wants |= n->neighbours[i].address.family == AF_INET6;
	for (size_t i = 0; i < n->n_rules; i++)
		wants |= n->rules[i].family == AF_INET6;
	return wants;
}

static int report_sysctl(struct maker *m, const struct sysctl_spec *spec, int err)
{
	if (err == -ENOENT)
		diag(m->d, DIAG_ERROR, spec->where,
		     "this kernel has no %s in a network namespace (/proc/sys/%s)", spec->name,
		     spec->path);
	else
		diag(m->d, DIAG_ERROR, spec->where, "the kernel refuses '%s' for %s: %s (%s)",
		     spec->value, spec->name, errno_text(err), errno_name(err));
	return -1;
}

/* Whether a sysctl is of a device that is still to be made: net/ipv4/conf/eth0/forwarding. */
static bool names_device(const struct network_spec *n, const char *path)
{
	for (const char *part = path; *part; part += strcspn(part, "/"), part += *part == '/') {
		for (size_t i = 0; i < n->n_devices; i++) {
			if (text_is(part, strcspn(part, "/"), n->devices[i].name))
				return true;
		}
	}
	return false;
}

/*
 * Before devices are made, for what they take over from "default"; those of a device wait. Returns
 * 0 or -1 (reported).
 */
static int write_sysctls(struct maker *m)
{
	const struct network_spec *n = m->network;
	const char *path;
	int err, ret = 0;

	err = sysctl_write_defaults(&path);
	if (err) {
		diag(m->d, DIAG_ERROR, NOWHERE, "cannot write /proc/sys/%s: %s (%s)", path,
		     errno_text(err), errno_name(err));
		return -1;
	}
	m->later = xcalloc(n->n_sysctls + 1, 1);
	for (size_t i = 0; i < n->n_sysctls; i++) {
		err = sysctl_write(n->sysctls[i].path, n->sysctls[i].value);
		if (err == -ENOENT && names_device(n, n->sysctls[i].path))
			m->later[i] = 1;
		else if (err)
			ret = report_sysctl(m, &n->sysctls[i], err);
	}
	return ret;
}

static int write_device_sysctls(struct maker *m)
{
	const struct network_spec *n = m->network;
	char path[64];
	int err, ret = 0;

	for (size_t i = 0; i < n->n_devices; i++) {
		if (n->devices[i].kind != DEVICE_VETH)
			continue;
		snprintf(path, sizeof(path), "net/ipv6/conf/peer.%zu/disable_ipv6", i + 1);
		err = sysctl_write(path, "1");
		if (err && err != -ENOENT)
			return report_failure(m, "turn a device's IPv6 off", err);
	}
	for (size_t i = 0; i < n->n_sysctls; i++) {
		if (!m->later[i])
			continue;
		err = sysctl_write(n->sysctls[i].path, n->sysctls[i].value);
		if (err)
			ret = report_sysctl(m, &n->sysctls[i], err);
	}
	return ret;
}

static int make_network(struct maker *m)
{
	const struct network_spec *n = m->network;
	int err;

	if (wants_ipv6(n) && access("/proc/sys/net/ipv6", F_OK)) {
		m->s->missing = "this kernel has no IPv6";
		return -EOPNOTSUPP;
	}
	if (write_sysctls(m))
		return -1;
	err = sandbox_make_devices(m->s, m->d, n->devices, n->n_devices);
	if (err)
		return err;
	if (write_device_sysctls(m))
		return -1;
	add_all(m);
	err = netlink_batch_send(&m->s->nl, &m->batch, &m->refusals);
	if (err)
		return report_failure(m, "make the network", err);
	if (m->failed)
		return -1;
	return m->s->missing ? -EOPNOTSUPP : learn_devices(m);
}

int sandbox_network(struct sandbox *s, struct diags *d, const struct network_spec *network)
{
	struct maker m = { .refusals = { .refused = refused }, .s = s, .d = d, .network = network };
	int err;

	if (sandbox_check_devices(d, network->devices, network->n_devices))
		return -1;
	if (!network->n_devices && !network->n_routes && !network->n_neighbours &&
	    !network->n_rules && !network->n_sysctls)
		return 0;
	err = sandbox_enter(s);
	if (err)
		return report_failure(&m, "enter the network namespace", err);
	s->used = true;
	err = make_network(&m);
	netlink_batch_free(&m.batch);
	free(m.subjects);
	free(m.later);
	return err;
}
