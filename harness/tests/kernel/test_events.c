/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records of ring buffers and perf event arrays, as the kernel writes them. */
#include "kernel_test.h"

#include "kernel/events.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <sched.h>

struct fixture {
	struct object_file *file;
	struct instance *inst;
	struct events *events;
	struct arena arena;
	struct observed_event *drained;
	uint64_t lost;
};

static struct fixture fixture_load(const char *name)
{
	struct fixture f = { .file = test_object(name) };

	f.inst = test_load((const struct object_file *[]){ f.file }, 1);
	assert_int_equal(events_open(f.inst, &f.events), 0);
	return f;
}

static void fixture_free(struct fixture *f)
{
	events_close(f->events);
	instance_free(f->inst);
	object_file_free(f->file);
	arena_free(&f->arena);
}

static size_t drain(struct fixture *f)
{
	return events_drain(f->events, &f->arena, &f->drained, &f->lost);
}

/* Ethernet, IPv4 10.0.0.1 > 10.0.0.2, UDP 1000 > 53; the rest is zero. */
static struct test_run run_udp(const struct fixture *f, const char *program, uint32_t len)
{
	static _Thread_local uint8_t in[TEST_RUN_IN_MAX], out[TEST_RUN_ROOM];
	const struct program *p = instance_program(f->inst, 0, program);
	struct test_run r;

	assert_non_null(p);
	memset(in, 0, sizeof(in));
	in[12] = 0x08;
	in[14] = 0x45;
	in[23] = 17;
	memcpy(in + 26, (uint8_t[]){ 10, 0, 0, 1, 10, 0, 0, 2, 0x03, 0xe8, 0, 53 }, 12);
	r = (struct test_run){ .fd = p->fd, .type = p->type, .in = in, .in_len = len, .out = out };
	assert_int_equal(test_run(&r), 0);
	return r;
}

static const uint8_t flow_record[16] = { 10, 0, 0, 1, 10, 0, 0, 2, 0x03, 0xe8, 0, 53, 17 };

static void assert_event(const struct observed_event *e, const char *map, const void *data,
			 size_t len)
{
	assert_string_equal(e->map, map);
	assert_true(e->len >= len && e->len - len <= e->padding);
	assert_memory_equal(e->data, data, len);
}

static void a_ring_buffer_is_read(void **state)
{
	static const char *const programs[] = { "tell", "tell_tc" };
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	assert_int_equal(drain(&f), 0);
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		run_udp(&f, programs[i], 60);
		assert_int_equal(drain(&f), 1);
		assert_event(&f.drained[0], "ring", flow_record, sizeof(flow_record));
		assert_int_equal(f.drained[0].len, 16);
		assert_int_equal(f.drained[0].padding, 0);
		assert_int_equal(drain(&f), 0);
	}
	assert_int_equal(f.lost, 0);
	fixture_free(&f);
}

static void discarded_records_are_none(void **state)
{
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	assert_int_equal(test_frame(f.inst, 0, "tell_tc", 60).verdict, TC_ACT_OK);
	assert_int_equal(drain(&f), 0);
	test_frame(f.inst, 0, "tell_tc", 60);
	run_udp(&f, "tell_tc", 60);
	assert_int_equal(drain(&f), 1);
	fixture_free(&f);
}

static void many_records_come_in_order(void **state)
{
	struct fixture f;
	uint32_t next = 0;
	size_t n;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	/* Often enough to go round the ring (1 MB of records of 16 bytes) many times. */
	for (int round = 0; round < 1000; round++) {
		assert_int_equal(test_frame(f.inst, 0, "tell_many", 60).verdict, XDP_PASS);
		n = drain(&f);
		assert_int_equal(n, 200);
		for (next = 0; next < n; next++)
			assert_event(&f.drained[next], "large_ring", &next, sizeof(next));
		arena_free(&f.arena);
	}
	fixture_free(&f);
}

static void a_full_ring_buffer_tells_the_program(void **state)
{
	struct fixture f;
	struct test_run r;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	/* 4096 bytes; 100 and a header of 8, rounded up to 112. */
	for (int i = 0; i < 3; i++) {
		r = test_frame(f.inst, 0, "tell_until_full", 60);
		assert_in_range(r.verdict, 35, 36);
		assert_int_equal(drain(&f), r.verdict);
		assert_int_equal(f.drained[3].len, 100);
		assert_int_equal(f.drained[3].data[0], 3);
		assert_int_equal(f.lost, 0);
	}
	fixture_free(&f);
}

static void a_perf_event_array_is_read(void **state)
{
	static const char *const programs[] = { "trace", "trace_tc" };
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		/* 24 bytes and 50 of the frame: 6 more make a multiple of 8 with the size. */
		assert_int_equal(run_udp(&f, programs[i], 50).verdict, 0);
		assert_int_equal(drain(&f), 1);
		assert_string_equal(f.drained[0].map, "events");
		assert_int_equal(f.drained[0].len, 76);
		assert_int_equal(f.drained[0].padding, 7);
		assert_int_equal(f.drained[0].data[0], 4);
		assert_memory_equal(f.drained[0].data + 24 + 26, flow_record, 12);
		assert_int_equal(drain(&f), 0);
	}
	assert_int_equal(f.lost, 0);
	fixture_free(&f);
}

