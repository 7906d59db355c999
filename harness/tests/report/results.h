/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A fixed set of results with everything a sink can meet, made without a kernel. */
#pragma once

#include "run/sink.h"
#include "types/helpers.h"

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <string.h>

struct made_results {
	struct arena arena;
	struct source sources[2];
	struct run_info info;
	struct scenario_result *items;
	size_t n;
	struct diags file_diags; /* of files that could not be read */
	struct run_summary summary;
};

static const char made_source[] = "verdict: 1\n"
				  "name: first packet\n"
				  "object: lxc.bpf.o\n"
				  "steps:\n"
				  "  - send: eth() / ipv4(src=10.0.0.1)\n"
				  "    expect:\n"
				  "      verdict: TC_ACT_REDIRECT\n"
				  "      packet: sent with ipv4(ttl=63)\n"
				  "      maps:\n"
				  "        services:\n"
				  "          - {key: {port: 80}, value: {count: 2}}\n"
				  "\t# t\xc3\xa4"
				  "bs and umlauts: count: 3\n";

#define NASTY "a\"b'<c>&d]]>\n::error::e%0Af \x1b[31m \xff # \\ \xe2\x80\xae g\t"

static const uint8_t frame_in[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00,
	0x45, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x00, 0x40, 0x11, 0x66, 0xcf, 0x0a, 0x00,
	0x00, 0x01, 0x0a, 0x00, 0x00, 0x02, 0x00, 0x35, 0x00, 0x35, 0x00, 0x08, 0xeb, 0x6b,
};

static struct span at(struct made_results *r, const char *word)
{
	const struct source *src = &r->sources[0];

	return (struct span){ src, (size_t)(strstr(src->text, word) - src->text), strlen(word) };
}

static struct scenario_result *add(struct made_results *r, const char *path, const char *name,
				   enum outcome outcome)
{
	struct scenario_result *s = ARENA_PUSH(&r->arena, r->items, r->n);

	s->id = s->path = path;
	s->name = name;
	s->outcome = outcome;
	s->where = at(r, "first packet");
	s->duration = 1234567;
	s->number = 2 * r->n - 1;
	return s;
}

static struct step_result *add_step(struct made_results *r, struct scenario_result *s,
				    const char *kind, const char *place)
{
	struct step_result *step = ARENA_PUSH(&r->arena, s->steps, s->n_steps);

	step->number = s->n_steps;
	step->kind = kind;
	step->where = at(r, place);
	return step;
}

static struct mismatch *add_mismatch(struct made_results *r, struct step_result *s,
				     enum mismatch_kind kind, const char *place,
				     const char *message)
{
	struct mismatch *m = ARENA_PUSH(&r->arena, s->mismatches.items, s->mismatches.n);

	m->kind = kind;
	m->where = at(r, place);
	m->message = message;
	return m;
}

static void observe(struct made_results *r, struct step_result *s, int32_t verdict)
{
	s->program = "cil_from_container";
	s->prog_type = BPF_PROG_TYPE_SCHED_CLS;
	s->ran = true;
	s->frames = 1;
	s->observed = (struct observation){
		.in = frame_in,
		.in_len = sizeof(frame_in),
		.out = frame_in,
		.out_len = sizeof(frame_in),
		.verdict = verdict,
		.prog_type = BPF_PROG_TYPE_SCHED_CLS,
		.duration = 321,
	};
	*ARENA_PUSH(&r->arena, s->verdicts, s->n_verdicts) = (struct verdict_count){ verdict, 1 };
}

static void make_pass(struct made_results *r)
{
	static const char *tags[] = { "arp", "smoke" };
	struct scenario_result *s =
		add(r, "scenarios/arp/reply.yaml", "ARP request is answered", OUTCOME_PASS);
	struct step_result *step;

	s->tags = tags;
	s->n_tags = ARRAY_SIZE(tags);
	step = add_step(r, s, "send", "send");
	observe(r, step, TC_ACT_OK);
	step = add_step(r, s, "maps", "maps");
	step->ran = true;
	step->name = "a backend comes";
}

/* The frame expected: another TTL, its checksum, and a byte more. */
static struct packet_diff *frame_diff(struct made_results *r)
{
	static struct packet_difference items[] = {
		{ "ipv4.ttl", "63", "64", false, 22, 1 },
		{ "payload", "\"x\"", NULL, false, 0, 0 },
		{ "ipv4.checksum", "0x67cf", "0x66cf", true, 24, 2 },
	};
	static uint8_t expected[sizeof(frame_in) + 1];
	struct packet_diff *diff = arena_alloc(&r->arena, sizeof(*diff));

