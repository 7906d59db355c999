/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The console: what the kernel says of itself, and which scenario was running when it did. */
#include "guest/outcome.h"

#include "base/kernel_log.h"
#include "base/text_stream.h"

#include <stdlib.h>
#include <string.h>

#define TAIL_LINES 25

static bool is_shown(char c)
{
	return (unsigned char)c >= ' ' && c != 0x7f;
}

/* The line at @text (@len bytes) without control characters, in @a. */
static char *clean_line(struct arena *a, const char *text, size_t len)
{
	char *line = arena_strndup(a, text, len);
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (is_shown(text[i]))
			line[n++] = text[i];
	line[n] = 0;
	return line;
}

/* What follows "[   12.345678] ", or with the caller's number "[   12.345678][    T1] ". */
static const char *after_stamp(const char *line)
{
	while (*line == '[') {
		const char *end = strchr(line, ']');

		if (!end)
			break;
		line = end + 1 + strspn(end + 1, " ");
	}
	return line;
}

static void read_line(struct console_reading *c, const char *line, bool *over)
{
	const char *message = after_stamp(line);
	size_t len = strlen(message);

	if (!strncmp(message, KERNEL_LOG_BEGINS, strlen(KERNEL_LOG_BEGINS))) {
		if (!*over)
			c->running = message + strlen(KERNEL_LOG_BEGINS);
	} else if (!strncmp(message, KERNEL_LOG_ENDED, strlen(KERNEL_LOG_ENDED))) {
		if (!*over && c->running && !strcmp(c->running, message + strlen(KERNEL_LOG_ENDED)))
			c->running = NULL;
	} else if (kernel_log_is_panic(message, len)) {
		c->panic = c->panic ? c->panic : message;
		*over = true;
	} else if (kernel_log_is_splat(message, len)) {
		c->splat = c->splat ? c->splat : message;
		*over = true;
	}
}

static const char *last_lines(struct arena *a, const char **lines, size_t n)
{
	struct text_stream t;

	text_stream_open(&t);
	for (size_t i = n > TAIL_LINES ? n - TAIL_LINES : 0; i < n; i++)
		fprintf(t.out, "%s\n", lines[i]);
	return text_stream_close(&t, a);
}

void console_read(const char *text, size_t len, struct console_reading *c)
{
	const char **lines = NULL;
	size_t n = 0;
	bool over = false;

	*c = (struct console_reading){};
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t line_len = end ? (size_t)(end - text) : len;
		char *line = clean_line(&c->arena, text, line_len);

		text += line_len + (end != NULL);
		len -= line_len + (end != NULL);
		if (!*line)
			continue;
		read_line(c, line, &over);
		*ARRAY_PUSH(lines, n) = line;
	}
	c->began = n > 0;
	c->tail = last_lines(&c->arena, lines, n);
	free(lines);
}

void console_free(struct console_reading *c)
{
	arena_free(&c->arena);
	*c = (struct console_reading){};
}
