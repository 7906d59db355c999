/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What this kernel takes and gives of a context against what types/context_fields.c says; the
 * prelude; which fields a program reads.
 */
#include "kernel_test.h"

#include "kernel/context_reads.h"
#include "kernel/prelude.h"
#include "types/context_fields.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>

struct fixture {
	struct object_file *file;
	struct instance *inst;
};

static struct fixture fixture_load(void)
{
	struct fixture f = { .file = test_object("context") };

	f.inst = test_load((const struct object_file *[]){ f.file }, 1);
	return f;
}

static void fixture_free(struct fixture *f)
{
	instance_free(f->inst);
	object_file_free(f->file);
}

static void put(void *context, const struct context_field *f, uint64_t value)
{
	uint32_t word = (uint32_t)value;

	if (f->size == sizeof(value))
		memcpy((uint8_t *)context + f->offset, &value, sizeof(value));
	else if (f->size == 1)
		*((uint8_t *)context + f->offset) = 1;
	else
		memcpy((uint8_t *)context + f->offset, &word, sizeof(word));
}

/* A value of the field that nothing else forbids. */
static uint64_t good_value(const struct context_field *f)
{
	if (!strcmp(f->name, "wire_len"))
		return 100;
	return f->is_device ? 1 : 2;
}

static void kernel_takes_what_the_table_says(void **state)
{
	static const uint8_t frame[64];
	static uint8_t out[TEST_RUN_ROOM];
	struct fixture f;
	size_t n;
	const struct context_field *fields = context_fields(BPF_PROG_TYPE_SCHED_CLS, &n);
	(void)state;

	NEED_ROOT();
	f = fixture_load();
	for (size_t i = 0; i < n; i++) {
		struct __sk_buff skb = { 0 };
		struct test_run r = { .fd = instance_program(f.inst, 0, "look")->fd,
				      .type = BPF_PROG_TYPE_SCHED_CLS,
				      .in = frame,
				      .in_len = sizeof(frame),
				      .out = out,
				      .skb = &skb,
				      .skb_out = &skb };
		bool taken = test_run_limits()->skb_fields >> i & 1;
		int expected = taken ? 0 : -EINVAL;

		assert_true(fields[i].source == CONTEXT_RUN || !taken);

		if (!fields[i].size)
			continue;
		put(&skb, &fields[i], good_value(&fields[i]));
		if (test_run(&r) != expected)
			fail_msg("%s: %s, not %s", fields[i].name, errno_name(r.error),
				 errno_name(expected));
	}
	fixture_free(&f);
}

/* What `paint` writes comes back where the table says so, and is lost elsewhere. */
static void kernel_gives_back_what_the_table_says(void **state)
{
	struct __sk_buff skb = { 0 };
	struct fixture f;
	struct test_run r;
	(void)state;

	NEED_ROOT();
	f = fixture_load();
	r = test_frame(f.inst, 0, "paint", 60);
	r.skb_out = &skb;
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(skb.mark, 60);
	assert_int_equal(skb.priority, 7);
	assert_int_equal(skb.cb[0], 0xabcd);
	assert_int_equal(skb.cb[4], 1);
	assert_int_equal(skb.tc_index, 0);
	assert_true(context_field_find(r.type, "mark", 4)->back);
	assert_false(context_field_find(r.type, "tc_index", 8)->back);
	fixture_free(&f);
}

static void every_field_has_its_reasons(void **state)
{
	static const uint32_t types[] = { BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_SCHED_CLS };
	(void)state;

	for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
		size_t n;
		const struct context_field *fields = context_fields(types[t], &n);

		assert_true(n <= 64); /* sets of them are 64 bits */
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(fields[i].source == CONTEXT_NOT, !!fields[i].why_not);
			assert_int_equal(!fields[i].back, !!fields[i].unknown);
			assert_int_equal(!!fields[i].values, !!fields[i].takes);
			assert_int_equal(context_field_bit(types[t], fields[i].name), 1ULL << i);
		}
		assert_null(context_field_find(types[t], "mar", 3));
		assert_int_equal(context_field_bit(types[t], "nothing"), 0);
	}
	assert_string_equal(
		context_value_name(context_field_find(BPF_PROG_TYPE_SCHED_CLS, "pkt_type", 8),
				   PACKET_OTHERHOST),
		"PACKET_OTHERHOST");
}

