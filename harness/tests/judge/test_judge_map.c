/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each condition on a map, shown to hold and shown to fail, on maps made by hand. */
#include "judge/judge.h"
#include "types/place.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A load balancer's map: key {__be16 port; u8 proto; u8 pad;}, value {u32 count; u32 flags}. */
static const struct type be16 = {
	.kind = TYPE_INT, .name = "__be16", .size = 2, .big_endian = true
};
static const struct type u8 = { .kind = TYPE_INT, .name = "__u8", .size = 1 };
static const struct type u32 = { .kind = TYPE_INT, .name = "__u32", .size = 4 };
static struct type_member key_members[] = {
	{ "port", &be16, 0, 0 },
	{ "proto", &u8, 16, 0 },
	{ "pad", &u8, 24, 0 },
};
static const struct type key_type = {
	.kind = TYPE_STRUCT, .name = "struct key", .size = 4, .members = key_members, .n = 3
};
static struct type_member value_members[] = { { "count", &u32, 0, 0 }, { "flags", &u32, 32, 0 } };
static const struct type value_type = {
	.kind = TYPE_STRUCT, .name = "struct value", .size = 8, .members = value_members, .n = 2
};
static const struct object_map hash = {
	.name = "services",
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 8,
	.key = &key_type,
	.value = &value_type,
};

struct key {
	uint8_t port[2], proto, pad;
};

struct value {
	uint32_t count, flags;
};

#define ENTRIES_MAX 64

struct fixture {
	struct arena arena;
	struct value_context context;
	struct object_map type;
	struct map_entry after_items[ENTRIES_MAX], before_items[ENTRIES_MAX];
	struct map_view after, before;
	struct judged_map m;
	struct entry_expectation entries[ENTRIES_MAX];
	struct map_expectation e;
	struct mismatches found;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->type = hash;
	f->after.entries = f->after_items;
	f->before.entries = f->before_items;
	f->e.entries = f->entries;
	f->m = (struct judged_map){
		.type = &f->type, .values = &f->context, .n_cpus = 1, .after = &f->after
	};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(&f->arena);
	free(f);
	return 0;
}

static struct key make_key(uint16_t port, uint8_t proto)
{
	return (struct key){ { (uint8_t)(port >> 8), (uint8_t)port }, proto, 0 };
}

static void hold(struct fixture *f, struct map_view *view, uint16_t port, uint8_t proto,
		 uint32_t count, uint32_t flags)
{
	struct key key = make_key(port, proto);
	struct value value = { count, flags };

	view->entries[view->n++] = (struct map_entry){
		.key = arena_memdup(&f->arena, &key, sizeof(key)),
		.value = arena_memdup(&f->arena, &value, sizeof(value)),
	};
}

static struct expected_bytes bytes(struct fixture *f, const void *data, const void *mask,
				   size_t size)
{
	return (struct expected_bytes){ arena_memdup(&f->arena, data, size),
					arena_memdup(&f->arena, mask, size) };
}

/* An expected entry; 0 for a member that is not named. */
static struct entry_expectation *expect(struct fixture *f, uint16_t port, uint8_t proto,
					uint32_t count, uint32_t flags)
{
	struct entry_expectation *e = &f->entries[f->e.n_entries++];
	struct key key = make_key(port, proto);
	struct key key_mask = { { port ? 0xff : 0, port ? 0xff : 0 }, proto ? 0xff : 0, 0 };
	struct value value = { count, flags };
	struct value mask = { count ? UINT32_MAX : 0, flags ? UINT32_MAX : 0 };

	if (port && proto)
		key_mask.pad = 0xff;
	e->key = bytes(f, &key, &key_mask, sizeof(key));
	e->whole_key = port && proto;
	e->has_value = count || flags;
	e->value = bytes(f, &value, &mask, sizeof(value));
	return e;
}

static void assert_holds(struct fixture *f)
{
	f->found = (struct mismatches){};
	assert_true(judge_map(&f->e, &f->m, &f->arena, &f->found));
	assert_int_equal(f->found.n, 0);
}

