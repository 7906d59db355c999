/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the tests of networks share: addresses from text, networks made or the test fails. */
#pragma once

#include "kernel_test.h"

#include "base/text.h"

#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

static inline struct ip_address test_address(const char *text)
{
	struct ip_address a;

	assert_int_equal(ip_address_parse(text, strlen(text), &a), 0);
	return a;
}

/* "10.0.0.0/8" */
static inline struct ip_prefix test_prefix(const char *text)
{
	const char *slash = strchr(text, '/');
	struct ip_prefix p = { 0 };
	uint64_t bits;

	assert_non_null(slash);
	assert_int_equal(ip_address_parse(text, (size_t)(slash - text), &p.address), 0);
	assert_int_equal(number_parse(slash + 1, strlen(slash + 1), &bits), 0);
	p.bits = (uint8_t)bits;
	return p;
}

static inline struct route_spec test_route(const char *to, const char *via, const char *dev)
{
	struct route_spec r = {
		.to = test_prefix(to), .dev = dev, .table = RT_TABLE_MAIN, .type = RTN_UNICAST
	};

	if (via)
		r.via = test_address(via);
	return r;
}

static inline struct neighbour_spec test_neighbour(const char *address, const char *dev,
						   uint8_t last)
{
	return (struct neighbour_spec){ .address = test_address(address),
					.dev = dev,
					.has_mac = true,
					.mac = { 2, 0, 0, 0, 0xfe, last },
					.state = NUD_PERMANENT };
}

static inline void test_network(struct sandbox *s, const struct network_spec *network)
{
	struct diags d = { 0 };
	int err = sandbox_network(s, &d, network);

	if (err)
		diags_print(stderr, &d);
	assert_int_equal(err, 0);
	diags_free(&d);
}
