/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TCP with its options. */
#include "packet/derive.h"
#include "packet/options.h"
#include "packet/value.h"

enum {
	TCP_SPORT,
	TCP_DPORT,
	TCP_SEQ,
	TCP_ACK,
	TCP_DOFF,
	TCP_RES,
	TCP_FLAGS,
	TCP_WINDOW,
	TCP_CSUM,
	TCP_URGPTR,
	TCP_OPTIONS
};

#define IPPROTO_NUMBER 6

/* As scapy writes them; '.' and W are tcpdump's letters for ACK and CWR. */
static const struct symbol tcp_flags[] = {
	{ "F", 0x01 }, { "S", 0x02 }, { "R", 0x04 },  { "P", 0x08 }, { "A", 0x10 }, { "U", 0x20 },
	{ "E", 0x40 }, { "C", 0x80 }, { "N", 0x100 }, { ".", 0x10 }, { "W", 0x80 }, {},
};

/* RFC 9293, 7323, 2018, 7413 */
static const struct option_kind kinds[] = {
	{ "eol", OPTION_EOL, .bare = true, .text = "end of list" },
	{ "nop", 1, .bare = true, .text = "no operation" },
	{ "mss", 2, .args = { ARG_U16 }, .text = "maximum segment size: mss(BYTES)" },
	{ "wscale", 3, .args = { ARG_U8 }, .text = "window scale: wscale(SHIFT)" },
	{ "sackok", 4, .text = "SACK permitted" },
	{ "sack", 5, .rest = ARG_RANGE, .text = "SACK blocks: sack(LEFT-RIGHT..)" },
	{ "ts", 8, .args = { ARG_U32, ARG_U32 }, .text = "timestamps: ts(VALUE, ECHO)" },
	{},
};

static const struct option_set options = { kinds, 40, OPTIONS_IP };

static const struct field tcp_fields[] = {
	[TCP_SPORT] = { "sport", FIELD_UINT, 0, 16, .text = "source port" },
	[TCP_DPORT] = { "dport", FIELD_UINT, 16, 16, .text = "destination port" },
	[TCP_SEQ] = { "seq", FIELD_UINT, 32, 32, .text = "sequence number" },
	[TCP_ACK] = { "ack", FIELD_UINT, 64, 32, .text = "acknowledgment number" },
	[TCP_DOFF] = { "doff", FIELD_UINT, 96, 4, FIELD_LENGTH, .def = 5,
		       .text = "data offset in words of 4 bytes" },
	[TCP_RES] = { "res", FIELD_UINT, 100, 3, .text = "reserved" },
	[TCP_FLAGS] = { "flags", FIELD_FLAGS, 103, 9, FIELD_SHOWN, .def = 0x02,
			.symbols = tcp_flags, .text = "flags" },
	[TCP_WINDOW] = { "window", FIELD_UINT, 112, 16, .def = 65535, .text = "window" },
	[TCP_CSUM] = { "csum", FIELD_UINT, 128, 16, FIELD_HEX | FIELD_CHECKSUM,
		       .text = "checksum" },
	[TCP_URGPTR] = { "urgptr", FIELD_UINT, 144, 16, .text = "urgent pointer" },
	[TCP_OPTIONS] = { "options", FIELD_OPTIONS, 160, 0, .options = &options,
			  .text = "options" },
	{}
};

static uint32_t tcp_size(const uint8_t *hdr)
{
	uint32_t words = (uint32_t)field_get(&tcp_fields[TCP_DOFF], hdr);

	return words >= 5 ? 4 * words : 0;
}

static void tcp_finish(struct derivation *dv, unsigned int i)
{
	derive_length(dv, i, TCP_DOFF, dv->p->layers[i].len / 4);
	derive_checksum(dv, i, TCP_CSUM, IPPROTO_NUMBER);
}

static void tcp_summary(FILE *out, const struct packet *p, unsigned int i)
{
	fputs("tcp ", out);
	field_print(out, &tcp_fields[TCP_FLAGS], p->data + p->layers[i].off);
	fputs(", ", out);
}

static const struct number tcp_numbers[] = { { SPACE_IP_PROTO, IPPROTO_NUMBER }, {} };

const struct proto proto_tcp = {
	.name = "tcp",
	.text = "Transmission Control Protocol (RFC 9293)",
	.len = 20,
	.fields = tcp_fields,
	.numbers = tcp_numbers,
	.next_field = -1,
	.start = &proto_tcp8,
	.size = tcp_size,
	.finish = tcp_finish,
	.summary = tcp_summary,
};
