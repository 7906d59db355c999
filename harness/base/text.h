/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Strict readers of small texts, and the nearest name to a misspelt one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The one reader of numbers: the whole of @s (@len bytes) in decimal or 0x hexadecimal, no
 * sign, no blanks. A leading zero is refused ("010" is eight to some, ten to others).
 * Returns 0, -EINVAL if it is no such number, -ERANGE if it is beyond 64 bits.
 */
int number_parse(const char *s, size_t len, uint64_t *value);
/* The same with an optional leading '-'. */
int number_parse_signed(const char *s, size_t len, int64_t *value);

/*
 * Hexadecimal digits to bytes; blanks, ':' and '.' between bytes are skipped. At most @room bytes.
 * Returns the count of bytes, -EINVAL for another character or half a byte, -ENOSPC if
 * there are more than @room. @bad, where not NULL, is the offset of what was refused.
 */
long hex_parse(const char *s, size_t len, uint8_t *out, size_t room, size_t *bad);

/* "aa:bb:cc:dd:ee:ff" (or with '-') to 6 bytes. Returns 0 or -EINVAL. */
int mac_parse(const char *s, size_t len, uint8_t mac[static 6]);
/* Dotted quad or colon notation to 4 or 16 bytes in network order. Returns 0 or -EINVAL. */
int ipv4_parse(const char *s, size_t len, uint8_t addr[static 4]);
int ipv6_parse(const char *s, size_t len, uint8_t addr[static 16]);

/*
 * The character at @s (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF).
 * Returns its bytes (at most @len), or 0 if there is none. @c may be NULL.
 */
size_t utf8_character(const char *s, size_t len, uint32_t *c);
/* C0, C1 and DEL: what a terminal obeys. */
bool character_is_control(uint32_t c);
/* What moves or hides the text around it: line and paragraph separators, marks of direction. */
bool character_is_hidden(uint32_t c);

bool text_is(const char *s, size_t len, const char *name);

/*
 * The name nearest to @word (@len bytes) among @names, by edit distance with swapped
 * neighbours as one edit; NULL where none is near enough to be what was meant.
 * @names is an array of @n structs of @stride bytes whose first member is the name.
 */
const char *text_nearest(const char *word, size_t len, const void *names, size_t n, size_t stride);