	memcpy(expected, frame_in, sizeof(frame_in));
	expected[22] = 63;
	expected[24] = 0x67;
	expected[sizeof(frame_in)] = 'x';
	*diff = (struct packet_diff){
		.expected = "eth(src=02:00:00:00:00:01, dst=02:00:00:00:00:02) / "
			    "ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=63) / "
			    "udp(sport=53, dport=53) / \"x \\\" / y\"",
		.actual = "eth(src=02:00:00:00:00:01, dst=02:00:00:00:00:02) / "
			  "ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=64) / udp(sport=53, dport=53)",
		.items = items,
		.n = ARRAY_SIZE(items),
		.expected_data = expected,
		.expected_len = sizeof(expected),
		.note = "the checksum was bad when sent and is carried on",
	};
	return diff;
}

static void add_map_mismatch(struct made_results *r, struct step_result *step, uint64_t total_after)
{
	static const char *before[] = { "{key: {port: 53}, value: {count: 1}}" };
	static const char *after[] = { "{key: {port: 53}, value: {count: 1}}",
				       "{key: {port: 80}, value: {count: 1}}" };
	static struct value_difference values[] = { { "value.count", "2", "1" } };
	struct mismatch *m =
		add_mismatch(r, step, MISMATCH_MAP, "{key: {port: 80}, value: {count: 2}}",
			     "'services': value.count: expected 2, got 1");

	m->map = "services";
	m->nearest = after[1];
	m->values = values;
	m->n_values = ARRAY_SIZE(values);
	m->has_states = m->has_before = true;
	m->before = before;
	m->n_before = m->total_before = ARRAY_SIZE(before);
	m->after = after;
	m->n_after = ARRAY_SIZE(after);
	m->total_after = total_after;
}

/* One of them of the map that a mismatch shows already. */
static void add_map_changes(struct step_result *step)
{
	static const char *too_large[] = { "huge" };
	static struct map_change changes[] = {
		{ "services", "{port: 80}", NULL, "{count: 1}", NULL },
		{ "flows", "{sport: 1000}", "{packets: 1, bytes: 42}", "{packets: 2, bytes: 84}",
		  "packets 1 -> 2, bytes 42 -> 84" },
		{ "flows", "{sport: 1001}", "{packets: 1, bytes: 42}", NULL, NULL },
	};

	step->map_changes = (struct map_changes){
		.known = true,
		.items = changes,
		.n = ARRAY_SIZE(changes),
		.total = 5,
		.too_large = too_large,
		.n_too_large = ARRAY_SIZE(too_large),
	};
}

/* Time was given by the scenario, the slot is empty, and off it goes. */
static void add_calls(struct made_results *r, struct step_result *step)
{
	static struct observed_call calls[3];
	struct observed_redirect *redirect = &step->observed.redirect;
	static const char *texts[] = { "ktime_get_ns() = 100s (scripted)" };
	struct mismatch *m;

	calls[0] = (struct observed_call){ .helper = helper_find("ktime_get_ns", 12),
					   .file = "src/lxc.bpf.c",
					   .line = 42,
					   .result = 100000000000,
					   .scripted = true };
	calls[1] = (struct observed_call){ .helper = helper_find("tail_call", 9),
					   .args = { 0, 0, 7 },
					   .map = "stages",
					   .target = "policy" };
	calls[2] = (struct observed_call){ .helper = helper_find("redirect", 8),
					   .args = { 2, 1 },
					   .result = TC_ACT_REDIRECT,
					   .prog_type = BPF_PROG_TYPE_SCHED_CLS };
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i].program = "cil_from_container";
	step->observed.has_calls = true;
	step->observed.calls = calls;
	step->observed.n_calls = ARRAY_SIZE(calls);
	step->observed.calls_lost = 5;
	redirect->by = "redirect";
	redirect->ifindex = 2;
	redirect->call = &calls[2];
	redirect->flags = 1;
	m = add_mismatch(r, step, MISMATCH_CALLS, "verdict", "no call of bpf_fib_lookup()");
	m->has_seen = true;
	m->seen = texts;
	m->n_seen = ARRAY_SIZE(texts);
	m->total_seen = 8;
}

