/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is expected of helper calls: redirect, calls, tail_calls, tunnel. */
#pragma once

#include "base/diag.h"
#include "judge/expectation.h"
#include "judge/observation.h"

/* Bytes of a struct, key or memory argument: those whose bits are in @mask. */
struct recorded_expectation {
	struct span where;	 /* src NULL: anything */
	const struct type *type; /* of @data; NULL: bytes, and exactly @size of them */
	uint8_t *data, *mask;	 /* @size bytes, at most HELPER_BYTES */
	uint32_t size;
	const char *device; /* its member `ifindex` is the index of this device; NULL: as @data */
};

struct call_expectation {
	struct span where;
	const struct helper *helper;
	bool given[HELPER_ARGS];    /* numbers, map and device: others match anything */
	uint64_t args[HELPER_ARGS]; /* as recorded */
	const char *map;	    /* of the map argument, where given */
	const char *device;	    /* of the ifindex argument by name; NULL: the number counts */
	struct recorded_expectation in, out; /* before and after the call */
	bool has_result;
	uint64_t result; /* HELPER_POINTER: 0 or 1, none or some */
	bool has_times;	 /* exactly so many such calls in all, wherever they are */
	uint64_t times;
};

/*
 * Calls that are recorded only where somebody asks for them (map lookups) count as long as an item
 * names their helper.
 */
struct calls_expectation {
	struct span where;
	enum list_condition condition;
	struct call_expectation *items; /* LIST_ONLY without any: `none` */
	size_t n;
};

struct tail_call_expectation {
	struct span where;
	const char *program; /* that is entered, or (not taken) stands in the slot; NULL: any */
	const char *map;     /* NULL: any */
	bool has_slot;
	uint32_t slot;
	bool taken;
};

/* Those taken, exactly, in order; one that is not taken counts where it is listed. */
struct tail_calls_expectation {
	struct span where;
	struct tail_call_expectation *items;
	size_t n;
};

struct redirect_expectation {
	struct span where;
	bool none; /* not redirected, and nothing else is expected */
	struct span device_where;
	const char *device; /* by name; NULL: the number counts */
	uint32_t ifindex;
	struct span by_where;
	const char *by; /* a helper's name, or "XDP_TX" */
	struct span flags_where;
	uint64_t flags;
	struct span nexthop_where;
	int family; /* of the next hop; 0: left to the routing table */
	uint8_t nexthop[16];
	struct span map_where;
	const char *map;
	struct span key_where;
	uint64_t key;
	struct span cpu_where;
	uint32_t cpu;
};

/* The last tunnel key that was set. */
struct tunnel_expectation {
	struct span where;
	bool none;
	struct recorded_expectation key;
	struct span flags_where;
	uint64_t flags;
	struct recorded_expectation opt; /* of the last bpf_skb_set_tunnel_opt(), whole */
};

/* The index of device @name, or 0. */
uint32_t device_index(const struct value_names *devices, const char *name);
/* Members of @e that differ from @actual, named "PREFIX.member"; 0 if it matches. */
size_t recorded_diff(const struct recorded_expectation *e, const struct observed_call *c,
		     const uint8_t *actual, const char *prefix, struct arena *arena,
		     struct value_difference **out);
/* Arguments, results and members of @c that are not as @e says (the same helper); 0: it matches. */
size_t call_diff(const struct call_expectation *e, const struct observed_call *c,
		 struct arena *arena, struct value_difference **out);
