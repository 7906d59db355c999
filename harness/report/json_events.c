/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/json_events.h"

#include "judge/events.h"

void json_events(struct json *j, const struct observation *o)
{
	struct arena scratch = {};

	json_array(j, "events");
	for (size_t i = 0; i < o->n_events; i++) {
		const struct observed_event *e = &o->events[i];
		const struct event_type *type = event_type_of(e);

		json_object(j, NULL);
		json_string(j, "map", e->map);
		json_string(j, "type", type ? type->name : NULL);
		json_string(j, "text", event_text(e, NULL, &scratch));
		json_hex(j, "hex", e->data, e->len);
		json_uint(j, "padding", e->padding);
		json_end(j);
	}
	json_end(j);
	json_uint(j, "events_lost", o->events_lost);
	arena_free(&scratch);
}

void json_seen_events(struct json *j, const struct mismatch *m)
{
	if (!m->has_seen || m->kind != MISMATCH_EVENTS) {
		json_null(j, "events");
		return;
	}
	json_object(j, "events");
	json_uint(j, "total", m->total_seen);
	json_array(j, "texts");
	for (size_t i = 0; i < m->n_seen; i++)
		json_string(j, NULL, m->seen[i]);
	json_end(j);
	json_end(j);
}