static void make_fail(struct made_results *r)
{
	struct scenario_result *s =
		add(r, "scenarios/clusterip/first.yaml", "first packet", OUTCOME_FAIL);
	static const char *notes[] = { "eth.dst: the device's own MAC" };
	struct step_result *step = add_step(r, s, "send", "send");
	struct mismatch *m;

	observe(r, step, TC_ACT_OK);
	step->name = "to the VIP";
	m = add_mismatch(r, step, MISMATCH_VERDICT, "TC_ACT_REDIRECT",
			 "expected TC_ACT_REDIRECT, got TC_ACT_OK (0)");
	m->expected = "TC_ACT_REDIRECT";
	m->actual = "TC_ACT_OK";
	m->sent = "10.0.0.1.53 > 10.0.0.2.53: udp, 0 bytes";
	m = add_mismatch(r, step, MISMATCH_PACKET, "sent with ipv4(ttl=63)",
			 "the frame that came out differs in ipv4.ttl, payload");
	m->packet = frame_diff(r);
	m->expected = m->packet->expected;
	m->actual = m->packet->actual;
	m->sent = step->mismatches.items[0].sent;
	m->out = frame_in;
	m->out_len = sizeof(frame_in);
	add_map_mismatch(r, step, 2);
	add_calls(r, step);
	add_map_changes(step);
	step->mismatched_frames = 1;
	step->notes = notes;
	step->n_notes = ARRAY_SIZE(notes);
	step->frames_in = "results/frames/scenarios/clusterip/first.yaml/step-1.in.pcap";
	step->frames_out = "results/frames/scenarios/clusterip/first.yaml/step-1.out.pcap";
	step = add_step(r, s, "send", "send");
	step->program = "cil_from_container";
	step->prog_type = BPF_PROG_TYPE_SCHED_CLS;
}

static void make_replay(struct made_results *r)
{
	static const struct {
		uint64_t frame;
		const char *sent;
	} frames[] = { { 3, "10.0.0.1.53 > 10.0.0.2.53: udp, 0 bytes" },
		       { 7, "10.0.0.9 > 10.0.0.2: icmp echo request" } };
	static struct verdict_count verdicts[] = { { TC_ACT_OK, 5 }, { TC_ACT_SHOT, 4711 } };
	struct scenario_result *s =
		add(r, "scenarios/clusterip/flow.yaml", "a flow [second]", OUTCOME_FAIL);
	struct step_result *step = add_step(r, s, "replay", "send");

	s->id = "scenarios/clusterip/flow.yaml[second]";
	s->case_name = "second";
	step->program = "cil_from_container";
	step->prog_type = BPF_PROG_TYPE_SCHED_CLS;
	step->capture = "pcaps/flow.pcap";
	step->ran = true;
	step->frames = 4716;
	step->verdicts = verdicts;
	step->n_verdicts = ARRAY_SIZE(verdicts);
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		struct mismatch *m = add_mismatch(r, step, MISMATCH_VERDICT, "TC_ACT_REDIRECT",
						  "expected TC_ACT_SHOT, got TC_ACT_OK (0)");

		m->frame = frames[i].frame;
		m->sent = frames[i].sent;
	}
	step->mismatched_frames = 5;
}

static void add_flaky(struct made_results *r)
{
	static struct attempt attempts[] = { { OUTCOME_PASS, 1000 }, { OUTCOME_FAIL, 2000 } };
	struct scenario_result *s = add(r, "scenarios/flaky.yaml", "now and then", OUTCOME_FAIL);
	struct step_result *step = add_step(r, s, "send", "send");

	s->reason = "flaky: 1 of 2 runs failed";
	s->flaky = true;
	s->attempts = attempts;
	s->n_attempts = ARRAY_SIZE(attempts);
	observe(r, step, TC_ACT_OK);
	add_mismatch(r, step, MISMATCH_VERDICT, "TC_ACT_REDIRECT", "expected 7, got 0");
}

static void make_error(struct made_results *r)
{
	struct scenario_result *s = add(r, "scenarios/load.yaml", "does not load", OUTCOME_ERROR);

	diag(&s->diags, DIAG_WARNING, at(r, "first packet"), "a warning");
	diag(&s->diags, DIAG_ERROR, at(r, "lxc.bpf.o"), "program cil_from_container does not load");
	diag(&s->diags, DIAG_NOTE, at(r, "umlauts"), "the verifier says why");
	s->load_log = "; int x = *p;\n12: (61) r1 = *(u32 *)(r1 +0)\nR1 invalid mem access\n";
}

/* Whatever a name can hold, in every place that prints one. */
static void make_nasty(struct made_results *r)
{
	struct scenario_result *s = add(r, "scenarios/" NASTY ".yaml", NASTY, OUTCOME_FAIL);
	static struct value_difference values[] = { { NASTY, NASTY, NASTY } };
	static const char *tags[] = { NASTY };
	struct step_result *step = add_step(r, s, "send", "send");
	struct mismatch *m = add_mismatch(r, step, MISMATCH_MAP, "maps", NASTY);

	s->where = span_all(&r->sources[1]);
	s->tags = tags;
	s->n_tags = 1;
	step->name = step->program = NASTY;
	m->where = s->where;
	m->map = m->expected = m->actual = m->nearest = m->sent = NASTY;
	m->values = values;
	m->n_values = 1;
	step->notes = tags;
	step->n_notes = 1;
	step->frames_in = step->frames_out = NASTY;
	m = add_mismatch(r, step, MISMATCH_TUNNEL, "maps", NASTY);
	m->seen = tags;
	m->n_seen = m->total_seen = 1;
	m->has_seen = true;
	m->nearest = NASTY;
	m->values = values;
	m->n_values = 1;
	diag(&s->diags, DIAG_WARNING, s->where, "%s", NASTY);
	s->load_log = NASTY;
}

