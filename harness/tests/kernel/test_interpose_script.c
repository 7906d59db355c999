/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Answers that the scenario gives in a helper's place: by stubs and in place. */
#include "kernel_test.h"

#include "interpose_test.h"

#include <errno.h>
#include <linux/pkt_cls.h>
#include <time.h>

static struct tape_script *script(struct loaded *l, const char *helper)
{
	struct tape_script *s = tape_script(l->tape, helper_find(helper, strlen(helper))->id);

	assert_non_null(s);
	return s;
}

static void give(struct loaded *l, const char *helper, uint32_t n, const uint64_t values[])
{
	struct tape_script *s = script(l, helper);

	memset(s, 0, sizeof(*s));
	s->mode = TAPE_SEQUENCE;
	s->n = n;
	memcpy(s->values, values, n * sizeof(*values));
}

static void fail_with(struct loaded *l, const char *helper, int64_t error)
{
	give(l, helper, 1, &(uint64_t){ (uint64_t)error });
}

static struct loaded load_all(void)
{
	return load_interposed("ipose_calls", &(struct interpose_request){ .traced = true });
}

static void sequences_end_with_their_last_value(void **state)
{
	static const uint64_t chances[] = { 7, 8, 0xffffffff }, cpu[] = { 3 };
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_all();
	give(&l, "get_prandom_u32", 3, chances);
	give(&l, "get_smp_processor_id", 1, cpu);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(run_calls(&l, "call_times", 60), XDP_PASS);
		assert_int_equal(global_u64(&l, "chance_seen"), chances[i < 3 ? i : 2]);
		assert_int_equal(global_u64(&l, "cpu_seen"), 3);
		assert_int_equal(tape_record(l.tape, 1)->flags, TAPE_SCRIPTED);
		assert_int_equal(tape_record(l.tape, 1)->result, chances[i < 3 ? i : 2]);
		assert_int_equal(tape_record(l.tape, 0)->flags, 0);
	}
	assert_int_equal(script(&l, "get_prandom_u32")->used, 5);
	/* No scripts in the next scenario. */
	assert_true(instance_reset(l.inst, NULL));
	run_calls(&l, "call_times", 60);
	assert_int_equal(tape_record(l.tape, 2)->flags, 0);
	unload(&l);
}

static void clocks_stand_still_or_advance(void **state)
{
	struct tape_script *s;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_all();
	s = script(&l, "ktime_get_ns");
	*s = (struct tape_script){ .mode = TAPE_CLOCK, .n = 1, .values = { 1000 } };
	for (size_t i = 0; i < 3; i++) {
		run_calls(&l, "call_times", 60);
		assert_int_equal(global_u64(&l, "time_seen"), 1000);
	}
	s->add = 5;
	for (size_t i = 0; i < 3; i++) {
		run_calls(&l, "call_times", 60);
		assert_int_equal(global_u64(&l, "time_seen"), 1000 + 5 * i);
	}
	tape_move_clocks(l.tape, 30000000000);
	run_calls(&l, "call_times", 60);
	assert_int_equal(global_u64(&l, "time_seen"), 30000001015);
	unload(&l);
}

static uint64_t monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void real_clocks_are_moved(void **state)
{
	const uint64_t hour = 3600000000000;
	uint64_t jiffies, ticks;
	struct timespec tick;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	l = load_all();
	run_calls(&l, "call_times", 60);
	assert_true(global_u64(&l, "time_seen") <= monotonic());
	jiffies = global_u64(&l, "jiffies_seen");
	tape_move_clocks(l.tape, hour / 2);
	tape_move_clocks(l.tape, hour / 2);
	run_calls(&l, "call_times", 60);
	assert_true(global_u64(&l, "time_seen") > monotonic() + hour - 1000000000);
	assert_true(global_u64(&l, "time_seen") <= monotonic() + hour);
	ticks = global_u64(&l, "jiffies_seen") - jiffies;
	assert_in_range(ticks, hour / (uint64_t)tick.tv_nsec,
			(hour + 10000000000) / (uint64_t)tick.tv_nsec);
	/* Many waits of less than a tick make ticks. */
	tape_clear_scripts(l.tape);
	for (uint64_t i = 0; i < 1000; i++)
		tape_move_clocks(l.tape, (uint64_t)tick.tv_nsec / 10);
	assert_int_equal(script(&l, "jiffies64")->add, 100);
	unload(&l);
}

