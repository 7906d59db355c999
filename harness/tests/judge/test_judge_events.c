/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each condition on events, shown to hold and shown to fail, on records made by hand. */
#include "judge/events.h"
#include "packet/expression.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* struct flow {u8 kind; u8 pad; be16 port; u32 count;}, struct drop {u8 kind; u8 reason;} */
static const struct type be16 = {
	.kind = TYPE_INT, .name = "__be16", .size = 2, .big_endian = true
};
static const struct type u8 = { .kind = TYPE_INT, .name = "__u8", .size = 1 };
static const struct type u32 = { .kind = TYPE_INT, .name = "__u32", .size = 4 };
static struct type_member flow_members[] = {
	{ "kind", &u8, 0, 0 },
	{ "pad", &u8, 8, 0 },
	{ "port", &be16, 16, 0 },
	{ "count", &u32, 32, 0 },
};
static const struct type flow_type = {
	.kind = TYPE_STRUCT, .name = "struct flow", .size = 8, .members = flow_members, .n = 4
};
static struct type_member drop_members[] = { { "kind", &u8, 0, 0 }, { "reason", &u8, 8, 0 } };
static const struct type drop_type = {
	.kind = TYPE_STRUCT, .name = "struct drop", .size = 2, .members = drop_members, .n = 2
};

struct flow {
	uint8_t kind, pad, port[2];
	uint32_t count;
};

#define FLOW 1
#define DROP 2

static struct event_type ring_types[] = { { .name = "flow", .type = &flow_type } };
static struct event_format ring = { .map = "ring", .types = ring_types, .n_types = 1 };
static struct event_type perf_types[] = {
	{ .name = "flow", .type = &flow_type, .tag = (const uint8_t[]){ FLOW } },
	{ .name = "drop", .type = &drop_type, .tag = (const uint8_t[]){ DROP } },
};
static struct event_format perf = {
	.map = "perf", .tag_size = 1, .types = perf_types, .n_types = 2
};
static struct event_format untyped = { .map = "untyped" };

#define EVENTS_MAX 256

