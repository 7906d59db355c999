/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/value.h"

#include "base/text.h"
#include "packet/options.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 64

static int uint_parse(const struct field *f, const char *s, size_t len, uint8_t *hdr)
{
	uint64_t v;
	int err = 0;

	if (!field_symbol(f, s, len, &v))
		err = number_parse(s, len, &v);
	if (!err && v >> f->bits)
		err = -ERANGE;
	if (!err)
		field_set(f, hdr, v);
	return err;
}

/* A name of the table, or letters each of which is one. */
static int flag_names(const struct field *f, const char *s, size_t len, uint64_t *value)
{
	uint64_t v;

	if (field_symbol(f, s, len, &v)) {
		*value |= v;
		return 0;
	}
	for (size_t i = 0; i < len; i++) {
		if (!field_symbol(f, s + i, 1, &v))
			return -EINVAL;
		*value |= v;
	}
	return len ? 0 : -EINVAL;
}

/* "SA", "DF|MF" or a number */
static int flags_parse(const struct field *f, const char *s, size_t len, uint8_t *hdr)
{
	uint64_t value = 0;

	if (len && isdigit((unsigned char)*s))
		return uint_parse(f, s, len, hdr);
	for (size_t from = 0, to; from <= len; from = to + 1) {
		const char *bar = memchr(s + from, '|', len - from);

		to = bar ? (size_t)(bar - s) : len;
		if (flag_names(f, s + from, to - from, &value))
			return -EINVAL;
	}
	field_set(f, hdr, value);
	return 0;
}

int value_parse(const struct field *f, const char *s, size_t len, uint8_t *hdr)
{
	uint8_t addr[16];
	int err = -EINVAL;

	switch (f->type) {
	case FIELD_UINT:
		return uint_parse(f, s, len, hdr);
	case FIELD_FLAGS:
		return flags_parse(f, s, len, hdr);
	case FIELD_MAC:
		err = mac_parse(s, len, addr);
		if (text_is(s, len, "broadcast")) {
			memset(addr, 0xff, 6);
			err = 0;
		}
		break;
	case FIELD_IPV4:
		err = ipv4_parse(s, len, addr);
		break;
	case FIELD_IPV6:
		err = ipv6_parse(s, len, addr);
		break;
	case FIELD_OPTIONS:
		break;
	}
	if (!err)
		memcpy(hdr + f->bit / 8, addr, f->bits / 8);
	return err;
}

static uint64_t largest(const struct field *f)
{
	return (1ull << f->bits) - 1;
}

static void names_print(FILE *out, const struct field *f, const char *sep)
{
	const char *names[NAMES_MAX];
	size_t n = field_symbols(f, names, NAMES_MAX);

	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s", i ? sep : "", names[i]);
}

char *value_accepted(const struct field *f)
{
	char *text;
	size_t size;
	FILE *out = xmemstream(&text, &size);
	const char *name;

	switch (f->type) {
	case FIELD_UINT:
		fprintf(out, "0 to %" PRIu64, largest(f));
		if (field_symbols(f, &name, 1)) {
			fputs(", or a name: ", out);
			names_print(out, f, ", ");
		}
		break;
	case FIELD_FLAGS:
		fputs(f->symbols[0].name[1] ? "names joined by '|': " : "letters of ", out);
		names_print(out, f, f->symbols[0].name[1] ? "|" : "");
		fprintf(out, ", or 0 to %" PRIu64, largest(f));
		break;
	case FIELD_MAC:
		fputs("a MAC address", out);
		break;
	case FIELD_IPV4:
		fputs("an IPv4 address", out);
		break;
	case FIELD_IPV6:
		fputs("an IPv6 address", out);
		break;
	case FIELD_OPTIONS:
		fputs(f->options->format == OPTIONS_BYTES ? "hex(..)" : "a list [..] or hex(..)",
		      out);
		break;
	}
	fclose(out);
	return text;
}

/* "010": some read eight, some ten. */
static bool has_leading_zero(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return len > 1 && *s == '0';
}

