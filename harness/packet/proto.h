/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Protocol headers as tables. One row describes a field once; building, printing, dissecting,
 * comparing and the help text all read the same row, so a new protocol is a new file with a
 * table and, where a length or checksum follows from the rest, a finish function, and one row
 * in the registry of proto.c. A header says itself by which numbers the one in front names it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct packet;
struct derivation;
struct option_set;

/* Fields of one header at most: layers keep a bit for each. */
#define FIELDS_MAX 32

enum field_type {
	FIELD_UINT,   /* up to 32 bits, network order */
	FIELD_FLAGS,  /* the same, as a set of named bits */
	FIELD_MAC,    /* 6 bytes */
	FIELD_IPV4,   /* 4 bytes */
	FIELD_IPV6,   /* 16 bytes */
	FIELD_OPTIONS /* what follows the fixed part, to the end of the header */
};

struct symbol {
	const char *name;
	uint64_t value;
};

/* What a number that names the next header counts. */
enum number_space {
	SPACE_NONE,
	SPACE_ETHERTYPE,
	SPACE_IP_PROTO,
	SPACE_UDP_PORT,	  /* of the destination; has no names in expressions */
	SPACE_ICMPV6_TYPE /* has names of its own in expressions */
};

struct number {
	enum number_space space;
	uint32_t value;
};

/* A field that is there only with some values of others, like the MTU of an ICMP error. */
struct variant {
	bool (*holds)(const uint8_t *hdr);
	int by;		  /* the field it depends on */
	const char *when; /* as an expression says it: "type=redirect" */
};

enum field_mark {
	FIELD_HEX = 1 << 0,	 /* printed in hexadecimal */
	FIELD_SHOWN = 1 << 1,	 /* printed even where it has its default */
	FIELD_NEXT = 1 << 2,	 /* derived: the number of the next header */
	FIELD_LENGTH = 1 << 3,	 /* derived: a length */
	FIELD_CHECKSUM = 1 << 4, /* derived: an Internet checksum (RFC 1071) */
	FIELD_CRC = 1 << 5,	 /* derived: a CRC, of 32 bits */
	FIELD_DERIVED = FIELD_NEXT | FIELD_LENGTH | FIELD_CHECKSUM | FIELD_CRC
};

/* A table of fields ends with {}. Together the fields that apply cover each bit just once. */
struct field {
	const char *name;
	enum field_type type;
	uint16_t bit, bits; /* place in the header, network bit order; 0 bits for options */
	unsigned int marks;
	enum number_space space;      /* protocols of this space are names of values too */
	uint64_t def;		      /* where the expression does not say; 0 for addresses */
	const struct symbol *symbols; /* names of values or of flag bits, ends with {}; or NULL */
	const struct option_set *options;
	const struct variant *only; /* NULL: the field is always there */
	const char *text;	    /* for the help */
};

