/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Neighbour discovery: what follows the ICMPv6 header (RFC 4861). */
#include "packet/derive.h"
#include "packet/options.h"
#include "packet/value.h"

#define ADDRESS_BITS 128
/* Longer than any link's options, a redirected packet of the minimum MTU among them. */
#define ND_OPTIONS_MAX 1280

/* RFC 4861, 8106 */
static const struct option_kind kinds[] = {
	{ "sllao", 1, .args = { ARG_MAC }, .text = "source link-layer address: sllao(MAC)" },
	{ "tllao", 2, .args = { ARG_MAC }, .text = "target link-layer address: tllao(MAC)" },
	{ "prefix", 3,
	  .args = { ARG_U8, ARG_U8, ARG_U32, ARG_U32, ARG_ZERO16, ARG_ZERO16, ARG_IPV6 },
	  .text = "prefix(LENGTH, FLAGS, VALID, PREFERRED, ADDRESS); FLAGS: 128 on-link, 64 "
		  "autonomous" },
	{ "mtu", 5, .args = { ARG_ZERO16, ARG_U32 }, .text = "MTU of the link: mtu(BYTES)" },
	{ "rdnss", 25, .args = { ARG_ZERO16, ARG_U32 }, .rest = ARG_IPV6,
	  .text = "DNS servers: rdnss(SECONDS, ADDRESS..)" },
	{},
};

static const struct option_set options = { kinds, ND_OPTIONS_MAX, OPTIONS_ND };

#define OPTIONS_AT(place)                                                                        \
	{                                                                                        \
		"options", FIELD_OPTIONS, place, 0, .options = &options,                         \
						    .text = "options, each filled up to 8 bytes" \
	}

/* Options go on to the end, as far as they parse: what is left is payload. */
static uint32_t with_options(uint32_t fixed, const uint8_t *hdr, uint32_t avail)
{
	uint32_t end = fixed, n;

	while (end < avail) {
		n = (uint32_t)option_len(&options, hdr + end, avail - end);
		if (!n || end + n > fixed + options.max)
			break;
		end += n;
	}
	return end;
}

enum {
	ND_TARGET,
	ND_OPTIONS
};

static const struct field nd_fields[] = {
	[ND_TARGET] = { "target", FIELD_IPV6, 0, ADDRESS_BITS,
			.text = "address asked for, or answered for" },
	[ND_OPTIONS] = OPTIONS_AT(ADDRESS_BITS),
	{}
};

static uint32_t nd_tail(const uint8_t *hdr, uint32_t avail)
{
	return with_options(proto_nd.len, hdr, avail);
}

static void nd_summary(FILE *out, const struct packet *p, unsigned int i)
{
	fputs("target ", out);
	field_print(out, &nd_fields[ND_TARGET], p->data + p->layers[i].off);
	fputs(", ", out);
}

static const struct number nd_numbers[] = { { SPACE_ICMPV6_TYPE, 135 },
					    { SPACE_ICMPV6_TYPE, 136 },
					    {} };

const struct proto proto_nd = {
	.name = "nd",
	.text = "contents of a neighbor solicitation or advertisement (RFC 4861)",
	.len = 16,
	.fields = nd_fields,
	.numbers = nd_numbers,
	.next_field = -1,
	.tail = nd_tail,
	.summary = nd_summary,
};

static const struct field rs_fields[] = { OPTIONS_AT(0), {} };

static uint32_t rs_tail(const uint8_t *hdr, uint32_t avail)
{
	return with_options(proto_nd_rs.len, hdr, avail);
}

static const struct number rs_numbers[] = { { SPACE_ICMPV6_TYPE, 133 }, {} };

const struct proto proto_nd_rs = {
	.name = "nd_rs",
	.text = "contents of a router solicitation (RFC 4861)",
	.len = 0,
	.fields = rs_fields,
	.numbers = rs_numbers,
	.next_field = -1,
	.tail = rs_tail,
};

static const struct field ra_fields[] = {
	{ "reachable", FIELD_UINT, 0, 32, .text = "reachable time, in ms; 0: not said" },
	{ "retrans", FIELD_UINT, 32, 32, .text = "retransmission timer, in ms; 0: not said" },
	OPTIONS_AT(64),
	{}
};

static uint32_t ra_tail(const uint8_t *hdr, uint32_t avail)
{
	return with_options(proto_nd_ra.len, hdr, avail);
}

static const struct number ra_numbers[] = { { SPACE_ICMPV6_TYPE, 134 }, {} };

const struct proto proto_nd_ra = {
	.name = "nd_ra",
	.text = "contents of a router advertisement (RFC 4861)",
	.len = 8,
	.fields = ra_fields,
	.numbers = ra_numbers,
	.next_field = -1,
	.tail = ra_tail,
};

static const struct field redirect_fields[] = {
	{ "target", FIELD_IPV6, 0, ADDRESS_BITS, .text = "better first hop" },
	{ "dst", FIELD_IPV6, ADDRESS_BITS, ADDRESS_BITS, .text = "destination that it is for" },
	OPTIONS_AT(2 * ADDRESS_BITS),
	{}
};

static uint32_t redirect_tail(const uint8_t *hdr, uint32_t avail)
{
	return with_options(proto_nd_redirect.len, hdr, avail);
}

static const struct number redirect_numbers[] = { { SPACE_ICMPV6_TYPE, 137 }, {} };

const struct proto proto_nd_redirect = {
	.name = "nd_redirect",
	.text = "contents of an ICMPv6 redirect (RFC 4861)",
	.len = 32,
	.fields = redirect_fields,
	.numbers = redirect_numbers,
	.next_field = -1,
	.tail = redirect_tail,
};
