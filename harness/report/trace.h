/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way of one frame: what one wants to see when a packet went the wrong way. */
#pragma once

#include "judge/observation.h"
#include "types/type.h"

#include <stdio.h>

/*
 * What went in; each program entered, with the helpers it called and where in its source; what was
 * emitted; what came out, if that is another frame. @program is the one that was run. Each line
 * begins with @indent. @values (or NULL) names values of events.
 */
void trace_print(FILE *out, const char *indent, const char *program, const struct observation *o,
		 const struct value_context *values);
