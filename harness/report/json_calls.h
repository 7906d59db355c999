/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Helper calls, and where a frame went, in the format of docs/results.md. */
#pragma once

#include "base/json.h"
#include "judge/judge.h"

/* Members `redirect`, `calls` and `calls_lost` of what a run showed. */
void json_calls(struct json *j, const struct observation *o);
/* Member `calls` of a mismatch: those that were made, and the nearest one; or null. */
void json_seen_calls(struct json *j, const struct mismatch *m);
