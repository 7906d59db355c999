/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Kinds of devices, `device.KIND`: each is made as a scenario would have it. */
#include "kernel/features_internal.h"

#include "kernel/sandbox_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>

/* Addresses for documentation, RFC 5737. */
#define LOCAL                        \
	{                            \
		AF_INET,             \
		{                    \
			192, 0, 2, 1 \
		}                    \
	}
#define REMOTE                       \
	{                            \
		AF_INET,             \
		{                    \
			192, 0, 2, 2 \
		}                    \
	}

static enum feature_support probe_device(const struct feature *f, struct feature_probing *p)
{
	const struct device_kind_row *row = &device_kinds[f->id];
	struct device_spec devices[] = {
		{ .name = "below", .kind = DEVICE_VETH },
		{ .name = "probed", .kind = (enum device_kind)f->id },
	};
	struct network_spec network = { .devices = devices, .n_devices = ARRAY_SIZE(devices) };
	struct device_spec *d = &devices[1];
	enum feature_support support = FEATURE_YES;
	struct diags diags = {};
	int err;

	if (row->needs & DEVICE_LINK)
		d->link.name = devices[0].name;
	d->has_id = row->takes & DEVICE_ID;
	d->id = 1;
	if (row->takes & DEVICE_LOCAL)
		d->local = (struct ip_address)LOCAL;
	if (row->takes & DEVICE_REMOTE)
		d->remote = (struct ip_address)REMOTE;
	if (row->takes & DEVICE_TABLE)
		d->table = 100;
	err = sandbox_network(p->sandbox, &diags, &network);
	if (err == -EOPNOTSUPP)
		support = feature_refused(p, err, "%s", sandbox_missing(p->sandbox));
	else if (err)
		support = feature_no(p, "%s", diags.n ? diags.items[0].message : "");
	diags_free(&diags);
	return support;
}

/* No scenario has them yet: devices in pairs whose hooks take programs (Linux 6.7). */
static enum feature_support probe_netkit(const struct feature *f, struct feature_probing *p)
{
	struct netlink_request r;
	struct rtattr *info;
	int err;

	netlink_link_request(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	info = netlink_begin(&r, IFLA_LINKINFO, NULL, 0);
	netlink_put_text(&r, IFLA_INFO_KIND, f->object);
	netlink_end(&r, info);
	err = netlink_send(&p->sandbox->nl, &r);
	return err ? feature_refused(p, err, "this kernel has no device of kind '%s'", f->object)
		   : FEATURE_YES;
}

void features_add_devices(struct feature_list *l)
{
	const struct feature netkit = { "device.netkit", "device",
					"devices of this kind can be made", .probe = probe_netkit,
					.object = "netkit" };

	for (uint32_t i = 0; i < N_DEVICE_KINDS; i++) {
		const struct feature row = {
			.name = arena_printf(&l->arena, "device.%s", device_kinds[i].name),
			.group = "device",
			.help = "devices of this kind can be made",
			.probe = probe_device,
			.id = i,
		};

		features_add(l, &row, 1);
	}
	features_add(l, &netkit, 1);
}
