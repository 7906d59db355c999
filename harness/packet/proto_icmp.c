/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ICMP and ICMPv6. What the second word of the header means depends on the type. */
#include "packet/derive.h"

#include <inttypes.h>

enum {
	ICMP_TYPE,
	ICMP_CODE,
	ICMP_CSUM,
	ICMP_ID,
	ICMP_SEQ,
	ICMP_UNUSED,
	ICMP_MTU,
	ICMP_GATEWAY,
	ICMP_POINTER,
	ICMP_UNUSED24,
	ICMP_REST
};

/* RFC 792, 950, 1256 */
enum {
	ECHO_REPLY = 0,
	UNREACHABLE = 3,
	SOURCE_QUENCH = 4,
	REDIRECT = 5,
	ECHO_REQUEST = 8,
	TIME_EXCEEDED = 11,
	PARAMETER_PROBLEM = 12,
	TIMESTAMP = 13,
	ADDRESS_MASK_REPLY = 18
};

static const struct symbol icmp_types[] = {
	{ "echo-reply", ECHO_REPLY },
	{ "unreachable", UNREACHABLE },
	{ "source-quench", SOURCE_QUENCH },
	{ "redirect", REDIRECT },
	{ "echo-request", ECHO_REQUEST },
	{ "router-advertisement", 9 },
	{ "router-solicitation", 10 },
	{ "time-exceeded", TIME_EXCEEDED },
	{ "parameter-problem", PARAMETER_PROBLEM },
	{ "timestamp", TIMESTAMP },
	{ "timestamp-reply", 14 },
	{ "information", 15 },
	{ "information-reply", 16 },
	{ "address-mask", 17 },
	{ "address-mask-reply", ADDRESS_MASK_REPLY },
	{},
};

static bool has_id(const uint8_t *hdr)
{
	return hdr[0] == ECHO_REQUEST || hdr[0] == ECHO_REPLY ||
	       (hdr[0] >= TIMESTAMP && hdr[0] <= ADDRESS_MASK_REPLY);
}

static bool has_mtu(const uint8_t *hdr)
{
	return hdr[0] == UNREACHABLE;
}

static bool has_gateway(const uint8_t *hdr)
{
	return hdr[0] == REDIRECT;
}

static bool has_pointer(const uint8_t *hdr)
{
	return hdr[0] == PARAMETER_PROBLEM;
}

static bool has_rest(const uint8_t *hdr)
{
	return !has_id(hdr) && !has_mtu(hdr) && !has_gateway(hdr) && !has_pointer(hdr);
}

static const struct variant with_id = { has_id, ICMP_TYPE,
					"type=echo-request, echo-reply or another query" };
static const struct variant with_mtu = { has_mtu, ICMP_TYPE, "type=unreachable" };
static const struct variant with_gateway = { has_gateway, ICMP_TYPE, "type=redirect" };
static const struct variant with_pointer = { has_pointer, ICMP_TYPE, "type=parameter-problem" };
static const struct variant with_rest = { has_rest, ICMP_TYPE,
					  "a type that has no other field there" };

static const struct field icmp_fields[] = {
	[ICMP_TYPE] = { "type", FIELD_UINT, 0, 8, FIELD_SHOWN, .def = ECHO_REQUEST,
			.symbols = icmp_types, .text = "type of message" },
	[ICMP_CODE] = { "code", FIELD_UINT, 8, 8, .text = "code" },
	[ICMP_CSUM] = { "csum", FIELD_UINT, 16, 16, FIELD_HEX | FIELD_CHECKSUM,
			.text = "checksum" },
	[ICMP_ID] = { "id", FIELD_UINT, 32, 16, .only = &with_id, .text = "identifier" },
	[ICMP_SEQ] = { "seq", FIELD_UINT, 48, 16, .only = &with_id, .text = "sequence number" },
	[ICMP_UNUSED] = { "unused", FIELD_UINT, 32, 16, .only = &with_mtu,
			  .text = "unused, and length (RFC 4884)" },
	[ICMP_MTU] = { "mtu", FIELD_UINT, 48, 16, .only = &with_mtu,
		       .text = "next-hop MTU (code 4, RFC 1191)" },
	[ICMP_GATEWAY] = { "gateway", FIELD_IPV4, 32, 32, .only = &with_gateway,
			   .text = "better gateway" },
	[ICMP_POINTER] = { "pointer", FIELD_UINT, 32, 8, .only = &with_pointer,
			   .text = "byte where the problem is" },
	[ICMP_UNUSED24] = { "unused24", FIELD_UINT, 40, 24, FIELD_HEX, .only = &with_pointer,
			    .text = "unused" },
	[ICMP_REST] = { "rest", FIELD_UINT, 32, 32, FIELD_HEX, .only = &with_rest,
			.text = "rest of the header" },
	{}
};

