/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/options.h"

#include "base/mem.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#define ND_UNIT	    8
#define GENEVE_UNIT 4
#define GENEVE_LEN  0x1f /* of the byte that says it; the rest is reserved */
#define ADDRESS	    16
#define IPV6_FRONT                                                                     \
	2 /* bytes of the header in front, which count when IPv6 options are filled up \
	   */
#define IPV6_PAD1 0
#define IPV6_PADN 1
#define PAD_MAX	  7

static const uint32_t arg_sizes[] = {
	[ARG_NONE] = 0,	 [ARG_U8] = 1,	[ARG_U16] = 2,	 [ARG_U32] = 4,	   [ARG_IPV4] = 4,
	[ARG_IPV6] = 16, [ARG_MAC] = 6, [ARG_RANGE] = 8, [ARG_ZERO16] = 2,
};

uint32_t option_arg_size(enum option_arg arg)
{
	return arg_sizes[arg];
}

static uint32_t round_up(uint32_t len, uint32_t unit)
{
	return (len + unit - 1) / unit * unit;
}

uint32_t options_padded(const struct option_set *set, uint32_t len)
{
	switch (set->format) {
	case OPTIONS_IP:
	case OPTIONS_GENEVE:
	case OPTIONS_BYTES:
		return round_up(len, 4);
	case OPTIONS_IPV6:
		return round_up(len + IPV6_FRONT, 8) - IPV6_FRONT;
	case OPTIONS_ADDRESSES:
		return round_up(len, 8);
	case OPTIONS_ND:
		break;
	}
	return len;
}

uint32_t options_pad(const struct option_set *set, uint8_t *data, uint32_t len)
{
	uint32_t to = options_padded(set, len);

	memset(data + len, 0, to - len);
	if (set->format == OPTIONS_IPV6 && to - len > 1) {
		data[len] = IPV6_PADN;
		data[len + 1] = (uint8_t)(to - len - 2);
	}
	return to;
}

/* Whether @len bytes are what filling up the first @end of them gives. */
static bool is_padding(const struct option_set *set, const uint8_t *data, size_t end, size_t len)
{
	uint8_t pad[PAD_MAX + PAD_MAX + 1] = {};
	uint32_t keep = end % 8;

	if (options_padded(set, (uint32_t)end) != len)
		return false;
	/* Where the bytes begin in a unit is all that matters of what is in front. */
	options_pad(set, pad, keep);
	return !memcmp(pad + keep, data + end, len - end);
}

bool options_are_none(const struct option_set *set, const uint8_t *data, uint32_t len)
{
	return is_padding(set, data, 0, len);
}

const struct option_kind *option_find(const struct option_set *set, const char *name, size_t len)
{
	for (const struct option_kind *k = set->kinds; k->name; k++)
		if (text_is(name, len, k->name))
			return k;
	return NULL;
}

uint32_t option_head(const struct option_set *set)
{
	return set->format == OPTIONS_GENEVE ? 4 : 2;
}

uint32_t option_open(const struct option_set *set, uint8_t *option, uint32_t kind, bool bare)
{
	if (set->format == OPTIONS_GENEVE) {
		option[0] = (uint8_t)(kind >> 16);
		option[1] = (uint8_t)(kind >> 8);
		option[2] = (uint8_t)kind;
		option[3] = 0;
		return 4;
	}
	option[0] = (uint8_t)kind;
	if (!bare)
		option[1] = 0;
	return bare ? 1 : 2;
}

static uint32_t kind_of(const struct option_set *set, const uint8_t *option)
{
	if (set->format == OPTIONS_GENEVE)
		return (uint32_t)option[0] << 16 | (uint32_t)option[1] << 8 | option[2];
	return option[0];
}

/* The kind of a single byte, or NULL. */
static const struct option_kind *find_bare(const struct option_set *set, uint8_t kind)
{
	for (const struct option_kind *k = set->kinds; k->name; k++)
		if (k->bare && k->kind == kind)
			return k;
	return NULL;
}

enum option_arg option_arg_type(const struct option_kind *k, size_t n)
{
	return n < ARRAY_SIZE(k->args) && k->args[n] ? k->args[n] : k->rest;
}

static bool is_zeros(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i])
			return false;
	return true;
}

size_t option_len(const struct option_set *set, const uint8_t *data, size_t len)
{
	size_t n = 0;

	/* Nothing but zeros can follow the end of the list. */
	if (set->format == OPTIONS_IP && data[0] == OPTION_EOL)
		return is_zeros(data, len);
	if (find_bare(set, data[0]))
		return 1;
	if (len < option_head(set))
		return 0;
	switch (set->format) {
	case OPTIONS_IP:
		n = data[1];
		break;
	case OPTIONS_IPV6:
		n = 2u + data[1];
		break;
	case OPTIONS_ND:
		n = ND_UNIT * data[1];
		break;
	case OPTIONS_GENEVE:
		n = data[3] & ~GENEVE_LEN ? 0 : 4u + GENEVE_UNIT * data[3];
		break;
	case OPTIONS_ADDRESSES:
	case OPTIONS_BYTES:
		break;
	}
	return n < 2 || n > len ? 0 : n;
}

uint32_t option_value_max(const struct option_set *set)
{
	switch (set->format) {
	case OPTIONS_IP:
		return 255 - 2;
	case OPTIONS_IPV6:
		return 255;
	case OPTIONS_ND:
		return 255 * ND_UNIT - 2;
	case OPTIONS_GENEVE:
		return GENEVE_LEN * GENEVE_UNIT;
	case OPTIONS_ADDRESSES:
	case OPTIONS_BYTES:
		break;
	}
	return 0;
}

