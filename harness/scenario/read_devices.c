/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/read_network.h"

#include "base/text.h"

#include <net/if.h>
#include <string.h>

#define MTU_MIN	     68 /* RFC 791 */
#define MTU_MAX	     65535
#define MTU_DEFAULT  1500
#define UDP_PORT_MAX 65535

/* The keys that only some kinds take, by the bit that says so in device_kinds. */
static const struct kind_key {
	const char *name;
	unsigned int bit;
} kind_keys[] = {
	{ "mac", DEVICE_MAC },	     { "link", DEVICE_LINK },	      { "ports", DEVICE_PORTS },
	{ "id", DEVICE_ID },	     { "local", DEVICE_LOCAL },	      { "remote", DEVICE_REMOTE },
	{ "port", DEVICE_PORT },     { "external", DEVICE_EXTERNAL }, { "table", DEVICE_TABLE },
	{ "queues", DEVICE_QUEUES },
};

struct device_reader {
	struct reader *r;
	struct device_spec *device;
	const struct node *values[ARRAY_SIZE(kind_keys)]; /* as given, in the order of kind_keys */
	bool unknown_kind;				  /* which has been reported */
};

/* The value of the key with @bit, or NULL. */
static const struct node *value_given(const struct device_reader *dr, unsigned int bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(kind_keys); i++) {
		if (kind_keys[i].bit == bit)
			return dr->values[i];
	}
	return NULL;
}

static void keep_value(struct device_reader *dr, const struct node *key, const struct node *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(kind_keys); i++) {
		if (text_is(key->text, key->len, kind_keys[i].name))
			dr->values[i] = value;
	}
}

static void read_kind(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;

	(void)key;
	dr->device->kind_where = node_where(value);
	for (size_t i = 0; i < N_DEVICE_KINDS; i++) {
		if (node_is_word(value, device_kinds[i].name)) {
			dr->device->kind = (enum device_kind)i;
			return;
		}
	}
	dr->unknown_kind = true;
	unknown_name(dr->r->d, node_where(value), "kind of device", value->text, value->len,
		     device_kinds, N_DEVICE_KINDS, sizeof(*device_kinds));
}

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

	keep_value(dr, key, value);
	dr->device->has_mac = !read_unicast_mac(dr->r, value, dr->device->mac);
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

static void read_address(struct device_reader *dr, const struct node *n)
{
	struct device_spec *device = dr->device;
	struct device_address address = { .where = node_where(n) };

	if (n->broken)
		return;
	if (n->kind != NODE_SCALAR) {
		diag(dr->r->d, DIAG_ERROR, node_where(n), "an address is a value, this is %s",
		     node_kind_name(n));
		return;
	}
	if (read_ip_prefix(dr->r, n, &address.prefix))
		return;
	if (ip_address_is_multicast(&address.prefix.address)) {
		diag(dr->r->d, DIAG_ERROR, node_where(n),
		     "a device cannot have the group address %s", n->text);
		return;
	}
	for (size_t i = 0; i < device->n_addresses; i++) {
		if (memcmp(&device->addresses[i].prefix, &address.prefix, sizeof(address.prefix)))
			continue;
		diag(dr->r->d, DIAG_ERROR, address.where, "this address is there already");
		diag(dr->r->d, DIAG_NOTE, device->addresses[i].where, "here");
		return;
	}
	*ARENA_PUSH(dr->r->arena, device->addresses, device->n_addresses) = address;
}

static void read_addresses(void *into, const struct node *key, const struct node *value)
{
	const struct node *item;

	(void)key;
	if (value->kind == NODE_SCALAR)
		read_address(into, value);
	for_each_child (item, value)
		read_address(into, item);
}

static void read_up(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	bool up = true;

	(void)key;
	node_bool(dr->r->d, value, "up", &up);
	dr->device->down = !up;
}

static void read_link(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;

	keep_value(dr, key, value);
	dr->device->link = (struct device_name){ value->text, node_where(value) };
}

static void read_ports(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	struct device_spec *device = dr->device;
	const struct node *item;

	keep_value(dr, key, value);
	for_each_child (item, value) {
		if (item->broken)
			continue;
		if (item->kind != NODE_SCALAR)
			diag(dr->r->d, DIAG_ERROR, node_where(item),
			     "a port is the name of a device, this is %s", node_kind_name(item));
		else
			*ARENA_PUSH(dr->r->arena, device->ports, device->n_ports) =
				(struct device_name){ item->text, node_where(item) };
	}
}

