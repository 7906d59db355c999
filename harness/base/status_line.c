/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/status_line.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * The line, whatever a key press has echoed before it, and what it was folded to (ECMA-48 EL, ED).
 * ED alone, on the first line of a window, would be taken by tmux for a screen that is worth
 * keeping.
 */
#define ERASE "\r\033[K\033[J"

/* Of a window that does not say. */
#define COLUMNS_UNKNOWN 80
/* The first character from which on there are some that take two columns: Hangul Jamo. */
#define FIRST_WIDE 0x1100

static FILE *drawn_on; /* NULL: there is no line */
static char *drawn;
static atomic_int drawn_fd = -1;

static size_t window_columns(int fd)
{
	struct winsize size;

	return !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : COLUMNS_UNKNOWN;
}

size_t status_line_room(FILE *out)
{
	const char *term = getenv("TERM");
	int fd = fileno(out);

	if (fd < 0 || !isatty(fd) || !term || !*term || !strcmp(term, "dumb"))
		return 0;
	if (tcgetpgrp(fd) != getpgrp())
		return 0;
	/* In the last column some terminals have gone on to the next line already. */
	return window_columns(fd) - 1;
}

void status_line_draw(FILE *out, const char *text)
{
	if (drawn_on && !strcmp(drawn, text))
		return;
	free(drawn);
	drawn = xstrdup(text);
	drawn_on = out;
	drawn_fd = fileno(out);
	fprintf(out, ERASE "%s\r", text);
	fflush(out);
}

void status_line_erase(void)
{
	if (!drawn_on)
		return;
	fputs(ERASE, drawn_on);
	fflush(drawn_on);
	free(drawn);
	drawn = NULL;
	drawn_on = NULL;
	drawn_fd = -1;
}

void status_line_erase_now(void)
{
	ssize_t n = drawn_fd >= 0 ? write(drawn_fd, ERASE, strlen(ERASE)) : 0;

	(void)n; /* nothing is left to be done about it */
	drawn_fd = -1;
}

static size_t character_columns(const char *s, size_t *len)
{
	uint32_t c;

	*len = utf8_character(s, strlen(s), &c);
	if (*len)
		return c >= FIRST_WIDE ? 2 : 1;
	*len = 1;
	return 1;
}

size_t text_columns(const char *text)
{
	size_t columns = 0, len;

	for (; *text; text += len)
		columns += character_columns(text, &len);
	return columns;
}

const char *text_last_columns(const char *text, size_t room)
{
	size_t columns = text_columns(text), len;

	for (; columns > room; text += len)
		columns -= character_columns(text, &len);
	return text;
}
