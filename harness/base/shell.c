/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/shell.h"

#include "base/text.h"

#include <string.h>

static bool is_plain(const char *word)
{
	return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789_-+=./:,@%^")];
}

/* Bytes of the character at @s that can be shown as it is; 0: it cannot. */
static size_t shown_as_it_is(const char *s)
{
	uint32_t c;
	size_t n = utf8_character(s, strlen(s), &c);

	return n && !character_is_control(c) && !character_is_hidden(c) ? n : 0;
}

static bool needs_escapes(const char *word)
{
	size_t n;

	for (; *word; word += n) {
		n = shown_as_it_is(word);
		if (!n)
			return true;
	}
	return false;
}

static void with_escapes(FILE *out, const char *word)
{
	fputs("$'", out);
	while (*word) {
		size_t n = shown_as_it_is(word);

		if (!n)
			fprintf(out, "\\x%02x", (unsigned char)*word);
		else
			fprintf(out, "%s%.*s", *word == '\'' || *word == '\\' ? "\\" : "", (int)n,
				word);
		word += n ? n : 1;
	}
	fputc('\'', out);
}

void shell_word(FILE *out, const char *word)
{
	if (is_plain(word)) {
		fputs(word, out);
		return;
	}
	if (needs_escapes(word)) {
		with_escapes(out, word);
		return;
	}
	fputc('\'', out);
	for (const char *p = word; *p; p++)
		fputs(*p == '\'' ? "'\\''" : (char[]){ *p, '\0' }, out);
	fputc('\'', out);
}
