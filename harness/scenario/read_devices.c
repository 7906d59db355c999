/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/reader.h"

#include "base/text.h"

#include <net/if.h>
#include <string.h>

#define MTU_MIN	    68 /* RFC 791 */
#define MTU_MAX	    65535
#define MTU_DEFAULT 1500

struct device_reader {
	struct reader *r;
	struct device_spec *device;
};

static void read_ifindex(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	uint64_t n;

	(void)key;
	if (node_uint(dr->r->d, value, "ifindex", INT32_MAX, &n))
		return;
	if (n < 2)
		diag(dr->r->d, DIAG_ERROR, node_where(value),
		     "ifindex is 2 or more: 1 is the loopback device");
	dr->device->ifindex = (uint32_t)n;
}

static void read_mac(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;

	(void)key;
	if (mac_parse(value->text, value->len, dr->device->mac))
		diag(dr->r->d, DIAG_ERROR, node_where(value),
		     "'%s' is no MAC address: six bytes like 02:00:00:00:00:01", value->text);
	else if (dr->device->mac[0] & 1)
		diag(dr->r->d, DIAG_ERROR, node_where(value),
		     "a device cannot have the group address %s", value->text);
}

static void read_mtu(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	uint64_t n;

	(void)key;
	if (node_uint(dr->r->d, value, "mtu", MTU_MAX, &n))
		return;
	if (n < MTU_MIN)
		diag(dr->r->d, DIAG_ERROR, node_where(value), "mtu is %d to %d", MTU_MIN, MTU_MAX);
	dr->device->mtu = (uint32_t)n;
}

const struct key device_keys[] = {
	{ "ifindex", TAKES_SCALAR, read_ifindex, "NUMBER", "its interface index" },
	{ "mac", TAKES_SCALAR, read_mac, "MAC", "its hardware address" },
	{ "mtu", TAKES_SCALAR, read_mtu, "BYTES", "its MTU (1500)" },
};
const size_t n_device_keys = ARRAY_SIZE(device_keys);

/* The scenario's own device replaces one of the same name that a used file brought. */
static struct device_spec *device_named(struct reader *r, const char *name)
{
	struct scenario_node *node = r->node;

	for (size_t i = 0; i < node->n_devices; i++)
		if (!strcmp(node->devices[i].name, name))
			return &node->devices[i];
	return ARENA_PUSH(r->arena, node->devices, node->n_devices);
}

void read_devices(struct reader *r, const struct node *n)
{
	struct scenario_node *node = r->node;
	const struct node *k;

	for_each_child (k, n) {
		struct device_spec *device;
		struct device_reader dr;

		if (text_is(k->text, k->len, "lo")) {
			diag(r->d, DIAG_ERROR, k->span,
			     "every namespace has its 'lo': frames arrive there without 'on:'");
			continue;
		}
		if (!k->len || k->len >= IFNAMSIZ || strpbrk(k->text, "/ \t:%")) {
			diag(r->d, DIAG_ERROR, k->span,
			     "'%s' is no name of a device: 1 to %d characters without '/', ':', '%%' "
			     "or blanks",
			     k->text, IFNAMSIZ - 1);
			continue;
		}
		device = device_named(r, k->text);
		/* A stable address, so that frames can name it: locally administered. */
		*device = (struct device_spec){
			.name = k->text,
			.where = k->span,
			.mtu = MTU_DEFAULT,
			.has_mac = true,
			.mac = { 2, 0, 0, 0, 0, (uint8_t)(device - node->devices + 1) },
		};
		dr = (struct device_reader){ r, device };
		keys_read(r->d, k->value, "a device", device_keys, n_device_keys, &dr);
	}
}

void check_devices(struct reader *r)
{
	const struct scenario_node *node = r->node;

	for (size_t i = 0; i < node->n_devices; i++)
		for (size_t j = 0; j < i; j++) {
			const struct device_spec *a = &node->devices[j], *b = &node->devices[i];

			if (!b->ifindex || a->ifindex != b->ifindex)
				continue;
			diag(r->d, DIAG_ERROR, b->where,
			     "devices '%s' and '%s' both ask for ifindex %u", a->name, b->name,
			     b->ifindex);
			diag(r->d, DIAG_NOTE, a->where, "the other is here");
			break;
		}
}

int read_device(struct reader *r, const struct node *n, size_t *out)
{
	struct scenario_node *node = r->node;

	for (size_t i = 0; i < node->n_devices; i++)
		if (!strcmp(node->devices[i].name, n->text)) {
			*out = i;
			return 0;
		}
	unknown_name(r->d, node_where(n), "device of this scenario", n->text, n->len, node->devices,
		     node->n_devices, sizeof(*node->devices));
	return -1;
}
