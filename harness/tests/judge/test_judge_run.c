/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each kind of expectation of a run, shown to hold and shown to fail. */
#include "judge/judge.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define TEXT \
	"verdict: XDP_DROP\npacket: like ipv4(ttl=63)\ncapture: out.pcap\nmatches: udp\nerror: E\n"

struct fixture {
	struct arena arena;
	struct source source;
	struct packet sent, changed;
	struct expectation e;
	struct observation o;
	struct mismatches found;
};

static struct span at(struct fixture *f, const char *word)
{
	const char *p = strstr(f->source.text, word);

	assert_non_null(p);
	return (struct span){ &f->source, (size_t)(p - f->source.text), strlen(word) };
}

static void build(struct fixture *f, const char *text, struct packet *p)
{
	struct diags d = {};
	struct source src;
	struct expression e = {};

	source_from_text("<test>", text, strlen(text), &src);
	e.where = span_all(&src);
	assert_int_equal(expression_build(&d, &e, &f->arena, p), 0);
	assert_int_equal(d.errors, 0);
	source_free(&src);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	source_from_text("x.yaml", TEXT, strlen(TEXT), &f->source);
	build(f, "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=64) / tcp(sport=1, dport=80)",
	      &f->sent);
	build(f, "eth() / ipv4(src=10.0.0.1, dst=10.0.0.9, ttl=63) / tcp(sport=1, dport=80)",
	      &f->changed);
	f->e.where = span_all(&f->source);
	f->o = (struct observation){
		.in = f->sent.data,
		.in_len = f->sent.len,
		.out = f->sent.data,
		.out_len = f->sent.len,
		.verdict = XDP_PASS,
		.prog_type = BPF_PROG_TYPE_XDP,
	};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	capture_filter_free(f->e.matches);
	arena_free(&f->arena);
	source_free(&f->source);
	free(f);
	return 0;
}

static const struct packet_expect *expect_packet(struct fixture *f, const char *text)
{
	struct diags d = {};
	struct source *src = arena_alloc(&f->arena, sizeof(*src));
	struct expression e = {};

	src->path = arena_strdup(&f->arena, "<test>");
	src->text = arena_strdup(&f->arena, text);
	src->len = strlen(text);
	e.where = span_all(src);
	f->e.packet = packet_expect_read(&d, &e, &f->arena);
	f->e.packet_where = at(f, "like ipv4(ttl=63)");
	assert_int_equal(d.errors, 0);
	return f->e.packet;
}

/* Holds, and says so without using the caller's memory. */
static void assert_holds(struct fixture *f)
{
	struct arena untouched = {};

	assert_true(judge_run(&f->e, &f->o, NULL, 0, &untouched, &f->found));
	assert_true(judge_run(&f->e, &f->o, NULL, 0, &untouched, NULL));
	assert_null(untouched.blocks);
	assert_int_equal(f->found.n, 0);
}

static const struct mismatch *assert_fails(struct fixture *f, enum mismatch_kind kind,
					   const char *message)
{
	const struct mismatch *m;

	assert_false(judge_run(&f->e, &f->o, NULL, 0, &f->arena, NULL));
	f->found = (struct mismatches){};
	assert_false(judge_run(&f->e, &f->o, NULL, 0, &f->arena, &f->found));
	assert_int_equal(f->found.n, 1);
	m = &f->found.items[0];
	assert_string_equal(m->message, message);
	assert_int_equal(m->kind, kind);
	return m;
}

static void nothing_expected_holds(void **state)
{
	assert_holds(*state);
}

static void verdict_holds_and_fails(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	f->e.verdict_where = at(f, "XDP_DROP");
	f->e.verdict = XDP_PASS;
	assert_holds(f);
	f->e.verdict = XDP_DROP;
	m = assert_fails(f, MISMATCH_VERDICT, "expected XDP_DROP, got XDP_PASS (2)");
	assert_string_equal(m->expected, "XDP_DROP");
	assert_string_equal(m->actual, "XDP_PASS");
	assert_int_equal(m->where.off, f->e.verdict_where.off);
	assert_non_null(strstr(m->sent, "10.0.0.1"));
}

