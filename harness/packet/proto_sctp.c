/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* SCTP: the common header. */
#include "packet/derive.h"

enum {
	SCTP_SPORT,
	SCTP_DPORT,
	SCTP_TAG,
	SCTP_CSUM
};

static const struct field sctp_fields[] = {
	[SCTP_SPORT] = { "sport", FIELD_UINT, 0, 16, .text = "source port" },
	[SCTP_DPORT] = { "dport", FIELD_UINT, 16, 16, .text = "destination port" },
	[SCTP_TAG] = { "tag", FIELD_UINT, 32, 32, FIELD_HEX, .text = "verification tag" },
	[SCTP_CSUM] = { "csum", FIELD_UINT, 64, 32, FIELD_HEX | FIELD_CRC, .text = "CRC-32C" },
	{}
};

static void sctp_finish(struct derivation *dv, unsigned int i)
{
	derive_crc32c(dv, i, SCTP_CSUM);
}

static void sctp_summary(FILE *out, const struct packet *p, unsigned int i)
{
	(void)p;
	(void)i;
	fputs("sctp, ", out);
}

static const struct number sctp_numbers[] = { { SPACE_IP_PROTO, 132 }, {} };

const struct proto proto_sctp = {
	.name = "sctp",
	.text = "Stream Control Transmission Protocol (RFC 9260)",
	.len = 12,
	.fields = sctp_fields,
	.numbers = sctp_numbers,
	.next_field = -1,
	.start = &proto_sctp8,
	.finish = sctp_finish,
	.summary = sctp_summary,
};
