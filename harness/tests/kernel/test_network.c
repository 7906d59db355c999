/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Networks: what was asked for is what ip(8) sees, kinds of devices, what a kernel lacks or
 * refuses. */
#include "network_test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

/* What `ip ARGS` prints in this namespace, blanks and all; NULL: there is no ip. The caller frees.
 */
static char *ip(const char *args)
{
	char *command = xasprintf("ip %s 2>/dev/null", args), *text;
	FILE *pipe = popen(command, "re"), *out;
	size_t len, n;
	char part[4096];
	int status;

	free(command);
	assert_non_null(pipe);
	out = xmemstream(&text, &len);
	while ((n = fread(part, 1, sizeof(part), pipe)))
		fwrite(part, 1, n, out);
	fclose(out);
	status = pclose(pipe);
	if (status != -1 && WIFEXITED(status) && !WEXITSTATUS(status))
		return text;
	free(text);
	return NULL;
}

#define NEED_IP()                                                      \
	do {                                                           \
		char *need_ip = ip("-V");                              \
                                                                       \
		if (!need_ip) {                                        \
			print_message("skipped: there is no ip(8)\n"); \
			skip();                                        \
		}                                                      \
		free(need_ip);                                         \
	} while (0)

/* Each of @wanted, a list that ends with NULL, is somewhere in what `ip ARGS` prints. */
static void assert_ip_shows(const char *args, const char *const wanted[])
{
	char *text = ip(args);

	assert_non_null(text);
	for (; *wanted; wanted++) {
		if (!strstr(text, *wanted))
			fail_msg("`ip %s` does not show \"%s\" but:\n%s", args, *wanted, text);
	}
	free(text);
}

static void what_is_asked_for_is_there(void **state)
{
	struct device_address eth0[] = { { .prefix = test_prefix("192.168.10.10/24") },
					 { .prefix = test_prefix("2001:db8::1/64") } };
	struct device_address lxc[] = { { .prefix = test_prefix("10.0.0.1/32") } };
	struct device_spec devices[] = {
		{ .name = "eth0", .ifindex = 2, .mtu = 1400, .addresses = eth0, .n_addresses = 2 },
		{ .name = "lxc1", .ifindex = 14, .addresses = lxc, .n_addresses = 1 },
		{ .name = "off", .down = true },
	};
	struct route_spec routes[] = {
		test_route("0.0.0.0/0", "192.168.10.1", "eth0"),
		test_route("172.16.2.0/24", "192.168.10.101", NULL),
		test_route("10.9.0.0/16", NULL, NULL),
		test_route("::/0", "2001:db8::2", NULL),
		test_route("10.77.0.0/16", "1.2.3.4", "lxc1"),
	};
	struct neighbour_spec neighbours[] = { test_neighbour("192.168.10.1", "eth0", 1),
					       test_neighbour("2001:db8::2", "eth0", 2) };
	struct rule_spec rules[] = {
		{ .family = AF_INET,
		  .from = test_prefix("10.0.0.0/8"),
		  .has_mark = true,
		  .mark = 0x200,
		  .mask = 0xf00,
		  .has_priority = true,
		  .priority = 50,
		  .table = 1000,
		  .action = FR_ACT_TO_TBL },
		{ .family = AF_INET6,
		  .iif = "eth0",
		  .has_priority = true,
		  .priority = 51,
		  .action = FR_ACT_PROHIBIT },
	};
	const struct network_spec network = { devices, 3,     routes, 5,    neighbours,
					      2,       rules, 2,      NULL, 0 };

	NEED_ROOT();
	NEED_IP();
	routes[1].metric = 77;
	routes[1].mtu = 1300;
	routes[2].type = RTN_BLACKHOLE;
	routes[4].onlink = true;
	routes[4].table = 1000;
	test_network(*state, &network);
	assert_ip_shows("-o link show eth0", (const char *[]){ "2: eth0@peer.1:", ",UP", "mtu 1400",
							       "02:00:00:00:00:01", NULL });
	assert_ip_shows("-o link show lxc1", (const char *[]){ "14: lxc1@peer.2:", ",UP", NULL });
	assert_ip_shows("-o link show off", (const char *[]){ "3: off@peer.3: <BROADCAST,MULTICAST",
							      "state DOWN", NULL });
	assert_ip_shows("-o addr show eth0",
			(const char *[]){ "inet 192.168.10.10/24 scope global eth0",
					  "inet6 2001:db8::1/64 scope global nodad", NULL });
	assert_ip_shows("-o addr show lxc1", (const char *[]){ "inet 10.0.0.1/32", NULL });
	assert_ip_shows(
		"route",
		(const char *[]){ "default via 192.168.10.1 dev eth0",
				  "172.16.2.0/24 via 192.168.10.101 dev eth0 metric 77 mtu 1300",
				  "blackhole 10.9.0.0/16", "192.168.10.0/24 dev eth0 proto kernel",
				  NULL });
	assert_ip_shows("-6 route",
			(const char *[]){ "default via 2001:db8::2 dev eth0",
					  "2001:db8::/64 dev eth0 proto kernel", NULL });
	assert_ip_shows("route show table 1000",
			(const char *[]){ "10.77.0.0/16 via 1.2.3.4 dev lxc1 onlink", NULL });
	assert_ip_shows("neigh",
			(const char *[]){
				"192.168.10.1 dev eth0 lladdr 02:00:00:00:fe:01 PERMANENT", NULL });
	assert_ip_shows("-6 neigh",
			(const char *[]){ "2001:db8::2 dev eth0 lladdr 02:00:00:00:fe:02 PERMANENT",
					  NULL });
	assert_ip_shows("rule",
			(const char *[]){ "50:\tfrom 10.0.0.0/8 fwmark 0x200/0xf00 lookup 1000",
					  NULL });
	assert_ip_shows("-6 rule", (const char *[]){ "51:\tfrom all iif eth0 prohibit", NULL });
	assert_int_equal(sandbox_device(*state, "eth0")->mtu, 1400);
}

