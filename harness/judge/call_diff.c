/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One expected call against one that was made. */
#include "base/text_stream.h"
#include "judge/call_text.h"
#include "judge/calls.h"
#include "types/helper_values.h"

#include <inttypes.h>
#include <string.h>

/* Differences found; made only when something differs. */
struct differences {
	struct arena *arena;
	struct value_difference *items;
	size_t n;
};

static void add(struct differences *d, const char *member, const char *expected, const char *actual)
{
	*ARENA_PUSH(d->arena, d->items, d->n) =
		(struct value_difference){ member, expected, actual };
}

uint32_t device_index(const struct value_names *devices, const char *name)
{
	for (size_t i = 0; devices && i < devices->n; i++)
		if (!strcmp(devices->items[i].name, name))
			return (uint32_t)devices->items[i].value;
	return 0;
}

static const char *result_text(const struct observed_call *c, struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	call_result_print(t.out, c);
	return text_stream_close(&t, arena);
}

static uint64_t number_bits(const struct helper *h, unsigned int i)
{
	return ~(uint64_t)0 >> (64 - 8 * helper_number(h, i)->size);
}

static void diff_number(struct differences *d, const struct call_expectation *e,
			const struct observed_call *c, unsigned int i)
{
	bool is_device = e->helper->args[i].value == HELPER_IFINDEX && e->device;
	uint64_t expected = is_device ? device_index(c->devices, e->device) : e->args[i];
	struct observed_call wanted = *c;

	if (e->helper->args[i].value == HELPER_POINTER
		    ? !expected == !c->args[i]
		    : !((expected ^ c->args[i]) & number_bits(e->helper, i)))
		return;
	wanted.args[i] = expected;
	add(d, e->helper->args[i].name, is_device ? e->device : call_arg_text(&wanted, i, d->arena),
	    call_arg_text(c, i, d->arena));
}

static void diff_map(struct differences *d, const struct call_expectation *e,
		     const struct observed_call *c, unsigned int i)
{
	if (!c->map || strcmp(e->map, c->map) != 0)
		add(d, e->helper->args[i].name, e->map,
		    c->map ? c->map : "not a map of the object");
}

/* The device's index in place, in copies of what is expected. */
static void put_device(const struct recorded_expectation *e, const struct observed_call *c,
		       uint8_t *data, uint8_t *mask)
{
	uint32_t index = device_index(c->devices, e->device);

	for (uint32_t i = 0; i < e->type->n; i++) {
		const struct type_member *m = &e->type->members[i];

		if (!m->name || strcmp(m->name, "ifindex") != 0 || m->bit_off / 8 + 4 > e->size)
			continue;
		memcpy(data + m->bit_off / 8, &index, sizeof(index));
		memset(mask + m->bit_off / 8, 0xff, sizeof(index));
	}
}

/* As the scenario says it. */
static const char *span_text(struct span where, struct arena *arena)
{
	return arena_printf(arena, "%.*s", (int)where.len, where.src->text + where.off);
}

static size_t diff_bytes(const struct recorded_expectation *e, const uint8_t *actual,
			 const char *prefix, struct arena *arena, struct value_difference **out)
{
	struct text_stream t[2];

	*out = arena_alloc(arena, sizeof(**out));
	for (int k = 0; k < 2; k++) {
		text_stream_open(&t[k]);
		fputs("hex(", t[k].out);
		for (uint32_t i = 0; i < e->size; i++)
			fprintf(t[k].out, "%02x", k ? actual[i] : e->data[i]);
		fputc(')', t[k].out);
	}
	(*out)->member = arena_strdup(arena, prefix);
	(*out)->expected = text_stream_close(&t[0], arena);
	(*out)->actual = text_stream_close(&t[1], arena);
	return 1;
}

size_t recorded_diff(const struct recorded_expectation *e, const struct observed_call *c,
		     const uint8_t *actual, const char *prefix, struct arena *arena,
		     struct value_difference **out)
{
	uint8_t data[HELPER_BYTES], mask[HELPER_BYTES];
	struct value_context context = {};
	struct call_names names;

