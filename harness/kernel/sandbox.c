/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/sandbox.h"

#include "base/errno_names.h"
#include "kernel/netlink.h"
#include "kernel/privilege.h"
#include "kernel/sandbox_internal.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define NOWHERE ((struct span){ 0 })

static void report_privileges(struct diags *d)
{
	char *advice = privileges_advice();

	diag(d, DIAG_ERROR, NOWHERE, "%s", advice);
	free(advice);
}

/* One program of two instructions: lockdown, seccomp and kernels without BPF show here. */
static int check_bpf(struct diags *d)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "verdict_check", "GPL", insns,
			       ARRAY_SIZE(insns), NULL);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno == EPERM && !privileges_are_real())
		report_privileges(d);
	else if (errno == ENOSYS)
		diag(d, DIAG_ERROR, NOWHERE,
		     "this kernel is built without bpf(2) (CONFIG_BPF_SYSCALL)");
	else
		diag(d, DIAG_ERROR, NOWHERE,
		     "the kernel does not load BPF programs here (%s), although no capability is "
		     "missing: lockdown, locked memory (ulimit -l), or " PRIVILEGES_CONFINED,
		     errno_name(errno));
	return -1;
}

int sandbox_check(struct diags *d)
{
	char *missing = privileges_missing();

	if (!missing)
		return check_bpf(d);
	free(missing);
	report_privileges(d);
	return -1;
}

/* Capabilities were looked at before: something else forbids it. */
static bool is_confined(int err)
{
	return err == -EPERM || err == -EACCES;
}

int sandbox_enter_process(struct diags *d)
{
	int err = unshare(CLONE_NEWNS);

	/* EINVAL: / is no mount point, as in a chroot. Its mounts cannot be told apart from here
	 * then. */
	if (!err)
		err = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (!err) {
		/* Container engines mount it read-only, for the host's sake; a namespace of its
		 * own has sysctls of its own. What does not help is said when one is written. */
		if (access("/proc/sys/net/ipv4/ip_forward", W_OK) && errno == EROFS)
			mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL);
		return 0;
	}
	if (errno == EINVAL)
		return 0;
	diag(d, DIAG_ERROR, NOWHERE, "cannot make a private mount namespace: %s (%s)%s",
	     errno_text(errno), errno_name(errno),
	     is_confined(-errno) ? ": " PRIVILEGES_CONFINED : "");
	return -1;
}

/* The namespace the thread is in, as a descriptor; or -errno. */
static int namespace_open(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int loopback_up(struct netlink *nl)
{
	struct netlink_request r;

	netlink_link_request(&r, RTM_NEWLINK, 0, 1);
	netlink_set_up(&r);
	return netlink_send(nl, &r);
}

/* Another namespace for the thread, filled into *s only if all of it works. Returns 0 or -errno. */
static int namespace_make(struct sandbox *s)
{
	struct netlink nl = { .fd = -1 };
	int ns, err;

	if (unshare(CLONE_NEWNET))
		return -errno;
	ns = namespace_open();
	if (ns < 0)
		return ns;
	err = netlink_open(&nl);
	if (!err)
		err = loopback_up(&nl);
	if (err) {
		if (nl.fd >= 0)
			netlink_close(&nl);
		close(ns);
		return err;
	}
	s->ns = ns;
	s->nl = nl;
	return 0;
}

static void namespace_drop(struct sandbox *s)
{
	if (s->ns < 0)
		return;
	for (size_t i = 0; i < s->n_tuns; i++)
		close(s->tuns[i]);
	netlink_close(&s->nl);
	close(s->ns);
	arena_free(&s->arena);
	s->tuns = NULL;
	s->n_tuns = 0;
	s->devices = NULL;
	s->n_devices = 0;
	s->missing = NULL;
	s->ns = -1;
}

static void report_namespace(struct diags *d, int err)
{
	diag(d, DIAG_ERROR, NOWHERE, "cannot make a network namespace: %s (%s)%s", errno_text(err),
	     errno_name(err),
	     err == -ENOSPC	? ": /proc/sys/user/max_net_namespaces is reached"
	     : err == -ENOENT	? ": /proc is not mounted"
	     : is_confined(err) ? ": " PRIVILEGES_CONFINED
				: "");
}

static void add_loopback(struct sandbox *s)
{
	struct device *lo = ARENA_PUSH(&s->arena, s->devices, s->n_devices);

	*lo = (struct device){ .name = "lo", .ifindex = 1, .mtu = 65536 };
}

struct sandbox *sandbox_new(struct diags *d)
{
	struct sandbox *s = xcalloc(1, sizeof(*s));
	int err;

	s->ns = -1;
	s->home = namespace_open();
	err = s->home < 0 ? s->home : namespace_make(s);
	if (err) {
		report_namespace(d, err);
		sandbox_free(s);
		return NULL;
	}
	add_loopback(s);
	return s;
}

int sandbox_enter(struct sandbox *s)
{
	return setns(s->ns, CLONE_NEWNET) ? -errno : 0;
}

void sandbox_free(struct sandbox *s)
{
	if (!s)
		return;
	/* Without privilege the thread never left, and could not go back either. */
	if (s->home >= 0 && setns(s->home, CLONE_NEWNET) && s->ns >= 0)
		abort(); /* it would go on in a namespace that nobody expects it in */
	if (s->home >= 0)
		close(s->home);
	namespace_drop(s);
	free(s);
}

int sandbox_fresh(struct sandbox *s, struct diags *d)
{
	struct sandbox made = { .ns = -1 };
	int err;

	if (!s->used) {
		err = sandbox_enter(s);
	} else {
		err = namespace_make(&made);
		if (err) /* whatever the thread is in now, it is not the one asked for */
			sandbox_enter(s);
	}
	if (err) {
		report_namespace(d, err);
		return -1;
	}
	if (!s->used)
		return 0;
	namespace_drop(s);
	s->ns = made.ns;
	s->nl = made.nl;
	s->used = false;
	add_loopback(s);
	return 0;
}

const struct device *sandbox_device(const struct sandbox *s, const char *name)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		if (!strcmp(s->devices[i].name, name))
			return &s->devices[i];
	}
	return NULL;
}

const struct device *sandbox_device_by_index(const struct sandbox *s, uint32_t ifindex)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		if (s->devices[i].ifindex == ifindex)
			return &s->devices[i];
	}
	return NULL;
}

const char *sandbox_missing(const struct sandbox *s)
{
	return s->missing;
}
