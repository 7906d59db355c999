/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Words as a shell reads them back: commands that are printed to be pasted. */
#pragma once

#include <stdio.h>

/*
 * @word, quoted where it needs to be: in '..', as every shell of POSIX reads it, or, where a
 * terminal or a log would not show it as it is (control characters, marks of direction, bytes that
 * are no UTF-8), in $'..' with escapes, as bash, zsh and POSIX 2024 do. Always one line.
 */
void shell_word(FILE *out, const char *word);
