/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records of ring buffers and perf event arrays in the format of docs/results.md. */
#pragma once

#include "base/json.h"
#include "judge/judge.h"

/* Members `events` and `events_lost` of what a run showed. */
void json_events(struct json *j, const struct observation *o);
/* Member `events` of a mismatch: the records that came, or null. */
void json_seen_events(struct json *j, const struct mismatch *m);
