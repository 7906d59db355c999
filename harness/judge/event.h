/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One record: its parts, for judge_events.c, event.c and event_text.c. */
#pragma once

#include "judge/events.h"

/* @e's bytes as a value of type @t; what the record is too short for is 0. */
const uint8_t *event_value(const struct observed_event *e, const struct type *t,
			   struct arena *arena);

/* What follows the type in a record. */
struct event_payload_bytes {
	const uint8_t *data;
	size_t len;	   /* bytes, those the kernel may have added included */
	size_t padding;	   /* that may have been added */
	size_t likely_len; /* without, as far as the packet tells its end; 0: no payload */
};

struct event_payload_bytes event_payload_of(const struct observed_event *e, const struct type *t,
					    struct arena *arena);
