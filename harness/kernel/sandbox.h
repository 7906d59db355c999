/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where programs run: private mount and network namespaces, with the devices a scenario names.
 * Running a program can transmit (bpf_clone_redirect), so it never happens in the user's own
 * namespace.
 *
 * Once per process sandbox_check() and sandbox_enter_process(), before threads are started; then
 * each worker thread makes a struct sandbox and uses it alone. Devices are veth pairs made by
 * rtnetlink(7); the other end is "peer.N" in the same namespace, up, so that frames go somewhere.
 */
#pragma once

#include "base/diag.h"

#include <stdint.h>

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

struct device_spec {
	const char *name; /* 1 to 15 bytes, as dev_valid_name() takes them */
	uint32_t ifindex; /* 0: the first free one, from 2 */
	bool has_mac;	  /* without: 02:00:00:00:hi:lo of its position in the list, from 1 */
	uint8_t mac[6];
	uint32_t mtu;	   /* bytes; 0: 1500 */
	struct span where; /* of the device, for messages */
};

/* Make them, up. Returns 0, or -1 with every error reported at its device; those made stay until
 * sandbox_fresh(). */
int sandbox_devices(struct sandbox *s, struct diags *d, const struct device_spec devices[],
		    size_t n);

struct device {
	const char *name;
	uint32_t ifindex, mtu;
	uint8_t mac[6];
};

/* A device made here, or lo; NULL if there is none of that name or index. Lives until
 * sandbox_fresh(). */
const struct device *sandbox_device(const struct sandbox *s, const char *name);
const struct device *sandbox_device_by_index(const struct sandbox *s, uint32_t ifindex);
