/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* VXLAN: a frame in UDP. */
#include "packet/derive.h"

#include <inttypes.h>

enum {
	VXLAN_FLAGS,
	VXLAN_RES,
	VXLAN_VNI,
	VXLAN_RES2
};

/* The VNI is valid: RFC 7348 section 5. */
#define FLAG_VNI 0x08

static const struct symbol vxlan_flags[] = { { "I", FLAG_VNI }, {} };

static const struct field vxlan_fields[] = {
	[VXLAN_FLAGS] = { "flags", FIELD_FLAGS, 0, 8, .def = FLAG_VNI, .symbols = vxlan_flags,
			  .text = "flags" },
	[VXLAN_RES] = { "res", FIELD_UINT, 8, 24, FIELD_HEX, .text = "reserved" },
	[VXLAN_VNI] = { "vni", FIELD_UINT, 32, 24, FIELD_SHOWN, .text = "network identifier" },
	[VXLAN_RES2] = { "res2", FIELD_UINT, 56, 8, FIELD_HEX, .text = "reserved" },
	{}
};

static const struct proto *vxlan_next(const uint8_t *hdr)
{
	(void)hdr;
	return &proto_eth;
}

static void vxlan_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off;

	fprintf(out, "vxlan %" PRIu64 ", ", field_get(&vxlan_fields[VXLAN_VNI], hdr));
}

/* 8472 is what Linux used before there was a number, and what it still has for default. */
static const struct number vxlan_numbers[] = { { SPACE_UDP_PORT, 4789 },
					       { SPACE_UDP_PORT, 8472 },
					       {} };

const struct proto proto_vxlan = {
	.name = "vxlan",
	.text = "Virtual eXtensible Local Area Network (RFC 7348): UDP port 4789 or 8472",
	.len = 8,
	.fields = vxlan_fields,
	.numbers = vxlan_numbers,
	.next_field = -1,
	.next = vxlan_next,
	.summary = vxlan_summary,
};
