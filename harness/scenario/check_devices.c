/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Devices that name each other, when all are read. */
#include "scenario/reader.h"

#include <string.h>

static void check_ifindex(struct reader *r, size_t i)
{
	const struct device_spec *devices = r->node->devices, *b = &devices[i];

	for (size_t j = 0; j < i; j++) {
		const struct device_spec *a = &devices[j];

		if (!b->ifindex || a->ifindex != b->ifindex)
			continue;
		diag(r->d, DIAG_ERROR, b->where, "devices '%s' and '%s' both ask for ifindex %u",
		     a->name, b->name, b->ifindex);
		diag(r->d, DIAG_NOTE, a->where, "the other is here");
		return;
	}
}

/* The index of a device that another names, n_devices where there is none (reported). */
static size_t device_index(struct reader *r, const struct device_name *name)
{
	const struct scenario_node *node = r->node;

	for (size_t i = 0; i < node->n_devices; i++) {
		if (!strcmp(node->devices[i].name, name->name))
			return i;
	}
	unknown_name(r->d, name->where, "device of this scenario", name->name, strlen(name->name),
		     node->devices, node->n_devices, sizeof(*node->devices));
	return node->n_devices;
}

/* Devices are made in their order. Some have the address of the one below. */
static void check_link(struct reader *r, size_t i)
{
	struct device_spec *device = &r->node->devices[i];
	size_t link;

	if (!device->link.name)
		return;
	link = device_index(r, &device->link);
	if (link == r->node->n_devices)
		return;
	if (link >= i) {
		diag(r->d, DIAG_ERROR, device->link.where,
		     "'%s' has to stand above '%s': devices are made in their order",
		     device->link.name, device->name);
		return;
	}
	if (device->kind == DEVICE_IPVLAN || (device->kind == DEVICE_VLAN && !device->has_mac))
		memcpy(device->mac, r->node->devices[link].mac, sizeof(device->mac));
}

/* A device that has @name, the @nth port of device @i, as a port before that. */
static const struct device_name *port_before(const struct scenario_node *node, size_t i, size_t nth)
{
	const char *name = node->devices[i].ports[nth].name;

	for (size_t k = 0; k <= i; k++) {
		const struct device_spec *device = &node->devices[k];

		for (size_t j = 0; j < (k == i ? nth : device->n_ports); j++) {
			if (!strcmp(device->ports[j].name, name))
				return &device->ports[j];
		}
	}
	return NULL;
}

static void check_ports(struct reader *r, size_t i)
{
	const struct device_spec *device = &r->node->devices[i];

	for (size_t j = 0; j < device->n_ports; j++) {
		const struct device_name *port = &device->ports[j];
		const struct device_name *other = port_before(r->node, i, j);
		size_t index = device_index(r, port);

		if (index == i)
			diag(r->d, DIAG_ERROR, port->where, "'%s' cannot be a port of itself",
			     device->name);
		if (!other)
			continue;
		diag(r->d, DIAG_ERROR, port->where, "'%s' is a port already", port->name);
		diag(r->d, DIAG_NOTE, other->where, "here");
	}
}

void check_devices(struct reader *r)
{
	for (size_t i = 0; i < r->node->n_devices; i++) {
		check_ifindex(r, i);
		check_link(r, i);
		check_ports(r, i);
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