/* Judge; @n mismatches are expected, and the first is returned. */
static const struct mismatch *assert_fails(struct fixture *f, size_t n)
{
	f->found = (struct mismatches){};
	assert_false(judge_map(&f->e, &f->m, &f->arena, &f->found));
	assert_int_equal(f->found.n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(f->found.items[i].kind, MISMATCH_MAP);
		assert_string_equal(f->found.items[i].map, "services");
	}
	assert_true(f->found.items[n - 1].has_states);
	return &f->found.items[0];
}

static void whole_keys_are_found(void **state)
{
	struct fixture *f = *state;

	hold(f, &f->after, 53, 17, 1, 0);
	hold(f, &f->after, 80, 6, 2, 9);
	hold(f, &f->after, 443, 6, 3, 0);
	expect(f, 80, 6, 2, 9);
	expect(f, 443, 6, 0, 0);
	assert_holds(f);
}

static void partial_keys_match_any_entry(void **state)
{
	struct fixture *f = *state;

	hold(f, &f->after, 53, 17, 1, 0);
	hold(f, &f->after, 80, 6, 2, 9);
	hold(f, &f->after, 443, 6, 3, 0);
	expect(f, 0, 6, 3, 0);
	expect(f, 80, 0, 2, 0);
	assert_holds(f);
}

static void order_of_a_view_does_not_matter(void **state)
{
	struct fixture *f = *state;

	hold(f, &f->after, 443, 6, 3, 0);
	hold(f, &f->after, 80, 6, 2, 9);
	expect(f, 80, 6, 2, 9);
	expect(f, 443, 6, 3, 0);
	assert_holds(f);
	f->e.n_entries = 0;
	expect(f, 443, 6, 0, 0)->presence = ENTRY_ABSENT;
	assert_fails(f, 1);
}

static void value_that_differs_is_said_by_member(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	hold(f, &f->after, 80, 6, 1, 9);
	expect(f, 80, 6, 2, 9);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': value.count: expected 2, got 1");
	assert_int_equal(m->n_values, 1);
	assert_string_equal(m->values[0].member, "value.count");
	assert_string_equal(m->nearest, "{key: {port: 80, proto: 6}, value: {count: 1, flags: 9}}");
	f->e.n_entries = 0;
	expect(f, 80, 6, 2, 7);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': value.count, value.flags differ");
}

static void nearest_has_the_key_first(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	hold(f, &f->after, 79, 6, 2, 7); /* the value is right, the key is not */
	hold(f, &f->after, 80, 6, 5, 5);
	expect(f, 80, 6, 2, 7);
	m = assert_fails(f, 1);
	assert_string_equal(m->values[0].member, "value.count");
	f->e.n_entries = 0;
	/* No such key: the entry with one member off, and of those the one with the value. */
	expect(f, 81, 6, 2, 7);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': no entry with key {port: 81, proto: 6}");
	assert_int_equal(m->n_values, 1);
	assert_string_equal(m->values[0].member, "key.port");
	assert_string_equal(m->values[0].expected, "81");
	assert_string_equal(m->values[0].actual, "79");
}

static void no_entry_at_all(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	expect(f, 0, 6, 2, 0);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': no entry matches; the map is empty");
	assert_null(m->nearest);
	f->after.left_out = 3;
	m = assert_fails(f, 1);
	assert_string_equal(m->message,
			    "'services': no entry matches; 3 more entries were not read");
}

static void absent_holds_and_fails(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	hold(f, &f->after, 80, 6, 2, 9);
	hold(f, &f->after, 443, 6, 3, 0);
	expect(f, 81, 6, 0, 0)->presence = ENTRY_ABSENT;
	/* With a value, an entry of that key and another value may be there. */
	expect(f, 80, 6, 7, 0)->presence = ENTRY_ABSENT;
	assert_holds(f);
	f->e.n_entries = 0;
	expect(f, 0, 6, 0, 0)->presence = ENTRY_ABSENT;
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': expected no such entry, found 2, the first: "
					"{key: {port: 80, proto: 6}, "
					"value: {count: 2, flags: 9}}");
}