uint32_t option_close(const struct option_set *set, uint8_t *option, uint32_t len)
{
	uint32_t to = len;

	switch (set->format) {
	case OPTIONS_IP:
		option[1] = (uint8_t)len;
		break;
	case OPTIONS_IPV6:
		option[1] = (uint8_t)(len - 2);
		break;
	case OPTIONS_ND:
		to = round_up(len, ND_UNIT);
		option[1] = (uint8_t)(to / ND_UNIT);
		break;
	case OPTIONS_GENEVE:
		to = round_up(len, GENEVE_UNIT);
		option[3] = (uint8_t)((to - 4) / GENEVE_UNIT);
		break;
	case OPTIONS_ADDRESSES:
	case OPTIONS_BYTES:
		break;
	}
	memset(option + len, 0, to - len);
	return to;
}

/* Whether a value is made of just what the row says. */
static bool value_fits(const struct option_kind *k, const uint8_t *value, size_t len)
{
	size_t at = 0, size;

	for (size_t n = 0; n < ARRAY_SIZE(k->args) && k->args[n]; n++, at += size) {
		size = arg_sizes[k->args[n]];
		if (len - at < size || (k->args[n] == ARG_ZERO16 && !is_zeros(value + at, size)))
			return false;
	}
	return k->rest ? (len - at) % arg_sizes[k->rest] == 0 : at == len;
}

static void print_hex(FILE *out, const uint8_t *data, size_t len)
{
	fputs("hex(", out);
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%02x", data[i]);
	fputc(')', out);
}

static uint32_t get_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void print_address(FILE *out, int family, const uint8_t *p)
{
	char text[INET6_ADDRSTRLEN];

	fputs(inet_ntop(family, p, text, sizeof(text)), out);
}

static void print_arg(FILE *out, enum option_arg arg, const uint8_t *p)
{
	switch (arg) {
	case ARG_NONE:
	case ARG_ZERO16:
		break;
	case ARG_U8:
		fprintf(out, "%u", p[0]);
		break;
	case ARG_U16:
		fprintf(out, "%d", p[0] << 8 | p[1]);
		break;
	case ARG_U32:
		fprintf(out, "%" PRIu32, get_u32(p));
		break;
	case ARG_IPV4:
		print_address(out, AF_INET, p);
		break;
	case ARG_IPV6:
		print_address(out, AF_INET6, p);
		break;
	case ARG_MAC:
		fprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2], p[3], p[4], p[5]);
		break;
	case ARG_RANGE:
		fprintf(out, "%" PRIu32 "-%" PRIu32, get_u32(p), get_u32(p + 4));
		break;
	}
}

/* The row that says all of an option of @len bytes, or NULL. */
static const struct option_kind *find_row(const struct option_set *set, const uint8_t *option,
					  size_t len)
{
	uint32_t head = option_head(set);

	for (const struct option_kind *k = set->kinds; k->name; k++)
		if (k->bare ? len == 1 && k->kind == option[0]
			    : len >= head && k->kind == kind_of(set, option) &&
				      value_fits(k, option + head, len - head))
			return k;
	return NULL;
}

static void print_unknown(FILE *out, const struct option_set *set, const uint8_t *option,
			  size_t len)
{
	uint32_t kind = kind_of(set, option), head = option_head(set);

	if (set->format == OPTIONS_GENEVE)
		fprintf(out, "opt(0x%04" PRIx32 ", 0x%02" PRIx32 ", ", kind >> 8, kind & 0xff);
	else
		fprintf(out, "opt(%" PRIu32 ", ", kind);
	print_hex(out, option + head, len - head);
	fputc(')', out);
}

static void print_option(FILE *out, const struct option_set *set, const uint8_t *data, size_t len)
{
	const struct option_kind *k = find_row(set, data, len);
	uint32_t head = option_head(set);
	const char *sep = "(";

	if (!k) {
		print_unknown(out, set, data, len);
		return;
	}
	fputs(k->name, out);
	if (len <= head)
		return;
	for (size_t n = 0, at = head; at < len; n++) {
		enum option_arg arg = option_arg_type(k, n);

		if (arg != ARG_ZERO16) {
			fputs(sep, out);
			sep = ", ";
		}
		print_arg(out, arg, data + at);
		at += option_arg_size(arg);
	}
	fputc(')', out);
}

/*
 * Where the list ends: the first place between options from which filling up gives the bytes that
 * are there. False if an option does not parse.
 */
static bool list_end(const struct option_set *set, const uint8_t *data, size_t len, size_t *end)
{
	size_t n;

	for (*end = 0; !is_padding(set, data, *end, len); *end += n) {
		n = *end < len ? option_len(set, data + *end, len - *end) : 0;
		if (!n)
			return false;
	}
	return true;
}

static void print_addresses(FILE *out, const uint8_t *data, size_t len)
{
	fputc('[', out);
	for (size_t at = 0; at < len; at += ADDRESS) {
		fputs(at ? ", " : "", out);
		print_address(out, AF_INET6, data + at);
	}
	fputc(']', out);
}

void options_print(FILE *out, const struct option_set *set, const uint8_t *data, size_t len)
{
	const char *sep = "";
	size_t end;

	if (set->format == OPTIONS_ADDRESSES && len % ADDRESS == 0) {
		print_addresses(out, data, len);
		return;
	}
	if (!set->kinds || !list_end(set, data, len, &end)) {
		print_hex(out, data, len);
		return;
	}
	fputc('[', out);
	for (size_t at = 0, n; at < end; at += n) {
		n = option_len(set, data + at, len - at);
		fputs(sep, out);
		print_option(out, set, data + at, n);
		sep = ", ";
	}
	fputc(']', out);
}
