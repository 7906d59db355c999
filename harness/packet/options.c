/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/options.h"

#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>

static const uint32_t arg_sizes[] = {
	[ARG_NONE] = 0, [ARG_U8] = 1, [ARG_U16] = 2, [ARG_U32] = 4, [ARG_IPV4] = 4, [ARG_RANGE] = 8,
};

uint32_t option_arg_size(enum option_arg arg)
{
	return arg_sizes[arg];
}

uint32_t options_padded(uint32_t len)
{
	return (len + 3) / 4 * 4;
}

const struct option_kind *option_find(const struct option_set *set, const char *name, size_t len)
{
	for (const struct option_kind *k = set->kinds; k->name; k++)
		if (text_is(name, len, k->name))
			return k;
	return NULL;
}

static const struct option_kind *find_kind(const struct option_set *set, uint8_t kind)
{
	for (const struct option_kind *k = set->kinds; k->name; k++)
		if (k->kind == kind)
			return k;
	return NULL;
}

enum option_arg option_arg_type(const struct option_kind *k, size_t n)
{
	return n < ARRAY_SIZE(k->args) && k->args[n] ? k->args[n] : k->rest;
}

/* Bytes of the option at the start of @data, or 0 if it does not parse. */
static size_t option_len(const struct option_set *set, const uint8_t *data, size_t len)
{
	const struct option_kind *k = find_kind(set, data[0]);

	if (k && k->bare)
		return 1;
	return len < 2 || data[1] < 2 || data[1] > len ? 0 : data[1];
}

/* Whether a value of @len bytes is made of just what the row says. */
static bool value_fits(const struct option_kind *k, size_t len)
{
	for (size_t n = 0; n < ARRAY_SIZE(k->args) && k->args[n]; n++) {
		if (len < arg_sizes[k->args[n]])
			return false;
		len -= arg_sizes[k->args[n]];
	}
	return k->rest ? len % arg_sizes[k->rest] == 0 : !len;
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

static void print_arg(FILE *out, enum option_arg arg, const uint8_t *p)
{
	switch (arg) {
	case ARG_NONE:
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
		fprintf(out, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
		break;
	case ARG_RANGE:
		fprintf(out, "%" PRIu32 "-%" PRIu32, get_u32(p), get_u32(p + 4));
		break;
	}
}

static void print_option(FILE *out, const struct option_set *set, const uint8_t *data, size_t len)
{
	const struct option_kind *k = find_kind(set, data[0]);
	const char *sep = "(";

	if (!k || (!k->bare && !value_fits(k, len - 2))) {
		fprintf(out, "opt(%u, ", data[0]);
		print_hex(out, data + 2, len - 2);
		fputc(')', out);
		return;
	}
	fputs(k->name, out);
	if (len <= 2)
		return;
	for (size_t n = 0, at = 2; at < len; n++) {
		enum option_arg arg = option_arg_type(k, n);

		fputs(sep, out);
		print_arg(out, arg, data + at);
		at += option_arg_size(arg);
		sep = ", ";
	}
	fputc(')', out);
}

/*
 * Where the list ends: at @len or the first end of list. Returns false if an option does not
 * parse, or if other bytes than zeros follow the end of the list.
 */
static bool list_end(const struct option_set *set, const uint8_t *data, size_t len, size_t *end)
{
	size_t at = 0, n;

	for (; at < len && data[at] != OPTION_EOL; at += n) {
		n = option_len(set, data + at, len - at);
		if (!n)
			return false;
	}
	*end = at;
	for (; at < len; at++)
		if (data[at])
			return false;
	return true;
}

void options_print(FILE *out, const struct option_set *set, const uint8_t *data, size_t len)
{
	const char *sep = "[";
	size_t end;

	if (!list_end(set, data, len, &end)) {
		print_hex(out, data, len);
		return;
	}
	for (size_t at = 0; at < end; at += option_len(set, data + at, end - at)) {
		fputs(sep, out);
		print_option(out, set, data + at, option_len(set, data + at, end - at));
		sep = ", ";
	}
	/* As many ends of list as it takes for the padding to reach the length. */
	for (; options_padded((uint32_t)end) < len; end++) {
		fprintf(out, "%seol", sep);
		sep = ", ";
	}
	fputs(*sep == '[' ? "[]" : "]", out);
}