static void only_holds(void **state)
{
	struct fixture *f = *state;

	f->e.condition = MAP_ONLY;
	assert_holds(f); /* nothing, and there is nothing */
	hold(f, &f->after, 80, 6, 2, 9);
	hold(f, &f->after, 443, 6, 3, 0);
	hold(f, &f->after, 443, 17, 3, 0);
	/*
	 * A greedy choice fails: the first takes 80, which is the only one that the second can
	 * have; then the third has to move on as well.
	 */
	expect(f, 0, 6, 0, 0);
	expect(f, 80, 0, 0, 0);
	expect(f, 443, 0, 3, 0);
	assert_holds(f);
	f->e.n_entries = 0;
	expect(f, 443, 0, 3, 0);
	expect(f, 0, 6, 3, 0);
	expect(f, 80, 6, 2, 0);
	assert_holds(f);
}

static void only_says_what_is_missing_and_what_is_too_much(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	f->e.condition = MAP_ONLY;
	hold(f, &f->after, 80, 6, 2, 9);
	hold(f, &f->after, 443, 6, 3, 0);
	expect(f, 80, 6, 2, 0);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': this entry is not expected: "
					"{key: {port: 443, proto: 6}, "
					"value: {count: 3, flags: 0}}");
	/* An entry with the wrong value is not also one too many. */
	expect(f, 443, 6, 4, 0);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': value.count: expected 4, got 3");
	expect(f, 53, 17, 1, 0);
	m = assert_fails(f, 2);
	assert_string_equal(m[1].message, "'services': no entry with key {port: 53, proto: 17}");
	assert_false(m[0].has_states);
}

/* Two of a kind are expected, one is there. */
static void only_wants_an_entry_each(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	f->e.condition = MAP_ONLY;
	hold(f, &f->after, 80, 6, 2, 9);
	expect(f, 80, 0, 0, 0);
	expect(f, 0, 6, 0, 0);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': no entry matches");
}

static void only_lists_so_many(void **state)
{
	struct fixture *f = *state;

	f->e.condition = MAP_ONLY;
	for (uint16_t i = 0; i < 40; i++)
		hold(f, &f->after, (uint16_t)(i + 1), 6, i, 0);
	assert_fails(f, STATES_SHOWN + 1);
	assert_string_equal(f->found.items[STATES_SHOWN].message,
			    "'services': 40 entries that are not expected");
	assert_int_equal(f->found.items[STATES_SHOWN].n_after, STATES_SHOWN);
	assert_int_equal(f->found.items[STATES_SHOWN].total_after, 40);
}

static void unchanged_holds(void **state)
{
	struct fixture *f = *state;

	f->e.condition = MAP_UNCHANGED;
	f->m.before = &f->before;
	assert_holds(f);
	hold(f, &f->after, 80, 6, 2, 9);
	hold(f, &f->before, 80, 6, 2, 9);
	assert_holds(f);
}

static void unchanged_lists_what_changed(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	f->e.condition = MAP_UNCHANGED;
	f->m.before = &f->before;
	hold(f, &f->before, 53, 17, 1, 0);
	hold(f, &f->before, 80, 6, 2, 9);
	hold(f, &f->before, 443, 6, 3, 0);
	hold(f, &f->after, 80, 6, 4, 8);
	hold(f, &f->after, 443, 6, 3, 0);
	hold(f, &f->after, 8080, 6, 1, 0);
	m = assert_fails(f, 1);
	assert_string_equal(m->message,
			    "'services' changed: 1 entry added, 1 entry changed, 1 entry removed");
	assert_int_equal(m->n_values, 4);
	assert_string_equal(m->values[0].member, "[{port: 53, proto: 17}]");
	assert_string_equal(m->values[0].actual, "absent");
	assert_string_equal(m->values[1].member, "[{port: 80, proto: 6}].count");
	assert_string_equal(m->values[1].expected, "2");
	assert_string_equal(m->values[1].actual, "4");
	assert_string_equal(m->values[2].member, "[{port: 80, proto: 6}].flags");
	assert_string_equal(m->values[3].expected, "absent");
	assert_string_equal(m->values[3].actual, "{count: 1, flags: 0}");
	assert_true(m->has_before);
	assert_int_equal(m->n_before, 3);
	assert_int_equal(m->n_after, 3);
}