struct fixture {
	struct arena arena;
	struct event_expectation items[EVENTS_MAX];
	struct events_expectation e;
	struct observed_event events[EVENTS_MAX];
	struct observation o;
	struct source src;
	struct mismatches found;
	bool run_by_run; /* each event in a run of its own */
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->e.items = f->items;
	f->o.events = f->events;
	f->e.where.src = &f->src;
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

static struct observed_event *emit_bytes(struct fixture *f, const struct event_format *format,
					 const void *data, size_t len)
{
	struct observed_event *e = &f->events[f->o.n_events++];

	*e = (struct observed_event){ .map = format->map,
				      .format = format,
				      .data = arena_memdup(&f->arena, data, len),
				      .len = len };
	return e;
}

static struct observed_event *emit(struct fixture *f, const struct event_format *format,
				   uint16_t port, uint32_t count)
{
	struct flow flow = { FLOW, 0, { (uint8_t)(port >> 8), (uint8_t)port }, count };

	return emit_bytes(f, format, &flow, sizeof(flow));
}

/* 0: any */
static struct event_expectation *expect(struct fixture *f, const struct event_format *format,
					uint16_t port, uint32_t count)
{
	struct event_expectation *x = &f->items[f->e.n++];
	struct flow flow = { 0, 0, { (uint8_t)(port >> 8), (uint8_t)port }, count };
	struct flow mask = { 0, 0, { port ? 0xff : 0, port ? 0xff : 0 }, count ? UINT32_MAX : 0 };

	x->where = (struct span){ &f->src, f->e.n, 0 };
	x->name = format == &ring ? "ring" : "flow";
	x->format = format;
	x->type = &flow_type;
	x->value.data = arena_memdup(&f->arena, &flow, sizeof(flow));
	x->value.mask = arena_memdup(&f->arena, &mask, sizeof(mask));
	return x;
}

static bool judge(struct fixture *f)
{
	struct events_judge *j = events_judge_begin(&f->e);

	f->found = (struct mismatches){};
	for (size_t i = 0; i < f->o.n_events && f->run_by_run; i++) {
		struct observation one = f->o;

		one.frame = i + 1;
		one.events = &f->events[i];
		one.n_events = 1;
		events_judge_run(j, &one);
	}
	if (!f->run_by_run)
		events_judge_run(j, &f->o);
	return events_judge_end(j, &f->arena, &f->found);
}

static void assert_holds(struct fixture *f)
{
	assert_true(judge(f));
	assert_int_equal(f->found.n, 0);
}

static const struct mismatch *assert_fails(struct fixture *f, size_t n)
{
	assert_false(judge(f));
	assert_int_equal(f->found.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(f->found.items[i].kind, MISMATCH_EVENTS);
	assert_true(f->found.items[n - 1].has_seen);
	assert_int_equal(f->found.items[n - 1].total_seen, f->o.n_events);
	return f->found.items;
}

static void in_this_order_with_others_between(void **state)
{
	struct fixture *f = *state;

	expect(f, &ring, 80, 0);
	expect(f, &ring, 443, 2);
	emit(f, &ring, 1, 1);
	emit(f, &ring, 80, 7);
	emit(f, &ring, 2, 2);
	emit(f, &ring, 443, 2);
	emit(f, &ring, 3, 3);
	assert_holds(f);
	f->run_by_run = true;
	assert_holds(f);
}

static void one_missing_is_told_with_the_nearest(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	expect(f, &ring, 80, 5);
	emit(f, &ring, 81, 6);
	emit(f, &ring, 80, 6);
	emit(f, &ring, 82, 6);
	m = assert_fails(f, 1);
	assert_string_equal(m->map, "ring");
	assert_string_equal(m->message, "'ring': count: expected 5, got 6");
	assert_string_equal(m->nearest, "ring: flow {kind: 1, port: 80, count: 6}");
	assert_int_equal(m->n_values, 1);
	assert_string_equal(m->values[0].member, "count");
	assert_int_equal(m->where.off, 1);
	assert_int_equal(m->n_seen, 3);
	assert_string_equal(m->seen[0], "ring: flow {kind: 1, port: 81, count: 6}");
}

static void nothing_came(void **state)
{
	struct fixture *f = *state;

	expect(f, &ring, 80, 5);
	assert_string_equal(assert_fails(f, 1)->message, "'ring': no event came");
}

static void of_another_map_is_not_near(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	expect(f, &ring, 80, 5);
	emit(f, &perf, 80, 5);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'ring': no such event among the 1 that came");
	assert_null(m->nearest);
}

static void in_the_wrong_order(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	expect(f, &ring, 80, 0);
	expect(f, &ring, 443, 0);
	emit(f, &ring, 443, 0);
	emit(f, &ring, 80, 0);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'ring': this event came too early, as number 1");
	assert_int_equal(m->where.off, 2);
	f->e.condition = LIST_ANY_ORDER;
	assert_holds(f);
}

/* Which map's records come first is not known. */
static void order_is_that_of_each_map(void **state)
{
	struct fixture *f = *state;

	expect(f, &ring, 80, 0);
	expect(f, &perf, 443, 0);
	emit(f, &perf, 443, 0);
	emit(f, &ring, 80, 0);
	assert_holds(f);
	f->e.condition = LIST_ONLY;
	assert_holds(f);
}

static void only_these(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	f->e.condition = LIST_ONLY;
	expect(f, &ring, 80, 0);
	expect(f, &ring, 443, 0);
	emit(f, &ring, 80, 1);
	emit(f, &ring, 443, 1);
	assert_holds(f);

	emit(f, &ring, 443, 1);
	emit(f, &perf, 443, 1);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "2 events more than expected, the first: "
					"ring: flow {kind: 1, port: 443, count: 1}");
	assert_int_equal(m->where.off, 0);

	f->o.n_events = 1;
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'ring': no such event among the 1 that came");
	assert_int_equal(m->where.off, 2);
}

static void only_these_tells_the_first_that_is_wrong(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	f->e.condition = LIST_ONLY;
	expect(f, &ring, 1, 0);
	expect(f, &ring, 2, 0);
	expect(f, &ring, 3, 0);
	emit(f, &ring, 1, 0);
	emit(f, &ring, 9, 0);
	emit(f, &ring, 2, 0);
	m = assert_fails(f, 1);
	assert_string_equal(m->message, "'ring': port: expected 2, got 9");
	assert_int_equal(m->where.off, 2);
}

static void none(void **state)
{
	struct fixture *f = *state;

	f->e.condition = LIST_ONLY;
	assert_holds(f);
	emit(f, &ring, 80, 1);
	assert_string_equal(assert_fails(f, 1)->message,
			    "expected no event, got 1: ring: flow {kind: 1, port: 80, count: 1}");
	emit_bytes(f, &untyped, "\x01\xff", 2);
	assert_string_equal(assert_fails(f, 1)->message,
			    "expected no event, got 2, the first: "
			    "ring: flow {kind: 1, port: 80, count: 1}");
	assert_string_equal(f->found.items[0].seen[1], "untyped: hex(01ff)");
}

/* The greedy choice would give the first record, which fits both, to the first item. */
static void in_any_order_each_gets_its_own(void **state)
{
	struct fixture *f = *state;

	f->e.condition = LIST_ANY_ORDER;
	expect(f, &ring, 0, 0);
	expect(f, &ring, 80, 0);
	expect(f, &ring, 0, 3);
	emit(f, &ring, 80, 3);
	emit(f, &ring, 80, 1);
	emit(f, &ring, 81, 1);
	assert_holds(f);
	f->run_by_run = true;
	assert_holds(f);
	f->o.n_events = 2;
	assert_fails(f, 1);
}

/* Against all assignments, with small numbers of items and records. */
static void any_order_is_right_whatever_comes(void **state)
{
	struct fixture *f = *state;
	uint32_t random = 12345;

	f->e.condition = LIST_ANY_ORDER;
	for (int round = 0; round < 2000; round++) {
		size_t order[4] = { 0, 1, 2, 3 };
		bool possible = false;

		f->e.n = f->o.n_events = 0;
		for (int i = 0; i < 4; i++) {
			random = random * 1103515245 + 12345;
			expect(f, &ring, (uint16_t)(random >> 16 & 3),
			       (uint32_t)(random >> 18 & 3));
			emit(f, &ring, (uint16_t)(1 + (random >> 20 & 1)), 1 + (random >> 21 & 1));
		}
		/* Every way to give each item a record. */
		for (int p = 0; p < 256; p++) {
			bool all = true, used[4] = { false };

			for (int i = 0; i < 4; i++) {
				order[i] = (size_t)(p >> (2 * i)) & 3;
				all &= !used[order[i]] &&
				       event_matches(&f->items[i], &f->events[order[i]], &f->o);
				used[order[i]] = true;
			}
			possible |= all;
		}
		assert_int_equal(judge(f), possible);
		arena_free(&f->arena);
	}
}

static void what_was_lost_does_not_hold(void **state)
{
	struct fixture *f = *state;

	expect(f, &ring, 80, 0);
	emit(f, &ring, 80, 0);
	f->o.events_lost = 3;
	assert_string_equal(assert_fails(f, 1)->message,
			    "3 events were lost: the buffer of the perf event array was full");
	assert_null(f->found.items[0].map);
}

static void types_by_their_tag(void **state)
{
	struct fixture *f = *state;
	static const uint8_t mask[2] = { 0, 0xff }, reason[2] = { 0, 133 };
	struct event_expectation *x = &f->items[f->e.n++];

	x->name = "drop";
	x->format = &perf;
	x->type = &drop_type;
	x->value.data = arena_memdup(&f->arena, reason, 2);
	x->value.mask = arena_memdup(&f->arena, mask, 2);
	emit(f, &perf, 80, 1);
	assert_string_equal(assert_fails(f, 1)->message,
			    "'drop': no such event among the 1 that came");
	emit_bytes(f, &perf, (uint8_t[]){ DROP, 134 }, 2);
	assert_string_equal(assert_fails(f, 1)->message, "'drop': reason: expected 133, got 134");
	emit_bytes(f, &perf, (uint8_t[]){ 77, 133 }, 2);
	assert_fails(f, 1);
	assert_string_equal(f->found.items[0].seen[2], "perf: hex(4d85)");
	emit_bytes(f, &perf, (uint8_t[]){ DROP, 133 }, 2);
	assert_holds(f);
	/* Too short even for a tag. */
	emit_bytes(f, &perf, "", 0);
	assert_holds(f);
}

static void only_of_another_type(void **state)
{
	struct fixture *f = *state;

	f->e.condition = LIST_ONLY;
	expect(f, &perf, 80, 1);
	emit_bytes(f, &perf, (uint8_t[]){ DROP, 134 }, 2);
	assert_string_equal(assert_fails(f, 1)->message,
			    "'flow': got a record of another type: drop");
}

static void bytes_without_a_type(void **state)
{
	struct fixture *f = *state;
	struct event_expectation *x = &f->items[f->e.n++];
	struct observed_event *e = emit_bytes(f, &untyped, "\x01\x02\x00\x00", 4);

	*x = (struct event_expectation){ .name = "untyped",
					 .format = &untyped,
					 .bytes = (const uint8_t *)"\x01\x02",
					 .n_bytes = 2 };
	assert_string_equal(assert_fails(f, 1)->message,
			    "'untyped': record: expected hex(0102), got hex(01020000)");
	e->padding = 1;
	assert_fails(f, 1);
	e->padding = 4;
	assert_holds(f);
	x->bytes = NULL; /* any */
	assert_holds(f);
}

static const struct packet *packet(struct fixture *f, const char *text)
{
	struct packet *p = arena_alloc(&f->arena, sizeof(*p));
	struct expression e = {};
	struct diags d = {};
	struct source *src = arena_alloc(&f->arena, sizeof(*src));

	src->path = arena_strdup(&f->arena, "test");
	src->text = arena_strdup(&f->arena, text);
	src->len = strlen(text);
	e.where = span_all(src);
	assert_int_equal(expression_build(&d, &e, &f->arena, p), 0);
	diags_free(&d);
	return p;
}

static struct packet_expect *expected_packet(struct fixture *f, const char *text)
{
	struct expression e = {};
	struct packet_expect *x;
	struct diags d = {};
	struct source *src = arena_alloc(&f->arena, sizeof(*src));

