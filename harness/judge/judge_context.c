/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text_stream.h"
#include "judge/calls.h"
#include "judge/context.h"
#include "judge/run_judge.h"

#include <inttypes.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

/* Where a field is in struct observed_context. */
#define OBSERVED(field)                                          \
	{                                                        \
#field, offsetof(struct observed_context, field) \
	}

static const struct {
	const char *name;
	size_t offset;
} observed[] = {
	OBSERVED(mark),	    OBSERVED(priority), OBSERVED(cb),
	OBSERVED(tstamp),   OBSERVED(ifindex),	OBSERVED(ingress_ifindex),
	OBSERVED(wire_len), OBSERVED(gso_segs), OBSERVED(hwtstamp),
};

uint64_t observed_context_value(const struct observed_context *c, const struct context_field *f,
				uint32_t i)
{
	const uint8_t *at = NULL;
	uint64_t wide;
	uint32_t value;

	for (size_t k = 0; k < ARRAY_SIZE(observed); k++)
		if (!strcmp(observed[k].name, f->name))
			at = (const uint8_t *)c + observed[k].offset + i * f->size;
	if (!at)
		return 0;
	if (f->size == sizeof(wide)) {
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
	memcpy(&value, at, sizeof(value));
	return value;
}

static const char *element_name(const struct context_field *f, uint32_t i, struct arena *arena)
{
	return f->n > 1 ? arena_printf(arena, "%s[%u]", f->name, i) : f->name;
}

static const char *device_name(const struct value_names *devices, uint64_t ifindex)
{
	for (size_t i = 0; devices && i < devices->n; i++)
		if (devices->items[i].value == ifindex)
			return devices->items[i].name;
	return NULL;
}

/* As the scenario writes it; marks and words of cb also as bits. */
static const char *value_text(const struct context_field *f, uint64_t value,
			      const struct value_names *devices, struct arena *arena)
{
	const char *device = f->is_device ? device_name(devices, value) : NULL;
	bool bits = f->max == UINT32_MAX && value > 9;

	if (device)
		return device;
	return bits ? arena_printf(arena, "%" PRIu64 " (0x%" PRIx64 ")", value, value)
		    : arena_printf(arena, "%" PRIu64, value);
}

const char *context_text(const struct observed_context *c, const struct value_names *devices,
			 struct arena *arena)
{
	struct text_stream t;
	size_t n, shown = 0;
	const struct context_field *fields = context_fields(BPF_PROG_TYPE_SCHED_CLS, &n);

	text_stream_open(&t);
	for (size_t i = 0; i < n; i++)
		for (uint32_t k = 0; fields[i].back && k < fields[i].n; k++) {
			uint64_t value = observed_context_value(c, &fields[i], k);

			if (value)
				fprintf(t.out, "%s%s=%s", shown++ ? ", " : "",
					element_name(&fields[i], k, arena),
					value_text(&fields[i], value, devices, arena));
		}
	return text_stream_close(&t, arena);
}

static bool item_holds(const struct context_item *item, const struct observation *o)
{
	uint64_t actual = observed_context_value(&o->context, item->field, item->index);
	const char *device;

	if (!item->device)
		return actual == item->value;
	device = device_name(o->devices, actual);
	return device && !strcmp(device, item->device);
}

static void item_differs(struct run_judge *j, const struct context_item *item)
{
	struct arena *a = j->arena;
	const struct observation *o = j->o;
	struct mismatch *m = mismatch_add(j, MISMATCH_CONTEXT, item->where);

	m->expected =
		item->device ? item->device : value_text(item->field, item->value, o->devices, a);
	m->actual = value_text(item->field,
			       observed_context_value(&o->context, item->field, item->index),
			       o->devices, a);
	m->message =
		arena_printf(a, "%s: expected %s, got %s",
			     element_name(item->field, item->index, a), m->expected, m->actual);
}

static const char *meta_text(const struct type *t, const uint8_t *data, size_t len,
			     const struct context_expectation *e, struct arena *arena)
{
	struct text_stream s;

	if (!len)
		return "none";
	text_stream_open(&s);
	if (t && t->size == len) {
		fprintf(s.out, "%s ", t->name);
		value_print(s.out, e->values, t, data);
	} else {
		fputs("hex(", s.out);
		for (size_t i = 0; i < len; i++)
			fprintf(s.out, "%02x", data[i]);
		fputs(")", s.out);
	}
	return text_stream_close(&s, arena);
}

static const char *bytes_text(size_t len, struct arena *arena)
{
	return len ? arena_printf(arena, " (%zu bytes)", len) : "";
}

static bool meta_holds(const struct context_expectation *e, const struct observation *o)
{
	return e->meta_len == o->meta_len &&
	       (!e->meta_len || value_matches(e->meta_len, e->meta, e->mask, o->meta));
}

static void meta_differs(struct run_judge *j)
{
	const struct context_expectation *e = j->e->context;
	const struct observation *o = j->o;
	struct mismatch *m = mismatch_add(j, MISMATCH_META, e->meta_where);
	const struct value_difference *d;

	m->actual = meta_text(e->meta_type, o->meta, o->meta_len, e, j->arena);
	m->expected = meta_text(e->mask ? NULL : e->meta_type, e->meta, e->meta_len, e, j->arena);
	if (e->mask)
		m->expected = e->meta_type->name;
	if (e->meta_len != o->meta_len) {
		m->message = arena_printf(j->arena, "expected %s%s, got %s%s", m->expected,
					  bytes_text(e->meta_len, j->arena), m->actual,
					  bytes_text(o->meta_len, j->arena));
		return;
	}
	if (!e->meta_type) {
		m->message = arena_printf(j->arena, "expected %s, got %s", m->expected, m->actual);
		return;
	}
	m->n_values = value_diff(e->values, e->meta_type, e->meta, e->mask, o->meta, "", j->arena,
				 &m->values);
	d = &m->values[0];
	if (m->n_values == 1)
		m->message = arena_printf(j->arena, "%s: expected %s, got %s", d->member,
					  d->expected ? d->expected : "absent",
					  d->actual ? d->actual : "absent");
	else
		m->message =
			arena_printf(j->arena, "%zu members differ in %s", m->n_values, m->actual);
}

bool judge_context(struct run_judge *j)
{
	const struct context_expectation *e = j->e->context;
	bool holds = true;

	for (size_t i = 0; e && i < e->n; i++) {
		if (item_holds(&e->items[i], j->o))
			continue;
		holds = false;
		if (j->found)
			item_differs(j, &e->items[i]);
	}
	return holds;
}

bool judge_meta(struct run_judge *j)
{
	const struct context_expectation *e = j->e->context;

	if (!e || !e->meta_where.src || meta_holds(e, j->o))
		return true;
	if (j->found)
		meta_differs(j);
	return false;
}
