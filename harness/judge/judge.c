/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/run_judge.h"

#include "base/errno_names.h"
#include "base/text_stream.h"
#include "base/verdict_names.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
	[MISMATCH_VERDICT] = "verdict", [MISMATCH_ERROR] = "error",
	[MISMATCH_PACKET] = "packet",	[MISMATCH_CAPTURE] = "capture",
	[MISMATCH_MATCHES] = "matches", [MISMATCH_MAP] = "maps",
	[MISMATCH_EVENTS] = "events",	[MISMATCH_REDIRECT] = "redirect",
	[MISMATCH_CALLS] = "calls",	[MISMATCH_TAIL_CALLS] = "tail_calls",
	[MISMATCH_TUNNEL] = "tunnel",	[MISMATCH_CONTEXT] = "ctx",
	[MISMATCH_META] = "meta",
};

const char *mismatch_kind_name(enum mismatch_kind kind)
{
	return kind_names[kind];
}

static const char *frame_summary(struct arena *arena, const uint8_t *data, size_t len)
{
	struct text_stream t;
	struct packet p;

	packet_dissect(arena_memdup(arena, data, len), len, &p);
	text_stream_open(&t);
	packet_summary(t.out, &p);
	return text_stream_close(&t, arena);
}

struct mismatch *mismatch_add(struct run_judge *j, enum mismatch_kind kind, struct span where)
{
	struct mismatch *m = ARENA_PUSH(j->arena, j->found->items, j->found->n);

	if (!j->sent && j->o->in)
		j->sent = frame_summary(j->arena, j->o->in, j->o->in_len);
	m->kind = kind;
	m->where = where;
	m->frame = j->o->frame;
	m->sent = j->sent;
	return m;
}

/* The bytes live in the caller's buffer until its next run: what reports show is a copy. */
static void keep_output(struct run_judge *j, struct mismatch *m)
{
	m->out = arena_memdup(j->arena, j->out, j->out_len);
	m->out_len = j->out_len;
}

static const char *verdict_text(struct run_judge *j, int32_t verdict)
{
	const char *name = verdict_name(j->o->prog_type, verdict);

	return name ? arena_printf(j->arena, "%s", name) : arena_printf(j->arena, "%d", verdict);
}

/* The number as well: a name alone hides what XDP_ABORTED or TC_ACT_UNSPEC returned. */
static const char *verdict_text_number(struct run_judge *j, int32_t verdict)
{
	const char *name = verdict_name(j->o->prog_type, verdict);

	return name ? arena_printf(j->arena, "%s (%d)", name, verdict)
		    : arena_printf(j->arena, "%d", verdict);
}

static bool refused_differs(struct run_judge *j)
{
	const struct expectation *e = j->e;
	bool expected = e->error_where.src;
	struct mismatch *m;

	if (!j->found)
		return false;
	m = mismatch_add(j, MISMATCH_ERROR, expected ? e->error_where : e->where);
	m->actual = arena_strdup(j->arena, errno_name(j->o->error));
	if (!expected) {
		m->message = arena_printf(j->arena, "the kernel refused the run: %s (%s)",
					  m->actual, errno_text(j->o->error));
		return false;
	}
	m->expected = arena_strdup(j->arena, errno_name(e->error));
	m->message =
		arena_printf(j->arena, "expected %s, but the kernel refused the run with %s (%s)",
			     m->expected, m->actual, errno_text(j->o->error));
	return false;
}

static bool judge_error(struct run_judge *j)
{
	const struct expectation *e = j->e;
	struct mismatch *m;

	if (j->o->error)
		return (e->error_where.src && e->error == j->o->error) || refused_differs(j);
	if (!e->error_where.src)
		return true;
	if (!j->found)
		return false;
	m = mismatch_add(j, MISMATCH_ERROR, e->error_where);
	m->expected = arena_strdup(j->arena, errno_name(e->error));
	m->actual = verdict_text(j, j->o->verdict);
	m->message = arena_printf(j->arena,
				  "expected the kernel to refuse the run with %s, but it ran: %s",
				  m->expected, verdict_text_number(j, j->o->verdict));
	return false;
}

static bool judge_verdict(struct run_judge *j)
{
	const struct expectation *e = j->e;
	struct mismatch *m;

	if (!e->verdict_where.src || e->verdict == j->o->verdict)
		return true;
	if (!j->found)
		return false;
	m = mismatch_add(j, MISMATCH_VERDICT, e->verdict_where);
	m->expected = verdict_text(j, e->verdict);
	m->actual = verdict_text(j, j->o->verdict);
	m->message = arena_printf(j->arena, "expected %s, got %s", m->expected,
				  verdict_text_number(j, j->o->verdict));
	return false;
}

/* Field by field below the message; the message names what a reader should look at first. */
#define FIELDS_NAMED 4