static void verdicts_without_a_name_are_numbers(void **state)
{
	struct fixture *f = *state;

	f->e.verdict_where = at(f, "XDP_DROP");
	f->e.verdict = -7;
	f->o.verdict = 4711;
	assert_fails(f, MISMATCH_VERDICT, "expected -7, got 4711");
	f->o.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	f->e.verdict = TC_ACT_OK;
	f->o.verdict = TC_ACT_UNSPEC;
	assert_fails(f, MISMATCH_VERDICT, "expected TC_ACT_OK, got TC_ACT_UNSPEC (-1)");
}

static void refusal_holds_and_fails(void **state)
{
	struct fixture *f = *state;

	f->e.error_where = at(f, "E\n");
	f->e.error = -EINVAL;
	f->o.error = -EINVAL;
	f->o.out = NULL;
	f->o.out_len = 0;
	assert_holds(f);
	f->o.error = -ENOSPC;
	assert_fails(f, MISMATCH_ERROR,
		     "expected EINVAL, but the kernel refused the run with ENOSPC (No space left "
		     "on device)");
	f->o.error = 0;
	f->o.out = f->sent.data;
	f->o.out_len = f->sent.len;
	assert_fails(f, MISMATCH_ERROR,
		     "expected the kernel to refuse the run with EINVAL, but it ran: XDP_PASS (2)");
}

/* Nothing else is judged: there is no verdict and no frame. */
static void unexpected_refusal_is_one_mismatch(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	f->e.verdict_where = at(f, "XDP_DROP");
	f->e.verdict = XDP_DROP;
	expect_packet(f, "same");
	f->o.error = -EINVAL;
	f->o.out = NULL;
	f->o.out_len = 0;
	m = assert_fails(f, MISMATCH_ERROR,
			 "the kernel refused the run: EINVAL (Invalid argument)");
	assert_int_equal(m->where.off, 0);
	assert_string_equal(m->actual, "EINVAL");
	assert_null(m->expected);
}

static void packet_holds(void **state)
{
	static const char *const texts[] = {
		"same",
		"like ipv4(ttl=64)",
		"sent with ipv4(ttl=64)",
		"eth() / ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=64) / tcp(sport=1, dport=80)",
		"eth() / ipv4(dst=any, src=10.0.0.1, ttl=64) / ...",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		expect_packet(f, texts[i]);
		assert_holds(f);
	}
}

static bool has_field(const struct packet_diff *diff, const char *name, bool derived)
{
	for (size_t i = 0; i < diff->n; i++)
		if (!strcmp(diff->items[i].field, name))
			return diff->items[i].derived == derived;
	return false;
}

static void packet_fails_field_by_field(void **state)
{
	struct fixture *f = *state;
	const struct mismatch *m;

	expect_packet(f, "like ipv4(ttl=63)");
	m = assert_fails(f, MISMATCH_PACKET, "ipv4.ttl: expected 63, got 64");
	assert_int_equal(m->packet->n, 1);
	assert_int_equal(m->out_len, f->sent.len);
	assert_memory_equal(m->out, f->sent.data, f->sent.len);
	assert_ptr_not_equal(m->out, f->o.out);

	expect_packet(f, "sent with ipv4(ttl=63, dst=10.0.0.9)");
	assert_false(judge_run(&f->e, &f->o, NULL, 0, &f->arena, &f->found));
	m = &f->found.items[f->found.n - 1];
	assert_non_null(strstr(m->message, "differs in"));
	assert_non_null(strstr(m->message, "ipv4.ttl"));
	assert_non_null(strstr(m->message, "ipv4.dst"));
	/* What follows is in the table and not in the message. */
	assert_null(strstr(m->message, "checksum"));
	assert_true(has_field(m->packet, "ipv4.ttl", false));
	assert_true(has_field(m->packet, "ipv4.dst", false));
	assert_non_null(m->expected);
	assert_non_null(m->actual);
}

