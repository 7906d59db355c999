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
	const char *name; /* NULL: anonymous struct or union, whose members are looked up through it */
	const struct type *type;
	uint32_t bit_off;  /* from the start of the struct, as BTF counts */
	uint32_t bit_size; /* of a bit-field; 0 for others */
};

struct type_enumerator {
	const char *name;
	uint64_t value; /* sign-extended */
};

struct type {
	enum type_kind kind;
	const char *name;	/* "struct lb4_key", "__be16", "u32"; never NULL */
	uint32_t size;		/* bytes */
	bool is_signed;		/* int, enum */
	bool is_bool, is_char;	/* int */
	bool big_endian;	/* __be16, __be32, __be64 (typedef name seen on the way): network order */
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

/* How values are read and printed: what the scenario said besides the types. */
struct value_context {
	const struct value_names *names; /* a list, or NULL */
	const struct vars *vars;	 /* already expanded in nodes; kept for hex($x), may be NULL */
};

/*
 * Encode node @n as a value of type @t into @out (t->size bytes, zeroed by the caller).
 * @mask, where not NULL, has the same size: bits of members that @n names are set, so that members
 * left out (or `any`) are 0 = "not compared". Every error is reported. Returns 0 or -1.
 *
 * Accepted, by type: struct {member: value}; a struct with one member, or whose members are addresses, also by that
 * member's notation; union {member: value}; arrays as lists, char arrays as "text", byte arrays also as
 * hex(..), 4 bytes as IPv4, 16 as IPv6, 6 as MAC; integers in decimal, 0x, negative for signed types only; enum
 * names and A|B; names from @c; IPv4 notation in any 4-byte integer, MAC notation in any 8-byte or 6-byte one (always
 * network order); plain numbers in the member's own order (network for __be16/32/64); be16(80), be32(..), be64(..)
 * force network order; true/false for bool; hex(..) anywhere: exactly t->size bytes.
 */
int value_encode(struct diags *d, const struct value_context *c, const struct type *t,
		 const struct node *n, uint8_t *out, uint8_t *mask);

/* Print a value as value_encode() reads it, one line: {address: 10.0.0.1, dport: 80}. */
void value_print(FILE *out, const struct value_context *c, const struct type *t,
		 const uint8_t *data);

struct value_difference {
	const char *member; /* "value.backends[2].address"; "" for the whole value */
	const char *expected, *actual;
};

/* True if @actual equals @expected in every bit set in @mask (NULL: all of @size bytes). */
bool value_matches(size_t size, const uint8_t *expected, const uint8_t *mask,
		   const uint8_t *actual);
/* Members that differ, from @arena. Returns how many. @prefix starts each member's name. */
size_t value_diff(const struct value_context *c, const struct type *t, const uint8_t *expected,
		  const uint8_t *mask, const uint8_t *actual, const char *prefix,
		  struct arena *arena, struct value_difference **out);

/* A TYPE_BYTES of @size bytes, from @arena. */
const struct type *type_bytes(struct arena *arena, uint32_t size);
/* A type by its C declaration, for `verdict show`: "struct lb4_key { __be32 address; ... }", with offsets. */
void type_print(FILE *out, const struct type *t);