struct proto {
	const char *name;
	const char *text; /* for the help: what it is, and its RFC */
	uint32_t len;	  /* bytes of the fixed part */
	uint32_t max_len; /* .. with all that its own fields may add, as size() says; 0: len */
	const struct field *fields;
	/*
	 * The numbers by which the header in front names this one, ends with {}. The first of a
	 * space is what a build uses; the others are only recognised.
	 */
	const struct number *numbers;
	int next_field; /* its field that names the next header; -1: none */
	bool frame;	/* a link-layer frame: what pads it ends its contents, not those around */
	bool last;	/* nothing follows: what is found there is padding */
	bool quotes; /* an IP header that follows starts another packet, which may be cut short */
	bool extension; /* stands between an IP header and what that carries */
	/* Its first bytes, where a packet that is quoted ends within the header; or NULL. */
	const struct proto *start;
	/*
	 * Each hook may be NULL. @hdr holds @len bytes at least.
	 * size: bytes of header and options as it says itself; 0 if it is not one of this protocol.
	 * tail: the same where options go on to the end of the @avail bytes that there are.
	 * extent: bytes of header and contents as it says itself; 0 if it does not say.
	 * next: the protocol that follows where no number says it.
	 * fragment: whether what follows is only a part, so that checksums beyond cannot be known.
	 * pseudo: the sum of what checksums above cover of this header (addresses), or NULL if
	 * nothing. @final: the destination where an extension header says it, or NULL.
	 * final: where the packet goes in the end, if another destination than the IP header has;
	 * of a header of @len bytes.
	 */
	uint32_t (*size)(const uint8_t *hdr);
	uint32_t (*tail)(const uint8_t *hdr, uint32_t avail);
	uint32_t (*extent)(const uint8_t *hdr);
	const struct proto *(*next)(const uint8_t *hdr);
	bool (*fragment)(const uint8_t *hdr);
	uint64_t (*pseudo)(const uint8_t *hdr, const uint8_t *final);
	const uint8_t *(*final)(const uint8_t *hdr, uint32_t len);
	/* Derive what follows from the rest, for layer @i; what comes after it is final. */
	void (*finish)(struct derivation *dv, unsigned int i);
	/* Its part of packet_summary(): "10.0.0.1 > 10.0.0.2: " or "tcp S, 0 bytes". */
	void (*summary)(FILE *out, const struct packet *p, unsigned int i);
};

/* The registry, in the order of the help text, and what is no header. */
extern const struct proto proto_eth, proto_vlan, proto_dot1ad, proto_arp, proto_ipv4, proto_ipv6,
	proto_hopopt, proto_dstopt, proto_routing, proto_fragment, proto_ah, proto_icmp,
	proto_icmpv6, proto_nd, proto_nd_rs, proto_nd_ra, proto_nd_redirect, proto_tcp, proto_udp,
	proto_sctp, proto_vxlan, proto_geneve, proto_gre, proto_tcp8, proto_sctp8;
extern const struct proto *const protos[]; /* ends with NULL */
extern const struct proto proto_payload;   /* bytes that no header claims */
extern const struct proto proto_pad;	   /* bytes after the end of a frame's contents */

/* Payload or padding: bytes without fields. */
bool proto_is_bytes(const struct proto *p);
const struct proto *proto_find(const char *name, size_t len);
/* The protocol that @value names in @space, or NULL. */
const struct proto *proto_by_number(enum number_space space, uint64_t value);
/* By which number a header of @space names @p. False if by none. */
bool proto_number(const struct proto *p, enum number_space space, uint32_t *value);
/* The options of its headers, or NULL if there are none. */
const struct option_set *proto_options(const struct proto *p);
/* What follows the header at @hdr, or NULL if it is not known. */
const struct proto *proto_next(const struct proto *p, const uint8_t *hdr);

/* Index of a field, or -1. */
int proto_field(const struct proto *p, const char *name, size_t len);
/* The same of the header at @hdr: of several with that name the one that is there. */
int proto_field_of(const struct proto *p, const char *name, size_t len, const uint8_t *hdr);
/* Whether the field is there, given the header. */
bool field_applies(const struct field *f, const uint8_t *hdr);
/* Fields of up to 64 bits. */
uint64_t field_get(const struct field *f, const uint8_t *hdr);
void field_set(const struct field *f, uint8_t *hdr, uint64_t value);
/* Any field but options. */
bool field_equal(const struct field *f, const uint8_t *a, const uint8_t *b);
void field_copy(const struct field *f, uint8_t *to, const uint8_t *from);
bool field_is_default(const struct field *f, const uint8_t *hdr);

/* Names of values: the field's own symbols, then the protocols of its space. */
bool field_symbol(const struct field *f, const char *name, size_t len, uint64_t *value);
const char *field_symbol_name(const struct field *f, uint64_t value);
/* All of them, at most @room; returns how many. */
size_t field_symbols(const struct field *f, const char **names, size_t room);