/* The state of a large map shows what changed, not what comes first. */
static void states_show_changes_first(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;
	bool shown = false;

	f->e.condition = MAP_UNCHANGED;
	f->m.before = &f->before;
	for (uint16_t i = 1; i <= 40; i++) {
		hold(f, &f->before, i, 6, 1, 0);
		hold(f, &f->after, i, 6, i == 39 ? 77 : 1, 0);
	}
	m = assert_fails(f, 1);
	assert_int_equal(m->n_after, STATES_SHOWN);
	assert_int_equal(m->total_after, 40);
	for (size_t i = 0; i < m->n_after; i++)
		shown |= strstr(m->after[i], "count: 77") != NULL;
	assert_true(shown);
}

static void a_part_cannot_be_unchanged(void **state)
{
	struct fixture *f = *state;

	f->e.condition = MAP_UNCHANGED;
	f->m.before = &f->before;
	f->after.left_out = 1;
	assert_string_equal(assert_fails(f, 1)->message,
			    "'services' is too large to tell whether it is unchanged; 1 more entry "
			    "was not read");
}

static void empty_holds_and_fails(void **state)
{
	struct fixture *f = *state;

	f->e.condition = MAP_EMPTY;
	assert_holds(f);
	hold(f, &f->after, 80, 6, 2, 9);
	assert_string_equal(assert_fails(f, 1)->message, "'services' is not empty: it has 1 entry");
	f->after.left_out = 4;
	assert_string_equal(assert_fails(f, 1)->message,
			    "'services' is not empty: it has 5 entries");
}

/* Elements of an array are always there: zeros are what nobody wrote. */
static void arrays_are_blank_where_zero(void **state)
{
	struct fixture *f = *state;

	f->type.type = BPF_MAP_TYPE_ARRAY;
	hold(f, &f->after, 1, 1, 0, 0);
	hold(f, &f->after, 2, 1, 0, 0);
	f->e.condition = MAP_EMPTY;
	assert_holds(f);
	f->e.condition = MAP_ONLY;
	assert_holds(f);
	f->e.condition = MAP_ENTRIES;
	expect(f, 1, 1, 0, 0)->presence = ENTRY_ABSENT;
	assert_holds(f);
	f->e.n_entries = 0;
	hold(f, &f->after, 3, 1, 5, 0);
	f->e.condition = MAP_EMPTY;
	assert_string_equal(assert_fails(f, 1)->message, "'services' is not empty: it has 1 entry");
	assert_int_equal(f->found.items[0].n_after, 1);
}

/* Per-CPU values: {u32 count; u32 flags} for each of three CPUs. */
static void hold_percpu(struct fixture *f, uint16_t port, const struct value values[3])
{
	struct key key = make_key(port, 6);

	f->type.type = BPF_MAP_TYPE_PERCPU_HASH;
	f->m.n_cpus = 3;
	f->after.entries[f->after.n++] = (struct map_entry){
		.key = arena_memdup(&f->arena, &key, sizeof(key)),
		.value = arena_memdup(&f->arena, values, 3 * sizeof(*values)),
	};
}

static void percpu_values_are_summed(void **state)
{
	static const struct value values[3] = { { 3, 1 }, { 0, 0 }, { UINT32_MAX, 1 } };
	struct fixture *f = *state;
	const struct mismatch *m;

	hold_percpu(f, 80, values);
	expect(f, 80, 6, 2, 2); /* modulo 2^32, and not into the neighbour */
	assert_holds(f);
	f->e.n_entries = 0;
	expect(f, 80, 6, 4, 2);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': value.count: expected 4, got 2");
	assert_string_equal(m->nearest, "{key: {port: 80, proto: 6}, value: {count: 2, flags: 2}}  "
					"# CPU 0: {count: 3, flags: 1}, "
					"CPU 2: {count: 4294967295, flags: 1}");
}