	if (!e->where.src)
		return 0;
	if (!actual) {
		*out = arena_alloc(arena, sizeof(**out));
		**out = (struct value_difference){ prefix, span_text(e->where, arena),
						   "not recorded" };
		return 1;
	}
	memcpy(data, e->data, e->size);
	memcpy(mask, e->mask, e->size);
	if (e->device && e->type)
		put_device(e, c, data, mask);
	if (value_matches(e->size, data, mask, actual))
		return 0;
	if (!e->type)
		return diff_bytes(e, actual, prefix, arena, out);
	call_names_init(&names, c);
	context.names = names.all;
	return value_diff(&context, e->type, data, mask, actual, prefix, arena, out);
}

static void diff_recorded(struct differences *d, const struct recorded_expectation *e,
			  const struct observed_call *c, const uint8_t *actual, const char *prefix)
{
	struct value_difference *items;
	size_t n = recorded_diff(e, c, actual, prefix, d->arena, &items);

	for (size_t i = 0; i < n; i++)
		*ARENA_PUSH(d->arena, d->items, d->n) = items[i];
}

static bool result_matches(const struct call_expectation *e, const struct observed_call *c)
{
	if (e->helper->result == HELPER_POINTER)
		return !e->result == !c->result;
	if (e->helper->result == HELPER_ACTION)
		return (int32_t)e->result == (int32_t)c->result;
	return e->result == c->result;
}

/* Bytes the program gave, or got; as many as the type has where the kernel knows how many. */
static uint32_t bytes_given(const struct observed_call *c, unsigned int i,
			    const struct recorded_expectation *e)
{
	const struct helper *h = c->helper;

	if (h->args[i].value == HELPER_KEY)
		return c->key_size;
	if (h->args[i].value != HELPER_MEMORY || i + 1 >= HELPER_ARGS)
		return e->size;
	/* bpf_skb_get_tunnel_opt() fills less than there is room for, and returns how much. */
	if (h->out && (int64_t)c->result > 0 && c->result < c->args[i + 1])
		return (uint32_t)c->result;
	return (uint32_t)c->args[i + 1];
}

static bool size_differs(struct differences *d, const struct recorded_expectation *e,
			 const struct observed_call *c, unsigned int i, const char *name)
{
	uint32_t given;

	if (!e->where.src || (!c->in && !c->out))
		return false;
	given = bytes_given(c, i, e);
	if (e->size == given)
		return false;
	add(d, name, arena_printf(d->arena, "%u byte%s", e->size, e->size == 1 ? "" : "s"),
	    arena_printf(d->arena, "%u byte%s", given, given == 1 ? "" : "s"));
	return true;
}

/* What people call the struct: question and answer where it is both. */
static void diff_structs(struct differences *d, const struct call_expectation *e,
			 const struct observed_call *c)
{
	unsigned int i = helper_bytes_arg(e->helper);
	const char *name = i < HELPER_ARGS ? e->helper->args[i].name : "";
	bool both = e->helper->in && e->helper->out;

	/* A key or memory of another size is another one. */
	if (size_differs(d, &e->in, c, i, name) || size_differs(d, &e->out, c, i, name))
		return;
	diff_recorded(d, &e->in, c, c->in, both ? "question" : name);
	diff_recorded(d, &e->out, c, c->out, both ? "answer" : name);
}

size_t call_diff(const struct call_expectation *e, const struct observed_call *c,
		 struct arena *arena, struct value_difference **out)
{
	struct differences d = { .arena = arena };
	struct observed_call wanted = *c;

	for (unsigned int i = 0; i < HELPER_ARGS; i++) {
		if (!e->given[i])
			continue;
		if (e->helper->args[i].value == HELPER_MAP)
			diff_map(&d, e, c, i);
		else
			diff_number(&d, e, c, i);
	}
	/* The key of another map may be of another type, and is no key of this one anyway. */
	if (!e->map || !d.n)
		diff_structs(&d, e, c);
	if (e->has_result && !result_matches(e, c)) {
		wanted.result = e->result;
		add(&d, "result", result_text(&wanted, arena), result_text(c, arena));
	}
	*out = d.items;
	return d.n;
}
