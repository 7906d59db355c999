/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Options of a header: a list of kind, length, value, as IPv4 (RFC 791) and TCP (RFC 9293)
 * have them. Each option is a row: its name and what its value is made of.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes of options at most, over all protocols. */
#define OPTIONS_MAX 40

enum option_arg {
	ARG_NONE,
	ARG_U8,
	ARG_U16,
	ARG_U32,
	ARG_IPV4,
	ARG_RANGE /* two of 32 bits, "1-2" */
};

struct option_kind {
	const char *name;
	uint8_t kind;
	bool bare; /* one byte: no length, no value */
	enum option_arg args[3];
	enum option_arg rest; /* any number of these after them */
	const char *text;     /* for the help: how it is written */
};

/* Ends with a row without name. "opt(KIND, hex(..))" writes one that has no row. */
struct option_set {
	const struct option_kind *kinds;
	uint32_t max; /* bytes that the header has room for */
};

#define OPTION_EOL 0 /* ends the list; what pads it to four bytes is the same */

uint32_t option_arg_size(enum option_arg arg);
const struct option_kind *option_find(const struct option_set *set, const char *name, size_t len);
/* The type of the @n-th value (from 0) of an option, ARG_NONE past the last. */
enum option_arg option_arg_type(const struct option_kind *k, size_t n);

/*
 * Print options as expressions write them: "[mss(1460), nop]", or "hex(..)" where they do not
 * parse. Either reads back to the same bytes, padding with zeros to four bytes included.
 */
void options_print(FILE *out, const struct option_set *set, const uint8_t *data, size_t len);
/* The length that options of @len bytes are padded to. */
uint32_t options_padded(uint32_t len);