static void capture_holds_and_fails(void **state)
{
	struct fixture *f = *state;
	struct arena untouched = {};
	const struct mismatch *m;

	f->e.capture = "out.pcap";
	f->e.capture_where = at(f, "out.pcap");
	assert_true(judge_run(&f->e, &f->o, f->sent.data, f->sent.len, &untouched, &f->found));
	assert_null(untouched.blocks);
	assert_false(
		judge_run(&f->e, &f->o, f->changed.data, f->changed.len, &f->arena, &f->found));
	m = &f->found.items[0];
	assert_int_equal(m->kind, MISMATCH_CAPTURE);
	assert_true(has_field(m->packet, "ipv4.ttl", false));
	assert_true(has_field(m->packet, "ipv4.dst", false));
	assert_int_equal(m->packet->expected_len, f->changed.len);
	assert_memory_equal(m->packet->expected_data, f->changed.data, f->changed.len);
	/* Shorter is not the same, even where all its bytes are. */
	assert_false(judge_run(&f->e, &f->o, f->sent.data, f->sent.len - 1, &f->arena, &f->found));
	assert_fails(f, MISMATCH_CAPTURE, "'out.pcap' has no frame left to compare with");
}

static void matches_holds_and_fails(void **state)
{
	struct fixture *f = *state;
	struct diags d = {};
	const struct mismatch *m;

	f->e.matches_where = at(f, "udp");
	f->e.matches_text = "tcp port 80";
	f->e.matches = capture_filter_compile(&d, f->e.matches_where, "tcp port 80");
	assert_non_null(f->e.matches);
	assert_holds(f);
	capture_filter_free(f->e.matches);
	f->e.matches_text = "udp";
	f->e.matches = capture_filter_compile(&d, f->e.matches_where, "udp");
	assert_false(judge_run(&f->e, &f->o, NULL, 0, &f->arena, &f->found));
	m = &f->found.items[0];
	assert_int_equal(m->kind, MISMATCH_MATCHES);
	assert_non_null(strstr(m->message, "does not match 'udp': 10.0.0.1"));
}

static void all_that_differs_is_found(void **state)
{
	struct fixture *f = *state;
	static const enum mismatch_kind kinds[] = { MISMATCH_VERDICT, MISMATCH_PACKET,
						    MISMATCH_CAPTURE };

	f->e.verdict_where = at(f, "XDP_DROP");
	f->e.verdict = XDP_DROP;
	expect_packet(f, "like ipv4(ttl=63)");
	f->e.capture = "out.pcap";
	f->e.capture_where = at(f, "out.pcap");
	f->o.frame = 17;
	assert_false(
		judge_run(&f->e, &f->o, f->changed.data, f->changed.len, &f->arena, &f->found));
	assert_int_equal(f->found.n, ARRAY_SIZE(kinds));
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		assert_int_equal(f->found.items[i].kind, kinds[i]);
		assert_int_equal(f->found.items[i].frame, 17);
	}
}

/* The program may cut a frame to nothing; a summary of that is asked for, too. */
static void empty_output_is_judged(void **state)
{
	struct fixture *f = *state;

	f->o.out_len = 0;
	expect_packet(f, "same");
	assert_false(judge_run(&f->e, &f->o, NULL, 0, &f->arena, &f->found));
	f->o.out = NULL;
	assert_false(judge_run(&f->e, &f->o, NULL, 0, &f->arena, &f->found));
	assert_int_equal(f->found.n, 2);
	assert_int_equal(f->found.items[0].out_len, 0);
}

static void kinds_have_names(void **state)
{
	(void)state;
	for (int kind = 0; kind < N_MISMATCH_KINDS; kind++)
		assert_non_null(mismatch_kind_name((enum mismatch_kind)kind));
	assert_string_equal(mismatch_kind_name(MISMATCH_MAP), "maps");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_expected_holds),
		TEST(verdict_holds_and_fails),
		TEST(verdicts_without_a_name_are_numbers),
		TEST(refusal_holds_and_fails),
		TEST(unexpected_refusal_is_one_mismatch),
		TEST(packet_holds),
		TEST(packet_fails_field_by_field),
		TEST(capture_holds_and_fails),
		TEST(matches_holds_and_fails),
		TEST(all_that_differs_is_found),
		TEST(empty_output_is_judged),
		TEST(kinds_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