static void results_make(struct made_results *r)
{
	static const char zeros[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	static const struct run_object object = { "build/bpf/lxc.bpf.o", zeros, 4711 };
	static const struct run_feature features[] = {
		{ "helper.redirect_neigh", true, NULL },
		{ "test_run.frags", false, "EINVAL" },
	};
	static const struct run_program programs[] = {
		{ .object = "lxc.bpf.o",
		  .globals = "",
		  .program = "cil_from_container",
		  .type = "sched_cls",
		  .insns = 4000,
		  .has_verified_insns = true,
		  .verified_insns = 40000,
		  .states = 900,
		  .peak_states = 300,
		  .stack = 320,
		  .load = 81000000 },
		{ .object = "lxc.bpf.o",
		  .globals = "mtu=1500",
		  .program = "cil_to_container",
		  .type = "sched_cls",
		  .error = "EINVAL" },
	};
	struct scenario_result *s;

	*r = (struct made_results){};
	source_from_text("scenarios/clusterip/first.yaml", made_source, strlen(made_source),
			 &r->sources[0]);
	source_from_text("scenarios/" NASTY ".yaml", NASTY, strlen(NASTY), &r->sources[1]);
	r->info = (struct run_info){
		.version = "0.1.0",
		.kernel = "6.18.0",
		.machine = "x86_64",
		.command = "verdict run 'a b'",
		.started = 1700000000123456789,
		.n_scenarios = 10,
		.jobs = 2,
		.shuffled = true,
		.seed = UINT64_MAX,
		.again = "verdict run -O 'a b'",
		.environment = { .os = "Debian GNU/Linux 12 (bookworm)",
				 .libbpf = "1.1",
				 .cpus = 2,
				 .jit = 1,
				 .jit_harden = -1 },
		.column = "6.18",
		.suite = { .n_scenarios = 20, .sha256 = zeros, .command = "verdict run 'a b'" },
		.shard = { 1, 2 },
		.objects = &object,
		.n_objects = 1,
	};
	make_pass(r);
	make_fail(r);
	make_replay(r);
	s = add(r, "scenarios/skip.yaml", "needs a new kernel", OUTCOME_SKIP);
	s->reason = "this kernel has no frags: EINVAL";
	s = add(r, "scenarios/xfail.yaml", "known", OUTCOME_XFAIL);
	s->reason = "issue 12 # not yet";
	s->duration = 12000;
	observe(r, add_step(r, s, "send", "send"), TC_ACT_OK);
	add_mismatch(r, s->steps, MISMATCH_VERDICT, "TC_ACT_REDIRECT", "expected 7, got 0");
	add_map_mismatch(r, s->steps, 40);
	add_flaky(r);
	s = add(r, "scenarios/xpass.yaml", "news", OUTCOME_FAIL);
	s->reason = "passes, though it is marked: xfail: issue 13";
	s->duration = 2500000000;
	make_error(r);
	make_nasty(r);
	diag(&r->file_diags, DIAG_ERROR, at(r, "steps"), "unknown key 'steps'");
	diag(&r->file_diags, DIAG_ERROR, at(r, "object"), "no such object");
	diag(&r->file_diags, DIAG_ERROR, (struct span){}, "cannot read gone.yaml: %s", NASTY);
	r->summary = (struct run_summary){
		.passed = 1,
		.failed = 5,
		.flaky = 1,
		.skipped = 1,
		.xfailed = 1,
		.errors = 1,
		.duration = 123456789,
		.stopped = true,
		.status = 2,
		.features = features,
		.n_features = ARRAY_SIZE(features),
		.programs = programs,
		.n_programs = ARRAY_SIZE(programs),
	};
}

static void made_results_free(struct made_results *r)
{
	for (size_t i = 0; i < r->n; i++)
		diags_free(&r->items[i].diags);
	diags_free(&r->file_diags);
	for (size_t i = 0; i < ARRAY_SIZE(r->sources); i++)
		source_free(&r->sources[i]);
	arena_free(&r->arena);
}

/* Hand everything to @s, from begin to end. */
static void results_report(const struct made_results *r, struct sink *s)
{
	s->info = r->info;
	s->ops->begin(s, &r->info);
	s->ops->diags(s, &r->file_diags);
	for (size_t i = 0; i < r->n; i++)
		s->ops->scenario(s, &r->items[i]);
	s->ops->end(s, &r->summary);
}
