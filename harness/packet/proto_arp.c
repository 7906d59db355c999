/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ARP for IPv4 over Ethernet. */
#include "packet/derive.h"

#include <inttypes.h>

enum {
	ARP_HTYPE,
	ARP_PTYPE,
	ARP_HLEN,
	ARP_PLEN,
	ARP_OP,
	ARP_SHA,
	ARP_SPA,
	ARP_THA,
	ARP_TPA
};

enum {
	OP_REQUEST = 1,
	OP_REPLY = 2
};

static const struct symbol ops[] = { { "request", OP_REQUEST },
				     { "reply", OP_REPLY },
				     { "reverse-request", 3 },
				     { "reverse-reply", 4 },
				     {} };

static const struct field arp_fields[] = {
	[ARP_HTYPE] = { "htype", FIELD_UINT, 0, 16, .def = 1, .text = "hardware type" },
	[ARP_PTYPE] = { "ptype", FIELD_UINT, 16, 16, FIELD_HEX, .def = 0x0800,
			.space = SPACE_ETHERTYPE, .text = "protocol type" },
	[ARP_HLEN] = { "hlen", FIELD_UINT, 32, 8, .def = 6, .text = "bytes of a hardware address" },
	[ARP_PLEN] = { "plen", FIELD_UINT, 40, 8, .def = 4, .text = "bytes of a protocol address" },
	[ARP_OP] = { "op", FIELD_UINT, 48, 16, FIELD_SHOWN, .def = OP_REQUEST, .symbols = ops,
		     .text = "operation" },
	[ARP_SHA] = { "sha", FIELD_MAC, 64, 48, .text = "sender hardware address" },
	[ARP_SPA] = { "spa", FIELD_IPV4, 112, 32, .text = "sender protocol address" },
	[ARP_THA] = { "tha", FIELD_MAC, 144, 48, .text = "target hardware address" },
	[ARP_TPA] = { "tpa", FIELD_IPV4, 192, 32, .text = "target protocol address" },
	{}
};

static void print_ipv4(FILE *out, const uint8_t *a)
{
	fprintf(out, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
}

static void arp_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off, *spa = hdr + 14, *tpa = hdr + 24;
	uint64_t op = field_get(&arp_fields[ARP_OP], hdr);

	if (op == OP_REQUEST) {
		fputs("arp who-has ", out);
		print_ipv4(out, tpa);
		fputs(" tell ", out);
		print_ipv4(out, spa);
	} else if (op == OP_REPLY) {
		fputs("arp reply ", out);
		print_ipv4(out, spa);
		fprintf(out, " is-at %02x:%02x:%02x:%02x:%02x:%02x", hdr[8], hdr[9], hdr[10],
			hdr[11], hdr[12], hdr[13]);
	} else {
		fprintf(out, "arp op %" PRIu64, op);
	}
}

/* Reverse ARP (RFC 903) has the same form. */
static const struct number arp_numbers[] = { { SPACE_ETHERTYPE, 0x0806 },
					     { SPACE_ETHERTYPE, 0x8035 },
					     {} };

const struct proto proto_arp = {
	.name = "arp",
	.text = "Address Resolution Protocol (RFC 826)",
	.len = 28,
	.fields = arp_fields,
	.numbers = arp_numbers,
	.next_field = -1,
	.last = true,
	.summary = arp_summary,
};
