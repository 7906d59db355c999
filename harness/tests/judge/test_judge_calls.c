/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Expectations of calls, tail calls and tunnels, shown to hold and shown to fail, on calls made by
 * hand. */
#include "judge/calls.h"
#include "judge/judge.h"
#include "types/helper_values.h"

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALLS_MAX 64

struct fixture {
	struct arena arena;
	struct source src;
	struct expectation e;
	struct calls_expectation calls_e;
	struct call_expectation items[CALLS_MAX];
	struct tail_calls_expectation tail_e;
	struct tail_call_expectation tail_items[CALLS_MAX];
	struct tunnel_expectation tunnel;
	struct observed_call calls[CALLS_MAX];
	struct observation o;
	struct mismatches found;
};

static struct type_enumerator device_items[] = { { "eth0", 2 }, { "eth1", 3 } };
static const struct value_names devices = { "ifindex", device_items, 2, NULL };

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	source_from_text("test", "{a: 1}", 6, &f->src);
	f->calls_e.items = f->items;
	f->calls_e.where.src = f->tail_e.where.src = f->tunnel.where.src = &f->src;
	f->tail_e.items = f->tail_items;
	f->o.calls = f->calls;
	f->o.has_calls = true;
	f->o.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	source_free(&f->src);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static struct observed_call *call(struct fixture *f, const char *helper, uint64_t result)
{
	struct observed_call *c = &f->calls[f->o.n_calls++];

	*c = (struct observed_call){ .helper = helper_find(helper, strlen(helper)),
				     .prog_type = BPF_PROG_TYPE_SCHED_CLS,
				     .devices = &devices,
				     .result = result };
	assert_non_null(c->helper);
	return c;
}

static struct observed_call *redirect(struct fixture *f, uint32_t ifindex)
{
	struct observed_call *c = call(f, "redirect", TC_ACT_REDIRECT);

	c->args[0] = ifindex;
	return c;
}

static struct call_expectation *expect(struct fixture *f, const char *helper)
{
	struct call_expectation *x = &f->items[f->calls_e.n++];

	f->e.calls = &f->calls_e;
	x->where = (struct span){ &f->src, f->calls_e.n, 0 };
	x->helper = helper_find(helper, strlen(helper));
	assert_non_null(x->helper);
	return x;
}

static struct call_expectation *expect_redirect(struct fixture *f, uint32_t ifindex)
{
	struct call_expectation *x = expect(f, "redirect");

	x->given[0] = true;
	x->args[0] = ifindex;
	return x;
}

/* What is found is the same with and without a place for it. */
static bool judge(struct fixture *f)
{
	bool holds;

	f->found = (struct mismatches){};
	holds = judge_run(&f->e, &f->o, NULL, 0, &f->arena, &f->found);
	assert_int_equal(judge_run(&f->e, &f->o, NULL, 0, &f->arena, NULL), holds);
	assert_int_equal(holds, !f->found.n);
	return holds;
}

static const struct mismatch *fails(struct fixture *f, enum mismatch_kind kind)
{
	assert_false(judge(f));
	assert_int_equal(f->found.n, 1);
	assert_int_equal(f->found.items[0].kind, kind);
	return f->found.items;
}

static const char *call_failure(struct fixture *f)
{
	return fails(f, MISMATCH_CALLS)->message;
}

static void in_this_order(void **state)
{
	struct fixture *f = *state;

	expect(f, "ktime_get_ns");
	expect_redirect(f, 3);
	call(f, "get_prandom_u32", 1);
	call(f, "ktime_get_ns", 5);
	redirect(f, 2);
	redirect(f, 3);
	assert_true(judge(f));

	f->o.n_calls = 3;
	assert_string_equal(call_failure(f), "redirect: ifindex: expected eth1, got eth0");
	assert_int_equal(f->found.items[0].where.off, 2);
	assert_int_equal(f->found.items[0].total_seen, 3);
	f->o.n_calls = 2;
	assert_string_equal(call_failure(f), "no call of bpf_redirect()");
	f->o.n_calls = 0;
	assert_string_equal(call_failure(f), "no call of bpf_ktime_get_ns()");
	redirect(f, 3);
	call(f, "ktime_get_ns", 5);
	assert_string_equal(call_failure(f), "redirect: this call comes too early");
}

