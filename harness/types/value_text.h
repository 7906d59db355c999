/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How numbers and addresses inside values are called and written. Internal to types/. */
#pragma once

#include "types/place.h"

enum notation {
	NOTATION_NONE,
	NOTATION_IPV4,
	NOTATION_IPV6,
	NOTATION_MAC
};

/* How value_print() writes this place; its rules are in type.h. */
enum notation place_notation(const struct place *p, const uint8_t *data);
/* True for names of addresses: "saddr", "backend_ip", "s_addr", "ip_src". */
bool is_address_name(const char *name);
/* A member that only fills space: pad, pad2, __pad, reserved0. */
bool is_filler_name(const char *name);
/*
 * Address notation by size: 4 bytes IPv4, 16 IPv6, 6 MAC, 8 MAC and two zero bytes. True if all of
 * @s is that notation.
 */
bool notation_parse(const char *s, size_t len, size_t size, uint8_t *out);
void notation_print(FILE *out, enum notation how, const uint8_t *bytes);

/*
 * The value that name @s has at @p: in the scenario's `names`, the place's own enum, the sets of
 * @c, in this order. NULL if it is no name.
 */
const struct type_enumerator *name_find(const struct value_context *c, const struct place *p,
					const char *s, size_t len);
/* The nearest name to a misspelt one, or NULL. */
const char *name_nearest(const struct value_context *c, const struct place *p, const char *s,
			 size_t len);
/* Print @value of @p by name, A|B if it is made of several. False, and nothing printed, if it is
 * not. */
bool name_print(FILE *out, const struct value_context *c, const struct place *p, uint64_t value);

/* What a scalar at @p may be: "__be16: 0 to 65535". The caller frees. */
char *place_describe(const struct value_context *c, const struct place *p);
/* What to call it in a message: its name or "the value". */
const char *place_name(const struct place *p);
