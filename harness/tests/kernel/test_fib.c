/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* bpf_fib_lookup() answers in a sandbox as on a node; and nothing is on its wires but what programs
 * send. */
#include "network_test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#define FIB_LOOKUP_MARK (1u << 5) /* since Linux 6.10 */

struct fib_case {
	struct bpf_fib_lookup fib;
	uint32_t flags;
	int32_t ret;
};

struct fixture {
	struct object_file *file;
	struct instance *inst;
};

static struct fixture fixture_load(void)
{
	struct fixture f = { .file = test_object("net_fib") };

	f.inst = test_load((const struct object_file *[]){ f.file }, 1);
	return f;
}

static void fixture_free(struct fixture *f)
{
	instance_free(f->inst);
	object_file_free(f->file);
}

/*
 *   eth0  2  192.168.10.10/24, 2001:db8::1/64    default gateway .1, ::2
 *   lxc1 14  10.0.0.1/24
 *   lxc2 15  10.1.0.1/24, MTU 1000
 */
static void make_node(struct sandbox *s)
{
	struct device_address eth0[] = { { .prefix = test_prefix("192.168.10.10/24") },
					 { .prefix = test_prefix("2001:db8::1/64") } };
	struct device_address lxc1 = { .prefix = test_prefix("10.0.0.1/24") };
	struct device_address lxc2 = { .prefix = test_prefix("10.1.0.1/24") };
	struct device_spec devices[] = {
		{ .name = "eth0", .ifindex = 2, .addresses = eth0, .n_addresses = 2 },
		{ .name = "lxc1", .ifindex = 14, .addresses = &lxc1, .n_addresses = 1 },
		{ .name = "lxc2",
		  .ifindex = 15,
		  .addresses = &lxc2,
		  .n_addresses = 1,
		  .mtu = 1000 },
	};
	struct route_spec routes[] = {
		test_route("0.0.0.0/0", "192.168.10.1", "eth0"),
		test_route("10.9.0.0/16", NULL, NULL),
		test_route("10.10.0.0/16", NULL, NULL),
		test_route("10.11.0.0/16", NULL, NULL),
		test_route("::/0", "2001:db8::2", NULL),
		test_route("2001:db8:9::/48", NULL, NULL),
		test_route("0.0.0.0/0", "10.1.0.2", "lxc2"),
	};
	struct neighbour_spec neighbours[] = { test_neighbour("192.168.10.1", "eth0", 1),
					       test_neighbour("10.0.0.2", "lxc1", 2),
					       test_neighbour("2001:db8::2", "eth0", 3),
					       test_neighbour("10.1.0.2", "lxc2", 4) };
	struct rule_spec rules[] = {
		{ .family = AF_INET,
		  .from = test_prefix("10.0.0.128/25"),
		  .table = 100,
		  .action = FR_ACT_TO_TBL },
		{ .family = AF_INET,
		  .has_mark = true,
		  .mark = 0x200,
		  .mask = 0xf00,
		  .table = 100,
		  .action = FR_ACT_TO_TBL },
	};
	const struct network_spec network = { devices, 3,     routes, 7,    neighbours,
					      4,       rules, 2,      NULL, 0 };

	routes[1].type = RTN_BLACKHOLE;
	routes[2].type = RTN_UNREACHABLE;
	routes[3].type = RTN_PROHIBIT;
	routes[5].type = RTN_BLACKHOLE;
	routes[6].table = 100;
	test_network(s, &network);
}

/* Ask about a packet from @src to @dst that came in through @ifindex. */
static struct fib_case ask(struct fixture *f, const char *program, struct fib_case c,
			   const char *src, const char *dst, uint32_t ifindex)
{
	struct ip_address from = test_address(src), to = test_address(dst);
	struct map *m = test_map(f->inst, 0, "fib_case");
	uint32_t zero = 0;

	c.fib.family = from.family;
	c.fib.ifindex = ifindex;
	memcpy(from.family == AF_INET ? &c.fib.ipv4_src : c.fib.ipv6_src, from.bytes,
	       ip_address_size(from.family));
	memcpy(from.family == AF_INET ? &c.fib.ipv4_dst : c.fib.ipv6_dst, to.bytes,
	       ip_address_size(from.family));
	c.ret = -1;
	assert_int_equal(map_update(m, &zero, &c, 0), 0);
	assert_int_equal(test_frame(f->inst, 0, program, 64).error, 0);
	assert_int_equal(map_lookup(m, &zero, &c), 0);
	return c;
}

