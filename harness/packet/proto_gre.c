/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* GRE, with the checksum, key and sequence number that its flags say are there. */
#include "packet/derive.h"

#include <inttypes.h>

enum {
	GRE_FLAGS,
	GRE_RESERVED,
	GRE_VERSION,
	GRE_PROTO,
	GRE_CSUM,
	GRE_RESERVED1,
	GRE_KEY,
	GRE_KEY_BEHIND_CSUM,
	GRE_SEQ,
	GRE_SEQ_BEHIND_ONE,
	GRE_SEQ_BEHIND_BOTH
};

#define HAS_CSUM 8u
#define HAS_KEY	 2u
#define HAS_SEQ	 1u
/* Source routing, of RFC 1701: what follows then is not known. */
#define HAS_ROUTING 4u

#define FIXED	    4
#define WORD	    4

/* RFC 2784 section 2.1, RFC 2890 section 2; the names are tcpdump's. */
static const struct symbol gre_flags[] = {
	{ "C", HAS_CSUM }, { "R", HAS_ROUTING }, { "K", HAS_KEY }, { "S", HAS_SEQ }, {},
};

static unsigned int flags_of(const uint8_t *hdr)
{
	return hdr[0] >> 4;
}

static bool has_csum(const uint8_t *hdr)
{
	return flags_of(hdr) & HAS_CSUM;
}

/* Words in front of the key that are there. */
static bool has_key(const uint8_t *hdr)
{
	return flags_of(hdr) & HAS_KEY && !has_csum(hdr);
}

static bool has_key_behind_csum(const uint8_t *hdr)
{
	return flags_of(hdr) & HAS_KEY && has_csum(hdr);
}

static unsigned int words_before_seq(const uint8_t *hdr)
{
	return has_csum(hdr) + !!(flags_of(hdr) & HAS_KEY);
}

static bool has_seq(const uint8_t *hdr)
{
	return flags_of(hdr) & HAS_SEQ && words_before_seq(hdr) == 0;
}

static bool has_seq_behind_one(const uint8_t *hdr)
{
	return flags_of(hdr) & HAS_SEQ && words_before_seq(hdr) == 1;
}

static bool has_seq_behind_both(const uint8_t *hdr)
{
	return flags_of(hdr) & HAS_SEQ && words_before_seq(hdr) == 2;
}

#define WITH(name, test, flag) \
	static const struct variant name = { test, GRE_FLAGS, "flags=" flag " said before it" }
WITH(with_csum, has_csum, "C");
WITH(with_key, has_key, "K");
WITH(with_key_behind_csum, has_key_behind_csum, "CK");
WITH(with_seq, has_seq, "S");
WITH(with_seq_behind_one, has_seq_behind_one, "KS or flags=CS");
WITH(with_seq_behind_both, has_seq_behind_both, "CKS");

/* Of rows with one name the flags choose: where the field stands depends on what is in front. */
static const struct field gre_fields[] = {
	[GRE_FLAGS] = { "flags", FIELD_FLAGS, 0, 4, .symbols = gre_flags,
			.text = "what is there: checksum, routing, key, sequence number" },
	[GRE_RESERVED] = { "reserved", FIELD_UINT, 4, 9, FIELD_HEX, .text = "reserved" },
	[GRE_VERSION] = { "version", FIELD_UINT, 13, 3, .text = "version" },
	[GRE_PROTO] = { "proto", FIELD_UINT, 16, 16, FIELD_HEX | FIELD_NEXT, .def = 0x6558,
			.space = SPACE_ETHERTYPE, .text = "ethertype of what follows" },
	[GRE_CSUM] = { "csum", FIELD_UINT, 32, 16, FIELD_HEX | FIELD_CHECKSUM, .only = &with_csum,
		       .text = "checksum of header and contents" },
	[GRE_RESERVED1] = { "reserved1", FIELD_UINT, 48, 16, FIELD_HEX, .only = &with_csum,
			    .text = "reserved" },
	[GRE_KEY] = { "key", FIELD_UINT, 32, 32, .only = &with_key, .text = "key" },
	[GRE_KEY_BEHIND_CSUM] = { "key", FIELD_UINT, 64, 32, .only = &with_key_behind_csum,
				  .text = "key" },
	[GRE_SEQ] = { "seq", FIELD_UINT, 32, 32, .only = &with_seq, .text = "sequence number" },
	[GRE_SEQ_BEHIND_ONE] = { "seq", FIELD_UINT, 64, 32, .only = &with_seq_behind_one,
				 .text = "sequence number" },
	[GRE_SEQ_BEHIND_BOTH] = { "seq", FIELD_UINT, 96, 32, .only = &with_seq_behind_both,
				  .text = "sequence number" },
	{}
};

static uint32_t gre_size(const uint8_t *hdr)
{
	unsigned int flags = flags_of(hdr);

	if (flags & HAS_ROUTING || field_get(&gre_fields[GRE_VERSION], hdr))
		return 0;
	return FIXED + WORD * (words_before_seq(hdr) + !!(flags & HAS_SEQ));
}

static void gre_finish(struct derivation *dv, unsigned int i)
{
	if (has_csum(derive_header(dv, i)))
		derive_checksum(dv, i, GRE_CSUM, 0);
}

static void gre_summary(FILE *out, const struct packet *p, unsigned int i)
{
	const uint8_t *hdr = p->data + p->layers[i].off;

	fputs("gre", out);
	for (int n = GRE_KEY; n <= GRE_KEY_BEHIND_CSUM; n++)
		if (field_applies(&gre_fields[n], hdr))
			fprintf(out, " key %" PRIu64, field_get(&gre_fields[n], hdr));
	fputs(", ", out);
}

static const struct number gre_numbers[] = { { SPACE_IP_PROTO, 47 }, {} };

const struct proto proto_gre = {
	.name = "gre",
	.text = "Generic Routing Encapsulation (RFC 2784, RFC 2890)",
	.len = FIXED,
	.max_len = FIXED + 3 * WORD,
	.fields = gre_fields,
	.numbers = gre_numbers,
	.next_field = GRE_PROTO,
	.size = gre_size,
	.finish = gre_finish,
	.summary = gre_summary,
};