struct skb_seen {
	uint32_t len, pkt_type, mark, queue_mapping, vlan_present, vlan_tci, priority;
	uint32_t ingress_ifindex, ifindex, tc_index, hash, tc_classid;
};

static void seen(struct fixture *f, struct skb_seen *out)
{
	const struct map *m = test_map(f->inst, 0, "skbs");
	uint8_t value[256];
	uint32_t zero = 0;

	assert_true(m->value_size <= sizeof(value));
	assert_int_equal(map_lookup(m, &zero, value), 0);
	memcpy(out, value, sizeof(*out));
}

static void prelude_sets_and_enters(void **state)
{
	struct skb_seen s;
	struct fixture f;
	struct prelude *p;
	struct test_run r;
	int err = 0;
	(void)state;

	NEED_ROOT();
	f = fixture_load();
	p = prelude_load(instance_program(f.inst, 0, "look"), &err);
	assert_non_null(p);
	assert_true(prelude_serves(p, instance_program(f.inst, 0, "paint")));
	assert_false(prelude_serves(p, instance_program(f.inst, 0, "read_note")));
	assert_int_equal(prelude_aim(p, instance_program(f.inst, 0, "look")), 0);
	*prelude_values(p) = (struct prelude_values){
		.set = PRELUDE_PKT_TYPE | PRELUDE_HASH | PRELUDE_QUEUE_MAPPING | PRELUDE_VLAN,
		.pkt_type = PACKET_MULTICAST,
		.hash = 0xdeadbeef,
		.queue_mapping = 9,
		.vlan_proto = ETH_P_8021AD,
		.vlan_tci = 0x2005,
		.tc_index = 8, /* not set */
	};
	r = test_frame(f.inst, 0, "look", 60);
	r.fd = prelude_fd(p);
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(r.verdict, TC_ACT_OK);
	assert_int_equal(r.out_len, 60);
	assert_int_equal(prelude_values(p)->failed, 0);
	seen(&f, &s);
	assert_int_equal(s.pkt_type, PACKET_MULTICAST);
	assert_int_equal(s.hash, 0xdeadbeef);
	assert_int_equal(s.queue_mapping, 9);
	assert_int_equal(s.vlan_present, 1);
	assert_int_equal(s.vlan_tci, 0x2005);
	assert_int_equal(s.tc_index, 0);
	prelude_free(p);
	fixture_free(&f);
}

static void prelude_says_what_went_wrong(void **state)
{
	struct fixture f;
	struct prelude *p;
	struct test_run r;
	int err = 0;
	(void)state;

	NEED_ROOT();
	f = fixture_load();
	p = prelude_load(instance_program(f.inst, 0, "look"), &err);
	assert_non_null(p);
	r = test_frame(f.inst, 0, "look", 60);
	r.fd = prelude_fd(p);
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(prelude_values(p)->failed, PRELUDE_ENTER);
	*prelude_values(p) =
		(struct prelude_values){ .set = PRELUDE_PKT_TYPE, .pkt_type = PACKET_OUTGOING };
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(prelude_values(p)->failed, PRELUDE_PKT_TYPE);
	assert_int_equal(prelude_values(p)->error, -EINVAL);
	/* A map of programs has one kind only. */
	assert_int_equal(prelude_aim(p, instance_program(f.inst, 0, "read_note")), -EINVAL);
	assert_int_equal(prelude_aim(p, instance_program(f.inst, 0, "look")), 0);
	prelude_rest(p);
	*prelude_values(p) = (struct prelude_values){ 0 };
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(prelude_values(p)->failed, PRELUDE_ENTER);
	prelude_free(p);
	prelude_free(NULL);
	fixture_free(&f);
}

static bool reads(const struct program *p, size_t offset)
{
	return p->reads >> (offset / 4) & 1;
}

static void fields_that_a_program_reads(void **state)
{
	const struct program *p;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load();
	p = instance_program(f.inst, 0, "look");
	assert_true(reads(p, offsetof(struct __sk_buff, pkt_type)));
	assert_true(reads(p, offsetof(struct __sk_buff, hwtstamp)));
	assert_false(reads(p, offsetof(struct __sk_buff, napi_id)));
	assert_false(reads(p, offsetof(struct __sk_buff, data)));
	p = instance_program(f.inst, 0, "paint");
	assert_true(reads(p, offsetof(struct __sk_buff, len)));
	assert_true(reads(p, offsetof(struct __sk_buff, cb[4])));
	assert_false(reads(p, offsetof(struct __sk_buff, cb[0])));
	assert_false(reads(p, offsetof(struct __sk_buff, mark)));
	p = instance_program(f.inst, 0, "leave_note");
	assert_true(reads(p, offsetof(struct xdp_md, data_meta)));
	assert_true(reads(p, offsetof(struct xdp_md, rx_queue_index)));
	fixture_free(&f);
}

