/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What every program needs of the kernel's headers and of the compiler. */
#pragma once

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/* As in linux/socket.h, which needs a C library's headers for the target. */
#define AF_INET	 2
#define AF_INET6 10

/*
 * Sizes of maps, enough to try the programs. A loader gives those of its cluster: Cilium's agent
 * has 524288 TCP flows and NAT mappings, 262144 others, 65536 services and 65535 endpoints.
 */
enum {
	MAP_ENTRIES_FLOWS = 2048,
	MAP_ENTRIES_SERVICES = 512,
	MAP_ENTRIES_ENDPOINTS = 512,
};

/*
 * One map for all programs of a node: a loader pins it under its name, and finds it there. A map
 * that is not declared so belongs to its program's device.
 */
#define MAP_OF_NODE __uint(pinning, LIBBPF_PIN_BY_NAME)