char *value_refusal(const struct field *f, const char *s, size_t len, int err)
{
	const char *names[NAMES_MAX], *near = NULL;
	bool number = f->type == FIELD_UINT || f->type == FIELD_FLAGS;
	char *accepted, *message;

	if (err == -ERANGE)
		return xasprintf("%s is %u bit%s: 0 to %" PRIu64, f->name, f->bits,
				 f->bits == 1 ? "" : "s", largest(f));
	if (number && has_leading_zero(s, len))
		return xasprintf(
			"'%.*s' has a leading zero; numbers are decimal, or 0x hexadecimal",
			(int)len, s);
	if (f->type == FIELD_UINT && !isdigit((unsigned char)*s))
		near = text_nearest(s, len, names, field_symbols(f, names, NAMES_MAX),
				    sizeof(*names));
	if (near)
		return xasprintf("%s has no name '%.*s'; did you mean '%s'?", f->name, (int)len, s,
				 near);
	accepted = value_accepted(f);
	message = xasprintf("%s is %s, not '%.*s'", f->name, accepted, (int)len, s);
	free(accepted);
	return message;
}

static void flags_print(FILE *out, const struct field *f, uint64_t value)
{
	const char *sep = "";
	uint64_t named = 0;

	for (const struct symbol *y = f->symbols; y->name; y++)
		named |= y->value;
	if (!value || value & ~named) {
		fprintf(out, "%" PRIu64, value);
		return;
	}
	for (const struct symbol *y = f->symbols; y->name; y++) {
		if (!(value & y->value))
			continue;
		fprintf(out, "%s%s", sep, y->name);
		sep = y->name[1] ? "|" : "";
		value &= ~y->value;
	}
}

static void uint_print(FILE *out, const struct field *f, uint64_t value)
{
	const char *name = field_symbol_name(f, value);

	if (name)
		fputs(name, out);
	else if (f->marks & FIELD_HEX)
		fprintf(out, "0x%0*" PRIx64, (f->bits + 3) / 4, value);
	else
		fprintf(out, "%" PRIu64, value);
}

void field_print(FILE *out, const struct field *f, const uint8_t *hdr)
{
	const uint8_t *a = hdr + f->bit / 8;
	char text[INET6_ADDRSTRLEN];

	switch (f->type) {
	case FIELD_UINT:
		uint_print(out, f, field_get(f, hdr));
		break;
	case FIELD_FLAGS:
		flags_print(out, f, field_get(f, hdr));
		break;
	case FIELD_MAC:
		fprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", a[0], a[1], a[2], a[3], a[4], a[5]);
		break;
	case FIELD_IPV4:
		fputs(inet_ntop(AF_INET, a, text, sizeof(text)), out);
		break;
	case FIELD_IPV6:
		fputs(inet_ntop(AF_INET6, a, text, sizeof(text)), out);
		break;
	case FIELD_OPTIONS:
		break;
	}
}

void field_print_layer(FILE *out, const struct packet *p, const struct layer *l, int field)
{
	const struct field *f = &l->proto->fields[field];
	const uint8_t *hdr = p->data + l->off;

	if (f->type == FIELD_OPTIONS)
		options_print(out, f->options, hdr + l->proto->len, l->len - l->proto->len);
	else
		field_print(out, f, hdr);
}

static bool is_text(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isprint(data[i]) && !strchr("\n\r\t", data[i] ? data[i] : 'x'))
			return false;
	return true;
}

static void text_print(FILE *out, const uint8_t *data, size_t len)
{
	fputc('"', out);
	for (size_t i = 0; i < len; i++) {
		switch (data[i]) {
		case '\n':
			fputs("\\n", out);
			break;
		case '\r':
			fputs("\\r", out);
			break;
		case '\t':
			fputs("\\t", out);
			break;
		case '"':
		case '\\':
			fputc('\\', out);
			fputc(data[i], out);
			break;
		default:
			fputc(data[i], out);
		}
	}
	fputc('"', out);
}

static bool is_zeros(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i])
			return false;
	return true;
}

/* Fewer zeros than these are as short in hexadecimal. */
#define ZEROS_MIN 6

void bytes_print(FILE *out, const uint8_t *data, size_t len)
{
	if (is_text(data, len)) {
		text_print(out, data, len);
	} else if (len >= ZEROS_MIN && is_zeros(data, len)) {
		fprintf(out, "zeros(%zu)", len);
	} else {
		fputs("hex(", out);
		for (size_t i = 0; i < len; i++)
			fprintf(out, "%02x", data[i]);
		fputc(')', out);
	}
}