#define INSN(c, dst, src, o, i) \
	((struct bpf_insn){     \
		.code = (c), .dst_reg = (dst), .src_reg = (src), .off = (o), .imm = (i) })
#define LOAD(width, dst, src, o) INSN(BPF_LDX | BPF_MEM | (width), dst, src, o, 0)
#define MOVE(dst, src)		 INSN(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define CALL(src, to)		 INSN(BPF_JMP | BPF_CALL, 0, src, 0, to)

static void reads_of_what_is_no_context(void **state)
{
	const struct bpf_insn insns[] = {
		MOVE(6, 1),
		LOAD(BPF_W, 1, 1, 4),	/* word 1 */
		LOAD(BPF_W, 2, 1, 8),	/* no longer the context */
		LOAD(BPF_DW, 3, 6, 16), /* words 4 and 5 */
		LOAD(BPF_W, 3, 6, -4),	/* nonsense, but no harm */
		LOAD(BPF_W, 3, 6, 4 * 64),
		CALL(0, 5),
		LOAD(BPF_B, 4, 6, 27),	  /* a byte of word 6 */
		CALL(BPF_PSEUDO_CALL, 1), /* to the last but one */
		{ .code = BPF_JMP | BPF_EXIT },
		LOAD(BPF_W, 0, 6, 40), /* in a function of its own */
		{ .code = BPF_JMP | BPF_EXIT },
	};
	(void)state;

	assert_int_equal(context_reads(insns, ARRAY_SIZE(insns)), 1 << 1 | 3 << 4 | 1 << 6);
	assert_int_equal(context_reads(insns, 0), 0);
}

static void metadata_as_long_as_the_kernel_takes(void **state)
{
	const struct test_run_limits *limits = test_run_limits();
	struct fixture f;
	struct test_run r;
	(void)state;

	NEED_ROOT();
	if (!limits->xdp_context)
		skip();
	f = fixture_load();
	r = test_frame(f.inst, 0, "look_xdp", 60);
	r.in_len = 60 + limits->meta_max;
	r.meta_len = limits->meta_max;
	assert_int_equal(test_run(&r), 0);
	assert_int_equal(r.meta_len, limits->meta_max);
	assert_int_equal(r.out_len, 60 + limits->meta_max);
	r.in_len = 60 + limits->meta_max + 4;
	r.meta_len = limits->meta_max + 4;
	assert_int_equal(test_run(&r), -EINVAL);
	fixture_free(&f);
}

static void checksum_complete_is_checked(void **state)
{
	static uint8_t ip[60] = { [12] = 0x08, [14] = 0x45, [22] = 64 };
	struct fixture f;
	struct arena arena = { 0 };
	struct test_run r;
	(void)state;

	NEED_ROOT();
	if (!test_run_limits()->checksum_complete)
		skip();
	f = fixture_load();
	r = test_frame(f.inst, 0, "stale", 60);
	assert_int_equal(r.error, 0);
	r.in = ip;
	r.checksum_complete = true;
	assert_int_equal(test_run(&r), -EBADMSG);
	assert_non_null(strstr(test_run_refusal(&r, &arena), "BPF_F_RECOMPUTE_CSUM"));
	r.fd = instance_program(f.inst, 0, "fresh")->fd;
	assert_int_equal(test_run(&r), 0);
	arena_free(&arena);
	fixture_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(kernel_takes_what_the_table_says),
		KERNEL_TEST(kernel_gives_back_what_the_table_says),
		cmocka_unit_test(every_field_has_its_reasons),
		KERNEL_TEST(prelude_sets_and_enters),
		KERNEL_TEST(prelude_says_what_went_wrong),
		KERNEL_TEST(fields_that_a_program_reads),
		cmocka_unit_test(reads_of_what_is_no_context),
		KERNEL_TEST(metadata_as_long_as_the_kernel_takes),
		KERNEL_TEST(checksum_complete_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
