/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* UDP. */
#include "packet/derive.h"

enum {
	UDP_SPORT,
	UDP_DPORT,
	UDP_LEN,
	UDP_CSUM
};

static const struct field udp_fields[] = {
	[UDP_SPORT] = { "sport", FIELD_UINT, 0, 16, .text = "source port" },
	[UDP_DPORT] = { "dport", FIELD_UINT, 16, 16, .space = SPACE_UDP_PORT,
			.text = "destination port" },
	[UDP_LEN] = { "len", FIELD_UINT, 32, 16, FIELD_LENGTH,
		      .text = "bytes of header and contents" },
	[UDP_CSUM] = { "csum", FIELD_UINT, 48, 16, FIELD_HEX | FIELD_CHECKSUM,
		       .text = "checksum; 0: none" },
	{}
};

static void udp_finish(struct derivation *dv, unsigned int i)
{
	derive_length(dv, i, UDP_LEN, derive_covered(dv, i));
	derive_udp_checksum(dv, i, UDP_CSUM);
}

static void udp_summary(FILE *out, const struct packet *p, unsigned int i)
{
	(void)p;
	(void)i;
	fputs("udp, ", out);
}

static const struct number udp_numbers[] = { { SPACE_IP_PROTO, 17 }, {} };

const struct proto proto_udp = {
	.name = "udp",
	.text = "User Datagram Protocol (RFC 768)",
	.len = 8,
	.fields = udp_fields,
	.numbers = udp_numbers,
	.next_field = UDP_DPORT,
	.finish = udp_finish,
	.summary = udp_summary,
};