static void read_id(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	uint64_t n;

	keep_value(dr, key, value);
	if (node_uint(dr->r->d, value, "id", UINT32_MAX, &n))
		return;
	dr->device->has_id = true;
	dr->device->id = (uint32_t)n;
}

static void read_local(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;

	keep_value(dr, key, value);
	read_ip_address(dr->r, value, &dr->device->local);
}

static void read_remote(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;

	keep_value(dr, key, value);
	read_ip_address(dr->r, value, &dr->device->remote);
}

static void read_port(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	uint64_t n;

	keep_value(dr, key, value);
	if (node_uint(dr->r->d, value, "port", UDP_PORT_MAX, &n))
		return;
	if (!n)
		diag(dr->r->d, DIAG_ERROR, node_where(value), "port is 1 to %d", UDP_PORT_MAX);
	dr->device->port = (uint16_t)n;
}

static void read_external(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;

	keep_value(dr, key, value);
	node_bool(dr->r->d, value, "external", &dr->device->external);
}

static void read_table(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;

	keep_value(dr, key, value);
	read_routing_table(dr->r, value, &dr->device->table);
}

#define QUEUES_MAX 64

static void read_queues(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	uint64_t n;

	keep_value(dr, key, value);
	if (node_uint(dr->r->d, value, "queues", QUEUES_MAX, &n))
		return;
	if (!n)
		diag(dr->r->d, DIAG_ERROR, node_where(value), "a device has a queue at least");
	dr->device->queues = (uint32_t)n;
}

const struct key device_keys[] = {
	{ "kind", TAKES_SCALAR, read_kind, "KIND", "veth (the default), bridge, vxlan, .." },
	{ "ifindex", TAKES_SCALAR, read_ifindex, "NUMBER", "its interface index" },
	{ "mac", TAKES_SCALAR, read_mac, "MAC", "its hardware address" },
	{ "mtu", TAKES_SCALAR, read_mtu, "BYTES", "its MTU (1500)" },
	{ "addresses", TAKES_SCALAR | TAKES_LIST, read_addresses, "[ADDRESS/LENGTH..]",
	  "its IPv4 and IPv6 addresses" },
	{ "up", TAKES_SCALAR, read_up, "true|false", "whether it is brought up (true)" },
	{ "link", TAKES_SCALAR, read_link, "DEVICE", "vlan, vxlan, ..: the device below" },
	{ "ports", TAKES_LIST, read_ports, "[DEVICE..]", "bridge, vrf: what belongs to it" },
	{ "id", TAKES_SCALAR, read_id, "NUMBER", "vlan, vxlan, geneve: VLAN ID or VNI" },
	{ "local", TAKES_SCALAR, read_local, "ADDRESS", "tunnels: the outer source" },
	{ "remote", TAKES_SCALAR, read_remote, "ADDRESS", "tunnels: the outer destination" },
	{ "port", TAKES_SCALAR, read_port, "NUMBER", "vxlan, geneve: the outer UDP port" },
	{ "external", TAKES_SCALAR, read_external, "true", "tunnels: the packet says where to" },
	{ "table", TAKES_SCALAR, read_table, "NUMBER", "vrf: its routing table" },
	{ "queues", TAKES_SCALAR, read_queues, "NUMBER", "veth: its receive queues (1)" },
};
const size_t n_device_keys = ARRAY_SIZE(device_keys);

/* Keys that do not go with the kind, and, where all that are there are @good, those that it lacks.
 */
static void check_kind_keys(struct device_reader *dr, bool good)
{
	const struct device_kind_row *row = &device_kinds[dr->device->kind];
	unsigned int takes = row->takes, needs = good ? row->needs : 0;
	struct diags *d = dr->r->d;

	if (dr->device->external)
		needs &= ~(unsigned int)(DEVICE_ID | DEVICE_REMOTE);
	for (size_t i = 0; i < ARRAY_SIZE(kind_keys); i++) {
		const struct kind_key *key = &kind_keys[i];

		if (dr->values[i] && !(takes & key->bit))
			diag(d, DIAG_ERROR, node_where(dr->values[i]),
			     "a device of kind '%s' has no '%s'", row->name, key->name);
		else if (!dr->values[i] && needs & key->bit)
			diag(d, DIAG_ERROR, dr->device->where, "a device of kind '%s' needs '%s'",
			     row->name, key->name);
		else if (dr->values[i] && dr->device->external &&
			 key->bit & (DEVICE_ID | DEVICE_REMOTE))
			diag(d, DIAG_ERROR, node_where(dr->values[i]),
			     "with 'external' each packet says its own '%s'", key->name);
	}
}