/* Errors hold the header of the packet that caused them, and the start of its contents. */
static const struct proto *icmp_next(const uint8_t *hdr)
{
	switch (hdr[0]) {
	case UNREACHABLE:
	case SOURCE_QUENCH:
	case REDIRECT:
	case TIME_EXCEEDED:
	case PARAMETER_PROBLEM:
		return &proto_ipv4;
	}
	return NULL;
}

static void icmp_finish(struct derivation *dv, unsigned int i)
{
	derive_checksum(dv, i, ICMP_CSUM, 0);
}

static void print_message(FILE *out, const char *proto, const struct field *fields,
			  const uint8_t *hdr)
{
	const char *type = field_symbol_name(&fields[ICMP_TYPE], hdr[0]);

	if (type)
		fprintf(out, "%s %s", proto, type);
	else
		fprintf(out, "%s type %u", proto, hdr[0]);
	if (hdr[1])
		fprintf(out, " code %u", hdr[1]);
	if (field_applies(&fields[ICMP_ID], hdr))
		fprintf(out, ", id %" PRIu64 ", seq %" PRIu64, field_get(&fields[ICMP_ID], hdr),
			field_get(&fields[ICMP_SEQ], hdr));
	fputs(", ", out);
}

static void icmp_summary(FILE *out, const struct packet *p, unsigned int i)
{
	print_message(out, "icmp", icmp_fields, p->data + p->layers[i].off);
}

static const struct number icmp_numbers[] = { { SPACE_IP_PROTO, 1 }, {} };

const struct proto proto_icmp = {
	.name = "icmp",
	.text = "Internet Control Message Protocol (RFC 792)",
	.len = 8,
	.fields = icmp_fields,
	.numbers = icmp_numbers,
	.next_field = -1,
	.quotes = true,
	.next = icmp_next,
	.finish = icmp_finish,
	.summary = icmp_summary,
};

/* The first fields are the same as those of ICMP, in the same order. */
enum {
	ICMP6_TYPE = ICMP_TYPE,
	ICMP6_CODE = ICMP_CODE,
	ICMP6_CSUM = ICMP_CSUM,
	ICMP6_ID = ICMP_ID,
	ICMP6_SEQ = ICMP_SEQ,
	ICMP6_MTU,
	ICMP6_POINTER,
	ICMP6_FLAGS,
	ICMP6_RESERVED,
	ICMP6_CHLIM,
	ICMP6_RAFLAGS,
	ICMP6_ROUTERLIFETIME,
	ICMP6_REST
};

/* RFC 4443, 4861 */
enum {
	ICMP6_PACKET_TOO_BIG = 2,
	ICMP6_PARAMETER_PROBLEM = 4,
	ICMP6_ERROR_MAX = 4, /* what RFC 4443 defines of the errors, 0 to 127 */
	ICMP6_ECHO_REQUEST = 128,
	ICMP6_ECHO_REPLY = 129,
	ICMP6_ROUTER_ADVERTISEMENT = 134,
	ICMP6_NEIGHBOR_ADVERTISEMENT = 136
};

static const struct symbol icmpv6_types[] = {
	{ "unreachable", 1 },
	{ "packet-too-big", ICMP6_PACKET_TOO_BIG },
	{ "time-exceeded", 3 },
	{ "parameter-problem", ICMP6_PARAMETER_PROBLEM },
	{ "echo-request", ICMP6_ECHO_REQUEST },
	{ "echo-reply", ICMP6_ECHO_REPLY },
	{ "mld-query", 130 },
	{ "mld-report", 131 },
	{ "mld-done", 132 },
	{ "router-solicitation", 133 },
	{ "router-advertisement", ICMP6_ROUTER_ADVERTISEMENT },
	{ "neighbor-solicitation", 135 },
	{ "neighbor-advertisement", ICMP6_NEIGHBOR_ADVERTISEMENT },
	{ "redirect", 137 },
	{ "mldv2-report", 143 },
	{},
};

static bool has_id6(const uint8_t *hdr)
{
	return hdr[0] == ICMP6_ECHO_REQUEST || hdr[0] == ICMP6_ECHO_REPLY;
}

static bool has_mtu6(const uint8_t *hdr)
{
	return hdr[0] == ICMP6_PACKET_TOO_BIG;
}

static bool has_pointer6(const uint8_t *hdr)
{
	return hdr[0] == ICMP6_PARAMETER_PROBLEM;
}

static bool has_flags6(const uint8_t *hdr)
{
	return hdr[0] == ICMP6_NEIGHBOR_ADVERTISEMENT;
}

static bool has_router6(const uint8_t *hdr)
{
	return hdr[0] == ICMP6_ROUTER_ADVERTISEMENT;
}

static bool has_rest6(const uint8_t *hdr)
{
	return !has_id6(hdr) && !has_mtu6(hdr) && !has_pointer6(hdr) && !has_flags6(hdr) &&
	       !has_router6(hdr);
}

