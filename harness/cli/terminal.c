/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

static bool is_zero(const char *name)
{
	const char *value = getenv(name);

	return value && !strcmp(value, "0");
}

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || !*term || !strcmp(term, "dumb");
}

bool terminal_wants_color(unsigned int mode)
{
	if (mode != COLOR_AUTO)
		return mode == COLOR_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE") && !is_zero("CLICOLOR_FORCE"))
		return true;
	return isatty(STDOUT_FILENO) && !is_dumb() && !is_zero("CLICOLOR");
}

bool terminal_wants_progress(void)
{
	return isatty(STDOUT_FILENO) && !is_dumb() && !is_set("CI");
}