static void check_kind_values(struct device_reader *dr)
{
	const struct device_kind_row *row = &device_kinds[dr->device->kind];
	const struct device_spec *device = dr->device;
	const struct node *local = value_given(dr, DEVICE_LOCAL);
	const struct node *remote = value_given(dr, DEVICE_REMOTE);
	struct reader *r = dr->r;

	if (device->has_id && device->id > row->id_max)
		diag(r->d, DIAG_ERROR, node_where(value_given(dr, DEVICE_ID)),
		     "the id of a %s is %u at most, not %u", row->name, row->id_max, device->id);
	if (row->takes & DEVICE_IPV4) {
		if (local)
			check_ip_family(r, node_where(local), &device->local, AF_INET, "tunnel");
		if (remote)
			check_ip_family(r, node_where(remote), &device->remote, AF_INET, "tunnel");
	} else if (remote && device->local.family) {
		check_ip_family(r, node_where(remote), &device->remote, device->local.family,
				"tunnel");
	}
	if (remote && ip_address_is_multicast(&device->remote) && !(row->takes & DEVICE_GROUP))
		diag(r->d, DIAG_ERROR, node_where(remote),
		     "the remote of a %s cannot be a group address", row->name);
	if (local && ip_address_is_multicast(&device->local))
		diag(r->d, DIAG_ERROR, node_where(local),
		     "the local address of a tunnel cannot be a group");
}

/* What is not said. A stable MAC, so that frames can name it: locally administered. */
static void device_defaults(struct reader *r, struct device_spec *device)
{
	uint32_t position = (uint32_t)(device - r->node->devices + 1);

	if (device->kind == DEVICE_VETH && !device->mtu)
		device->mtu = MTU_DEFAULT;
	if (device->has_mac || !(device_kinds[device->kind].takes & DEVICE_MAC) ||
	    device->kind == DEVICE_VLAN)
		return;
	device->has_mac = true;
	memcpy(device->mac,
	       (const uint8_t[6]){ 2, 0, 0, 0, (uint8_t)(position >> 8), (uint8_t)position }, 6);
}

/* The scenario's own device replaces one of the same name that a used file brought. */
static struct device_spec *device_named(struct reader *r, const char *name)
{
	struct scenario_node *node = r->node;

	for (size_t i = 0; i < node->n_devices; i++)
		if (!strcmp(node->devices[i].name, name))
			return &node->devices[i];
	return ARENA_PUSH(r->arena, node->devices, node->n_devices);
}

static bool check_device_name(struct reader *r, const struct node *k)
{
	static const char peer[] = "peer.";

	if (text_is(k->text, k->len, "lo")) {
		diag(r->d, DIAG_ERROR, k->span,
		     "every namespace has its 'lo': frames arrive there without 'on:'");
		return false;
	}
	if (!k->len || k->len >= IFNAMSIZ || strpbrk(k->text, "/ \t:%") ||
	    text_is(k->text, k->len, ".") || text_is(k->text, k->len, "..")) {
		diag(r->d, DIAG_ERROR, k->span,
		     "'%s' is no name of a device: 1 to %d characters without '/', ':', '%%' "
		     "or blanks",
		     k->text, IFNAMSIZ - 1);
		return false;
	}
	if (!strncmp(k->text, peer, sizeof(peer) - 1)) {
		diag(r->d, DIAG_ERROR, k->span,
		     "'%s': names with 'peer.' are those of the other ends of veth pairs", k->text);
		return false;
	}
	return true;
}

void read_devices(struct reader *r, const struct node *n)
{
	const struct node *k;

	for_each_child (k, n) {
		struct device_reader dr = { .r = r };
		unsigned int errors = r->d->errors;

		if (!check_device_name(r, k))
			continue;
		dr.device = device_named(r, k->text);
		*dr.device = (struct device_spec){ .name = k->text,
						   .where = k->span,
						   .kind_where = k->span };
		keys_read(r->d, k->value, "a device", device_keys, n_device_keys, &dr);
		if (!dr.unknown_kind && !has_broken_value(k->value)) {
			check_kind_keys(&dr, r->d->errors == errors);
			check_kind_values(&dr);
		}
		device_defaults(r, dr.device);
	}
}
