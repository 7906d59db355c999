/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

#define WORD_MAX 64

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int number_parse(const char *s, size_t len, uint64_t *value)
{
	unsigned int base = 10;
	uint64_t v = 0;

	if (len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
		len -= 2;
	} else if (!len || (len > 1 && s[0] == '0')) {
		return -EINVAL;
	}
	for (size_t i = 0; i < len; i++) {
		int digit = digit_of(s[i]);

		if (digit < 0 || (unsigned int)digit >= base)
			return -EINVAL;
	}
	for (size_t i = 0; i < len; i++)
		if (__builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, (unsigned int)digit_of(s[i]), &v))
			return -ERANGE;
	*value = v;
	return 0;
}

int number_parse_signed(const char *s, size_t len, int64_t *value)
{
	bool negative = len && *s == '-';
	uint64_t v;
	int err = number_parse(s + negative, len - negative, &v);

	if (err)
		return err;
	if (v > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*value = negative ? (int64_t)(0 - v) : (int64_t)v;
	return 0;
}

long hex_parse(const char *s, size_t len, uint8_t *out, size_t room, size_t *bad)
{
	size_t n = 0, i = 0, unused;

	if (!bad)
		bad = &unused;
	while (i < len) {
		*bad = i;
		if (isspace((unsigned char)s[i]) || s[i] == ':' || s[i] == '.') {
			i++;
			continue;
		}
		if (digit_of(s[i]) < 0)
			return -EINVAL;
		if (i + 1 == len || digit_of(s[i + 1]) < 0) {
			*bad = i + 1 == len ? i : i + 1;
			return -EINVAL;
		}
		if (n == room)
			return -ENOSPC;
		out[n++] = (uint8_t)(digit_of(s[i]) << 4 | digit_of(s[i + 1]));
		i += 2;
	}
	return (long)n;
}

int mac_parse(const char *s, size_t len, uint8_t mac[static 6])
{
	uint8_t bytes[6];

	if (len != 17)
		return -EINVAL;
	for (size_t i = 0; i < 6; i++) {
		const char *p = s + 3 * i;

		if (digit_of(p[0]) < 0 || digit_of(p[1]) < 0)
			return -EINVAL;
		if (i < 5 && (p[2] != s[2] || (p[2] != ':' && p[2] != '-')))
			return -EINVAL;
		bytes[i] = (uint8_t)(digit_of(p[0]) << 4 | digit_of(p[1]));
	}
	memcpy(mac, bytes, 6);
	return 0;
}

static int address_parse(int family, const char *s, size_t len, void *addr)
{
	char copy[INET6_ADDRSTRLEN + 1];

	if (len >= sizeof(copy) || memchr(s, 0, len))
		return -EINVAL;
	memcpy(copy, s, len);
	copy[len] = 0;
	return inet_pton(family, copy, addr) == 1 ? 0 : -EINVAL;
}

int ipv4_parse(const char *s, size_t len, uint8_t addr[static 4])
{
	return address_parse(AF_INET, s, len, addr);
}

int ipv6_parse(const char *s, size_t len, uint8_t addr[static 16])
{
	return address_parse(AF_INET6, s, len, addr);
}

size_t utf8_character(const char *s, size_t len, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	uint32_t value;
	size_t n;

	if (!len || (p[0] >= 0x80 && p[0] < 0xc2) || p[0] > 0xf4)
		return 0;
	n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n > len)
		return 0;
	value = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (p[i] & 0x3f);
	}
	if (value < least[n] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 0;
	if (c)
		*c = value;
	return n;
}

bool character_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

bool character_is_hidden(uint32_t c)
{
	return c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x2069) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

bool text_is(const char *s, size_t len, const char *name)
{
	return strlen(name) == len && !memcmp(s, name, len);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment distance; case does not count. */
static size_t distance(const char *a, size_t la, const char *b, size_t lb)
{
	size_t row[3][WORD_MAX + 1];

	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			int ca = tolower((unsigned char)a[i - 1]),
			    cb = tolower((unsigned char)b[j - 1]);

			now[j] = min3(up[j] + 1, now[j - 1] + 1, up[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
			    cb == tolower((unsigned char)a[i - 2]) && up2[j - 2] + 1 < now[j])
				now[j] = up2[j - 2] + 1;
		}
	}
	return row[la % 3][lb];
}

const char *text_nearest(const char *word, size_t len, const void *names, size_t n, size_t stride)
{
	const char *best = NULL;
	size_t best_distance = len < 2 ? 0 : (len + 1) / 3;

	if (!len || len > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const char *name = *(const char *const *)((const char *)names + i * stride);
		size_t lb = name ? strlen(name) : 0, d;

		if (!lb || lb > WORD_MAX)
			continue;
		d = distance(word, len, name, lb);
		if (d <= best_distance && d < len && (d < best_distance || !best)) {
			best = name;
			best_distance = d;
		}
	}
	return best;
}
