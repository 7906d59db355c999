/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* IPv4 with its options. */
#include "packet/csum.h"
#include "packet/derive.h"
#include "packet/options.h"
#include "packet/summary.h"

#include <inttypes.h>

enum {
	IPV4_VERSION,
	IPV4_IHL,
	IPV4_TOS,
	IPV4_LEN,
	IPV4_ID,
	IPV4_FLAGS,
	IPV4_FRAG,
	IPV4_TTL,
	IPV4_PROTO,
	IPV4_CSUM,
	IPV4_SRC,
	IPV4_DST,
	IPV4_OPTIONS
};

/* What is written where nothing known follows: use for experimentation, RFC 3692. */
#define IPPROTO_DEFAULT 253
#define FLAG_MF		1

static const struct symbol ip_flags[] = { { "MF", FLAG_MF }, { "DF", 2 }, { "evil", 4 }, {} };

/* Known by number only: protocols with a table of their own add their names themselves. */
static const struct symbol ip_protos[] = {
	{ "igmp", 2 },
	{ "esp", 50 },
	{ "ospf", 89 },
	{ "vrrp", 112 },
	{ "experiment", IPPROTO_DEFAULT },
	{},
};

/* RFC 791; router alert RFC 2113. */
static const struct option_kind kinds[] = {
	{ "eol", OPTION_EOL, .bare = true, .text = "end of list" },
	{ "nop", 1, .bare = true, .text = "no operation" },
	{ "rr", 7, .args = { ARG_U8 }, .rest = ARG_IPV4,
	  .text = "record route: rr(POINTER, ADDRESS..)" },
	{ "ts", 68, .args = { ARG_U8, ARG_U8 }, .rest = ARG_U32,
	  .text = "timestamp: ts(POINTER, OVERFLOW+FLAG, WORD..)" },
	{ "lsrr", 131, .args = { ARG_U8 }, .rest = ARG_IPV4,
	  .text = "loose source route: lsrr(POINTER, ADDRESS..)" },
	{ "ssrr", 137, .args = { ARG_U8 }, .rest = ARG_IPV4,
	  .text = "strict source route: ssrr(POINTER, ADDRESS..)" },
	{ "ra", 148, .args = { ARG_U16 }, .text = "router alert: ra(VALUE)" },
	{},
};

static const struct option_set options = { kinds, 40, OPTIONS_IP };

static const struct field ipv4_fields[] = {
	[IPV4_VERSION] = { "version", FIELD_UINT, 0, 4, .def = 4, .text = "IP version" },
	[IPV4_IHL] = { "ihl", FIELD_UINT, 4, 4, FIELD_LENGTH, .def = 5,
		       .text = "header length in words of 4 bytes" },
	[IPV4_TOS] = { "tos", FIELD_UINT, 8, 8, FIELD_HEX,
		       .text = "type of service: DSCP and ECN" },
	[IPV4_LEN] = { "len", FIELD_UINT, 16, 16, FIELD_LENGTH,
		       .text = "bytes of header and contents" },
	[IPV4_ID] = { "id", FIELD_UINT, 32, 16, .text = "identification" },
	[IPV4_FLAGS] = { "flags", FIELD_FLAGS, 48, 3, .symbols = ip_flags,
			 .text = "fragmentation flags" },
	[IPV4_FRAG] = { "frag", FIELD_UINT, 51, 13, .text = "fragment offset in units of 8 bytes" },
	[IPV4_TTL] = { "ttl", FIELD_UINT, 64, 8, .def = 64, .text = "time to live" },
	[IPV4_PROTO] = { "proto", FIELD_UINT, 72, 8, FIELD_NEXT, .def = IPPROTO_DEFAULT,
			 .symbols = ip_protos, .space = SPACE_IP_PROTO,
			 .text = "protocol of what follows" },
	[IPV4_CSUM] = { "csum", FIELD_UINT, 80, 16, FIELD_HEX | FIELD_CHECKSUM,
			.text = "checksum of the header" },
	[IPV4_SRC] = { "src", FIELD_IPV4, 96, 32, .text = "source" },
	[IPV4_DST] = { "dst", FIELD_IPV4, 128, 32, .text = "destination" },
	[IPV4_OPTIONS] = { "options", FIELD_OPTIONS, 160, 0, .options = &options,
			   .text = "options" },
	{}
};

static uint64_t get(int field, const uint8_t *hdr)
{
	return field_get(&ipv4_fields[field], hdr);
}

static uint32_t ipv4_size(const uint8_t *hdr)
{
	uint32_t words = (uint32_t)get(IPV4_IHL, hdr);

	return get(IPV4_VERSION, hdr) == 4 && words >= 5 ? 4 * words : 0;
}

static uint32_t ipv4_extent(const uint8_t *hdr)
{
	return (uint32_t)get(IPV4_LEN, hdr);
}

static bool ipv4_fragment(const uint8_t *hdr)
{
	return get(IPV4_FLAGS, hdr) & FLAG_MF || get(IPV4_FRAG, hdr);
}

/*
 * Only the first fragment starts with the header that proto names. Of the extension headers of IPv6
 * only ah is one of IPv4 too.
 */
static const struct proto *ipv4_next(const uint8_t *hdr)
{
	const struct proto *p = proto_by_number(SPACE_IP_PROTO, get(IPV4_PROTO, hdr));

	if (get(IPV4_FRAG, hdr) || (p && p->extension && p != &proto_ah))
		return NULL;
	return p;
}

static uint64_t ipv4_pseudo(const uint8_t *hdr, const uint8_t *final)
{
	(void) final;
	return csum_sum(hdr + 12, 8, 0);
}

static void ipv4_finish(struct derivation *dv, unsigned int i)
{
	derive_length(dv, i, IPV4_IHL, dv->p->layers[i].len / 4);
	derive_length(dv, i, IPV4_LEN, derive_covered(dv, i));
	derive_header_checksum(dv, i, IPV4_CSUM);
}

static void ipv4_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off;
	const struct field *proto = &ipv4_fields[IPV4_PROTO];
	const char *name = field_symbol_name(proto, field_get(proto, hdr));

	summary_endpoints(out, p, i, &ipv4_fields[IPV4_SRC], &ipv4_fields[IPV4_DST]);
	if (get(IPV4_FRAG, hdr))
		fprintf(out, "fragment at %" PRIu64 " of ", 8 * get(IPV4_FRAG, hdr));
	else if (get(IPV4_FLAGS, hdr) & FLAG_MF)
		fputs("first fragment of ", out);
	if (i + 1 < p->n_layers && !proto_is_bytes(p->layers[i + 1].proto))
		return;
	if (name)
		fprintf(out, "%s, ", name);
	else
		fprintf(out, "proto %" PRIu64 ", ", get(IPV4_PROTO, hdr));
}

static const struct number ipv4_numbers[] = { { SPACE_ETHERTYPE, 0x0800 },
					      { SPACE_IP_PROTO, 4 },
					      {} };

const struct proto proto_ipv4 = {
	.name = "ipv4",
	.text = "Internet Protocol version 4 (RFC 791)",
	.len = 20,
	.fields = ipv4_fields,
	.numbers = ipv4_numbers,
	.next_field = IPV4_PROTO,
	.size = ipv4_size,
	.extent = ipv4_extent,
	.next = ipv4_next,
	.fragment = ipv4_fragment,
	.pseudo = ipv4_pseudo,
	.finish = ipv4_finish,
	.summary = ipv4_summary,
};
