/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records of events as flows: who spoke to whom, what was told of it. No kernel. */
#pragma once

#include "base/network.h"
#include "judge/observation.h"
#include "view/view.h"

/* One end of a flow. */
struct flow_end {
	struct ip_address address; /* AF_UNSPEC: the packet is no IP packet */
	const char *host;	   /* its name, or NULL */
	bool has_port;
	uint16_t port;
	const char *who; /* what the event says of it: "ID:11370"; or NULL */
};

/* Bits of the flags byte of TCP, in the order they are told of. */
#define FLOW_TCP_FLAGS 8
extern const struct flow_tcp_flag {
	const char *name;
	uint8_t bit;
} flow_tcp_flags[FLOW_TCP_FLAGS];

/* What a record says, and the packet in it. Texts live in the caller's arena or the view file. */
struct flow {
	const char *message; /* words, and nothing else; NULL: a packet */
	enum flow_direction direction;
	struct flow_end source, destination; /* the packet's; of a reply the other way round */
	const char *protocol;		     /* "TCP", "ICMPv4", "GRE"; NULL: no IP packet */
	bool has_tcp_flags;
	uint8_t tcp_flags;
	const char *icmp;    /* "EchoRequest", or NULL */
	const char *summary; /* of a packet that is no IP packet: as packet_summary() */
	const char *what, *verdict, *reason; /* or NULL */
};

/* Whether the file says that flows are told of in the map called @map. */
bool flow_is_told_in(const struct view_file *f, const char *map);

/* The flows of a file, with the types of one node. */
struct flow_reader;

/*
 * For events of programs whose types @values knows. Rows whose type it does not know are passed
 * over. NULL after errors (reported): the file says what a type does not have. In @arena.
 */
struct flow_reader *flow_reader_make(struct diags *d, const struct view_file *f,
				     const struct value_context *values, struct arena *arena);
/* Whether any row can match at all. */
bool flow_reader_knows(const struct flow_reader *r);
/*
 * What @e, of a map in which flows are told of, says, with @n_hosts names of addresses. False: no
 * row matches.
 */
bool flow_read(const struct flow_reader *r, const struct observed_event *e,
	       const struct host_name *hosts, size_t n_hosts, struct arena *arena,
	       struct flow *out);

/* "default/netpod:54492 (ID:11370) -> default/webpod1:80 (ID:19520) to-network FORWARDED (UDP)" */
void flow_print_text(FILE *out, const struct flow *f);

struct json;
/* Its members, into the object that is open. */
void flow_print_json(struct json *j, const struct flow *f);
