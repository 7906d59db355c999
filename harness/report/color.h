/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Colours of a terminal (ECMA-48 SGR): empty where none are wanted. */
#pragma once

#include <stdbool.h>

#define COLOR_RED    "31"
#define COLOR_GREEN  "32"
#define COLOR_YELLOW "33"
#define COLOR_BOLD   "1"

/* Start @code, and go back to plain. */
#define color_on(wanted, code) ((wanted) ? "\033[" code "m" : "")
#define color_off(wanted)      ((wanted) ? "\033[0m" : "")
