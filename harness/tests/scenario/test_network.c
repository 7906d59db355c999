/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A node's network as a scenario says it: defaults, and what a scenario changes of a file it uses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/suite.h"

#include <libgen.h>
#include <limits.h>
#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#define REST                                     \
	"object: lessons.bpf.o\nprogram: pass\n" \
	"steps: [{send: eth(), expect: {verdict: XDP_PASS}}]\n"

static void put(const char *dir, const char *name, const char *head, const char *text,
		const char *tail)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	fprintf(out, "verdict: 1\n%s%s%s", head, text, tail);
	assert_int_equal(fclose(out), 0);
	free(path);
}

/* Read a scenario that says @own, and uses a file that says @used, into *suite. */
static const struct scenario_node *read_both(struct suite *suite, const char *used, const char *own)
{
	char dir[] = "/tmp/verdict-XXXXXX", exe[PATH_MAX] = "", *command, *path;
	static char objects[PATH_MAX + 8];
	static const char *const object_dirs[] = { objects };

	assert_non_null(mkdtemp(dir));
	assert_true(readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0);
	snprintf(objects, sizeof(objects), "%s/../bpf", dirname(exe));
	*suite = (struct suite){ .object_dirs = object_dirs, .n_object_dirs = 1 };
	put(dir, "used.part", "", used, "");
	put(dir, "own.yaml", "use: used.part\n", own, REST);
	path = xasprintf("%s/own.yaml", dir);
	if (suite_read(suite, path))
		diags_print(stderr, &suite->diags);
	command = xasprintf("rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
	free(command);
	free(path);
	assert_int_equal(suite->n, 1);
	return suite->scenarios[0]->nodes;
}

static void what_is_not_said(void **state)
{
	struct suite suite;
	const struct scenario_node *n;
	const struct device_spec *d;
	(void)state;

	n = read_both(&suite, "",
		      "devices:\n"
		      "  a: {addresses: 10.0.0.1}\n"
		      "  b: {kind: tun}\n"
		      "  c: {kind: vlan, link: a, id: 7}\n"
		      "  d: {kind: bridge, up: false}\n"
		      "routes:\n"
		      "  - {to: default, via: 10.0.0.2}\n"
		      "  - {to: default, via: 2001:db8::1}\n"
		      "  - {to: 10.1.0.0/16, type: local, dev: lo}\n"
		      "neighbours: [{address: 10.0.0.2, dev: a, mac: 02:00:00:00:00:fe}]\n"
		      "rules: [{}, {from: '::/0', mark: 16/0xff}]\n"
		      "sysctls: {net.ipv4.conf.a.forwarding: 0, net/ipv4/conf/b/forwarding: 1}\n");
	assert_int_equal(n->n_devices, 4);
	d = n->devices;
	assert_int_equal(d[0].kind, DEVICE_VETH);
	assert_int_equal(d[0].mtu, 1500);
	assert_memory_equal(d[0].mac, ((uint8_t[]){ 2, 0, 0, 0, 0, 1 }), 6);
	assert_false(d[0].down);
	assert_int_equal(d[0].addresses[0].prefix.bits, 32);
	assert_false(d[1].has_mac);
	assert_memory_equal(d[2].mac, d[0].mac, 6);
	assert_false(d[2].has_mac); /* the kernel gives it that of its link */
	assert_memory_equal(d[3].mac, ((uint8_t[]){ 2, 0, 0, 0, 0, 4 }), 6);
	assert_true(d[3].down);

	assert_int_equal(n->n_routes, 3);
	assert_int_equal(n->routes[0].to.address.family, AF_INET);
	assert_int_equal(n->routes[0].table, RT_TABLE_MAIN);
	assert_int_equal(n->routes[1].to.address.family, AF_INET6);
	assert_int_equal(n->routes[1].to.bits, 0);
	assert_int_equal(n->routes[2].table, RT_TABLE_LOCAL);
	assert_int_equal(n->neighbours[0].state, NUD_PERMANENT);
	assert_int_equal(n->rules[0].family, AF_INET);
	assert_int_equal(n->rules[0].table, RT_TABLE_MAIN);
	assert_false(n->rules[0].has_mark || n->rules[0].has_priority);
	assert_int_equal(n->rules[1].family, AF_INET6);
	assert_int_equal(n->rules[1].mark, 16);
	assert_int_equal(n->rules[1].mask, 0xff);
	assert_string_equal(n->sysctls[0].path, "net/ipv4/conf/a/forwarding");
	assert_string_equal(n->sysctls[1].path, "net/ipv4/conf/b/forwarding");
	suite_free(&suite);
}

static void own_rows_replace_used_ones(void **state)
{
	struct suite suite;
	const struct scenario_node *n;
	(void)state;

	n = read_both(
		&suite,
		"devices:\n  a: {mtu: 1400, addresses: [10.0.0.1/24]}\n  b: {ifindex: 9}\n"
		"routes: [{to: default, via: 10.0.0.2}, {to: 10.1.0.0/16, dev: b}]\n"
		"neighbours: [{address: 10.0.0.2, dev: a, mac: 02:00:00:00:00:01}]\n"
		"sysctls: {net.ipv4.ip_forward: 0, net.ipv4.ip_default_ttl: 3}\n",
		"devices:\n  a: {addresses: [10.0.0.9/24]}\n  c: {}\n"
		"routes: [{to: default, via: 10.0.0.3}, {to: default, via: 10.0.0.4, metric: 5}]\n"
		"neighbours: [{address: 10.0.0.2, dev: a, mac: 02:00:00:00:00:02}]\n"
		"sysctls: {net/ipv4/ip_forward: 1}\n");
	assert_int_equal(n->n_devices, 3);
	assert_string_equal(n->devices[0].name, "a");
	assert_int_equal(n->devices[0].mtu, 1500);
	assert_int_equal(n->devices[0].n_addresses, 1);
	assert_int_equal(n->devices[0].addresses[0].prefix.address.bytes[3], 9);
	assert_int_equal(n->devices[1].ifindex, 9);
	assert_int_equal(n->n_routes, 3);
	assert_int_equal(n->routes[0].via.bytes[3], 3);
	assert_string_equal(n->routes[1].dev, "b");
	assert_int_equal(n->routes[2].metric, 5);
	assert_int_equal(n->n_neighbours, 1);
	assert_int_equal(n->neighbours[0].mac[5], 2);
	assert_int_equal(n->n_sysctls, 2);
	assert_string_equal(n->sysctls[0].value, "1");
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said),
		cmocka_unit_test(own_rows_replace_used_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
