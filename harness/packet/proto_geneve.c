/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Geneve with its options. */
#include "packet/derive.h"
#include "packet/options.h"

#include <inttypes.h>

enum {
	GENEVE_VERSION,
	GENEVE_OPTLEN,
	GENEVE_FLAGS,
	GENEVE_RES,
	GENEVE_PROTO,
	GENEVE_VNI,
	GENEVE_RES2,
	GENEVE_OPTIONS
};

#define FIXED	     8
#define WORD	     4
#define OPTIONS_ROOM (63 * WORD)

/* RFC 8926 section 3.4: control packet, critical options present. */
static const struct symbol geneve_flags[] = { { "O", 2 }, { "C", 1 }, {} };

/*
 * Class 0x014b is Cilium's: the service that the client called, for direct server return. The
 * type's upper bit says that who does not know it must drop.
 */
static const struct option_kind kinds[] = {
	{ "dsr", GENEVE_OPTION(0x014b, 0x81), .args = { ARG_U16, ARG_ZERO16, ARG_IPV4 },
	  .text = "direct server return of Cilium: dsr(PORT, ADDRESS)" },
	{ "dsr6", GENEVE_OPTION(0x014b, 0x81), .args = { ARG_U16, ARG_ZERO16, ARG_IPV6 },
	  .text = "the same of IPv6: dsr6(PORT, ADDRESS)" },
	{},
};

static const struct option_set options = { kinds, OPTIONS_ROOM, OPTIONS_GENEVE };

static const struct field geneve_fields[] = {
	[GENEVE_VERSION] = { "version", FIELD_UINT, 0, 2, .text = "version" },
	[GENEVE_OPTLEN] = { "optlen", FIELD_UINT, 2, 6, FIELD_LENGTH,
			    .text = "words of 4 bytes of options" },
	[GENEVE_FLAGS] = { "flags", FIELD_FLAGS, 8, 2, .symbols = geneve_flags,
			   .text = "control packet, critical options" },
	[GENEVE_RES] = { "res", FIELD_UINT, 10, 6, FIELD_HEX, .text = "reserved" },
	[GENEVE_PROTO] = { "proto", FIELD_UINT, 16, 16, FIELD_HEX | FIELD_NEXT, .def = 0x6558,
			   .space = SPACE_ETHERTYPE, .text = "ethertype of what follows" },
	[GENEVE_VNI] = { "vni", FIELD_UINT, 32, 24, FIELD_SHOWN, .text = "network identifier" },
	[GENEVE_RES2] = { "res2", FIELD_UINT, 56, 8, FIELD_HEX, .text = "reserved" },
	[GENEVE_OPTIONS] = { "options", FIELD_OPTIONS, 64, 0, .options = &options,
			     .text = "options" },
	{}
};

static uint32_t geneve_size(const uint8_t *hdr)
{
	if (field_get(&geneve_fields[GENEVE_VERSION], hdr))
		return 0;
	return FIXED + WORD * (uint32_t)field_get(&geneve_fields[GENEVE_OPTLEN], hdr);
}

static void geneve_finish(struct derivation *dv, unsigned int i)
{
	derive_length(dv, i, GENEVE_OPTLEN, (dv->p->layers[i].len - FIXED) / WORD);
}

static void geneve_summary(FILE *out, const struct packet *p, unsigned int i)
{
	fprintf(out, "geneve %" PRIu64 ", ",
		field_get(&geneve_fields[GENEVE_VNI], p->data + p->layers[i].off));
}

static const struct number geneve_numbers[] = { { SPACE_UDP_PORT, 6081 }, {} };

const struct proto proto_geneve = {
	.name = "geneve",
	.text = "Generic Network Virtualization Encapsulation (RFC 8926): UDP port 6081",
	.len = FIXED,
	.fields = geneve_fields,
	.numbers = geneve_numbers,
	.next_field = GENEVE_PROTO,
	.size = geneve_size,
	.finish = geneve_finish,
	.summary = geneve_summary,
};
