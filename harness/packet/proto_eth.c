/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Ethernet II and its VLAN tags. */
#include "packet/derive.h"

#include <inttypes.h>

/* Known by number only: protocols with a table of their own add their names themselves. */
static const struct symbol ethertypes[] = { { "rarp", 0x8035 },	 { "mpls", 0x8847 },
					    { "pppoe", 0x8864 }, { "eapol", 0x888e },
					    { "lldp", 0x88cc },	 { "experiment", 0x88b5 },
					    { "loop", 0x9000 },	 {} };

/* What is written where nothing known follows: IEEE 802 local experimental ethertype 1. */
#define ETHERTYPE_DEFAULT 0x88b5
#define ETHERTYPE_MIN	  0x0600 /* below, the field is the length of an 802.3 frame */

enum {
	ETH_DST,
	ETH_SRC,
	ETH_TYPE
};

static const struct field eth_fields[] = {
	[ETH_DST] = { "dst", FIELD_MAC, 0, 48, FIELD_SHOWN, .text = "destination" },
	[ETH_SRC] = { "src", FIELD_MAC, 48, 48, .text = "source" },
	[ETH_TYPE] = { "type", FIELD_UINT, 96, 16, FIELD_HEX | FIELD_NEXT, .def = ETHERTYPE_DEFAULT,
		       .symbols = ethertypes, .space = SPACE_ETHERTYPE,
		       .text = "ethertype of what follows" },
	{}
};

static void print_mac(FILE *out, const uint8_t *mac)
{
	fprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
}

/* Addresses matter where no IP header says more. */
static void eth_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off;
	uint64_t type = field_get(&eth_fields[ETH_TYPE], hdr);
	const char *name = field_symbol_name(&eth_fields[ETH_TYPE], type);

	if (i + 1 < p->n_layers && !proto_is_bytes(p->layers[i + 1].proto))
		return;
	print_mac(out, hdr + 6);
	fputs(" > ", out);
	print_mac(out, hdr);
	if (type < ETHERTYPE_MIN)
		fprintf(out, ": 802.3 length %" PRIu64 ", ", type);
	else if (name)
		fprintf(out, ": %s, ", name);
	else
		fprintf(out, ": type 0x%04" PRIx64 ", ", type);
}

static const struct number eth_numbers[] = { { SPACE_ETHERTYPE, 0x6558 },
					     { SPACE_IP_PROTO, 143 },
					     {} };

const struct proto proto_eth = {
	.name = "eth",
	.text = "Ethernet II",
	.len = 14,
	.fields = eth_fields,
	.numbers = eth_numbers,
	.next_field = ETH_TYPE,
	.frame = true,
	.summary = eth_summary,
};

enum {
	VLAN_PCP,
	VLAN_DEI,
	VLAN_ID,
	VLAN_TYPE
};

static const struct field vlan_fields[] = {
	[VLAN_PCP] = { "pcp", FIELD_UINT, 0, 3, .text = "priority" },
	[VLAN_DEI] = { "dei", FIELD_UINT, 3, 1, .text = "drop eligible" },
	[VLAN_ID] = { "id", FIELD_UINT, 4, 12, .text = "VLAN identifier" },
	[VLAN_TYPE] = { "type", FIELD_UINT, 16, 16, FIELD_HEX | FIELD_NEXT,
			.def = ETHERTYPE_DEFAULT, .symbols = ethertypes, .space = SPACE_ETHERTYPE,
			.text = "ethertype of what follows" },
	{}
};

static void vlan_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off;

	fprintf(out, "%s %" PRIu64 ", ", p->layers[i].proto->name,
		field_get(&vlan_fields[VLAN_ID], hdr));
}

/* 0x9100 is what switches wrote before 802.1ad. */
static const struct number vlan_numbers[] = { { SPACE_ETHERTYPE, 0x8100 },
					      { SPACE_ETHERTYPE, 0x9100 },
					      {} };
static const struct number dot1ad_numbers[] = { { SPACE_ETHERTYPE, 0x88a8 }, {} };

const struct proto proto_vlan = {
	.name = "vlan",
	.text = "VLAN tag, IEEE 802.1Q: ethertype 0x8100",
	.len = 4,
	.fields = vlan_fields,
	.numbers = vlan_numbers,
	.next_field = VLAN_TYPE,
	.summary = vlan_summary,
};

const struct proto proto_dot1ad = {
	.name = "dot1ad",
	.text = "service VLAN tag, IEEE 802.1ad: ethertype 0x88a8",
	.len = 4,
	.fields = vlan_fields,
	.numbers = dot1ad_numbers,
	.next_field = VLAN_TYPE,
	.summary = vlan_summary,
};
