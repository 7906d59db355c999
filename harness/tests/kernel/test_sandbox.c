/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Namespaces and devices. */
#include "kernel_test.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#define NOWHERE ((struct span){ 0 })

/* The kernel's own word: SIOCGIF* of netdevice(7). */
static struct ifreq ask(const char *name, unsigned long what)
{
	struct ifreq r = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	assert_int_equal(ioctl(fd, what, &r), 0);
	close(fd);
	return r;
}

static size_t count_interfaces(void)
{
	struct if_nameindex *list = if_nameindex();
	size_t n = 0;

	assert_non_null(list);
	while (list[n].if_index)
		n++;
	if_freenameindex(list);
	return n;
}

static void only_lo_and_it_is_up(void **state)
{
	struct if_nameindex *list;
	(void)state;

	NEED_ROOT();
	list = if_nameindex();
	assert_string_equal(list[0].if_name, "lo");
	assert_int_equal(list[0].if_index, 1);
	assert_int_equal(list[1].if_index, 0);
	if_freenameindex(list);
	assert_true(ask("lo", SIOCGIFFLAGS).ifr_flags & IFF_UP);
	assert_int_equal(sandbox_device(*state, "lo")->ifindex, 1);
}

/* The kernel sees a carrier a moment after both ends are up (linkwatch). */
static bool becomes_running(const char *name)
{
	for (int i = 0; i < 200; i++) {
		if (ask(name, SIOCGIFFLAGS).ifr_flags & IFF_RUNNING)
			return true;
		usleep(10000);
	}
	return false;
}

static void devices_as_asked(void **state)
{
	static struct device_spec devices[] = {
		{ .name = "pod0" },
		{ .name = "ens5", .ifindex = 2, .mtu = 9001 },
		{ .name = "fifteen_letters",
		  .ifindex = 77,
		  .has_mac = true,
		  .mac = { 0x12, 0x52, 0xe3, 0x7e, 0x87, 0x4f } },
	};
	const struct device *dev;
	struct diags d = { 0 };

	NEED_ROOT();
	if (test_devices(*state, &d, devices, ARRAY_SIZE(devices)))
		diags_print(stderr, &d);
	assert_int_equal(d.errors, 0);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		dev = sandbox_device(*state, devices[i].name);
		assert_non_null(dev);
		assert_ptr_equal(dev, sandbox_device_by_index(*state, dev->ifindex));
		assert_int_equal(ask(dev->name, SIOCGIFINDEX).ifr_ifindex, dev->ifindex);
		assert_int_equal(ask(dev->name, SIOCGIFMTU).ifr_mtu, dev->mtu);
		assert_memory_equal(ask(dev->name, SIOCGIFHWADDR).ifr_hwaddr.sa_data, dev->mac, 6);
		assert_true(ask(dev->name, SIOCGIFFLAGS).ifr_flags & IFF_UP);
		assert_true(becomes_running(dev->name));
	}
	assert_int_equal(sandbox_device(*state, "ens5")->ifindex, 2);
	assert_int_equal(sandbox_device(*state, "ens5")->mtu, 9001);
	assert_int_equal(sandbox_device(*state, "fifteen_letters")->ifindex, 77);
	assert_memory_equal(sandbox_device(*state, "fifteen_letters")->mac, devices[2].mac, 6);
	assert_int_equal(sandbox_device(*state, "pod0")->mac[5], 1);
	assert_null(sandbox_device(*state, "pod1"));
	assert_int_equal(count_interfaces(), 7);
	diags_free(&d);
}

static void every_bad_device_is_reported(void **state)
{
	static const struct {
		struct device_spec spec;
		const char *message;
	} rows[] = {
		{ { .name = "good" }, NULL },
		{ { .name = "sixteen_letters_" }, "1 to 15 bytes" },
		{ { .name = "" }, "1 to 15 bytes" },
		{ { .name = "a/b" }, "no '/'" },
		{ { .name = ".." }, "takes no such device name" },
		{ { .name = "lo" }, "there already" },
		{ { .name = "good" }, "two devices named good" },
		{ { .name = "one", .ifindex = 1 }, "ifindex 1 is lo's" },
		{ { .name = "far", .ifindex = 0x80000000u }, "an ifindex is less than" },
		{ { .name = "a", .ifindex = 5 }, NULL },
		{ { .name = "b", .ifindex = 5 }, "ifindex 5 is taken by a" },
		{ { .name = "c", .has_mac = true, .mac = { 1 } }, "nor a group address" },
		{ { .name = "d", .has_mac = true }, "neither zero" },
		{ { .name = "e", .mtu = 67 }, "MTU is 68 to 65535" },
	};
	struct device_spec specs[ARRAY_SIZE(rows)];
	struct diags d = { 0 };
	size_t bad = 0;

	NEED_ROOT();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		specs[i] = rows[i].spec;
	assert_int_not_equal(test_devices(*state, &d, specs, ARRAY_SIZE(specs)), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].message)
			continue;
		bad++;
		assert_true(diags_hold(&d, rows[i].message));
	}
	assert_int_equal(d.errors, bad);
	assert_int_equal(count_interfaces(), 1);
	diags_free(&d);
}

