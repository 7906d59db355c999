/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* IPv6 extension headers (RFC 8200 section 4). */
#include "packet/derive.h"
#include "packet/options.h"
#include "packet/summary.h"

#include <inttypes.h>

/* Each starts with the next header; all but the fragment header go on with their length. */
enum {
	EXT_NH,
	EXT_LEN,
	EXT_OPTIONS
};

#define NO_NEXT 59 /* RFC 8200 section 4.7 */
#define UNIT	8  /* what lengths count, without the first */
#define ADDRESS 16
#define EXT_MAX (256 * UNIT)

static const struct symbol next_headers[] = { { "no-next", NO_NEXT }, { "esp", 50 }, {} };

#define NEXT_HEADER                                                                       \
	{                                                                                 \
		"nh", FIELD_UINT, 0, 8, FIELD_NEXT,                                       \
			.def = NO_NEXT, .symbols = next_headers, .space = SPACE_IP_PROTO, \
			.text = "next header: protocol of what follows"                   \
	}
#define EXT_LENGTH                                                                  \
	{                                                                           \
		"len", FIELD_UINT, 8, 8, FIELD_LENGTH,                              \
			.text = "units of 8 bytes of the header, without the first" \
	}

/* RFC 8200, 2711, 2675, 2473 */
static const struct option_kind kinds[] = {
	{ "pad1", 0, .bare = true, .text = "one byte of padding" },
	{ "padn", 1, .rest = ARG_U8,
	  .text = "padding between options, padn(0, 0) is of four bytes; that at the end is added" },
	{ "tel", 4, .args = { ARG_U8 }, .text = "tunnel encapsulation limit: tel(LIMIT)" },
	{ "ra", 5, .args = { ARG_U16 }, .text = "router alert: ra(VALUE)" },
	{ "jumbo", 194, .args = { ARG_U32 }, .text = "jumbo payload: jumbo(BYTES)" },
	{},
};

static const struct option_set options = { kinds, EXT_MAX - 2, OPTIONS_IPV6 };

static const struct field options_fields[] = {
	[EXT_NH] = NEXT_HEADER,
	[EXT_LEN] = EXT_LENGTH,
	[EXT_OPTIONS] = { "options", FIELD_OPTIONS, 16, 0, .options = &options,
			  .text = "options, padded to 8 bytes" },
	{}
};

static uint32_t ext_size(const uint8_t *hdr)
{
	return UNIT + UNIT * hdr[1];
}

static void ext_finish(struct derivation *dv, unsigned int i)
{
	derive_length(dv, i, EXT_LEN, dv->p->layers[i].len / UNIT - 1);
}

/* The name of what follows, where it is not a header that says so itself. */
static void next_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const struct layer *l = &p->layers[i];
	const struct field *nh = &l->proto->fields[EXT_NH];
	uint64_t value = field_get(nh, p->data + l->off);
	const char *name = field_symbol_name(nh, value);

	if (i + 1 < p->n_layers && !proto_is_bytes(l[1].proto))
		return;
	if (name)
		fprintf(out, "%s, ", name);
	else
		fprintf(out, "nh %" PRIu64 ", ", value);
}

static void ext_summary(FILE *out, const struct packet *p, unsigned int i)
{
	fprintf(out, "%s, ", p->layers[i].proto->name);
	next_summary(out, p, i);
}

static const struct number hopopt_numbers[] = { { SPACE_IP_PROTO, 0 }, {} };

const struct proto proto_hopopt = {
	.name = "hopopt",
	.text = "IPv6 hop-by-hop options (RFC 8200)",
	.len = 2,
	.fields = options_fields,
	.numbers = hopopt_numbers,
	.next_field = EXT_NH,
	.extension = true,
	.size = ext_size,
	.finish = ext_finish,
	.summary = ext_summary,
};

static const struct number dstopt_numbers[] = { { SPACE_IP_PROTO, 60 }, {} };

const struct proto proto_dstopt = {
	.name = "dstopt",
	.text = "IPv6 destination options (RFC 8200)",
	.len = 2,
	.fields = options_fields,
	.numbers = dstopt_numbers,
	.next_field = EXT_NH,
	.extension = true,
	.size = ext_size,
	.finish = ext_finish,
	.summary = ext_summary,
};

enum {
	ROUTING_NH = EXT_NH,
	ROUTING_LEN = EXT_LEN,
	ROUTING_TYPE,
	ROUTING_SEGLEFT,
	ROUTING_RESERVED,
	ROUTING_LAST,
	ROUTING_FLAGS,
	ROUTING_TAG,
	ROUTING_ADDRESSES
};

#define ROUTING_FIXED 8

enum {
	ROUTING_SOURCE = 0,  /* RFC 2460, deprecated by RFC 5095 */
	ROUTING_MOBILE = 2,  /* RFC 6275 */
	ROUTING_SEGMENTS = 4 /* RFC 8754 */
};

static const struct symbol routing_types[] = {
	{ "source", ROUTING_SOURCE },
	{ "mobile", ROUTING_MOBILE },
	{ "srh", ROUTING_SEGMENTS },
	{},
};

static bool is_srh(const uint8_t *hdr)
{
	return hdr[2] == ROUTING_SEGMENTS;
}

static bool is_not_srh(const uint8_t *hdr)
{
	return !is_srh(hdr);
}

static const struct variant with_srh = { is_srh, ROUTING_TYPE, "type=srh" };
static const struct variant without_srh = { is_not_srh, ROUTING_TYPE, "another type than srh" };

static const struct option_set addresses = { NULL, EXT_MAX - ROUTING_FIXED, OPTIONS_ADDRESSES };

