/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What BPF_PROG_TEST_RUN does with a frame: net/bpf/test_run.c. */
#include "kernel_test.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <signal.h>

struct fixture {
	struct object_file *file;
	struct instance *inst;
};

static struct fixture fixture_load(const char *name)
{
	struct fixture f = { .file = test_object(name) };

	f.inst = test_load((const struct object_file *[]){ f.file }, 1);
	return f;
}

static void fixture_free(struct fixture *f)
{
	instance_free(f->inst);
	object_file_free(f->file);
}

static void verdicts(void **state)
{
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	assert_int_equal(test_frame(f.inst, 0, "xdp_pass", 60).verdict, XDP_PASS);
	assert_int_equal(test_frame(f.inst, 0, "xdp_drop", 60).verdict, XDP_DROP);
	assert_int_equal(test_frame(f.inst, 0, "xdp_tx", 60).verdict, XDP_TX);
	assert_int_equal(test_frame(f.inst, 0, "tc_shot", 60).verdict, TC_ACT_SHOT);
	assert_int_equal(test_frame(f.inst, 0, "tc_mark", 60).verdict, TC_ACT_UNSPEC);
	fixture_free(&f);
}

static void frames_grow_and_shrink(void **state)
{
	static const uint8_t front[] = { 0xde, 0xad, 0xbe, 0xef };
	struct test_run r;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	r = test_frame(f.inst, 0, "xdp_pass", 60);
	assert_int_equal(r.out_len, 60);
	assert_memory_equal(r.out, r.in, 60);
	r = test_frame(f.inst, 0, "xdp_grow", 60);
	assert_int_equal(r.out_len, 64);
	assert_memory_equal(r.out, front, sizeof(front));
	assert_memory_equal(r.out + 4, r.in, 60);
	r = test_frame(f.inst, 0, "xdp_cut", 60);
	assert_int_equal(r.out_len, 56);
	fixture_free(&f);
}

/* Metadata comes back in front of the frame, and how long it is comes with it. */
static void metadata(void **state)
{
	struct test_run r;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_meta");
	r = test_frame(f.inst, 0, "xdp_meta", 60);
	assert_int_equal(r.error, 0);
	assert_int_equal(r.verdict, XDP_PASS);
	assert_int_equal(r.meta_len, 8);
	assert_int_equal(r.out_len, 68);
	assert_int_equal(r.out[0], 0x5a);
	assert_int_equal(r.out[7], 0x5a);
	assert_int_equal(r.out[8], 0);
	fixture_free(&f);
}

static void the_device_a_frame_arrives_on(void **state)
{
	static struct device_spec devices[] = { { .name = "eth7", .ifindex = 7 } };
	struct diags d = { 0 };
	struct arena arena = { 0 };
	struct test_run r;
	struct fixture f;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	assert_int_equal(test_devices(*state, &d, devices, 1), 0);
	assert_int_equal(test_frame(f.inst, 0, "xdp_ifindex", 60).verdict, 1);
	assert_int_equal(test_frame(f.inst, 0, "tc_ifindex", 60).verdict, 1);
	r = test_frame(f.inst, 0, "xdp_ifindex", 60);
	r.ifindex = 7;
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(r.verdict, 7);
	assert_int_equal(r.out_len, 60);
	r = test_frame(f.inst, 0, "tc_ifindex", 60);
	r.ifindex = 7;
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(r.verdict, 7);
	r.ifindex = 8;
	assert_int_equal(test_run(&r), -ENODEV);
	assert_string_equal(test_run_refusal(&r, &arena), "there is no device with ifindex 8 here");
	arena_free(&arena);
	diags_free(&d);
	fixture_free(&f);
}

static void context_of_tc(void **state)
{
	struct __sk_buff skb = { .mark = 5 };
	struct arena arena = { 0 };
	struct test_run r;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	r = test_frame(f.inst, 0, "tc_mark", 60);
	r.skb = r.skb_out = &skb;
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(skb.mark, 0x1234);
	assert_int_equal(skb.cb[1], 5);
	skb = (struct __sk_buff){ .hash = 1 };
	assert_int_equal(test_run(&r), -EINVAL);
	assert_non_null(strstr(test_run_refusal(&r, &arena), "a field of the context"));
	arena_free(&arena);
	fixture_free(&f);
}

