/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "page/internal.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A character may be cut by the end of a buffer: its first bytes wait for the rest. */
struct script_data {
	FILE *out;
	char held[4];
	size_t n;
};

/* JSON has only what UTF-16 has: two escapes beyond U+FFFF. */
static void print_escape(FILE *out, uint32_t c)
{
	if (c > 0xffff)
		fprintf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
			0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		fprintf(out, "\\u%04x", c);
}

static void take(struct script_data *s, char byte)
{
	uint32_t c;

	if (!s->n && (unsigned char)byte < 0x80) {
		if (byte == '<')
			print_escape(s->out, '<');
		else
			fputc(byte, s->out);
		return;
	}
	s->held[s->n++] = byte;
	if (utf8_character(s->held, s->n, &c)) {
		print_escape(s->out, c);
		s->n = 0;
	} else if (s->n == sizeof(s->held)) {
		/* Neither writer of JSON here lets such bytes through. */
		print_escape(s->out, 0xfffd);
		s->n = 0;
	}
}

static ssize_t script_data_write(void *cookie, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		take(cookie, text[i]);
	return (ssize_t)len;
}

static int script_data_close(void *cookie)
{
	free(cookie);
	return 0;
}

FILE *script_data_open(FILE *out)
{
	static const cookie_io_functions_t functions = {
		.write = script_data_write,
		.close = script_data_close,
	};
	struct script_data *s = xcalloc(1, sizeof(*s));
	FILE *stream;

	s->out = out;
	stream = fopencookie(s, "w", functions);
	if (!stream) {
		fputs("verdict: out of memory\n", stderr);
		abort();
	}
	return stream;
}
