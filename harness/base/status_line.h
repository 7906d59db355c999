/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A line at the end of what a terminal shows that is drawn again and again, while other output
 * passes above it. A process has one.
 *
 * The cursor waits at its first column: so erasing from the cursor on takes the whole line also
 * where a narrower window has folded it, and nothing needs to be put right if the process is
 * killed. Calls are made by one thread at a time, but for status_line_erase_now().
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/*
 * Columns that a line may take on @out, as the window is now; 0 where none can be drawn: no
 * terminal, one without control sequences (TERM unset or "dumb"), a process in the background.
 */
size_t status_line_room(FILE *out);
/*
 * Draw @text in place of the one before. It takes at most status_line_room() columns, and holds no
 * control characters.
 */
void status_line_draw(FILE *out, const char *text);
/* Before anything else is written; does nothing where there is none. */
void status_line_erase(void);
/* The same from a signal handler that ends the process (signal-safety(7)). */
void status_line_erase_now(void);

/*
 * Columns that @text takes, which holds no control characters. Never too few: characters that some
 * terminals show in two count as two, those that combine with others as one.
 */
size_t text_columns(const char *text);
/* The end of @text that fits into @room columns. */
const char *text_last_columns(const char *text, size_t room);
