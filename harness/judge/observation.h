/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a run of a program showed, as plain data: judging and reporting need no kernel. */
#pragma once

#include "types/helpers.h"
#include "types/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A helper call as recorded (kernel/interpose.h), with names in place of numbers. */
struct observed_call {
	const struct helper *helper;
	const char *program; /* in which it stands */
	const char *file;    /* NULL: not known */
	uint32_t line;	     /* 0: not known */
	uint32_t prog_type;  /* enum bpf_prog_type, of the program */
	uint64_t args[HELPER_ARGS];
	uint64_t result;
	/*
	 * A struct argument before and after the call, a key or memory before: HELPER_BYTES; NULL:
	 * not recorded. IPv4 addresses of a struct bpf_tunnel_key, which the kernel takes in host
	 * order, are in network order here.
	 */
	const uint8_t *in, *out;
	const struct type *key_type; /* of key_size bytes; NULL: not known */
	uint32_t key_size;	     /* bytes of @in that are a key */
	bool key_is_prefix;	     /* of an LPM trie */
	bool scripted;		     /* the scenario gave the result; the helper was not called */
	bool taken;		     /* bpf_tail_call */
	const char *target;	     /* .. the program in the slot; NULL: none, or not known */
	const struct value_names *devices; /* names of `ifindex`, one item each; NULL: none */
	const char *map;		   /* of a map argument; NULL: none, or not known */
	const char *device; /* of an ifindex argument (for bpf_fib_lookup: of the answer); or NULL
			     */
};

/* Where a frame went that was redirected or sent back; by: NULL where it was not. */
struct observed_redirect {
	const char *by;	    /* "redirect", "redirect_map", .., or "XDP_TX" */
	uint32_t ifindex;   /* 0: not a device */
	const char *device; /* its name; NULL: not one of the scenario's */
	const char *map;    /* redirect_map */
	uint64_t key;
	const char *target; /* what lies in the map there: "device eth0", "CPU 2", "an AF_XDP
			       socket", "nothing" */
	bool has_cpu;
	uint32_t cpu; /* of a CPUMAP's entry */
	uint64_t flags;
	int family;			  /* of the next hop: 0 (none given), AF_INET, AF_INET6 */
	uint8_t nexthop[16];		  /* network order */
	bool unknown;			  /* the verdict redirects, but calls were not recorded */
	const struct observed_call *call; /* that led there; NULL: none (XDP_TX) */
};

/* A record of a ring buffer or perf event array. */
struct event_format; /* judge/events.h */
struct observed_event {
	const char *map;
	const struct event_format *format; /* how the scenario reads the map's; NULL: not said */
	uint32_t cpu;			   /* perf event arrays */
	const uint8_t *data;
	size_t len; /* bytes */
	/*
	 * The kernel rounds records of perf event arrays up, and does not say by how much: the last
	 * bytes, this many at most, may not be the program's but what was in the buffer before.
	 */
	unsigned int padding;
};

/* Context after the run, of what the kernel gives back. */
struct observed_context {
	bool known; /* a context was given */
	uint32_t mark, priority, cb[5], wire_len, gso_segs, gso_size;
	uint32_t ifindex, ingress_ifindex;
	uint64_t tstamp, hwtstamp; /* ns */
};

struct observation {
	uint64_t frame;		/* its number in the capture, from 1; 0 for a frame of `send` */
	const uint8_t *in;	/* what was sent */
	const uint8_t *out;	/* what came out; NULL where the run was refused */
	size_t in_len, out_len; /* bytes */
	int32_t verdict;	/* as returned: meaning depends on the program type */
	uint32_t prog_type;	/* enum bpf_prog_type */
	int error;		/* 0, or -errno: the kernel refused the run, and nothing came out */
	uint32_t duration;	/* ns, as the kernel measured it */

	/* The rest is filled where it is asked for: has_details. */
	bool has_details;
	bool has_calls; /* of all programs that ran, so no call means none was made */
	const struct observed_call *calls; /* in order */
	size_t n_calls;
	uint64_t calls_lost; /* earlier ones, more than the tape holds */
	const char
		*calls_note; /* why not, "those of PROG: ..."; NULL: they are, or nothing tried */
	const struct value_names *devices; /* names of `ifindex`, one item each; NULL: none */
	struct observed_redirect redirect;
	const struct observed_event *events; /* in order, of each map; maps one after the other */
	size_t n_events;
	uint64_t events_lost;
	struct observed_context context;
	const uint8_t *meta; /* XDP: metadata in front of the frame that comes out */
	size_t meta_len;     /* bytes */
};

/* One entry of a map. Values of per-CPU maps: one after the other, each rounded up to 8 bytes. */
struct map_entry {
	const uint8_t *key, *value;
	/* Maps in maps: the map that lies there; NULL: not known, or it has no entries. */
	const struct map_inner *inner;
};

/* What a map held at one moment, sorted by the bytes of the keys. */
struct map_view {
	struct map_entry *entries;
	size_t n;
	size_t left_out; /* entries beyond the limit of the one who looked */
};

/* What a map in a map held. */
struct map_inner {
	struct map_view view;
	unsigned int n_cpus; /* values per entry, as those of struct judged_map */
};