/* Returns whether this kernel has it; what it lacks is said, not reported. */
static bool makes(struct sandbox *s, struct device_spec *devices, size_t n)
{
	struct diags d = { 0 };
	int err = test_devices(s, &d, devices, n);

	if (err == -EOPNOTSUPP) {
		assert_int_equal(d.n, 0);
		assert_non_null(strstr(sandbox_missing(s), device_kinds[devices[n - 1].kind].name));
		print_message("%s\n", sandbox_missing(s));
		return false;
	}
	if (err)
		diags_print(stderr, &d);
	assert_int_equal(err, 0);
	diags_free(&d);
	return true;
}

static void every_kind(void **state)
{
	static const struct {
		enum device_kind kind;
		const char *shown[4]; /* by ip -d link */
	} rows[] = {
		{ DEVICE_VETH, { "veth " } },
		{ DEVICE_BRIDGE, { "bridge ", "mcast_snooping 0" } },
		{ DEVICE_DUMMY, { "dummy " } },
		{ DEVICE_IFB, { "ifb " } },
		{ DEVICE_TUN, { "tun type tun " } },
		{ DEVICE_TAP, { "tun type tap " } },
		{ DEVICE_VLAN, { "x@eth0", "vlan protocol 802.1Q id 7 " } },
		{ DEVICE_VXLAN, { "vxlan id 7 ", "local 10.0.0.1 ", "dstport 4444 " } },
		{ DEVICE_GENEVE, { "geneve id 7 ", "remote 10.0.0.2", "dstport 4444" } },
		{ DEVICE_MACVLAN, { "x@eth0", "macvlan mode bridge" } },
		{ DEVICE_IPVLAN, { "x@eth0", "ipvlan mode l2 " } },
		{ DEVICE_VRF, { "vrf table 9" } },
		{ DEVICE_IPIP, { "ipip ", "remote 10.0.0.2 local 10.0.0.1" } },
		{ DEVICE_GRE, { "gre ", "remote 10.0.0.2 local 10.0.0.1" } },
		{ DEVICE_GRETAP, { "gretap ", "remote 10.0.0.2 local 10.0.0.1" } },
	};
	struct diags d = { 0 };

	_Static_assert(ARRAY_SIZE(rows) == N_DEVICE_KINDS, "each kind");
	NEED_ROOT();
	NEED_IP();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int takes = device_kinds[rows[i].kind].takes;
		struct device_spec devices[] = {
			{ .name = "eth0" },
			{ .name = "x", .kind = rows[i].kind, .ifindex = 40, .port = 4444 },
		};

		if (device_kinds[rows[i].kind].needs & DEVICE_LINK)
			devices[1].link.name = "eth0";
		devices[1].has_id = takes & DEVICE_ID;
		devices[1].id = 7;
		if (takes & DEVICE_LOCAL)
			devices[1].local = test_address("10.0.0.1");
		if (takes & DEVICE_REMOTE)
			devices[1].remote = test_address("10.0.0.2");
		devices[1].table = 9;
		assert_int_equal(sandbox_fresh(*state, &d), 0);
		if (makes(*state, devices, 2)) {
			assert_ip_shows("-d -o link show x", rows[i].shown);
			assert_ip_shows("-o link show x", (const char *[]){ "40: x", ",UP", NULL });
			assert_int_equal(sandbox_device(*state, "x")->ifindex, 40);
			assert_true(sandbox_device(*state, "x")->mtu > 1000);
		}
	}
	diags_free(&d);
}

