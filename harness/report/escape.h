/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Any text as each format can hold it. Names, paths, payloads and messages are the user's: they
 * may hold quotes, line ends, terminal sequences, or bytes that are no UTF-8.
 *
 * Every function accepts any bytes up to the NUL. What cannot be shown is written as \n, \t,
 * \x1b or \u202e (characters that change the direction of writing, too: they hide what stands
 * there); bytes that are no UTF-8 as \xff.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* Columns a text takes when written by escape_plain(), counting each character as one. */
size_t escaped_width(const char *s);

/* For terminals and logs: always one line. */
void escape_plain(FILE *out, const char *s);
/* At most @max characters of it, and how many more there are. */
void escape_plain_cut(FILE *out, const char *s, size_t max);
/* Each line of @s on a line of its own behind @indent. */
void escape_lines(FILE *out, const char *indent, const char *s);
/* The description of a TAP 14 test point: one line, '#' and '\' escaped. */
void escape_tap(FILE *out, const char *s);
/* A YAML 1.2 double-quoted scalar, with its quotes. */
void escape_yaml(FILE *out, const char *s);
/* Text or attribute of XML 1.0, without quotes; line ends stay in text, attributes are one line. */
void escape_xml(FILE *out, const char *s);
void escape_xml_attribute(FILE *out, const char *s);
/* GitHub workflow commands: the message, and the value of a property. */
void escape_github(FILE *out, const char *s);
void escape_github_property(FILE *out, const char *s);
