/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls of unmodified programs: which, from where, with what, in which order. */
#include "kernel_test.h"

#include "interpose_test.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>

static void calls_are_recorded(void **state)
{
	struct call_expected redirect = { "redirect", { 7, 0 }, XDP_REDIRECT };
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ 0 });
	assert_int_equal(run_calls(&l, "call_redirect", 60), XDP_REDIRECT);
	assert_calls(&l, 1, &redirect);
	/* Again: what was recorded is forgotten by rewinding only. */
	test_frame(l.inst, 0, "call_redirect", 60);
	assert_int_equal(tape_count(l.tape, NULL), 2);
	unload(&l);
}

static void order_is_that_of_the_calls(void **state)
{
	static const struct call_expected all[] = {
		{ "get_smp_processor_id", { 0 }, ANY }, { "ktime_get_ns", { 0 }, ANY },
		{ "redirect", { 8, 0 }, XDP_REDIRECT }, { "get_prandom_u32", { 0 }, ANY },
		{ "redirect", { 9, 0 }, XDP_REDIRECT }, { "redirect", { 7, 0 }, XDP_REDIRECT },
	};
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ 0 });
	assert_int_equal(run_calls(&l, "call_everywhere", 60), XDP_REDIRECT);
	assert_calls(&l, ARRAY_SIZE(all), all);
	/* What the program sees is what is recorded. */
	assert_int_equal(tape_record(l.tape, 1)->result, global_u64(&l, "time_seen"));
	assert_int_equal(tape_record(l.tape, 3)->result, global_u64(&l, "chance_seen"));
	unload(&l);
}

/* Sites point at the program and the line that grep finds. */
static void sites_know_their_source(void **state)
{
	const struct call_site *site;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ 0 });
	run_calls(&l, "call_everywhere", 60);
	site = instance_call_site(l.inst, tape_record(l.tape, 2)->site);
	assert_string_equal(site->program, "call_everywhere");
	assert_non_null(strstr(site->file, "ipose_calls.bpf.c"));
	assert_line_holds(site, "bpf_redirect(ifindex + 1, 0)");
	site = instance_call_site(l.inst, tape_record(l.tape, 5)->site);
	assert_line_holds(site, "bpf_redirect(wanted, 0)");
	assert_null(instance_call_site(l.inst, 1u << 20));
	unload(&l);
}

static void frags_and_callbacks(void **state)
{
	static const struct call_expected all[] = {
		{ "redirect", { 100, 0 }, XDP_REDIRECT },
		{ "redirect", { 101, 0 }, XDP_REDIRECT },
		{ "redirect", { 7, 0 }, XDP_REDIRECT },
	};
	struct loaded l;
	(void)state;

	NEED_ROOT();
	/* Fragments came with this helper; bpf_loop() is older. */
	if (libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, BPF_FUNC_xdp_load_bytes, NULL) != 1)
		skip();
	l = load_interposed("ipose_newer", &(struct interpose_request){ 0 });
	assert_int_equal(run_calls(&l, "call_frags", 9000), XDP_REDIRECT);
	assert_calls(&l, 1, &all[2]);
	assert_int_equal(run_calls(&l, "call_back", 60), XDP_REDIRECT);
	assert_calls(&l, ARRAY_SIZE(all), all);
	unload(&l);
}

static void maps_are_known_by_their_pointers(void **state)
{
	static const uint32_t other = 5;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ 0 });
	assert_int_equal(run_calls(&l, "call_map", 60), XDP_DROP);
	assert_int_equal(tape_record(l.tape, 0)->args[1], 3);
	assert_int_equal(tape_record(l.tape, 0)->args[2], XDP_DROP);
	assert_ptr_equal(map_of(&l, 0, 0), test_map(l.inst, 0, "devices"));
	run_calls(&l, "call_merged", 60);
	assert_ptr_equal(map_of(&l, 0, 0), test_map(l.inst, 0, "devices"));
	set_global(&l, "wanted", &other, sizeof(other));
	run_calls(&l, "call_merged", 60);
	assert_ptr_equal(map_of(&l, 0, 0), test_map(l.inst, 0, "more_devices"));
	assert_int_equal(tape_record(l.tape, 0)->args[1], other);
	assert_null(instance_map_by_pointer(l.inst, 1));
	run_calls(&l, "call_tail", 60);
	assert_ptr_equal(map_of(&l, 1, 1), test_map(l.inst, 0, "jumps"));
	run_calls(&l, "call_ring", 60);
	assert_ptr_equal(map_of(&l, 0, 0), test_map(l.inst, 0, "ring"));
	unload(&l);
}

static void keys_are_recorded(void **state)
{
	static const struct call_expected all[] = {
		{ "map_update_elem", { ANY, ANY, ANY, BPF_ANY }, 0 },
		{ "map_lookup_elem", { ANY }, ANY },
		{ "map_delete_elem", { ANY }, 0 },
	};
	static const uint8_t key[] = { 1, 2, 3, 4, 5, 6, 7 };
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ .traced = true });
	assert_int_equal(run_calls(&l, "call_table", 60), XDP_PASS);
	assert_calls(&l, 3, all);
	for (size_t i = 0; i < 3; i++) {
		const struct tape_record *r = tape_record(l.tape, i);

		assert_int_equal(instance_call_site(l.inst, r->site)->key_size, sizeof(key));
		assert_memory_equal(r->in, key, sizeof(key));
		assert_ptr_equal(map_of(&l, i, 0), test_map(l.inst, 0, "table"));
	}
	unload(&l);
}