static void exactly_these(void **state)
{
	struct fixture *f = *state;

	f->calls_e.condition = LIST_ONLY;
	expect(f, "ktime_get_ns");
	expect_redirect(f, 3);
	call(f, "ktime_get_ns", 5);
	redirect(f, 3);
	assert_true(judge(f));
	redirect(f, 3);
	assert_string_equal(
		call_failure(f),
		"1 call more than expected: redirect(ifindex=eth1, flags=0) = TC_ACT_REDIRECT");
	f->o.n_calls = 1;
	assert_string_equal(call_failure(f), "no call of bpf_redirect(): there are no more");
	f->items[0].has_times = true;
	f->items[0].times = 2;
	call(f, "ktime_get_ns", 6);
	redirect(f, 3);
	assert_true(judge(f));
	f->items[0].times = 1;
	assert_string_equal(call_failure(f), "call 2: expected redirect, got ktime_get_ns() = 6ns");
}

static void none(void **state)
{
	struct fixture *f = *state;

	f->e.calls = &f->calls_e;
	f->calls_e.condition = LIST_ONLY;
	assert_true(judge(f));
	call(f, "sk_release", 0);
	assert_string_equal(call_failure(f), "1 call where none is expected: sk_release() = 0");
}

/* Lookups are recorded with -v as well: that must not change what holds. */
static void calls_recorded_for_others_do_not_count(void **state)
{
	struct fixture *f = *state;

	f->e.calls = &f->calls_e;
	f->calls_e.condition = LIST_ONLY;
	call(f, "map_lookup_elem", 0);
	assert_true(judge(f));
	call(f, "map_update_elem", 0);
	expect(f, "map_update_elem");
	assert_true(judge(f));
	call(f, "map_update_elem", 0);
	assert_false(judge(f));
}

static void times(void **state)
{
	struct fixture *f = *state;
	struct call_expectation *x = expect_redirect(f, 2);

	x->has_times = true;
	x->times = 2;
	redirect(f, 2);
	redirect(f, 3);
	assert_string_equal(call_failure(f), "redirect: expected 2 such calls, got 1");
	redirect(f, 2);
	assert_true(judge(f));
	x->times = 0;
	assert_string_equal(call_failure(f), "redirect: expected 0 such calls, got 2");
	f->calls_e.condition = LIST_ANY_ORDER;
	assert_string_equal(call_failure(f), "redirect: expected 0 such calls, got 2");
}

/* All ways to give @n calls to items. */
static bool can_be_given(struct fixture *f, size_t item, uint32_t used)
{
	if (item == f->calls_e.n)
		return true;
	for (size_t k = 0; k < f->o.n_calls; k++)
		if (!(used & 1u << k) &&
		    (!f->items[item].given[0] || f->items[item].args[0] == f->calls[k].args[0]) &&
		    (!f->items[item].given[1] || f->items[item].args[1] == f->calls[k].args[1]) &&
		    can_be_given(f, item + 1, used | 1u << k))
			return true;
	return false;
}

static void any_order_is_right_whatever_comes(void **state)
{
	struct fixture *f = *state;
	uint32_t random = 12345;
	int held = 0;

	f->calls_e.condition = LIST_ANY_ORDER;
	for (int round = 0; round < 3000; round++) {
		f->calls_e.n = f->o.n_calls = 0;
		memset(f->items, 0, sizeof(f->items));
		random = random * 1664525 + 1013904223;
		for (unsigned int i = 0; i < 1 + (random >> 30); i++) {
			struct call_expectation *x = expect(f, "redirect");

			x->given[0] = random >> (2 * i) & 1;
			x->args[0] = random >> (2 * i + 1) & 1;
			x->given[1] = random >> (2 * i + 8) & 1;
			x->args[1] = random >> (2 * i + 9) & 1;
		}
		for (unsigned int i = 0; i < (random >> 27 & 7); i++)
			redirect(f, random >> (i + 16) & 1)->args[1] = random >> (i + 19) & 1;
		held += can_be_given(f, 0, 0);
		f->found = (struct mismatches){};
		assert_int_equal(judge_run(&f->e, &f->o, NULL, 0, &f->arena, &f->found),
				 can_be_given(f, 0, 0));
	}
	assert_in_range(held, 300, 2700);
}