static void helpers_fail_as_told(void **state)
{
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_all();
	fail_with(&l, "map_update_elem", -E2BIG);
	assert_int_equal(run_calls(&l, "call_table", 60), XDP_ABORTED);
	assert_int_equal((int64_t)global_u64(&l, "result_seen"), -E2BIG);
	fail_with(&l, "ringbuf_reserve", 0);
	assert_int_equal(run_calls(&l, "call_ring", 60), TC_ACT_SHOT);
	assert_int_equal(tape_count(l.tape, NULL), 1);
	tape_clear_scripts(l.tape);
	fail_with(&l, "ringbuf_output", -EAGAIN);
	assert_int_equal(run_calls(&l, "call_ring", 60), TC_ACT_SHOT);
	assert_int_equal(tape_count(l.tape, NULL), 3);
	fail_with(&l, "xdp_adjust_head", -EINVAL);
	assert_int_equal(run_calls(&l, "call_head", 60), XDP_DROP);
	fail_with(&l, "skc_lookup_tcp", 0);
	assert_int_equal(run_calls(&l, "call_socket", 60), TC_ACT_SHOT);
	assert_int_equal(tape_record(l.tape, 0)->flags, TAPE_SCRIPTED);
	fail_with(&l, "skb_get_tunnel_key", -ENOENT);
	assert_int_equal(run_calls(&l, "call_tunnel", 60), TC_ACT_SHOT);
	fail_with(&l, "skb_get_tunnel_key", 0);
	/* An answer does not bring a key: what the helper leaves when it fails is there. */
	assert_int_equal(run_calls(&l, "call_tunnel", 60), TC_ACT_OK);
	fail_with(&l, "clone_redirect", 0);
	assert_int_equal(run_calls(&l, "call_clone", 60), TC_ACT_OK);
	assert_int_equal(tape_record(l.tape, 0)->flags, TAPE_SCRIPTED);
	fail_with(&l, "redirect", XDP_ABORTED);
	assert_int_equal(run_calls(&l, "call_redirect", 60), XDP_ABORTED);
	unload(&l);
}

static void set_bytes(uint8_t *mask, uint8_t *value, size_t off, const void *bytes, size_t len)
{
	memset(mask + off, 0xff, len);
	memcpy(value + off, bytes, len);
}

#define FIB(member) offsetof(struct bpf_fib_lookup, member)

static void fib_questions_are_answered(void **state)
{
	static const uint32_t other_dst = 0xffffffff, device = 12;
	static const uint8_t dmac[6] = { 2, 0, 0, 0, 0, 9 };
	struct tape_fib_answer no = { .result = BPF_FIB_LKUP_RET_BLACKHOLE }, yes = { 0 };
	const uint32_t dst = htonl(0x0a000002);
	struct bpf_fib_lookup out;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_all();
	set_bytes(no.mask, no.question, FIB(ipv4_dst), &other_dst, 4);
	set_bytes(yes.mask, yes.question, FIB(ipv4_dst), &dst, 3); /* a /24 */
	set_bytes(yes.set, yes.reply, FIB(ifindex), &device, 4);
	set_bytes(yes.set, yes.reply, FIB(dmac), dmac, 6);
	assert_true(tape_add_fib_answer(l.tape, &no));
	assert_true(tape_add_fib_answer(l.tape, &yes));
	/* The first that fits counts. */
	yes.result = BPF_FIB_LKUP_RET_PROHIBIT;
	assert_true(tape_add_fib_answer(l.tape, &yes));
	/* The program redirects to the answer's device, with a flag no kernel takes. */
	assert_int_equal(run_calls(&l, "call_fib", 60), XDP_ABORTED);
	assert_int_equal(global_u64(&l, "result_seen"), 0);
	assert_int_equal(tape_record(l.tape, 0)->flags, TAPE_SCRIPTED);
	assert_int_equal(tape_record(l.tape, 1)->args[0], device);
	assert_int_equal(tape_record(l.tape, 1)->args[1], 9);
	memcpy(&out, tape_record(l.tape, 0)->out, sizeof(out));
	assert_int_equal(out.ifindex, device);
	assert_int_equal(out.ipv4_dst, dst);
	assert_memory_equal(out.dmac, dmac, 6);
	memcpy(&out, tape_record(l.tape, 0)->in, sizeof(out));
	assert_int_equal(out.ifindex, 1);
	unload(&l);
}

