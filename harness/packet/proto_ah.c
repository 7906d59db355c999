/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The IP authentication header, of IPv4 and IPv6. The value itself is not computed. */
#include "packet/derive.h"
#include "packet/options.h"

#include <inttypes.h>

enum {
	AH_NH,
	AH_LEN,
	AH_RESERVED,
	AH_SPI,
	AH_SEQ,
	AH_ICV
};

#define FIXED	12
#define NO_NEXT 59
#define WORD	4
/* Lengths are in words, without the first two. */
#define LEN_MAX (WORD * (255 + 2))

static const struct symbol next_headers[] = { { "no-next", NO_NEXT }, { "esp", 50 }, {} };

static const struct option_set icv = { NULL, LEN_MAX - FIXED, OPTIONS_BYTES };

static const struct field ah_fields[] = {
	[AH_NH] = { "nh", FIELD_UINT, 0, 8, FIELD_NEXT, .def = NO_NEXT, .symbols = next_headers,
		    .space = SPACE_IP_PROTO, .text = "next header: protocol of what follows" },
	[AH_LEN] = { "len", FIELD_UINT, 8, 8, FIELD_LENGTH,
		     .text = "words of 4 bytes of the header, without the first two" },
	[AH_RESERVED] = { "reserved", FIELD_UINT, 16, 16, FIELD_HEX, .text = "reserved" },
	[AH_SPI] = { "spi", FIELD_UINT, 32, 32, FIELD_HEX, .text = "security parameters index" },
	[AH_SEQ] = { "seq", FIELD_UINT, 64, 32, .text = "sequence number" },
	[AH_ICV] = { "icv", FIELD_OPTIONS, 96, 0, .options = &icv,
		     .text = "integrity check value" },
	{}
};

static uint32_t ah_size(const uint8_t *hdr)
{
	uint32_t len = WORD * (hdr[1] + 2u);

	return len >= FIXED ? len : 0;
}

static void ah_finish(struct derivation *dv, unsigned int i)
{
	derive_length(dv, i, AH_LEN, dv->p->layers[i].len / WORD - 2);
}

static void ah_summary(FILE *out, const struct packet *p, unsigned int i)
{
	fprintf(out, "ah spi 0x%08" PRIx64 ", ",
		field_get(&ah_fields[AH_SPI], p->data + p->layers[i].off));
}

static const struct number ah_numbers[] = { { SPACE_IP_PROTO, 51 }, {} };

const struct proto proto_ah = {
	.name = "ah",
	.text = "IP authentication header (RFC 4302)",
	.len = FIXED,
	.fields = ah_fields,
	.numbers = ah_numbers,
	.next_field = AH_NH,
	.extension = true,
	.size = ah_size,
	.finish = ah_finish,
	.summary = ah_summary,
};
