/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The fixed header of IPv6. */
#include "packet/csum.h"
#include "packet/derive.h"
#include "packet/summary.h"

#include <inttypes.h>

enum {
	IPV6_VERSION,
	IPV6_TC,
	IPV6_FLOW,
	IPV6_LEN,
	IPV6_NH,
	IPV6_HLIM,
	IPV6_SRC,
	IPV6_DST
};

#define HEADER_LEN 40
#define NO_NEXT	   59 /* RFC 8200 section 4.7 */

/* Known by number only: protocols with a table of their own add their names themselves. */
static const struct symbol next_headers[] = {
	{ "esp", 50 }, { "no-next", NO_NEXT }, { "ospf", 89 }, { "experiment", 253 }, {},
};

static const struct field ipv6_fields[] = {
	[IPV6_VERSION] = { "version", FIELD_UINT, 0, 4, .def = 6, .text = "IP version" },
	[IPV6_TC] = { "tc", FIELD_UINT, 4, 8, FIELD_HEX, .text = "traffic class: DSCP and ECN" },
	[IPV6_FLOW] = { "flow", FIELD_UINT, 12, 20, FIELD_HEX, .text = "flow label" },
	[IPV6_LEN] = { "len", FIELD_UINT, 32, 16, FIELD_LENGTH, .text = "bytes of contents" },
	[IPV6_NH] = { "nh", FIELD_UINT, 48, 8, FIELD_NEXT, .def = NO_NEXT, .symbols = next_headers,
		      .space = SPACE_IP_PROTO, .text = "next header: protocol of what follows" },
	[IPV6_HLIM] = { "hlim", FIELD_UINT, 56, 8, .def = 64, .text = "hop limit" },
	[IPV6_SRC] = { "src", FIELD_IPV6, 64, 128, .text = "source" },
	[IPV6_DST] = { "dst", FIELD_IPV6, 192, 128, .text = "destination" },
	{}
};

static uint32_t ipv6_size(const uint8_t *hdr)
{
	return field_get(&ipv6_fields[IPV6_VERSION], hdr) == 6 ? HEADER_LEN : 0;
}

/* 0 with contents is a jumbogram (RFC 2675), or one that segmentation offload has yet to cut. */
static uint32_t ipv6_extent(const uint8_t *hdr)
{
	uint32_t len = (uint32_t)field_get(&ipv6_fields[IPV6_LEN], hdr);

	if (!len && field_get(&ipv6_fields[IPV6_NH], hdr) != NO_NEXT)
		return 0;
	return HEADER_LEN + len;
}

static uint64_t ipv6_pseudo(const uint8_t *hdr, const uint8_t *final)
{
	return csum_sum(final ? final : hdr + 24, 16, csum_sum(hdr + 8, 16, 0));
}

static void ipv6_finish(struct derivation *dv, unsigned int i)
{
	derive_length(dv, i, IPV6_LEN, derive_covered(dv, i) - HEADER_LEN);
}

static void ipv6_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off;
	const struct field *nh = &ipv6_fields[IPV6_NH];
	const char *name = field_symbol_name(nh, field_get(nh, hdr));

	summary_endpoints(out, p, i, &ipv6_fields[IPV6_SRC], &ipv6_fields[IPV6_DST]);
	if (i + 1 < p->n_layers && !proto_is_bytes(p->layers[i + 1].proto))
		return;
	if (name)
		fprintf(out, "%s, ", name);
	else
		fprintf(out, "nh %" PRIu64 ", ", field_get(nh, hdr));
}

static const struct number ipv6_numbers[] = { { SPACE_ETHERTYPE, 0x86dd },
					      { SPACE_IP_PROTO, 41 },
					      {} };

const struct proto proto_ipv6 = {
	.name = "ipv6",
	.text = "Internet Protocol version 6 (RFC 8200)",
	.len = HEADER_LEN,
	.fields = ipv6_fields,
	.numbers = ipv6_numbers,
	.next_field = IPV6_NH,
	.size = ipv6_size,
	.extent = ipv6_extent,
	.pseudo = ipv6_pseudo,
	.finish = ipv6_finish,
	.summary = ipv6_summary,
};