	src->path = arena_strdup(&f->arena, "test");
	src->text = arena_strdup(&f->arena, text);
	src->len = strlen(text);
	e.where = span_all(src);
	x = packet_expect_read(&d, &e, &f->arena);
	assert_non_null(x);
	diags_free(&d);
	return x;
}

/* A flow, a packet and @more bytes that perf might have added. */
static void emit_with_packet(struct fixture *f, const char *text, size_t more)
{
	const struct packet *p = packet(f, text);
	struct flow flow = { FLOW, 0, { 0, 80 }, 1 };
	uint8_t data[512];

	memset(data, 0xee, sizeof(data));
	memcpy(data, &flow, sizeof(flow));
	memcpy(data + sizeof(flow), p->data, p->len);
	emit_bytes(f, &perf, data, sizeof(flow) + p->len + more)->padding = 7;
}

static void a_packet_at_the_end(void **state)
{
	static const char *const frame = "eth() / ipv4(src=10.0.0.1) / udp(dport=53) / \"hello\"";
	struct fixture *f = *state;
	struct event_expectation *x = expect(f, &perf, 80, 0);
	const struct packet *sent = packet(f, frame);
	const struct mismatch *m;

	f->o.in = sent->data;
	f->o.in_len = sent->len;
	x->payload = PAYLOAD_PACKET;
	for (size_t more = 0; more < 8; more++) {
		f->o.n_events = 0;
		emit_with_packet(f, frame, more);
		x->packet = expected_packet(f, "same");
		assert_holds(f);
		x->packet = expected_packet(f, frame);
		assert_holds(f);
		x->packet = expected_packet(f, "like udp(dport=53)");
		assert_holds(f);
		x->packet = expected_packet(f, "like udp(dport=54)");
		m = assert_fails(f, 1);
		assert_string_equal(m->message, "'flow': payload udp.dport: expected 54, got 53");
		assert_string_equal(
			m->seen[0],
			"perf: flow {kind: 1, port: 80, count: 1} / "
			"eth(dst=00:00:00:00:00:00) / ipv4(src=10.0.0.1) / udp(dport=53) / \"hello\"");
	}
	/* More than perf adds is not perf's. */
	f->o.n_events = 0;
	emit_with_packet(f, frame, 8);
	x->packet = expected_packet(f, "same");
	assert_fails(f, 1);
}

static void no_packet_at_the_end(void **state)
{
	struct fixture *f = *state;
	struct event_expectation *x = expect(f, &perf, 80, 0);

	emit(f, &perf, 80, 1);
	x->payload = PAYLOAD_NONE;
	assert_holds(f);
	x->payload = PAYLOAD_PACKET;
	x->packet = expected_packet(f, "like udp(dport=54)");
	assert_string_equal(assert_fails(f, 1)->message,
			    "'flow': payload: expected a packet, got none");
	f->o.n_events = 0;
	emit_with_packet(f, "eth() / \"x\"", 0);
	x->payload = PAYLOAD_NONE;
	assert_string_equal(
		assert_fails(f, 1)->message,
		"'flow': payload: expected none, got eth(dst=00:00:00:00:00:00) / \"x\"");
}

/* Only the first part of a struct, as programs emit those with room for a name or a packet. */
static void shorter_than_its_type(void **state)
{
	struct fixture *f = *state;

	expect(f, &ring, 80, 0);
	emit(f, &ring, 80, 1)->len = 4;
	assert_holds(f);
	f->e.n = 0;
	expect(f, &ring, 80, 1);
	assert_string_equal(assert_fails(f, 1)->message, "'ring': count: expected 1, got 0");
	assert_string_equal(f->found.items[0].seen[0],
			    "ring: flow {kind: 1, port: 80, count: 0}  # 4 of 8 bytes");
}

/* A replay of many frames keeps what it shows, and no more. */
static void of_many_runs_the_first_are_shown(void **state)
{
	struct fixture *f = *state;
	struct events_judge *j;

	expect(f, &ring, 80, 0);
	emit(f, &ring, 81, 0);
	j = events_judge_begin(&f->e);
	for (f->o.frame = 1; f->o.frame <= 100000; f->o.frame++)
		events_judge_run(j, &f->o);
	assert_false(events_judge_end(j, &f->arena, &f->found));
	assert_int_equal(f->found.items[0].total_seen, 100000);
	assert_int_equal(f->found.items[0].n_seen, EVENTS_SHOWN);
	assert_string_equal(f->found.items[0].seen[1],
			    "frame 2: ring: flow {kind: 1, port: 81, count: 0}");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(in_this_order_with_others_between),
		TEST(one_missing_is_told_with_the_nearest),
		TEST(nothing_came),
		TEST(of_another_map_is_not_near),
		TEST(in_the_wrong_order),
		TEST(order_is_that_of_each_map),
		TEST(only_these),
		TEST(only_these_tells_the_first_that_is_wrong),
		TEST(none),
		TEST(in_any_order_each_gets_its_own),
		TEST(any_order_is_right_whatever_comes),
		TEST(what_was_lost_does_not_hold),
		TEST(types_by_their_tag),
		TEST(only_of_another_type),
		TEST(bytes_without_a_type),
		TEST(a_packet_at_the_end),
		TEST(no_packet_at_the_end),
		TEST(shorter_than_its_type),
		TEST(of_many_runs_the_first_are_shown),
	};

	return cmocka_run_group_tests_name("judge_events", tests, NULL, NULL);
}