static void answers(void **state)
{
	static const struct {
		const char *src, *dst;
		int ret;
		uint32_t ifindex;
		uint8_t mac; /* the last byte of the neighbour's */
		uint16_t len;
	} rows[] = {
		{ "10.1.0.9", "10.0.0.2", BPF_FIB_LKUP_RET_SUCCESS, 14, 2, 0 },
		{ "10.0.0.2", "8.8.8.8", BPF_FIB_LKUP_RET_SUCCESS, 2, 1, 0 },
		{ "10.0.0.130", "8.8.8.8", BPF_FIB_LKUP_RET_SUCCESS, 15, 4, 0 }, /* by its source */
		{ "10.0.0.2", "10.0.0.3", BPF_FIB_LKUP_RET_NO_NEIGH, 14, 0, 0 },
		{ "10.0.0.2", "10.9.0.1", BPF_FIB_LKUP_RET_BLACKHOLE, 0, 0, 0 },
		{ "10.0.0.2", "10.10.0.1", BPF_FIB_LKUP_RET_UNREACHABLE, 0, 0, 0 },
		{ "10.0.0.2", "10.11.0.1", BPF_FIB_LKUP_RET_PROHIBIT, 0, 0, 0 },
		{ "8.8.8.8", "10.0.0.1", BPF_FIB_LKUP_RET_NOT_FWDED, 0, 0, 0 }, /* to the node */
		{ "10.0.0.2", "10.1.0.2", BPF_FIB_LKUP_RET_SUCCESS, 15, 4, 1000 },
		{ "10.0.0.2", "10.1.0.2", BPF_FIB_LKUP_RET_FRAG_NEEDED, 0, 0, 1001 },
		{ "2001:db8:1::1", "2001:db8:2::1", BPF_FIB_LKUP_RET_SUCCESS, 2, 3, 0 },
		{ "2001:db8:1::1", "2001:db8::2", BPF_FIB_LKUP_RET_SUCCESS, 2, 3, 0 },
		{ "2001:db8:1::1", "2001:db8::3", BPF_FIB_LKUP_RET_NO_NEIGH, 2, 0, 0 },
		{ "2001:db8:1::1", "2001:db8:9::1", BPF_FIB_LKUP_RET_BLACKHOLE, 0, 0, 0 },
	};
	static const char *const programs[] = { "fib_xdp", "fib_tc" };
	struct fixture f;

	NEED_ROOT();
	make_node(*state);
	f = fixture_load();
	for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
		size_t row = i / 2;
		struct fib_case c = { .fib.tot_len = rows[row].len };

		c = ask(&f, programs[i % 2], c, rows[row].src, rows[row].dst, 14);
		if (c.ret != rows[row].ret)
			print_message("%s: %s to %s: %d\n", programs[i % 2], rows[row].src,
				      rows[row].dst, c.ret);
		assert_int_equal(c.ret, rows[row].ret);
		if (rows[row].ifindex)
			assert_int_equal(c.fib.ifindex, rows[row].ifindex);
		if (c.ret == BPF_FIB_LKUP_RET_SUCCESS) {
			assert_memory_equal(c.fib.dmac, ((uint8_t[]){ 2, 0, 0, 0, 0xfe }), 5);
			assert_int_equal(c.fib.dmac[5], rows[row].mac);
			assert_memory_equal(c.fib.smac,
					    sandbox_device_by_index(*state, c.fib.ifindex)->mac, 6);
		}
	}
	fixture_free(&f);
}

static void the_mark_chooses(void **state)
{
	const uint32_t marks[] = { 0x200, 0x2ff, 0x300 }, expected[] = { 15, 15, 2 };
	struct fixture f;

	NEED_ROOT();
	make_node(*state);
	f = fixture_load();
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		struct fib_case c = { .flags = FIB_LOOKUP_MARK };

		/* In a union with the MACs of the answer; headers before 6.10 do not name it. */
		memcpy((uint8_t *)&c.fib + offsetof(struct bpf_fib_lookup, smac), &marks[i], 4);
		c = ask(&f, "fib_tc", c, "10.0.0.2", "8.8.8.8", 14);
		if (c.ret == -EINVAL) {
			fixture_free(&f);
			print_message("skipped: this kernel's bpf_fib_lookup() takes no mark\n");
			skip();
		}
		assert_int_equal(c.ret, BPF_FIB_LKUP_RET_SUCCESS);
		assert_int_equal(c.fib.ifindex, expected[i]);
	}
	fixture_free(&f);
}

