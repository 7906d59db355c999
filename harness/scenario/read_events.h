/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the readers of events share. */
#pragma once

#include "judge/events.h"
#include "scenario/reader.h"

/* Bytes: far more than a record takes. What is expected of one has room for all of it. */
#define RECORD_MAX (1u << 20)

/* Whether programs write records to @m. */
bool is_event_map(const struct object_map *m);
/* The same, and reported where it is not: 0 or -1. */
int check_event_map(struct reader *r, struct span where, const struct object_map *m);
/* How the records of a map of the scenario are read; one without types where nothing is said. */
struct event_format *event_format_of(struct reader *r, size_t map_ref);
/* One type more for the records of a map. @tag: NULL, or its f->tag_size bytes. */
void event_format_add(struct reader *r, struct event_format *f, const struct type *t,
		      const uint8_t *tag, struct span where);
/* A type by its name in the types of the node that is read, or NULL. Not reported. */
const struct type *event_type_find(struct reader *r, const char *name);

/* What the key of an item stands for. */
struct event_ref {
	struct event_format *format;
	const struct event_type *type; /* NULL: the map alone was named */
};

/* What @k names, from what is said at the top, or else from the types of the objects. Reports; 0 or
 * -1. */
int read_event_name(struct reader *r, const struct node *k, struct event_ref *ref);
