/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What standard output is, and what its user wants of it. */
#pragma once

#include "cli/options.h"

/*
 * Whether what goes to standard output is to have colours. --color outranks the environment, of
 * which NO_COLOR (no-color.org) outranks CLICOLOR_FORCE and CLICOLOR (bixense.com/clicolors); else
 * it is a terminal that knows more than TERM=dumb. @mode is an enum color_mode.
 */
bool terminal_wants_color(unsigned int mode);
/* Whether somebody may be looking on who wants to see what runs: not where CI is set. */
bool terminal_wants_progress(void);
