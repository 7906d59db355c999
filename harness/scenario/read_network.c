/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the readers of a node's network share, and its sysctls. */
#include "scenario/read_network.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <string.h>

const char *ip_family_name(uint8_t family)
{
	return family == AF_INET6 ? "IPv6" : "IPv4";
}

int read_word(struct reader *r, const struct node *n, const char *what, const struct word words[],
	      size_t n_words, unsigned int *out)
{
	for (size_t i = 0; i < n_words; i++) {
		if (node_is_word(n, words[i].name)) {
			*out = words[i].value;
			return 0;
		}
	}
	unknown_name(r->d, node_where(n), what, n->text, n->len, words, n_words, sizeof(*words));
	return -1;
}

int read_ip_address(struct reader *r, const struct node *n, struct ip_address *out)
{
	if (!ip_address_parse(n->text, n->len, out))
		return 0;
	diag(r->d, DIAG_ERROR, node_where(n),
	     "'%s' is no IP address: 10.0.0.1 or 2001:db8::1, without a prefix length", n->text);
	return -1;
}

int read_ip_prefix(struct reader *r, const struct node *n, struct ip_prefix *out)
{
	const char *slash = memchr(n->text, '/', n->len);
	size_t len = slash ? (size_t)(slash - n->text) : n->len;
	struct ip_prefix p = { 0 };
	uint64_t bits, most;

	if (ip_address_parse(n->text, len, &p.address)) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'%s' is no IP address: 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32", n->text);
		return -1;
	}
	bits = most = 8 * ip_address_size(p.address.family);
	if (slash && (number_parse(slash + 1, n->len - len - 1, &bits) || bits > most)) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'%s': the length of an %s prefix is a number from 0 to %u", n->text,
		     ip_family_name(p.address.family), (unsigned int)most);
		return -1;
	}
	p.bits = (uint8_t)bits;
	*out = p;
	return 0;
}

int read_ip_network(struct reader *r, const struct node *n, struct ip_prefix *out)
{
	char text[INET6_ADDRSTRLEN];
	struct ip_prefix p;

	if (read_ip_prefix(r, n, &p))
		return -1;
	if (!ip_prefix_has_host_bits(&p)) {
		*out = p;
		return 0;
	}
	for (size_t bit = p.bits; bit < 8 * ip_address_size(p.address.family); bit++)
		p.address.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	inet_ntop(p.address.family, p.address.bytes, text, sizeof(text));
	diag(r->d, DIAG_ERROR, node_where(n),
	     "'%s' has bits behind its prefix: the network is %s/%u", n->text, text, p.bits);
	return -1;
}

int read_unicast_mac(struct reader *r, const struct node *n, uint8_t mac[static 6])
{
	if (mac_parse(n->text, n->len, mac))
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'%s' is no MAC address: six bytes like 02:00:00:00:00:01", n->text);
	else if (mac[0] & 1)
		diag(r->d, DIAG_ERROR, node_where(n), "a device cannot have the group address %s",
		     n->text);
	else if (!memcmp(mac, (const uint8_t[6]){ 0 }, 6))
		diag(r->d, DIAG_ERROR, node_where(n), "a device cannot have the address %s",
		     n->text);
	else
		return 0;
	return -1;
}

/* The kernel's own three; a number is any of 32 bits. */
int read_routing_table(struct reader *r, const struct node *n, uint32_t *out)
{
	static const struct word tables[] = { { "main", RT_TABLE_MAIN },
					      { "local", RT_TABLE_LOCAL },
					      { "default", RT_TABLE_DEFAULT } };
	uint64_t number;

	if (n->len && (n->text[0] < '0' || n->text[0] > '9') && n->text[0] != '-')
		return read_word(r, n, "routing table", tables, ARRAY_SIZE(tables), out);
	if (node_uint(r->d, n, "table", UINT32_MAX, &number))
		return -1;
	if (!number) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "table is 1 or more, or main, local, default");
		return -1;
	}
	*out = (uint32_t)number;
	return 0;
}

const char *read_device_name(struct reader *r, const struct node *n)
{
	size_t i;

	if (node_is_word(n, "lo"))
		return "lo";
	return read_device(r, n, &i) ? NULL : r->node->devices[i].name;
}

void check_ip_family(struct reader *r, struct span where, const struct ip_address *a,
		     uint8_t family, const char *of)
{
	if (a->family != AF_UNSPEC && a->family != family)
		diag(r->d, DIAG_ERROR, where, "this is an %s address, the %s is for %s",
		     ip_family_name(a->family), of, ip_family_name(family));
}

void report_twice(struct reader *r, struct span where, struct span other, const char *what)
{
	if (where.src != other.src)
		return;
	diag(r->d, DIAG_ERROR, where, "this %s is there already", what);
	diag(r->d, DIAG_NOTE, other, "here");
}

/* Of "net/ipv4/conf/eth0/forwarding" eth0 has to be there. */
static bool check_sysctl_device(struct reader *r, const struct node *k, const char *path)
{
	static const char *const parents[] = { "net/ipv4/conf/", "net/ipv6/conf/",
					       "net/ipv4/neigh/", "net/ipv6/neigh/" };
	const struct scenario_node *node = r->node;
	char *name = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(parents) && !name; i++) {
		size_t len = strlen(parents[i]);

		if (!strncmp(path, parents[i], len))
			name = arena_strndup(r->arena, path + len, strcspn(path + len, "/"));
	}
	if (!name || !strcmp(name, "all") || !strcmp(name, "default") || !strcmp(name, "lo"))
		return true;
	for (size_t i = 0; i < node->n_devices; i++) {
		if (!strcmp(name, node->devices[i].name))
			return true;
	}
	unknown_name(r->d, node_where(k), "device of this scenario", name, strlen(name),
		     node->devices, node->n_devices, sizeof(*node->devices));
	return false;
}

static void keep_sysctl(struct reader *r, const struct sysctl_spec *sysctl)
{
	struct scenario_node *node = r->node;

	for (size_t i = 0; i < node->n_sysctls; i++) {
		struct sysctl_spec *other = &node->sysctls[i];

		if (strcmp(other->path, sysctl->path))
			continue;
		report_twice(r, sysctl->where, other->where, "sysctl");
		*other = *sysctl;
		return;
	}
	*ARENA_PUSH(r->arena, node->sysctls, node->n_sysctls) = *sysctl;
}

void read_sysctls(struct reader *r, const struct node *n)
{
	const struct node *k;

	for_each_child (k, n) {
		struct sysctl_spec sysctl = { .where = k->span, .name = k->text };

		sysctl.path = sysctl_path(r->arena, k->text);
		if (k->value->broken)
			continue;
		if (!sysctl.path || strncmp(sysctl.path, "net/", 4)) {
			diag(r->d, DIAG_ERROR, k->span,
			     "'%s' is no sysctl of a network namespace, as net.ipv4.ip_forward",
			     k->text);
			continue;
		}
		if (k->value->kind != NODE_SCALAR || !k->value->len) {
			diag(r->d, DIAG_ERROR, node_where(k->value),
			     "a sysctl takes a value, this is %s",
			     k->value->kind == NODE_SCALAR ? "empty" : node_kind_name(k->value));
			continue;
		}
		sysctl.value = k->value->text;
		if (check_sysctl_device(r, k, sysctl.path))
			keep_sysctl(r, &sysctl);
	}
}
