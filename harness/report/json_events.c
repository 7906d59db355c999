/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/json_events.h"

#include "judge/events.h"

void json_events(struct json *j, const struct observation *o)
{
	struct arena scratch = {};

	jsonw_array(j, "events");
	for (size_t i = 0; i < o->n_events; i++) {
		const struct observed_event *e = &o->events[i];
		const struct event_type *type = event_type_of(e);

		jsonw_object(j, NULL);
		jsonw_string(j, "map", e->map);
		jsonw_string(j, "type", type ? type->name : NULL);
		jsonw_string(j, "text", event_text(e, NULL, &scratch));
		jsonw_hex(j, "hex", e->data, e->len);
		jsonw_uint(j, "padding", e->padding);
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_uint(j, "events_lost", o->events_lost);
	arena_free(&scratch);
}

void json_seen_events(struct json *j, const struct mismatch *m)
{
	if (!m->has_seen || m->kind != MISMATCH_EVENTS) {
		jsonw_null(j, "events");
		return;
	}
	jsonw_object(j, "events");
	jsonw_uint(j, "total", m->total_seen);
	jsonw_array(j, "texts");
	for (size_t i = 0; i < m->n_seen; i++)
		jsonw_string(j, NULL, m->seen[i]);
	jsonw_end(j);
	jsonw_end(j);
}