static void tunnels_told_by_the_packet(void **state)
{
	static const enum device_kind kinds[] = { DEVICE_VXLAN, DEVICE_GENEVE, DEVICE_IPIP,
						  DEVICE_GRE, DEVICE_GRETAP };
	struct diags d = { 0 };

	NEED_ROOT();
	NEED_IP();
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct device_spec device = { .name = "x", .kind = kinds[i], .external = true };

		assert_int_equal(sandbox_fresh(*state, &d), 0);
		if (makes(*state, &device, 1))
			assert_ip_shows("-d -o link show x", (const char *[]){ "external", NULL });
	}
	diags_free(&d);
}

static void ports_belong_to_their_bridge(void **state)
{
	struct device_name ports[] = { { .name = "a" }, { .name = "b" } };
	struct device_spec devices[] = {
		{ .name = "br0",
		  .kind = DEVICE_BRIDGE,
		  .ports = ports,
		  .n_ports = 2,
		  .has_mac = true,
		  .mac = { 2, 0xbb } },
		{ .name = "a" },
		{ .name = "b" },
	};

	NEED_ROOT();
	NEED_IP();
	if (!makes(*state, &devices[0], 0) || !makes(*state, devices, 3))
		return;
	assert_ip_shows("-o link show a", (const char *[]){ "master br0", NULL });
	assert_ip_shows("-o link show b", (const char *[]){ "master br0", NULL });
	assert_ip_shows("-o link show br0", (const char *[]){ "02:bb:00:00:00:00", NULL });
	assert_int_equal(sandbox_device(*state, "br0")->mac[1], 0xbb);
}