static const struct variant with_id6 = { has_id6, ICMP6_TYPE, "type=echo-request or echo-reply" };
static const struct variant with_mtu6 = { has_mtu6, ICMP6_TYPE, "type=packet-too-big" };
static const struct variant with_pointer6 = { has_pointer6, ICMP6_TYPE, "type=parameter-problem" };
static const struct variant with_flags6 = { has_flags6, ICMP6_TYPE, "type=neighbor-advertisement" };
static const struct variant with_router6 = { has_router6, ICMP6_TYPE, "type=router-advertisement" };
static const struct variant with_rest6 = { has_rest6, ICMP6_TYPE,
					   "a type that has no other field there" };

/* Router, solicited, override */
static const struct symbol na_flags[] = { { "R", 4 }, { "S", 2 }, { "O", 1 }, {} };

/* Managed, other; home agent (RFC 6275), proxied (RFC 4389); the rest: preference (RFC 4191). */
static const struct symbol ra_flags[] = {
	{ "M", 0x80 }, { "O", 0x40 }, { "H", 0x20 }, { "P", 0x04 }, {}
};

static const struct field icmpv6_fields[] = {
	[ICMP6_TYPE] = { "type", FIELD_UINT, 0, 8, FIELD_SHOWN, .def = ICMP6_ECHO_REQUEST,
			 .symbols = icmpv6_types, .text = "type of message" },
	[ICMP6_CODE] = { "code", FIELD_UINT, 8, 8, .text = "code" },
	[ICMP6_CSUM] = { "csum", FIELD_UINT, 16, 16, FIELD_HEX | FIELD_CHECKSUM,
			 .text = "checksum" },
	[ICMP6_ID] = { "id", FIELD_UINT, 32, 16, .only = &with_id6, .text = "identifier" },
	[ICMP6_SEQ] = { "seq", FIELD_UINT, 48, 16, .only = &with_id6, .text = "sequence number" },
	[ICMP6_MTU] = { "mtu", FIELD_UINT, 32, 32, .only = &with_mtu6,
			.text = "MTU of the next link" },
	[ICMP6_POINTER] = { "pointer", FIELD_UINT, 32, 32, .only = &with_pointer6,
			    .text = "byte where the problem is" },
	[ICMP6_FLAGS] = { "flags", FIELD_FLAGS, 32, 3, .symbols = na_flags, .only = &with_flags6,
			  .text = "router, solicited, override" },
	[ICMP6_RESERVED] = { "reserved", FIELD_UINT, 35, 29, FIELD_HEX, .only = &with_flags6,
			     .text = "reserved" },
	[ICMP6_CHLIM] = { "chlim", FIELD_UINT, 32, 8, .only = &with_router6,
			  .text = "hop limit for what hosts send; 0: not said" },
	[ICMP6_RAFLAGS] = { "raflags", FIELD_FLAGS, 40, 8, .symbols = ra_flags,
			    .only = &with_router6, .text = "managed, other, home agent, proxied" },
	[ICMP6_ROUTERLIFETIME] = { "routerlifetime", FIELD_UINT, 48, 16, .only = &with_router6,
				   .text = "seconds that it is a default router" },
	[ICMP6_REST] = { "rest", FIELD_UINT, 32, 32, FIELD_HEX, .only = &with_rest6,
			 .text = "rest of the header" },
	{}
};

static const struct proto *icmpv6_next(const uint8_t *hdr)
{
	if (hdr[0] && hdr[0] <= ICMP6_ERROR_MAX)
		return &proto_ipv6;
	return proto_by_number(SPACE_ICMPV6_TYPE, hdr[0]);
}

/* What follows may be of one type only: that is the default then. */
static void derive_type(struct derivation *dv, unsigned int i)
{
	const struct layer *l = &dv->p->layers[i];
	uint8_t *hdr = derive_header(dv, i);
	uint32_t type;

	if (dv->check || l->named >> ICMP6_TYPE & 1 || i + 1 == dv->p->n_layers)
		return;
	if (icmpv6_next(hdr) != l[1].proto && proto_number(l[1].proto, SPACE_ICMPV6_TYPE, &type))
		hdr[0] = (uint8_t)type;
}

static void icmpv6_finish(struct derivation *dv, unsigned int i)
{
	derive_type(dv, i);
	derive_checksum(dv, i, ICMP6_CSUM, 58);
}

static void icmpv6_summary(FILE *out, const struct packet *p, unsigned int i)
{
	print_message(out, "icmpv6", icmpv6_fields, p->data + p->layers[i].off);
}

static const struct number icmpv6_numbers[] = { { SPACE_IP_PROTO, 58 }, {} };

const struct proto proto_icmpv6 = {
	.name = "icmpv6",
	.text = "Internet Control Message Protocol for IPv6 (RFC 4443)",
	.len = 8,
	.fields = icmpv6_fields,
	.numbers = icmpv6_numbers,
	.next_field = -1,
	.quotes = true,
	.next = icmpv6_next,
	.finish = icmpv6_finish,
	.summary = icmpv6_summary,
};