static void percpu_values_one_by_one(void **state)
{
	static const struct value values[3] = { { 3, 1 }, { 0, 0 }, { 7, 1 } };
	struct fixture *f = *state;
	struct value expected = { 3, 1 }, mask = { UINT32_MAX, 0 };
	struct entry_expectation *e;
	const struct mismatch *m;

	hold_percpu(f, 80, values);
	e = expect(f, 80, 6, 0, 0);
	*ARENA_PUSH(&f->arena, e->values, e->n_values) = bytes(f, &expected, &mask, sizeof(mask));
	assert_holds(f);
	expected.count = 1;
	*ARENA_PUSH(&f->arena, e->values, e->n_values) = bytes(f, &expected, &mask, sizeof(mask));
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': values[1].count: expected 1, got 0");
	for (int i = 0; i < 2; i++)
		*ARENA_PUSH(&f->arena, e->values, e->n_values) =
			bytes(f, &values[2], &mask, sizeof(mask));
	m = assert_fails(f, 1);
	assert_int_equal(m->n_values, 2);
	assert_string_equal(m->values[1].member, "values[3]");
	assert_string_equal(m->values[1].actual, "no such CPU: this machine has 3");
}

/* What has no sum has to be the same everywhere: here an enum next to a counter. */
static void percpu_members_without_sum(void **state)
{
	static struct type_enumerator names[] = { { "OFF", 0 }, { "ON", 1 } };
	static const struct type mode = {
		.kind = TYPE_ENUM, .name = "enum mode", .size = 4, .enumerators = names, .n = 2
	};
	static struct type_member members[] = { { "count", &u32, 0, 0 }, { "mode", &mode, 32, 0 } };
	static const struct type type = {
		.kind = TYPE_STRUCT, .name = "struct v", .size = 8, .members = members, .n = 2
	};
	struct value values[3] = { { 3, 1 }, { 4, 1 }, { 0, 1 } };
	struct fixture *f = *state;

	f->type.value = &type;
	hold_percpu(f, 80, values);
	expect(f, 80, 6, 7, 1);
	assert_holds(f);
	values[1].flags = 0;
	f->after.n = 0;
	hold_percpu(f, 80, values);
	assert_string_equal(assert_fails(f, 1)->message,
			    "'services': value.mode: expected ON, got OFF on CPU 1");
	/* Not named: it may be anything. */
	f->e.n_entries = 0;
	expect(f, 80, 6, 7, 0);
	assert_holds(f);
}

/* Bit-fields are summed in their own bits: {u32 a : 3; u32 b : 5;}. */
static void percpu_bit_fields_are_summed(void **state)
{
	static struct type_member members[] = { { "a", &u32, 0, 3 }, { "b", &u32, 3, 5 } };
	static const struct type type = {
		.kind = TYPE_STRUCT, .name = "struct v", .size = 8, .members = members, .n = 2
	};
	/* Members come first where memory begins: in the low bits, or in the high ones. */
	const unsigned int a = HOST_IS_BIG_ENDIAN ? 29 : 0, b = HOST_IS_BIG_ENDIAN ? 24 : 3;
	const struct value values[3] = { { 5u << a | 2u << b, 0 },
					 { 5u << a | 30u << b, 0 },
					 { 0, 0 } };
	struct fixture *f = *state;

	f->type.value = &type;
	hold_percpu(f, 80, values);
	expect(f, 80, 6, 3u << a | 12u << b, 0);
	assert_int_equal(assert_fails(f, 1)->n_values, 2);
	assert_string_equal(f->found.items[0].values[0].actual, "2"); /* 10 modulo 8 */
	assert_string_equal(f->found.items[0].values[1].actual, "0"); /* 32 modulo 32 */
}

static const char *name_of(void *ctx, uint32_t id)
{
	(void)ctx;
	return id == 17 ? "tail_lb" : NULL;
}