static void assert_refused(const struct test_run *r, const char *text)
{
	struct arena arena = { 0 };
	const char *why = test_run_refusal(r, &arena);

	assert_int_equal(r->error, -EINVAL);
	assert_non_null(why);
	if (!strstr(why, text))
		fail_msg("%s", why);
	arena_free(&arena);
}

static void short_frames(void **state)
{
	struct test_run r;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	r = test_frame(f.inst, 0, "xdp_pass", 13);
	assert_refused(&r, "the frame has 13 bytes; the kernel runs none shorter");
	r = test_frame(f.inst, 0, "tc_shot", 0);
	assert_refused(&r, "the frame has 0 bytes; the kernel runs none shorter");
	assert_int_equal(test_frame(f.inst, 0, "xdp_pass", 14).error, 0);
	assert_int_equal(test_frame(f.inst, 0, "tc_shot", 14).error, 0);
	fixture_free(&f);
}

/* EtherType says IP and the header is cut: refused by some kernels, and then explained. */
static void cut_headers(void **state)
{
	static const struct {
		uint8_t type[2];
		uint32_t least;
		const char *why;
	} rows[] = {
		{ { 0x08, 0x00 }, 34, "no IPv4 frame shorter than its headers (34 bytes)" },
		{ { 0x86, 0xdd }, 54, "no IPv6 frame shorter than its headers (54 bytes)" },
	};
	uint8_t frame[60] = { 0 };
	struct test_run r;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	r = test_frame(f.inst, 0, "tc_shot", 60);
	r.in = frame;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		memcpy(frame + 12, rows[i].type, 2);
		r.in_len = rows[i].least;
		assert_int_equal(test_run(&r), 0);
		r.in_len = rows[i].least - 1;
		if (test_run(&r))
			assert_refused(&r, rows[i].why);
	}
	fixture_free(&f);
}

static void long_frames(void **state)
{
	const struct test_run_limits *limits;
	struct test_run r;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	limits = test_run_limits();
	print_message("xdp %u of %u, tc %u\n", limits->xdp_linear, limits->xdp_max, limits->tc_max);
	assert_true(limits->xdp_linear > 1514 && limits->xdp_max >= limits->xdp_linear);
	assert_true(limits->tc_max > 1514);

	r = test_frame(f.inst, 0, "xdp_linear", limits->xdp_linear);
	assert_int_equal(r.verdict, limits->xdp_linear);
	r = test_frame(f.inst, 0, "xdp_linear", limits->xdp_linear + 1);
	assert_refused(&r, "the program does not take fragments");
	r = test_frame(f.inst, 0, "xdp_frags", limits->xdp_max);
	assert_int_equal(r.error, 0);
	assert_int_equal(r.verdict, limits->xdp_max);
	assert_int_equal(r.out_len, limits->xdp_max);
	assert_memory_equal(r.out, r.in, r.in_len);
	r = test_frame(f.inst, 0, "xdp_frags", limits->xdp_max + 1);
	assert_int_not_equal(r.error, 0);
	assert_int_equal(test_frame(f.inst, 0, "tc_shot", limits->tc_max).error, 0);
	if (limits->tc_max < TEST_RUN_IN_MAX) {
		r = test_frame(f.inst, 0, "tc_shot", limits->tc_max + 1);
		assert_int_not_equal(r.error, 0);
	}
	fixture_free(&f);
}

/* A pending signal ends a run with EINTR, unless it is blocked. */
static void signals_do_not_interrupt(void **state)
{
	sigset_t before;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	test_run_block_signals();
	raise(SIGUSR1);
	assert_int_equal(test_frame(f.inst, 0, "xdp_pass", 60).error, 0);
	signal(SIGUSR1, SIG_IGN); /* drops the pending one */
	signal(SIGUSR1, SIG_DFL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	fixture_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(verdicts),
		KERNEL_TEST(frames_grow_and_shrink),
		KERNEL_TEST(metadata),
		KERNEL_TEST(the_device_a_frame_arrives_on),
		KERNEL_TEST(context_of_tc),
		KERNEL_TEST(short_frames),
		KERNEL_TEST(cut_headers),
		KERNEL_TEST(long_frames),
		KERNEL_TEST(signals_do_not_interrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