static void what_perf_adds_is_within_the_padding(void **state)
{
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	/* Often enough to go round the buffer, so that records are cut by its end. */
	for (uint32_t round = 0; round < 3000; round++) {
		uint32_t len = 50 + round % 8;

		run_udp(&f, "trace", len);
		assert_int_equal(drain(&f), 1);
		assert_in_range(f.drained[0].len, 24 + len, 24 + len + f.drained[0].padding);
		assert_memory_equal(f.drained[0].data + 24 + 26, flow_record, 12);
		arena_free(&f.arena);
	}
	fixture_free(&f);
}

static void every_cpu_is_read(void **state)
{
	struct fixture f;
	cpu_set_t all, one;
	int n = 0;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	/* From the last to the first: order is that of time, not of numbers. */
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
		assert_int_equal(test_frame(f.inst, 0, "trace_by_number", 60).verdict, 0);
		n++;
	}
	assert_int_equal(drain(&f), n);
	for (int cpu = CPU_SETSIZE - 1, i = 0; cpu >= 0; cpu--)
		if (CPU_ISSET(cpu, &all)) {
			assert_int_equal(f.drained[i].cpu, cpu);
			assert_int_equal(f.drained[i].data[2], cpu);
			i++;
		}
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
	fixture_free(&f);
}

static void what_perf_loses_is_counted(void **state)
{
	struct fixture f;
	size_t n;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	for (int i = 0; i < 3; i++) {
		test_frame(f.inst, 0, "trace_too_many", 60);
		n = drain(&f);
		assert_in_range(n, 100, 399);
		assert_int_equal(n + f.lost, 400);
		/* Counted when lost, not with the next record. */
		run_udp(&f, "trace", 60);
		assert_int_equal(drain(&f), 1);
		assert_int_equal(f.lost, 0);
		arena_free(&f.arena);
	}
	test_frame(f.inst, 0, "trace_too_many", 60);
	assert_in_range(events_discard(f.events), 1, 399);
	run_udp(&f, "trace", 60);
	assert_int_equal(drain(&f), 1);
	assert_int_equal(f.lost, 0);
	fixture_free(&f);
}

static void readers_stay_when_maps_are_put_back(void **state)
{
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(run_udp(&f, "trace", 60).verdict, 0);
		run_udp(&f, "tell", 60);
		events_discard(f.events);
		assert_int_equal(drain(&f), 0);
		run_udp(&f, "tell", 60);
		assert_true(instance_reset(f.inst, NULL));
		assert_int_equal(drain(&f), 0);
	}
	fixture_free(&f);
}

static void maps_come_one_after_the_other(void **state)
{
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("events");
	for (int i = 0; i < 2; i++) {
		run_udp(&f, "trace", 60);
		run_udp(&f, "tell", 60);
	}
	assert_int_equal(drain(&f), 4);
	assert_ptr_equal(f.drained[0].map, f.drained[1].map);
	assert_ptr_equal(f.drained[2].map, f.drained[3].map);
	assert_string_not_equal(f.drained[1].map, f.drained[2].map);
	fixture_free(&f);
}

static void an_object_without_such_maps_has_no_readers(void **state)
{
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_run");
	assert_null(f.events);
	events_discard(f.events);
	assert_int_equal(drain(&f), 0);
	events_close(NULL);
	fixture_free(&f);
}

/* Nothing stays open: no descriptor more after many instances than after one. */
static void nothing_stays_open(void **state)
{
	struct fixture f;
	int first = -1, last = -1;
	(void)state;

	NEED_ROOT();
	for (int i = 0; i < 20; i++) {
		f = fixture_load("events");
		fixture_free(&f);
		last = dup(0);
		close(last);
		first = first < 0 ? last : first;
	}
	assert_int_equal(first, last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(a_ring_buffer_is_read),
		KERNEL_TEST(discarded_records_are_none),
		KERNEL_TEST(many_records_come_in_order),
		KERNEL_TEST(a_full_ring_buffer_tells_the_program),
		KERNEL_TEST(a_perf_event_array_is_read),
		KERNEL_TEST(what_perf_adds_is_within_the_padding),
		KERNEL_TEST(every_cpu_is_read),
		KERNEL_TEST(what_perf_loses_is_counted),
		KERNEL_TEST(readers_stay_when_maps_are_put_back),
		KERNEL_TEST(maps_come_one_after_the_other),
		KERNEL_TEST(an_object_without_such_maps_has_no_readers),
		KERNEL_TEST(nothing_stays_open),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