static void unanswered_fib_questions_go_to_the_kernel(void **state)
{
	struct tape_fib_answer a = { .result = BPF_FIB_LKUP_RET_BLACKHOLE };
	static const uint8_t family = 10;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_all();
	set_bytes(a.mask, a.question, FIB(family), &family, 1);
	assert_true(tape_add_fib_answer(l.tape, &a));
	run_calls(&l, "call_fib", 60);
	assert_int_equal(tape_record(l.tape, 0)->flags, 0);
	/* .. or to the script, if there is one. */
	fail_with(&l, "fib_lookup", -EINVAL);
	run_calls(&l, "call_fib", 60);
	assert_int_equal((int64_t)global_u64(&l, "result_seen"), -EINVAL);
	/* The last of as many as there may be. */
	for (size_t i = 1; i < TAPE_FIB_ANSWERS - 1; i++)
		assert_true(tape_add_fib_answer(l.tape, &a));
	memset(&a.mask, 0, sizeof(a.mask));
	assert_true(tape_add_fib_answer(l.tape, &a));
	assert_false(tape_add_fib_answer(l.tape, &a));
	run_calls(&l, "call_fib", 60);
	assert_int_equal(global_u64(&l, "result_seen"), BPF_FIB_LKUP_RET_BLACKHOLE);
	unload(&l);
}

/* Programs without room for stubs. */
static void scripts_work_in_place(void **state)
{
	static const uint64_t values[] = { XDP_ABORTED, XDP_TX, XDP_PASS };
	struct tape_script *s;
	const char *why;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_inline", &(struct interpose_request){ .traced = true });
	assert_int_equal(instance_interposition(l.inst, 0, "deep_calls", &why), INTERPOSED_INLINE);
	assert_true(instance_call_site(l.inst, 0)->scripted);
	give(&l, "redirect", 3, values);
	for (size_t i = 0; i < 4; i++) {
		run_calls(&l, "deep_calls", 60);
		assert_int_equal(global_u64(&l, "redirect_seen"), values[i < 3 ? i : 2]);
	}
	s = script(&l, "ktime_get_ns");
	*s = (struct tape_script){ .mode = TAPE_CLOCK, .n = 1, .add = 10, .values = { 100 } };
	for (uint64_t i = 0; i < 3; i++) {
		run_calls(&l, "deep_calls", 60);
		assert_int_equal(global_u64(&l, "time_seen"), 100 + 10 * i);
	}
	tape_clear_scripts(l.tape);
	tape_move_clocks(l.tape, 3600000000000);
	run_calls(&l, "deep_calls", 60);
	assert_true(global_u64(&l, "time_seen") > monotonic() + 3000000000000);
	assert_int_equal(global_u64(&l, "found_seen"), 1);
	fail_with(&l, "map_lookup_elem", 0);
	run_calls(&l, "deep_calls", 60);
	assert_int_equal(global_u64(&l, "found_seen"), 0);
	fail_with(&l, "xdp_adjust_head", -EINVAL);
	run_calls(&l, "deep_calls", 60);
	assert_int_equal((int64_t)global_u64(&l, "adjust_seen"), -EINVAL);
	unload(&l);
}

static void arguments_are_recorded_in_place(void **state)
{
	static const struct call_expected calls[] = {
		{ "redirect", { 0xfffffff0, 0 }, XDP_REDIRECT },
		{ "ktime_get_ns", { 0 }, ANY },
		{ "map_lookup_elem", { ANY, ANY }, ANY },
		{ "xdp_adjust_head", { ANY, (uint64_t)-4 }, 0 },
	};
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_inline", &(struct interpose_request){ .traced = true });
	run_calls(&l, "deep_calls", 60);
	assert_calls(&l, 4, calls);
	assert_ptr_equal(map_of(&l, 2, 0), test_map(l.inst, 0, "counts"));
	unload(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(sequences_end_with_their_last_value),
		KERNEL_TEST(clocks_stand_still_or_advance),
		KERNEL_TEST(real_clocks_are_moved),
		KERNEL_TEST(helpers_fail_as_told),
		KERNEL_TEST(fib_questions_are_answered),
		KERNEL_TEST(unanswered_fib_questions_go_to_the_kernel),
		KERNEL_TEST(scripts_work_in_place),
		KERNEL_TEST(arguments_are_recorded_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