static void only_chosen_helpers_are_touched(void **state)
{
	static const uint32_t helpers[] = { BPF_FUNC_map_update_elem, BPF_FUNC_trace_printk, 9999 };
	const char *why;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ 0 });
	run_calls(&l, "call_table", 60);
	assert_int_equal(tape_count(l.tape, NULL), 0);
	assert_int_equal(instance_interposition(l.inst, 0, "call_table", &why), INTERPOSED_NOT);
	assert_null(why);
	unload(&l);
	l = load_interposed("ipose_calls",
			    &(struct interpose_request){ .helpers = helpers, .n_helpers = 3 });
	run_calls(&l, "call_table", 60);
	assert_int_equal(tape_count(l.tape, NULL), 1);
	unload(&l);
}

static void structs_are_recorded(void **state)
{
	struct bpf_tunnel_key key;
	struct bpf_redir_neigh neigh;
	struct bpf_fib_lookup fib;
	const struct tape_record *r;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ 0 });
	assert_int_equal(run_calls(&l, "call_tc", 60), TC_ACT_REDIRECT);
	assert_int_equal(tape_count(l.tape, NULL), 4);
	r = tape_record(l.tape, 0);
	memcpy(&key, r->in, sizeof(key));
	assert_int_equal(key.tunnel_id, 42);
	assert_int_equal(key.remote_ipv4, 0x0a000001);
	assert_int_equal(r->args[2], sizeof(key));
	assert_int_equal(r->args[3], BPF_F_ZERO_CSUM_TX);
	assert_int_equal(tape_record(l.tape, 1)->args[1], 14);
	assert_int_equal(tape_record(l.tape, 2)->args[1], 0x0081);
	assert_int_equal(tape_record(l.tape, 2)->args[2], 5);
	r = tape_record(l.tape, 3);
	memcpy(&neigh, r->in, sizeof(neigh));
	assert_int_equal(neigh.ipv4_nh, 0x01020304);
	assert_int_equal(r->args[0], 7);
	run_calls(&l, "call_fib", 60);
	r = tape_record(l.tape, 0);
	memcpy(&fib, r->in, sizeof(fib));
	assert_int_equal(fib.ipv4_dst, htonl(0x0a000002));
	assert_int_equal(r->args[3], BPF_FIB_LOOKUP_DIRECT);
	assert_int_equal(r->result, global_u64(&l, "result_seen"));
	run_calls(&l, "call_head", 60);
	assert_int_equal((int64_t)tape_record(l.tape, 0)->args[1], -8);
	unload(&l);
}

static void tail_calls_are_recorded(void **state)
{
	static const struct call_expected all[] = {
		{ "redirect", { 1, 0 }, XDP_REDIRECT }, { "tail_call", { ANY, ANY, 0 }, ANY },
		{ "tail_call", { ANY, ANY, 1 }, 0 },	{ "redirect", { 2, 0 }, XDP_REDIRECT },
		{ "tail_call", { ANY, ANY, 2 }, 0 },	{ "redirect", { 3, 0 }, XDP_REDIRECT },
	};
	struct loaded l;
	struct map *jumps;
	uint32_t slot = 1;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ 0 });
	jumps = test_map(l.inst, 0, "jumps");
	assert_int_equal(map_update(jumps, &slot, &instance_program(l.inst, 0, "tail_one")->fd, 0),
			 0);
	slot = 2;
	assert_int_equal(map_update(jumps, &slot, &instance_program(l.inst, 0, "tail_two")->fd, 0),
			 0);
	/* A program jumped to from a function returns to who called that. */
	assert_int_equal(run_calls(&l, "call_tail", 60), XDP_DROP);
	assert_calls(&l, ARRAY_SIZE(all), all);
	assert_int_equal(tape_record(l.tape, 1)->flags, TAPE_FELL_THROUGH);
	assert_int_equal(tape_record(l.tape, 2)->flags, 0);
	assert_int_equal(tape_record(l.tape, 4)->flags, 0);
	unload(&l);
}

static void the_oldest_calls_are_lost(void **state)
{
	struct loaded l;
	uint64_t lost;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ 0 });
	run_calls(&l, "call_300", 60);
	assert_int_equal(tape_count(l.tape, &lost), TAPE_RECORDS);
	assert_int_equal(lost, 300 - TAPE_RECORDS);
	for (size_t i = 0; i < TAPE_RECORDS; i++)
		assert_int_equal(tape_record(l.tape, i)->args[0], lost + i);
	unload(&l);
}

static void off_is_off(void **state)
{
	struct loaded l;
	const char *why;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &(struct interpose_request){ .off = true });
	assert_null(l.tape);
	assert_null(instance_call_site(l.inst, 0));
	assert_null(instance_map_by_pointer(l.inst, 1));
	assert_int_equal(instance_interposition(l.inst, 0, "call_redirect", &why), INTERPOSED_NOT);
	assert_int_equal(test_frame(l.inst, 0, "call_redirect", 60).verdict, XDP_REDIRECT);
	unload(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(calls_are_recorded),
		KERNEL_TEST(order_is_that_of_the_calls),
		KERNEL_TEST(sites_know_their_source),
		KERNEL_TEST(frags_and_callbacks),
		KERNEL_TEST(maps_are_known_by_their_pointers),
		KERNEL_TEST(keys_are_recorded),
		KERNEL_TEST(only_chosen_helpers_are_touched),
		KERNEL_TEST(structs_are_recorded),
		KERNEL_TEST(tail_calls_are_recorded),
		KERNEL_TEST(the_oldest_calls_are_lost),
		KERNEL_TEST(off_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
