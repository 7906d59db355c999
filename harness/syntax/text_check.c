/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text.h"
#include "syntax/reader.h"

#include <stdint.h>
#include <string.h>

#define REPORTS_MAX 20

/* NULL if @c may stand in a text; @next is the byte after it. */
static const char *refused(uint32_t c, unsigned char next)
{
	if (c == '\r')
		return next == '\n' ? NULL : "a carriage return that ends no line";
	if (c == 0x85 || c == 0x2028 || c == 0x2029)
		return "a line break to YAML, but not to editors: write an ordinary one";
	if (c == 0xfeff)
		return "a byte order mark in the middle of the text";
	if ((c < ' ' && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0))
		return "a control character";
	if (c == 0xfffe || c == 0xffff)
		return "not a character";
	return NULL;
}

/* A blank that looks like one and is none, where YAML counts blanks. */
static bool is_false_blank(const char *text, size_t off, uint32_t c)
{
	if (c != 0xa0 && c != 0x3000 && !(c >= 0x2000 && c <= 0x200b))
		return false;
	while (off && text[off - 1] == ' ')
		off--;
	return !off || strchr("\n:-,{[", text[off - 1]);
}

static bool is_utf16(const unsigned char *s, size_t len)
{
	return len >= 2 && ((s[0] == 0xff && s[1] == 0xfe) || (s[0] == 0xfe && s[1] == 0xff) ||
			    (s[0] && !s[1]) || (!s[0] && s[1]));
}

int text_check(struct diags *d, const struct source *src)
{
	const unsigned char *s = (const unsigned char *)src->text;
	unsigned int reported = 0;
	size_t n;

	if (is_utf16(s, src->len)) {
		diag(d, DIAG_ERROR, (struct span){ src, 0, 0 },
		     "not UTF-8 text (UTF-16, or no text at all); save it as UTF-8");
		return -1;
	}
	for (size_t i = 0; i < src->len && reported < REPORTS_MAX; i += n) {
		const char *why = NULL;
		uint32_t c = 0;

		if (s[i] == 0) {
			diag(d, DIAG_ERROR, (struct span){ src, i, 1 },
			     "a NUL byte: this is not a text file");
			return -1;
		}
		n = utf8_character(src->text + i, src->len - i, &c);
		if (n && (!(why = refused(c, s[i + n])) || (c == 0xfeff && i == 0))) {
			if (is_false_blank(src->text, i, c))
				why = "it looks like a blank, but YAML does not take it for one";
			else
				continue;
		}
		reported++;
		if (n) {
			diag(d, DIAG_ERROR, (struct span){ src, i, n }, "character U+%04X: %s", c,
			     why);
			continue;
		}
		/* A run of bad bytes (a Latin-1 word) is one mistake. */
		for (n = 1;
		     i + n < src->len && !utf8_character(src->text + i + n, src->len - i - n, &c);)
			n++;
		diag(d, DIAG_ERROR, (struct span){ src, i, n },
		     "byte 0x%02x is not UTF-8; save the file as UTF-8", s[i]);
	}
	return reported ? -1 : 0;
}
