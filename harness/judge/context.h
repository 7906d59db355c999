/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is expected of a frame besides its bytes: `ctx:` and `meta:` of expect. */
#pragma once

#include "judge/expectation.h"
#include "judge/observation.h"
#include "types/context_fields.h"

struct context_item {
	struct span where;
	const struct context_field *field; /* one that comes back */
	uint32_t index;			   /* of its elements */
	uint64_t value;
	const char *device; /* the ifindex of this device; NULL: value */
};

struct context_expectation {
	struct context_item *items;
	size_t n;

	struct span meta_where;	      /* src NULL: nothing is expected of it */
	const struct type *meta_type; /* NULL: bytes */
	uint8_t *meta, *mask;	      /* meta_len bytes; mask NULL: all */
	size_t meta_len;	      /* 0: `none` */
	const struct value_context *values;
};

/* Element @i of field @f after a run. */
uint64_t observed_context_value(const struct observed_context *c, const struct context_field *f,
				uint32_t i);
/*
 * Fields that are not 0, in one line: "mark=5, cb[1]=0x7". "" if none is. Device names from
 * @devices (NULL: none).
 */
const char *context_text(const struct observed_context *c, const struct value_names *devices,
			 struct arena *arena);
