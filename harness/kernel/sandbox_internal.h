/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the parts of a sandbox share. */
#pragma once

#include "kernel/netlink.h"
#include "kernel/sandbox.h"

struct sandbox {
	int home; /* the namespace the thread had */
	int ns;	  /* this one */
	struct netlink nl;
	struct arena arena; /* devices and their names */
	struct device *devices;
	size_t n_devices;
	int *tuns; /* descriptors that keep TUN and TAP devices there */
	size_t n_tuns;
	const char *missing; /* what this kernel lacks that a scenario asked for */
	bool used;	     /* something was made, or tried */
};

/* device_kinds.c: the whole of a request that makes @dev but for its name, MAC and MTU. */
void device_kind_put(struct netlink_request *r, const struct sandbox *s,
		     const struct device_spec *spec);
/* A TUN or TAP device, of @ifindex; it is there as long as *fd. Returns 0 or -errno; -ENODEV:
 * the kernel has none. */
int device_tun_make(const struct device_spec *spec, uint32_t ifindex, int *fd);

/* devices.c */
/* Where the other ends of veth pairs are numbered, in the order of the devices, from 1: out of the
 * way of what scenarios ask for and the kernel picks. */
#define PEER_IFINDEX 0x7fff0000u
/* What can be told without the kernel. Returns 0, or -1 with all of it reported. */
int sandbox_check_devices(struct diags *d, const struct device_spec devices[], size_t n);
/*
 * Make the devices, down. Returns 0, or -1 with every error reported; or -EOPNOTSUPP, s->missing
 * being set.
 */
int sandbox_make_devices(struct sandbox *s, struct diags *d, const struct device_spec devices[],
			 size_t n);
