/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What sandbox.c and devices.c share. */
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
	bool used; /* devices were made, or tried */
};
