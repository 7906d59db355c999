/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Types of map keys, map values and globals as plain data, whatever described them (BTF of the
 * object, a BTF file, a size alone), and values of these types: read, printed, compared.
 * No kernel, no libbpf in this header.
 */
#pragma once

#include "base/diag.h"
#include "base/vars.h"
#include "syntax/node.h"

#include <stdint.h>

enum type_kind {
	TYPE_BYTES, /* no description, or pointers, functions: hex(..) */
	TYPE_INT,   /* also bool and char */
	TYPE_ENUM,
	TYPE_STRUCT,
	TYPE_UNION,
	TYPE_ARRAY,
	TYPE_FLOAT
};

struct type_member {
	const char
		*name; /* NULL: anonymous struct or union, whose members are looked up through it */
	const struct type *type;
	uint32_t bit_off;  /* from the start of the struct, as BTF counts */
	uint32_t bit_size; /* of a bit-field; 0 for others */
};

struct type_enumerator {
	const char *name;
	uint64_t value; /* sign-extended */
};

/*
 * Members of a struct are in the order of their offsets and do not overlap, those of a union
 * begin at 0; all have a size and lie within it. No type contains itself.
 */
struct type {
	enum type_kind kind;
	const char *name;      /* as declared: "struct lb4_key", "__be16", "u32"; never NULL */
	uint32_t size;	       /* bytes */
	bool is_signed;	       /* int, enum */
	bool is_bool, is_char; /* int */
	bool big_endian; /* __be16, __be32, __be64 (typedef name seen on the way): network order */
	struct type_member *members; /* struct, union */
	struct type_enumerator *enumerators;
	const struct type *element; /* array */
	uint32_t n;		    /* members, enumerators or elements */
};

/* names: {subtype: {TO_NETWORK: 11}}: names for the values of any member called `subtype`. */
struct value_names {
	const char *member;
	struct type_enumerator *items;
	size_t n;
	const struct value_names *next;
};

struct type_set; /* types/object_file.h */

/* How values are read and printed: what the scenario said besides the types. All may be NULL. */
struct value_context {
	const struct value_names *names; /* a list */
	const struct vars *vars; /* already expanded in nodes; kept for hex($x), be16($x), A|$x */
	const struct type_set *const *sets; /* their enumerators are names for any integer */
	size_t n_sets;
	const char *member; /* what the value itself is called: a global's name, for names and
			       messages */
	bool brief; /* printing leaves out members that are zero: encoded again it is the same */
};

/*
 * Encode node @n as a value of type @t into @out (t->size bytes, zeroed by the caller).
 * @mask, where not NULL, has the same size and is zeroed too: bits of members that @n names are
 * set, so that members left out (or `any`) are 0 = "not compared". NULL: the value is set, not
 * expected, and `any` is an error. Every error is reported. Returns 0 or -1.
 *
 * Accepted, by type:
 *   struct, union   {member: value}, members of anonymous ones as if they were its own; of members
 * that share bytes only one. One member only: that member's value. Of 4, 6, 16 bytes: also IPv4,
 * MAC, IPv6 notation. array           [value, ..] from the start, or {index: value, ..}; char
 * arrays as text (what follows is zero); of 4, 6, 16 bytes as IPv4, MAC, IPv6. integer decimal, 0x,
 * negative for signed types only; names of @c and of the enum, also A|B; IPv4 notation in 4 bytes
 * and MAC notation in 8 (then two zero bytes), in network order whatever the type. Plain numbers
 * are in the type's own order (network for __be16/32/64). be16(80), be32(..), be64(..) force
 * network order; the size must be the type's. Bytes without a type: {u32: [1, 2]}, the same with
 * u8, u16, u64, be16, be32, be64: as an array of these, or as one where that is all. bool true,
 * false, 0, 1 float           a decimal number anything        hex(..) of exactly t->size bytes, as
 * in memory; not for bit-fields
 *
 * Text in quotes is literal: it is for char arrays, and for the notations, which people quote.
 */
int value_encode(struct diags *d, const struct value_context *c, const struct type *t,
		 const struct node *n, uint8_t *out, uint8_t *mask);
/* True if @mask has every bit that members of @t cover: padding does not count. */
bool value_is_whole(const struct type *t, const uint8_t *mask);

/*
 * Keys of LPM tries: the length of the prefix in bits (the first four bytes, host order), then what
 * is matched. Besides value_encode()'s forms also `10.0.0.0/8` alone, or as `prefix:` among members
 * of the key, where the address is the member of 4 (IPv6: 16) bytes called like one or at the end.
 * Members between length and address count as matched: prefixlen is their bits plus the prefix's.
 */
int lpm_key_encode(struct diags *d, const struct value_context *c, const struct type *key,
		   const struct node *n, uint8_t *out, uint8_t *mask);
/* As value_print(), with `prefix` where the key can hold only one kind of address. */
void lpm_key_print(FILE *out, const struct value_context *c, const struct type *key,
		   const uint8_t *data);

/*
 * Print a value as value_encode() reads it, one line: {address: 10.0.0.1, dport: 80}. What is
 * printed encodes to the same bytes, in a YAML flow collection too. @c may be NULL.
 *
 * Notations: IPv4 for unsigned integers and byte arrays of 4 bytes, IPv6 for 16 bytes that are
 * (also) a byte array or an array of integers, if the member's or type's name says address (ends in
 * addr, address, ip, ip4, saddr, daddr, vip, .. or their plural; _src, _dst after such a word);
 * also for a __be32 without a name, or called src, dst and the like. MAC for byte arrays of 6 bytes
 * and what has one as a view, and for 8-byte integers called mac, .._mac with two zero bytes at the
 * end. Zero members called pad.. or reserved.. are left out. Of a union: the member that needs the
 * fewest non-zero parts to say all its bits. Arrays of more than 16 elements leave out zeros. What
 * no member says (padding that is not zero) makes the innermost named value hex(..) as a whole.
 */
void value_print(FILE *out, const struct value_context *c, const struct type *t,
		 const uint8_t *data);

struct value_difference {
	const char *member; /* "value.backends[2].address"; "" for the whole value */
	const char *expected, *actual;
};

/* True if @actual equals @expected in every bit set in @mask (NULL: all of @size bytes). */
bool value_matches(size_t size, const uint8_t *expected, const uint8_t *mask,
		   const uint8_t *actual);
/*
 * Members that differ, from @arena. Returns how many: 0 only if value_matches(). @prefix starts
 * each member's name. Differences in padding are one row, "PREFIX (padding)", in hex(..).
 */
size_t value_diff(const struct value_context *c, const struct type *t, const uint8_t *expected,
		  const uint8_t *mask, const uint8_t *actual, const char *prefix,
		  struct arena *arena, struct value_difference **out);

/* A TYPE_BYTES of @size bytes, from @arena. */
const struct type *type_bytes(struct arena *arena, uint32_t size);
/* An unsigned integer of @size bytes in host order, named u8 .. u64, from @arena. */
const struct type *type_uint(struct arena *arena, uint32_t size);
/*
 * A type by its C declaration, structs with offsets as comments: "__u32", "struct lb4_key { .. }".
 * Several lines, each but the first after @indent tabs; no newline at the end.
 */
void type_print_indented(FILE *out, const struct type *t, unsigned int indent);
void type_print(FILE *out, const struct type *t);