/* What a file below /proc/sys holds, without its line's end. The caller frees. */
static char *sysctl_value(const char *path)
{
	char *full = xasprintf("/proc/sys/%s", path), text[128] = "";
	int fd = open(full, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_true(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	free(full);
	text[strcspn(text, "\n")] = '\0';
	return xstrdup(text);
}

static void assert_sysctl(const char *path, const char *value)
{
	char *have = sysctl_value(path);

	assert_string_equal(have, value);
	free(have);
}

static void sysctls_of_the_namespace_alone(void **state)
{
	char *outside = sysctl_value("net/ipv4/ip_default_ttl");
	struct device_spec device = { .name = "eth0" };
	struct sysctl_spec sysctls[] = {
		{ .name = "a", .path = "net/ipv4/ip_default_ttl", .value = "77" },
		{ .name = "b", .path = "net/ipv4/conf/default/proxy_arp", .value = "1" },
		{ .name = "c", .path = "net/ipv6/conf/eth0/hop_limit", .value = "5" },
		{ .name = "d", .path = "net/ipv4/tcp_rmem", .value = "4096 65536 99999" },
	};
	const struct network_spec network = {
		.devices = &device, .n_devices = 1, .sysctls = sysctls, .n_sysctls = 4
	};

	NEED_ROOT();
	test_network(*state, &network);
	assert_sysctl("net/ipv4/ip_default_ttl", "77");
	assert_sysctl("net/ipv4/conf/eth0/proxy_arp", "1"); /* taken over when it was made */
	assert_sysctl("net/ipv6/conf/eth0/hop_limit", "5");
	assert_sysctl("net/ipv4/tcp_rmem", "4096\t65536\t99999");
	assert_sysctl("net/ipv4/conf/eth0/forwarding", "1");
	assert_sysctl("net/ipv6/conf/eth0/forwarding", "1");
	assert_sysctl("net/ipv4/conf/all/rp_filter", "0");
	sandbox_free(*state);
	*state = NULL;
	assert_sysctl("net/ipv4/ip_default_ttl", outside);
	free(outside);
}

/* All of it at once, each in the kernel's own words where it has some. */
static void what_the_kernel_refuses(void **state)
{
	struct device_address twice[] = { { .prefix = test_prefix("10.0.0.1/24") },
					  { .prefix = test_prefix("10.0.0.1/24") } };
	struct device_spec device = { .name = "eth0", .addresses = twice, .n_addresses = 2 };
	struct route_spec routes[] = { test_route("10.9.0.0/16", "172.31.0.1", NULL),
				       test_route("10.8.0.0/16", "10.0.0.2", NULL),
				       test_route("10.8.0.0/16", "10.0.0.3", NULL) };
	const struct network_spec network = {
		.devices = &device, .n_devices = 1, .routes = routes, .n_routes = 3
	};
	struct diags d = { 0 };

	NEED_ROOT();
	assert_int_equal(sandbox_network(*state, &d, &network), -1);
	assert_int_equal(d.errors, 3);
	assert_true(diags_hold(&d, "the kernel refuses this address: "));
	assert_true(diags_hold(&d, "the kernel refuses this route: Nexthop has invalid gateway"));
	assert_true(diags_hold(&d, "the kernel refuses this route: File exists (EEXIST)"));
	diags_free(&d);
}

static void sysctls_the_kernel_refuses(void **state)
{
	struct sysctl_spec sysctls[] = {
		{ .name = "net.ipv4.ip_forwrd", .path = "net/ipv4/ip_forwrd", .value = "1" },
		{ .name = "net.ipv4.ip_forward", .path = "net/ipv4/ip_forward", .value = "yes" },
	};
	const struct network_spec network = { .sysctls = sysctls, .n_sysctls = 2 };
	struct diags d = { 0 };

	NEED_ROOT();
	assert_int_equal(sandbox_network(*state, &d, &network), -1);
	assert_int_equal(d.errors, 2);
	assert_true(diags_hold(&d, "this kernel has no net.ipv4.ip_forwrd"));
	assert_true(diags_hold(&d, "the kernel refuses 'yes' for net.ipv4.ip_forward"));
	diags_free(&d);
}

/* More than goes out in one call, with errors at both ends. */
static void many_routes(void **state)
{
	enum {
		N = 2000
	};
	struct device_address address = { .prefix = test_prefix("10.0.0.1/24") };
	struct device_spec device = { .name = "eth0", .addresses = &address, .n_addresses = 1 };
	struct route_spec *routes = xcalloc(N, sizeof(*routes));
	const struct network_spec network = {
		.devices = &device, .n_devices = 1, .routes = routes, .n_routes = N
	};
	struct diags d = { 0 };

	NEED_ROOT();
	for (unsigned int i = 0; i < N; i++) {
		routes[i] = test_route("172.16.0.0/32", "10.0.0.2", NULL);
		routes[i].to.address.bytes[2] = (uint8_t)(i >> 8);
		routes[i].to.address.bytes[3] = (uint8_t)i;
	}
	test_network(*state, &network);
	assert_int_equal(sandbox_fresh(*state, &d), 0);
	for (unsigned int i = 0; i < N; i++)
		routes[i].via = test_address("9.9.9.9");
	assert_int_equal(sandbox_network(*state, &d, &network), -1);
	assert_int_equal(d.errors, N);
	diags_free(&d);
	free(routes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(what_is_asked_for_is_there),
		KERNEL_TEST(every_kind),
		KERNEL_TEST(tunnels_told_by_the_packet),
		KERNEL_TEST(ports_belong_to_their_bridge),
		KERNEL_TEST(sysctls_of_the_namespace_alone),
		KERNEL_TEST(what_the_kernel_refuses),
		KERNEL_TEST(sysctls_the_kernel_refuses),
		KERNEL_TEST(many_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
