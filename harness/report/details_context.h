/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a frame had besides its bytes after a run, in traces and as docs/results.md has it. */
#pragma once

#include "base/json.h"
#include "judge/observation.h"

/* Lines "ctx:  mark=5, .." and "meta: hex(..)" behind @indent, where there is anything. Escaped. */
void details_context(FILE *out, const char *indent, const struct observation *o);
/* Members `ctx` and `meta` of what a run showed. */
void json_context(struct json *j, const struct observation *o);