static void programs_are_compared_by_id(void **state)
{
	static const struct type id_type = { .kind = TYPE_INT, .name = "__u32", .size = 4 };
	struct fixture *f = *state;
	const struct mismatch *m;
	uint32_t slot = 7, id = 17, other = 18, none = 0;
	struct entry_expectation *e = &f->entries[0];

	f->type = (struct object_map){ .name = "services",
				       .type = BPF_MAP_TYPE_PROG_ARRAY,
				       .key_size = 4,
				       .value_size = 4,
				       .key = &id_type,
				       .value = &id_type };
	f->m.program_name = name_of;
	f->after_items[f->after.n++] =
		(struct map_entry){ .key = (uint8_t *)&slot, .value = (uint8_t *)&id };
	e->key = (struct expected_bytes){ (uint8_t *)&slot, NULL };
	e->whole_key = e->has_value = true;
	e->program = "tail_lb";
	/* Its mask is not looked at: the id counts as a whole. */
	e->value = bytes(f, &id, &none, sizeof(id));
	f->e.n_entries = 1;
	assert_holds(f);
	e->program = "tail_policy";
	memcpy(e->value.data, &other, sizeof(other));
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services': value: expected tail_policy, got tail_lb");
	assert_string_equal(m->nearest, "{key: 7, value: tail_lb}");
}

/* A map in a map at @port, with one entry of that port. */
static void hold_inner(struct fixture *f, struct map_view *view, struct map_inner *inner,
		       struct map_entry *item, uint16_t port, uint32_t count)
{
	inner->n_cpus = 1;
	inner->view.entries = item;
	hold(f, &inner->view, port, 6, count, 0);
	hold(f, view, port, 6, port, 0); /* the value is an id, here the port */
	view->entries[view->n - 1].inner = inner;
}

static void maps_in_maps_are_judged_by_what_they_hold(void **state)
{
	struct fixture *f = *state;
	struct map_inner before = {}, after = {};
	struct map_entry before_item[1], after_item[1];
	struct entry_expectation inner_entry;
	struct map_expectation inner = { .entries = &inner_entry, .n_entries = 1 };
	struct mismatches found = {};
	const struct mismatch *m;
	const uint32_t three = 3;

	f->type.type = BPF_MAP_TYPE_HASH_OF_MAPS;
	f->type.inner = &hash;
	hold_inner(f, &f->before, &before, before_item, 80, 1);
	hold_inner(f, &f->after, &after, after_item, 80, 2);
	inner_entry = *expect(f, 80, 6, 2, 0);
	f->entries[0].has_value = false;
	f->entries[0].inner = &inner;
	assert_holds(f);
	memcpy(inner_entry.value.data, &three, sizeof(three));
	assert_false(judge_map(&f->e, &f->m, &f->arena, &found));
	assert_int_equal(found.n, 1);
	assert_string_equal(found.items[0].map, "services[{port: 80, proto: 6}]");
	assert_string_equal(found.items[0].message,
			    "'services[{port: 80, proto: 6}]': value.count: expected 3, got 2");
	f->e = (struct map_expectation){ .condition = MAP_UNCHANGED };
	f->m.before = &f->before;
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'services' changed: 1 entry changed");
	assert_int_equal(m->n_values, 1);
	assert_string_equal(m->values[0].member,
			    "[{port: 80, proto: 6}][{port: 80, proto: 6}].count");
	/* Another map that holds the same is no change. */
	before_item[0].value = after_item[0].value;
	assert_holds(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole_keys_are_found),
		TEST(partial_keys_match_any_entry),
		TEST(order_of_a_view_does_not_matter),
		TEST(value_that_differs_is_said_by_member),
		TEST(nearest_has_the_key_first),
		TEST(no_entry_at_all),
		TEST(absent_holds_and_fails),
		TEST(only_holds),
		TEST(only_says_what_is_missing_and_what_is_too_much),
		TEST(only_wants_an_entry_each),
		TEST(only_lists_so_many),
		TEST(unchanged_holds),
		TEST(unchanged_lists_what_changed),
		TEST(states_show_changes_first),
		TEST(a_part_cannot_be_unchanged),
		TEST(empty_holds_and_fails),
		TEST(arrays_are_blank_where_zero),
		TEST(percpu_values_are_summed),
		TEST(percpu_values_one_by_one),
		TEST(percpu_members_without_sum),
		TEST(percpu_bit_fields_are_summed),
		TEST(programs_are_compared_by_id),
		TEST(maps_in_maps_are_judged_by_what_they_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
