/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The first 8 bytes of headers that are longer: all that an ICMP error has to hold of what follows
 * the IP header (RFC 792).
 */
#include "packet/derive.h"

static const struct field tcp8_fields[] = {
	{ "sport", FIELD_UINT, 0, 16, .text = "source port" },
	{ "dport", FIELD_UINT, 16, 16, .text = "destination port" },
	{ "seq", FIELD_UINT, 32, 32, .text = "sequence number" },
	{}
};

static void tcp8_summary(FILE *out, const struct packet *p, unsigned int i)
{
	(void)p;
	(void)i;
	fputs("tcp, ", out);
}

/* The whole header comes first in the registry: what has this number is one, unless it is cut. */
static const struct number tcp_numbers[] = { { SPACE_IP_PROTO, 6 }, {} };

const struct proto proto_tcp8 = {
	.name = "tcp8",
	.text = "the first 8 bytes of TCP, where an ICMP error has no more of it",
	.len = 8,
	.fields = tcp8_fields,
	.numbers = tcp_numbers,
	.next_field = -1,
	.summary = tcp8_summary,
};

static const struct field sctp8_fields[] = {
	{ "sport", FIELD_UINT, 0, 16, .text = "source port" },
	{ "dport", FIELD_UINT, 16, 16, .text = "destination port" },
	{ "tag", FIELD_UINT, 32, 32, FIELD_HEX, .text = "verification tag" },
	{}
};

static void sctp8_summary(FILE *out, const struct packet *p, unsigned int i)
{
	(void)p;
	(void)i;
	fputs("sctp, ", out);
}

static const struct number sctp_numbers[] = { { SPACE_IP_PROTO, 132 }, {} };

const struct proto proto_sctp8 = {
	.name = "sctp8",
	.text = "the first 8 bytes of SCTP, where an ICMP error has no more of it",
	.len = 8,
	.fields = sctp8_fields,
	.numbers = sctp_numbers,
	.next_field = -1,
	.summary = sctp8_summary,
};
