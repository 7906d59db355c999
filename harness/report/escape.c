/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/escape.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

/* A byte that is no UTF-8, as a character. */
#define NOT_UTF8 UINT32_MAX

/* The character at @s, or one byte that is none. */
static size_t next_character(const char *s, size_t len, uint32_t *c)
{
	size_t n = utf8_character(s, len, c);

	if (n)
		return n;
	*c = NOT_UTF8;
	return 1;
}

#define SHOWN_ROOM 12

/* One character, or how it is shown, into SHOWN_ROOM bytes. Returns the columns it takes. */
static size_t show(char *to, const char *s, size_t len, uint32_t c)
{
	if (c == NOT_UTF8)
		return (size_t)snprintf(to, SHOWN_ROOM, "\\x%02x", (uint8_t)s[0]);
	if (c == '\n')
		return (size_t)snprintf(to, SHOWN_ROOM, "\\n");
	if (c == '\r')
		return (size_t)snprintf(to, SHOWN_ROOM, "\\r");
	if (c == '\t')
		return (size_t)snprintf(to, SHOWN_ROOM, "\\t");
	if (character_is_control(c))
		return (size_t)snprintf(to, SHOWN_ROOM, "\\x%02x", c);
	if (character_is_hidden(c))
		return (size_t)snprintf(to, SHOWN_ROOM, "\\u%04x", c);
	memcpy(to, s, len);
	to[len] = '\0';
	return 1;
}

static size_t show_next(char *to, const char **s, size_t *len)
{
	uint32_t c;
	size_t n = next_character(*s, *len, &c), columns = show(to, *s, n, c);

	*s += n;
	*len -= n;
	return columns;
}

size_t escaped_width(const char *s)
{
	size_t len = strlen(s), width = 0;
	char text[SHOWN_ROOM];

	while (len)
		width += show_next(text, &s, &len);
	return width;
}

static void plain(FILE *out, const char *s, size_t len)
{
	char text[SHOWN_ROOM];

	while (len) {
		show_next(text, &s, &len);
		fputs(text, out);
	}
}

void escape_plain(FILE *out, const char *s)
{
	plain(out, s, strlen(s));
}

void escape_plain_cut(FILE *out, const char *s, size_t max)
{
	size_t len = strlen(s), n = 0;
	char text[SHOWN_ROOM];

	while (len && n < max) {
		n += show_next(text, &s, &len);
		fputs(text, out);
	}
	if (len)
		fprintf(out, ".. (%zu more)", escaped_width(s));
}

void escape_lines(FILE *out, const char *indent, const char *s)
{
	while (*s) {
		size_t len = strcspn(s, "\n");

		fputs(indent, out);
		plain(out, s, len);
		fputc('\n', out);
		s += len + (s[len] == '\n');
	}
}

void escape_tap(FILE *out, const char *s)
{
	size_t len = strlen(s);
	char text[SHOWN_ROOM];

	while (len) {
		char c = *s;

		/* The backslashes of what is shown in place of a character are escaped like any. */
		show_next(text, &s, &len);
		if (c == '#' || text[0] == '\\')
			fputc('\\', out);
		fputs(text, out);
	}
}

void escape_yaml(FILE *out, const char *s)
{
	size_t len = strlen(s);

	fputc('"', out);
	while (len) {
		uint32_t c;
		size_t n = next_character(s, len, &c);
		char text[SHOWN_ROOM];

		/* YAML's \xff is U+00FF: a byte that is no character is shown as text instead. */
		if (c == NOT_UTF8 || c == '"' || c == '\\')
			fputc('\\', out);
		show(text, s, n, c);
		fputs(text, out);
		s += n;
		len -= n;
	}
	fputc('"', out);
}

static void xml(FILE *out, const char *s, bool attribute)
{
	size_t len = strlen(s);
	char text[SHOWN_ROOM];

	while (len) {
		char c = *s;

		if ((c == '\n' || c == '\t') && !attribute) {
			fputc(c, out);
			s++, len--;
			continue;
		}
		show_next(text, &s, &len);
		if (c == '&')
			fputs("&amp;", out);
		else if (c == '<')
			fputs("&lt;", out);
		else if (c == '>')
			fputs("&gt;", out);
		else if (c == '"')
			fputs("&quot;", out);
		else
			fputs(text, out);
	}
}

void escape_xml(FILE *out, const char *s)
{
	xml(out, s, false);
}

void escape_xml_attribute(FILE *out, const char *s)
{
	xml(out, s, true);
}

/* What follows "::" up to the line's end is one text in which only %, CR and LF are escaped. */
static void github(FILE *out, const char *s, bool property)
{
	size_t len = strlen(s);
	char text[SHOWN_ROOM];

	while (len) {
		char c = *s;

		if (c == '%' || c == '\n' || (property && (c == ':' || c == ','))) {
			fprintf(out, "%%%02X", (unsigned int)c);
			s++, len--;
			continue;
		}
		show_next(text, &s, &len);
		fputs(text, out);
	}
}

void escape_github(FILE *out, const char *s)
{
	github(out, s, false);
}

void escape_github_property(FILE *out, const char *s)
{
	github(out, s, true);
}