static void forwarding_can_be_off(void **state)
{
	struct device_spec device = { .name = "eth0", .ifindex = 2 };
	struct sysctl_spec off = { .name = "x", .path = "net/ipv4/ip_forward", .value = "0" };
	const struct network_spec network = {
		.devices = &device, .n_devices = 1, .sysctls = &off, .n_sysctls = 1
	};
	struct fib_case c = { 0 };
	struct fixture f;

	NEED_ROOT();
	test_network(*state, &network);
	f = fixture_load();
	c = ask(&f, "fib_xdp", c, "10.0.0.2", "8.8.8.8", 2);
	assert_int_equal(c.ret, BPF_FIB_LKUP_RET_FWD_DISABLED);
	fixture_free(&f);
}

/* A socket that sees every frame at device @ifindex. */
static int listen_at(uint32_t ifindex)
{
	const struct sockaddr_ll at = { .sll_family = AF_PACKET,
					.sll_protocol = htons(ETH_P_ALL),
					.sll_ifindex = (int)ifindex };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* The node's reports of multicast listeners, which a busy kernel sends later than its network is
 * made: addrconf_dad_work(). */
static bool is_listener_report(const uint8_t *frame)
{
	return frame[0] == 0x33 && frame[1] == 0x33;
}

/* Frames that came until nothing more does for @wait ms. */
static unsigned int count_frames(int fd, unsigned int wait)
{
	unsigned int n = 0;
	uint8_t frame[2048] = { 0 };

	for (unsigned int waited = 0; waited < wait;) {
		ssize_t len = recv(fd, frame, sizeof(frame), MSG_DONTWAIT);

		if (len > 0) {
			n += !is_listener_report(frame);
			continue;
		}
		usleep(10000);
		waited += 10;
	}
	return n;
}

/*
 * An ARP request and a ping that the node could answer, sent out to the peer, arrive there, once,
 * and no answer comes back. The kernel looks at carriers once a second: nothing is sent then.
 */
static void nothing_but_what_is_sent(void **state)
{
	/* clang-format off */
	static const uint8_t frames[][64] = {
		/* who has 192.168.10.10, tell 192.168.10.1 */
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 9, 8, 6,
		  0, 1, 8, 0, 6, 4, 0, 1,
		  2, 0, 0, 0, 0, 9, 192, 168, 10, 1, 0, 0, 0, 0, 0, 0, 192, 168, 10, 10 },
		/* ICMP echo request 192.168.10.1 > 192.168.10.10, to the peer's own MAC */
		{ 6, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 0,
		  0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0xe5, 0x85,
		  192, 168, 10, 1, 192, 168, 10, 10,
		  8, 0, 0xf7, 0xff },
	};
	/* clang-format on */
	struct fixture f;
	int at_eth0, at_peer;

	NEED_ROOT();
	make_node(*state);
	at_eth0 = listen_at(2);
	at_peer = listen_at(if_nametoindex("peer.1"));
	f = fixture_load();
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		static uint8_t out[TEST_RUN_ROOM];
		const struct program *p = instance_program(f.inst, 0, "net_clone");
		struct test_run r = {
			.fd = p->fd, .type = p->type, .in = frames[i], .in_len = 64, .out = out
		};

		assert_int_equal(test_run(&r), 0);
		assert_int_equal(r.verdict, 0);
	}
	assert_int_equal(count_frames(at_peer, 1500), ARRAY_SIZE(frames));
	/* A socket at the sender sees what goes out, too. */
	assert_int_equal(count_frames(at_eth0, 10), ARRAY_SIZE(frames));
	close(at_eth0);
	close(at_peer);
	fixture_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(answers),
		KERNEL_TEST(the_mark_chooses),
		KERNEL_TEST(forwarding_can_be_off),
		KERNEL_TEST(nothing_but_what_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
