/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Options of a header: a list of kind, length, value, as IPv4 (RFC 791) and TCP (RFC 9293), IPv6
 * (RFC 8200), neighbour discovery (RFC 4861) and Geneve (RFC 8926) have them. Each option is a row:
 * its name and what its value is made of.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes of options at most, over all protocols. */
#define OPTIONS_MAX 2048
/* Bytes of one option at most, over all formats. */
#define OPTION_LEN_MAX 2048

/* How the list is laid out, and what fills it up to the length that its header can say. */
enum option_format {
	OPTIONS_IP,	/* kind, bytes of the option; ends of list up to 4 bytes */
	OPTIONS_IPV6,	/* kind, bytes of the value; Pad1 or PadN up to 8 bytes, with 2 in front */
	OPTIONS_ND,	/* kind, units of 8 bytes of the option, which zeros fill; nothing after */
	OPTIONS_GENEVE, /* class, type, words of 4 bytes of the value, which zeros fill */
	OPTIONS_ADDRESSES, /* IPv6 addresses instead of options */
	OPTIONS_BYTES	   /* bytes instead of options; zeros up to 4 bytes */
};

enum option_arg {
	ARG_NONE,
	ARG_U8,
	ARG_U16,
	ARG_U32,
	ARG_IPV4,
	ARG_IPV6,
	ARG_MAC,
	ARG_RANGE, /* two of 32 bits, "1-2" */
	ARG_ZERO16 /* reserved: 2 bytes that are 0 and not written */
};

#define OPTION_ARGS_MAX 8

struct option_kind {
	const char *name;
	uint32_t kind; /* OPTIONS_GENEVE: GENEVE_OPTION() */
	bool bare;     /* one byte: no length, no value */
	enum option_arg args[OPTION_ARGS_MAX];
	enum option_arg rest; /* any number of these after them */
	const char *text;     /* for the help: how it is written */
};

#define GENEVE_OPTION(class, type) ((class) << 8 | (type))

/*
 * Ends with a row without name. "opt(KIND, hex(..))" writes one that has no row; Geneve:
 * "opt(CLASS, TYPE, hex(..))". Of rows with one kind the value's length chooses.
 */
struct option_set {
	const struct option_kind *kinds; /* NULL where the format has none */
	uint32_t max;			 /* bytes that the header has room for */
	enum option_format format;
};

#define OPTION_EOL 0 /* ends the list of OPTIONS_IP; what pads it is the same */

/* Bytes of an option in front of its value. */
uint32_t option_head(const struct option_set *set);
/* Write the kind, and a length to come. Returns the bytes written: option_head(), or 1 if it is
 * bare. */
uint32_t option_open(const struct option_set *set, uint8_t *option, uint32_t kind, bool bare);
uint32_t option_arg_size(enum option_arg arg);
const struct option_kind *option_find(const struct option_set *set, const char *name, size_t len);
/* The type of the @n-th value (from 0) of an option, ARG_NONE past the last. */
enum option_arg option_arg_type(const struct option_kind *k, size_t n);
/* Bytes of the option at the start of @data, or 0 if it does not parse. */
size_t option_len(const struct option_set *set, const uint8_t *data, size_t len);
/* Bytes of the longest value of an option. */
uint32_t option_value_max(const struct option_set *set);
/*
 * Write the length of an option of @len bytes, kind and length included, and fill it up where
 * lengths are in units. Returns the bytes that it takes then.
 */
uint32_t option_close(const struct option_set *set, uint8_t *option, uint32_t len);

/*
 * Print options as expressions write them: "[mss(1460), nop]", or "hex(..)" where they do not
 * parse. Either reads back to the same bytes, what fills them up included.
 */
void options_print(FILE *out, const struct option_set *set, const uint8_t *data, size_t len);
/* The length that options of @len bytes are filled up to: at most 7 more. */
uint32_t options_padded(const struct option_set *set, uint32_t len);
/* Fill up @len bytes of options at @data. Returns that length. */
uint32_t options_pad(const struct option_set *set, uint8_t *data, uint32_t len);
/* Whether these are what no options at all are filled up to. */
bool options_are_none(const struct option_set *set, const uint8_t *data, uint32_t len);