static const struct field routing_fields[] = {
	[ROUTING_NH] = NEXT_HEADER,
	[ROUTING_LEN] = EXT_LENGTH,
	[ROUTING_TYPE] = { "type", FIELD_UINT, 16, 8, FIELD_SHOWN, .def = ROUTING_SEGMENTS,
			   .symbols = routing_types, .text = "type of routing" },
	[ROUTING_SEGLEFT] = { "segleft", FIELD_UINT, 24, 8,
			      .text = "segments left: where it is 0, the IPv6 header has the final "
				      "destination" },
	[ROUTING_RESERVED] = { "reserved", FIELD_UINT, 32, 32, FIELD_HEX, .only = &without_srh,
			       .text = "reserved" },
	[ROUTING_LAST] = { "lastentry", FIELD_UINT, 32, 8, FIELD_LENGTH, .only = &with_srh,
			   .text = "index of the last address" },
	[ROUTING_FLAGS] = { "flags", FIELD_UINT, 40, 8, FIELD_HEX, .only = &with_srh,
			    .text = "flags" },
	[ROUTING_TAG] = { "tag", FIELD_UINT, 48, 16, FIELD_HEX, .only = &with_srh, .text = "tag" },
	[ROUTING_ADDRESSES] = { "addresses", FIELD_OPTIONS, 64, 0, .options = &addresses,
				.text = "IPv6 addresses; those of srh from the last to the first" },
	{}
};

/*
 * Where the packet goes in the end: in the last address, which is the first one listed in a
 * segment routing header.
 */
static const uint8_t *routing_final(const uint8_t *hdr, uint32_t len)
{
	uint32_t n = (len - ROUTING_FIXED) / ADDRESS;

	if (!hdr[3] || !n)
		return NULL;
	switch (hdr[2]) {
	case ROUTING_SEGMENTS:
		return hdr + ROUTING_FIXED;
	case ROUTING_SOURCE:
	case ROUTING_MOBILE:
		return hdr + ROUTING_FIXED + (n - 1) * ADDRESS;
	}
	return NULL;
}

static void routing_finish(struct derivation *dv, unsigned int i)
{
	uint32_t n = (dv->p->layers[i].len - ROUTING_FIXED) / ADDRESS;

	ext_finish(dv, i);
	if (is_srh(derive_header(dv, i)))
		derive_length(dv, i, ROUTING_LAST, n ? n - 1 : 0);
}

static void routing_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off;
	const char *name = field_symbol_name(&routing_fields[ROUTING_TYPE], hdr[2]);

	if (name)
		fprintf(out, "routing %s, ", name);
	else
		fprintf(out, "routing type %u, ", hdr[2]);
	fprintf(out, "%u segments left, ", hdr[3]);
	next_summary(out, p, i);
}

static const struct number routing_numbers[] = { { SPACE_IP_PROTO, 43 }, {} };

const struct proto proto_routing = {
	.name = "routing",
	.text = "IPv6 routing header (RFC 8200; srh: RFC 8754)",
	.len = ROUTING_FIXED,
	.fields = routing_fields,
	.numbers = routing_numbers,
	.next_field = ROUTING_NH,
	.extension = true,
	.size = ext_size,
	.final = routing_final,
	.finish = routing_finish,
	.summary = routing_summary,
};

enum {
	FRAGMENT_NH = EXT_NH,
	FRAGMENT_RES1,
	FRAGMENT_OFFSET,
	FRAGMENT_RES2,
	FRAGMENT_M,
	FRAGMENT_ID
};

static const struct field fragment_fields[] = {
	[FRAGMENT_NH] = NEXT_HEADER,
	[FRAGMENT_RES1] = { "res1", FIELD_UINT, 8, 8, .text = "reserved" },
	[FRAGMENT_OFFSET] = { "offset", FIELD_UINT, 16, 13,
			      .text = "fragment offset in units of 8 bytes" },
	[FRAGMENT_RES2] = { "res2", FIELD_UINT, 29, 2, .text = "reserved" },
	[FRAGMENT_M] = { "m", FIELD_UINT, 31, 1, .text = "more fragments follow" },
	[FRAGMENT_ID] = { "id", FIELD_UINT, 32, 32, FIELD_HEX, .text = "identification" },
	{}
};

static uint64_t fragment_get(int field, const uint8_t *hdr)
{
	return field_get(&fragment_fields[field], hdr);
}

/* An atomic fragment (RFC 6946) is whole. */
static bool fragment_fragment(const uint8_t *hdr)
{
	return fragment_get(FRAGMENT_OFFSET, hdr) || fragment_get(FRAGMENT_M, hdr);
}

/* Only the first fragment starts with the header that nh names. */
static const struct proto *fragment_next(const uint8_t *hdr)
{
	return fragment_get(FRAGMENT_OFFSET, hdr)
		       ? NULL
		       : proto_by_number(SPACE_IP_PROTO, fragment_get(FRAGMENT_NH, hdr));
}

static void fragment_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off;

	if (fragment_get(FRAGMENT_OFFSET, hdr))
		fprintf(out, "fragment at %" PRIu64 " of ", 8 * fragment_get(FRAGMENT_OFFSET, hdr));
	else
		fprintf(out, "%s fragment of ", fragment_get(FRAGMENT_M, hdr) ? "first" : "atomic");
	next_summary(out, p, i);
}

static const struct number fragment_numbers[] = { { SPACE_IP_PROTO, 44 }, {} };

const struct proto proto_fragment = {
	.name = "fragment",
	.text = "IPv6 fragment header (RFC 8200)",
	.len = 8,
	.fields = fragment_fields,
	.numbers = fragment_numbers,
	.next_field = FRAGMENT_NH,
	.extension = true,
	.next = fragment_next,
	.fragment = fragment_fragment,
	.summary = fragment_summary,
};