/* A second call in the same namespace meets what the first made. */
static void what_the_kernel_refuses_is_reported(void **state)
{
	static struct device_spec first = { .name = "first", .ifindex = 9 };
	static struct device_spec again = { .name = "again", .ifindex = 9 };
	struct diags d = { 0 };

	NEED_ROOT();
	assert_int_equal(test_devices(*state, &d, &first, 1), 0);
	assert_int_not_equal(test_devices(*state, &d, &again, 1), 0);
	assert_int_equal(d.errors, 1);
	assert_true(diags_hold(&d, "cannot make device again: "));
	diags_free(&d);
}

static void fresh_is_empty(void **state)
{
	static struct device_spec dev = { .name = "eth0", .ifindex = 3 };
	struct diags d = { 0 };

	NEED_ROOT();
	for (int i = 0; i < 5; i++) {
		assert_int_equal(test_devices(*state, &d, &dev, 1), 0);
		assert_int_equal(count_interfaces(), 3);
		assert_int_equal(sandbox_fresh(*state, &d), 0);
		assert_int_equal(count_interfaces(), 1);
		assert_null(sandbox_device(*state, "eth0"));
		assert_non_null(sandbox_device(*state, "lo"));
	}
	diags_free(&d);
}

static void sandboxes_are_apart(void **state)
{
	static struct device_spec dev = { .name = "mine" };
	struct sandbox *other;
	struct diags d = { 0 };

	NEED_ROOT();
	assert_int_equal(test_devices(*state, &d, &dev, 1), 0);
	other = sandbox_new(&d);
	assert_non_null(other);
	assert_int_equal(if_nametoindex("mine"), 0);
	assert_int_equal(sandbox_enter(*state), 0);
	assert_int_not_equal(if_nametoindex("mine"), 0);
	sandbox_free(other);
	diags_free(&d);
}

/* The user's own devices cannot be seen from inside, and are all there again afterwards. */
static void the_host_is_not_touched(void **state)
{
	struct if_nameindex *before, *after;
	struct sandbox *s;
	struct diags d = { 0 };
	(void)state;

	NEED_ROOT();
	before = if_nameindex();
	s = sandbox_new(&d);
	assert_non_null(s);
	for (size_t i = 0; before[i].if_index; i++) {
		if (strcmp(before[i].if_name, "lo"))
			assert_int_equal(if_nametoindex(before[i].if_name), 0);
	}
	sandbox_free(s);
	after = if_nameindex();
	for (size_t i = 0; before[i].if_index; i++)
		assert_string_equal(before[i].if_name, after[i].if_name);
	if_freenameindex(before);
	if_freenameindex(after);
	diags_free(&d);
}

/* Without privileges it is said what is missing and what to type; in a child, which gives them up.
 */
static void missing_privileges_are_named(void **state)
{
	int status = -1;
	pid_t pid;
	(void)state;

	NEED_ROOT();
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		struct diags d = { 0 };
		int ok = !setgid(65534) && !setuid(65534);

		ok = ok && sandbox_check(&d) && d.errors == 1;
		ok = ok && strstr(d.items[0].message, "CAP_SYS_ADMIN, CAP_NET_ADMIN: ");
		ok = ok && (strstr(d.items[0].message, "sudo") ||
			    strstr(d.items[0].message, "--cap-add")); /* in a container */
		ok = ok && !sandbox_new(&d) && d.errors == 2;
		ok = ok && strstr(d.items[1].message, "EPERM");
		diags_free(&d);
		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void costs(void **state)
{
	static struct device_spec devices[] = { { .name = "a", .ifindex = 10 },
						{ .name = "b", .ifindex = 11 } };
	double start, fresh = 0, made = 0;
	struct diags d = { 0 };

	NEED_ROOT();
	for (int i = 0; i < 20; i++) {
		start = now();
		assert_int_equal(test_devices(*state, &d, devices, 2), 0);
		made += now() - start;
		start = now();
		assert_int_equal(sandbox_fresh(*state, &d), 0);
		fresh += now() - start;
	}
	print_message("two devices %.2f ms, a namespace %.2f ms\n", made / 20, fresh / 20);
	diags_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(only_lo_and_it_is_up),
		KERNEL_TEST(devices_as_asked),
		KERNEL_TEST(every_bad_device_is_reported),
		KERNEL_TEST(what_the_kernel_refuses_is_reported),
		KERNEL_TEST(fresh_is_empty),
		KERNEL_TEST(sandboxes_are_apart),
		cmocka_unit_test(the_host_is_not_touched),
		cmocka_unit_test(missing_privileges_are_named),
		KERNEL_TEST(costs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