static const char *one_difference(struct arena *arena, const struct packet_difference *d)
{
	if (!d->actual)
		return arena_printf(arena, "%s is missing from the frame that came out", d->field);
	if (!d->expected)
		return arena_printf(arena, "the frame that came out has %s, which is not expected",
				    d->field);
	return arena_printf(arena, "%s: expected %s, got %s", d->field, d->expected, d->actual);
}

static const char *packet_message(struct arena *arena, const struct packet_diff *diff)
{
	const struct packet_difference *first = diff->items;
	size_t n = 0;
	struct text_stream t;

	if (diff->unmade)
		return arena_printf(arena, "what was sent has no %s", diff->unmade);
	/* Lengths and checksums only follow from the others, unless there are no others. */
	while (n < diff->n && !diff->items[n].derived)
		n++;
	if (!n)
		n = diff->n;
	if (!n)
		return "the frame that came out is not the one expected";
	if (n == 1)
		return one_difference(arena, first);
	text_stream_open(&t);
	fputs("the frame that came out differs in", t.out);
	for (size_t i = 0; i < n && i < FIELDS_NAMED; i++)
		fprintf(t.out, "%s %s", i ? "," : "", diff->items[i].field);
	if (n > FIELDS_NAMED)
		fprintf(t.out, " and %zu more", n - FIELDS_NAMED);
	return text_stream_close(&t, arena);
}

static void frames_differ(struct run_judge *j, struct mismatch *m, struct packet_diff *diff)
{
	m->packet = diff;
	m->expected = diff->expected;
	m->actual = diff->actual;
	m->message = packet_message(j->arena, diff);
	keep_output(j, m);
}

/*
 * Whether it holds is asked first, with memory that goes at once: a replay of millions of frames
 * must not grow the arena by those that hold.
 */
static bool judge_packet(struct run_judge *j)
{
	const struct expectation *e = j->e;
	const struct observation *o = j->o;
	struct arena scratch = {};
	struct packet_diff *diff;
	bool holds;

	if (!e->packet)
		return true;
	holds = packet_expect_check(e->packet, o->in, o->in_len, j->out, j->out_len, &scratch,
				    NULL);
	arena_free(&scratch);
	if (holds || !j->found)
		return holds;
	diff = arena_alloc(j->arena, sizeof(*diff));
	packet_expect_check(e->packet, o->in, o->in_len, j->out, j->out_len, j->arena, diff);
	frames_differ(j, mismatch_add(j, MISMATCH_PACKET, e->packet_where), diff);
	return false;
}

static bool judge_capture(struct run_judge *j)
{
	const uint8_t *expected = j->expected_out;
	size_t expected_len = j->expected_out_len;
	struct packet_diff *diff;
	struct mismatch *m;

	if (!j->e->capture_where.src)
		return true;
	if (expected && expected_len == j->out_len && !memcmp(expected, j->out, expected_len))
		return true;
	if (!j->found)
		return false;
	m = mismatch_add(j, MISMATCH_CAPTURE, j->e->capture_where);
	if (!expected) {
		m->message = arena_printf(j->arena, "'%s' has no frame left to compare with",
					  j->e->capture);
		keep_output(j, m);
		return false;
	}
	diff = arena_alloc(j->arena, sizeof(*diff));
	frame_compare(expected, expected_len, j->out, j->out_len, j->arena, diff);
	frames_differ(j, m, diff);
	return false;
}

static bool judge_matches(struct run_judge *j)
{
	const struct expectation *e = j->e;
	struct mismatch *m;

	if (!e->matches || capture_filter_match(e->matches, j->out, j->out_len))
		return true;
	if (!j->found)
		return false;
	m = mismatch_add(j, MISMATCH_MATCHES, e->matches_where);
	m->expected = e->matches_text;
	m->actual = frame_summary(j->arena, j->out, j->out_len);
	m->message = arena_printf(j->arena, "the frame that came out does not match '%s': %s",
				  e->matches_text, m->actual);
	keep_output(j, m);
	return false;
}

/* One row for each kind of expectation that looks at one run only. */
static bool (*const parts[])(struct run_judge *j) = {
	judge_verdict, judge_packet,	 judge_capture, judge_matches, judge_redirect,
	judge_calls,   judge_tail_calls, judge_tunnel,	judge_context, judge_meta,
};

bool judge_run(const struct expectation *e, const struct observation *o,
	       const uint8_t *expected_out, size_t expected_out_len, struct arena *arena,
	       struct mismatches *out)
{
	static const uint8_t nothing[1];
	struct run_judge j = {
		.e = e,
		.o = o,
		.out = o->out ? o->out : nothing,
		.out_len = o->out ? o->out_len : 0,
		.expected_out = expected_out,
		.expected_out_len = expected_out_len,
		.arena = arena,
		.found = out,
	};
	bool holds = true;

	/* A run that did not take place has no verdict and no frame to judge. */
	if (o->error || e->error_where.src)
		return judge_error(&j);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		holds &= parts[i](&j);
	return holds;
}