static void results(void **state)
{
	static const struct {
		const char *helper;
		uint64_t expected, other;
		const char *message;
	} rows[] = {
		{ "ktime_get_ns", 5, 6000, "ktime_get_ns: result: expected 5ns, got 6us" },
		{ "get_prandom_u32", 1, 2, "get_prandom_u32: result: expected 1, got 2" },
		{ "get_hash_recalc", 1, 2, "get_hash_recalc: result: expected 0x1, got 0x2" },
		{ "map_update_elem", (uint64_t)-7, 0,
		  "map_update_elem: result: expected -E2BIG, got 0" },
		{ "redirect", TC_ACT_REDIRECT, TC_ACT_SHOT,
		  "redirect: result: expected TC_ACT_REDIRECT, got TC_ACT_SHOT" },
		{ "redirect", (uint64_t)TC_ACT_UNSPEC, 0,
		  "redirect: result: expected TC_ACT_UNSPEC, got TC_ACT_OK" },
		{ "fib_lookup", BPF_FIB_LKUP_RET_SUCCESS, BPF_FIB_LKUP_RET_NO_NEIGH,
		  "fib_lookup: result: expected SUCCESS, got NO_NEIGH" },
		{ "fib_lookup", (uint64_t)-22, 0,
		  "fib_lookup: result: expected -EINVAL, got SUCCESS" },
		{ "ringbuf_reserve", 1, 0, "ringbuf_reserve: result: expected some, got none" },
		{ "sk_lookup_udp", 0, 0xffff888000000000,
		  "sk_lookup_udp: result: expected none, got some" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct call_expectation *x;

		f->calls_e.n = f->o.n_calls = 0;
		x = expect(f, rows[i].helper);
		x->has_result = true;
		x->result = rows[i].expected;
		call(f, rows[i].helper, rows[i].expected);
		assert_true(judge(f));
		f->calls[0].result = rows[i].other;
		assert_string_equal(call_failure(f), rows[i].message);
	}
}

/* A verdict is 32 bits: what a helper leaves above them is nothing. */
static void a_verdict_is_32_bits(void **state)
{
	struct fixture *f = *state;
	struct call_expectation *x = expect(f, "redirect");

	x->has_result = true;
	x->result = (uint64_t)(int64_t)TC_ACT_UNSPEC;
	call(f, "redirect", 0xffffffff);
	assert_true(judge(f));
}

static void devices_by_name(void **state)
{
	struct fixture *f = *state;
	struct call_expectation *x = expect(f, "redirect");

	x->given[0] = true;
	x->device = "eth1";
	redirect(f, 3);
	assert_true(judge(f));
	f->calls[0].args[0] = 9;
	assert_string_equal(call_failure(f), "redirect: ifindex: expected eth1, got 9");
}

/* Registers hold 64 bits, of which the kernel takes the argument's. */
static void arguments_are_as_wide_as_they_are(void **state)
{
	struct fixture *f = *state;
	struct call_expectation *x = expect(f, "xdp_adjust_head");

	x->given[1] = true;
	x->args[1] = (uint32_t)-4;
	call(f, "xdp_adjust_head", 0)->args[1] = (uint64_t)-4;
	assert_true(judge(f));
	f->calls[0].args[1] = 4;
	assert_string_equal(call_failure(f), "xdp_adjust_head: delta: expected -4, got 4");
}

static void set_bytes(struct fixture *f, struct recorded_expectation *e, const struct type *t,
		      const void *data, size_t size)
{
	e->where = (struct span){ &f->src, 0, f->src.len };
	e->type = t;
	e->size = (uint32_t)size;
	e->data = arena_memdup(&f->arena, data, size);
	e->mask = arena_alloc(&f->arena, size);
	memset(e->mask, 0xff, size);
}

static uint8_t *recorded(struct fixture *f, const void *data, size_t size)
{
	uint8_t *bytes = arena_alloc(&f->arena, HELPER_BYTES);

	memset(bytes, 0xee, HELPER_BYTES);
	memcpy(bytes, data, size);
	return bytes;
}

static void keys(void **state)
{
	static const struct type u16 = { .kind = TYPE_INT, .name = "__u16", .size = 2 };
	struct fixture *f = *state;
	struct call_expectation *x = expect(f, "map_lookup_elem");
	struct observed_call *c = call(f, "map_lookup_elem", 0);
	uint16_t key = 7;
	uint8_t bytes[3] = { 0, 0, 0xee };

	memcpy(bytes, &key, sizeof(key));
	c->map = "ports";
	c->key_size = 2;
	c->key_type = &u16;
	c->in = recorded(f, &key, sizeof(key));
	set_bytes(f, &x->in, &u16, &key, sizeof(key));
	x->given[0] = true;
	x->map = "ports";
	assert_true(judge(f));
	key = 8;
	set_bytes(f, &x->in, &u16, &key, sizeof(key));
	assert_string_equal(call_failure(f), "map_lookup_elem: key: expected 8, got 7");
	x->map = "others";
	assert_string_equal(call_failure(f), "map_lookup_elem: map: expected others, got ports");
	c->map = NULL;
	assert_string_equal(call_failure(f),
			    "map_lookup_elem: map: expected others, got not a map of the object");
	x->given[0] = false;
	x->map = NULL;
	set_bytes(f, &x->in, NULL, bytes, 1);
	assert_string_equal(call_failure(f), "map_lookup_elem: key: expected 1 byte, got 2 bytes");
	set_bytes(f, &x->in, NULL, bytes, 2);
	assert_true(judge(f));
	set_bytes(f, &x->in, NULL, bytes, 3);
	assert_string_equal(call_failure(f), "map_lookup_elem: key: expected 3 bytes, got 2 bytes");
	c->in = NULL;
	assert_string_equal(call_failure(f),
			    "map_lookup_elem: key: expected {a: 1}, got not recorded");
}

static void question_and_answer(void **state)
{
	struct fixture *f = *state;
	struct call_expectation *x = expect(f, "fib_lookup");
	struct observed_call *c = call(f, "fib_lookup", 0);
	const struct type *t = helper_struct(c->helper, helper_bytes_arg(c->helper));
	struct bpf_fib_lookup params = { .family = 2, .ifindex = 3 };

	c->args[2] = sizeof(params);
	c->in = recorded(f, &params, sizeof(params));
	params.ifindex = 2;
	c->out = recorded(f, &params, sizeof(params));
	set_bytes(f, &x->out, t, &params, sizeof(params));
	assert_true(judge(f));
	set_bytes(f, &x->in, t, &params, sizeof(params));
	assert_string_equal(call_failure(f),
			    "fib_lookup: question.ifindex: expected eth0, got eth1");
	memset(x->in.mask, 0, sizeof(params));
	x->in.device = "eth1";
	assert_true(judge(f));
	x->out.device = "eth1";
	assert_string_equal(call_failure(f), "fib_lookup: answer.ifindex: expected eth1, got eth0");
}

static void tuples_are_of_ipv4_or_ipv6(void **state)
{
	struct fixture *f = *state;
	struct call_expectation *x = expect(f, "sk_lookup_tcp");
	struct observed_call *c = call(f, "sk_lookup_tcp", 0);
	struct bpf_sock_tuple tuple = {};

	tuple.ipv4.dport = htons(80);
	c->in = recorded(f, &tuple, sizeof(tuple));
	c->args[2] = sizeof(tuple.ipv4);
	set_bytes(f, &x->in, helper_sized_struct(c->helper, 1, 12), &tuple, 12);
	assert_true(judge(f));
	c->args[2] = sizeof(tuple.ipv6);
	assert_string_equal(call_failure(f),
			    "sk_lookup_tcp: tuple: expected 12 bytes, got 36 bytes");
	c->args[2] = sizeof(tuple.ipv4);
	x->in.data[11] ^= 1;
	assert_string_equal(call_failure(f),
			    "sk_lookup_tcp: tuple.ipv4.dport: expected 81, got 80");
}

static void not_recorded(void **state)
{
	struct fixture *f = *state;

	f->e.calls = &f->calls_e;
	f->e.tail_calls = &f->tail_e;
	f->e.tunnel = &f->tunnel;
	f->calls_e.condition = LIST_ONLY;
	f->tunnel.none = true;
	assert_true(judge(f));
	f->o.has_calls = false;
	assert_false(judge(f));
	assert_int_equal(f->found.n, 3);
	f->o.has_calls = true;
	f->o.calls_lost = 1;
	assert_false(judge(f));
	assert_int_equal(f->found.n, 3);
}

static struct observed_call *tail_call(struct fixture *f, uint32_t slot, const char *target,
				       bool taken)
{
	struct observed_call *c = call(f, "tail_call", 0);

	c->map = "stages";
	c->args[2] = slot;
	c->target = target;
	c->taken = taken;
	return c;
}

static struct tail_call_expectation *expect_tail_call(struct fixture *f, const char *program)
{
	struct tail_call_expectation *x = &f->tail_items[f->tail_e.n++];

	f->e.tail_calls = &f->tail_e;
	x->where = (struct span){ &f->src, f->tail_e.n, 0 };
	x->program = program;
	x->taken = true;
	return x;
}

static const char *tail_failure(struct fixture *f)
{
	return fails(f, MISMATCH_TAIL_CALLS)->message;
}

static void tail_calls_taken(void **state)
{
	struct fixture *f = *state;

	expect_tail_call(f, "a");
	expect_tail_call(f, "b")->map = "stages";
	tail_call(f, 9, NULL, false);
	tail_call(f, 0, "a", true);
	assert_string_equal(tail_failure(f),
			    "expected b of stages, but there are no more tail calls");
	tail_call(f, 1, "b", true);
	assert_true(judge(f));
	tail_call(f, 2, "c", true);
	assert_string_equal(tail_failure(f), "expected no further tail call, got "
					     "tail_call(prog_array_map=stages, index=2) -> c");
	f->o.n_calls--;
	f->calls[2].target = NULL;
	assert_string_equal(tail_failure(f), "expected b of stages, got "
					     "tail_call(prog_array_map=stages, index=1) -> ?");
}

static void tail_calls_not_taken(void **state)
{
	struct fixture *f = *state;
	struct tail_call_expectation *x;

	expect_tail_call(f, "a");
	x = expect_tail_call(f, NULL);
	x->taken = false;
	x->has_slot = true;
	x->slot = 5;
	expect_tail_call(f, "b");
	tail_call(f, 0, "a", true);
	tail_call(f, 4, NULL, false);
	tail_call(f, 5, NULL, false);
	tail_call(f, 1, "b", true);
	assert_true(judge(f));
	f->calls[2].taken = true;
	assert_false(judge(f));
	f->calls[2].taken = false;
	f->calls[2].args[2] = 6;
	assert_string_equal(tail_failure(f),
			    "expected a program in slot 5, not taken, got "
			    "tail_call(prog_array_map=stages, index=4): not taken");
}

static void no_tail_calls(void **state)
{
	struct fixture *f = *state;

	f->e.tail_calls = &f->tail_e;
	tail_call(f, 9, NULL, false);
	assert_true(judge(f));
	tail_call(f, 0, "a", true);
	assert_string_equal(tail_failure(f), "expected no tail call, got "
					     "tail_call(prog_array_map=stages, index=0) -> a");
}

static struct observed_call *tunnel_key(struct fixture *f, uint32_t id, int64_t result)
{
	struct observed_call *c = call(f, "skb_set_tunnel_key", (uint64_t)result);

	c->in = recorded(f, &id, sizeof(id));
	c->args[2] = sizeof(struct bpf_tunnel_key);
	return c;
}

/* Only the id. */
static void expect_tunnel(struct fixture *f, uint32_t id)
{
	const struct helper *h = helper_by_id(BPF_FUNC_skb_set_tunnel_key);
	const struct type *t = helper_struct(h, helper_bytes_arg(h));
	struct bpf_tunnel_key key = { .tunnel_id = id };

	f->e.tunnel = &f->tunnel;
	set_bytes(f, &f->tunnel.key, t, &key, t->size);
	memset(f->tunnel.key.mask + sizeof(id), 0, t->size - sizeof(id));
}

static void the_last_tunnel_key_counts(void **state)
{
	struct fixture *f = *state;

	expect_tunnel(f, 8);
	assert_string_equal(fails(f, MISMATCH_TUNNEL)->message, "no tunnel key is set");
	tunnel_key(f, 7, 0);
	assert_string_equal(fails(f, MISMATCH_TUNNEL)->message, "key.tunnel_id: expected 8, got 7");
	tunnel_key(f, 8, 0);
	assert_true(judge(f));
	tunnel_key(f, 9, -22);
	assert_true(judge(f));
	f->tunnel.flags_where.src = &f->src;
	f->tunnel.flags = BPF_F_ZERO_CSUM_TX;
	assert_string_equal(fails(f, MISMATCH_TUNNEL)->message,
			    "flags: expected BPF_F_ZERO_CSUM_TX, got 0");
	f->tunnel = (struct tunnel_expectation){ .where.src = &f->src, .none = true };
	assert_non_null(strstr(fails(f, MISMATCH_TUNNEL)->message, "expected no tunnel key, got "));
	f->o.n_calls = 0;
	tunnel_key(f, 9, -22);
	assert_true(judge(f));
}

static void options_are_of_the_last_key(void **state)
{
	struct fixture *f = *state;
	struct observed_call *c;

	expect_tunnel(f, 7);
	set_bytes(f, &f->tunnel.opt, NULL, "\x01\x02\x03\x04", 4);
	tunnel_key(f, 7, 0);
	assert_string_equal(fails(f, MISMATCH_TUNNEL)->message, "no tunnel options are set");
	c = call(f, "skb_set_tunnel_opt", 0);
	c->in = recorded(f, "\x01\x02\x03\x04", 4);
	c->args[2] = 4;
	assert_true(judge(f));
	c->args[2] = 8;
	assert_string_equal(fails(f, MISMATCH_TUNNEL)->message, "opt: expected 4 bytes, got 8");
	c->args[2] = 4;
	f->tunnel.opt.data[3] = 5;
	assert_string_equal(fails(f, MISMATCH_TUNNEL)->message,
			    "opt: expected hex(01020305), got hex(01020304)");
	f->tunnel.opt.data[3] = 4;
	tunnel_key(f, 7, 0);
	assert_string_equal(fails(f, MISMATCH_TUNNEL)->message,
			    "no tunnel options are set for the last key");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(in_this_order),
		TEST(exactly_these),
		TEST(none),
		TEST(calls_recorded_for_others_do_not_count),
		TEST(times),
		TEST(any_order_is_right_whatever_comes),
		TEST(results),
		TEST(a_verdict_is_32_bits),
		TEST(devices_by_name),
		TEST(arguments_are_as_wide_as_they_are),
		TEST(keys),
		TEST(question_and_answer),
		TEST(tuples_are_of_ipv4_or_ipv6),
		TEST(not_recorded),
		TEST(tail_calls_taken),
		TEST(tail_calls_not_taken),
		TEST(no_tail_calls),
		TEST(the_last_tunnel_key_counts),
		TEST(options_are_of_the_last_key),
	};

	return cmocka_run_group_tests_name("judge_calls", tests, NULL, NULL);
}
