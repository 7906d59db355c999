/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where programs run: private mount and network namespaces, with the devices a scenario names.
 * Running a program can transmit (bpf_clone_redirect), so it never happens in the user's own
 * namespace.
 *
 * Once per process sandbox_check() and sandbox_enter_process(), before threads are started; then
 * each worker thread makes a struct sandbox and uses it alone. Devices are made by rtnetlink(7).
 * The other end of veth pair N is "peer.N" in the same namespace, up, so that frames go somewhere;
 * it hands nothing on to the network stack that answers or forwards.
 */
#pragma once

#include "base/network.h"

/*
 * Whether this process may do what the harness needs. Returns 0, or -1 after an
 * error that names the missing capabilities and what to type. Changes nothing.
 */
int sandbox_check(struct diags *d);

/* A private mount namespace for the process; mounts stay as they are. Returns 0 or -1 (reported).
 */
int sandbox_enter_process(struct diags *d);

struct sandbox;

/* A new network namespace for the calling thread, lo up and nothing else. NULL: reported. */
struct sandbox *sandbox_new(struct diags *d);
/*
 * A thread may have several (one for each set of devices, say) and is in the one it entered last;
 * sandbox_new() enters. Costs a few us. Returns 0 or -errno.
 */
int sandbox_enter(struct sandbox *s);
/* The thread goes back to the namespace it had at first; the sandbox's is gone. Accepts NULL. */
void sandbox_free(struct sandbox *s);

/*
 * A new namespace instead of this sandbox's (about 0.3 ms), if devices were made in it; without it
 * stays as it is. Enters it. Returns 0 or -1 (reported; the old one stays).
 */
int sandbox_fresh(struct sandbox *s, struct diags *d);

/*
 * Make what @network says: devices, their addresses, then neighbours, routes and rules; forwarding
 * is on unless a sysctl says otherwise. Everything that is said is there when this returns,
 * carriers included. Returns 0; -1 with every error reported at its place, those of a step only if
 * the steps before it went well; or -EOPNOTSUPP, not reported: sandbox_missing() says what this
 * kernel lacks. What was made stays until sandbox_fresh().
 */
int sandbox_network(struct sandbox *s, struct diags *d, const struct network_spec *network);
/* A sentence for users; lives until sandbox_fresh(). */
const char *sandbox_missing(const struct sandbox *s);

struct device {
	const char *name;
	uint32_t ifindex, mtu;
	uint8_t mac[6]; /* zero: none, as a TUN device */
};

/* A device made here, or lo; NULL if there is none of that name or index. Lives until
 * sandbox_fresh(). */
const struct device *sandbox_device(const struct sandbox *s, const char *name);
const struct device *sandbox_device_by_index(const struct sandbox *s, uint32_t ifindex);
