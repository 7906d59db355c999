/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/context.h"

#include <string.h>

/* The one frame of `capture:`, or NULL where the file has none. */
static const uint8_t *expected_frame(struct life *l, const struct expectation *e, size_t *len)
{
	struct capture_options options = {};
	struct capture_frame f;
	const uint8_t *copy = NULL;
	struct capture *c;

	if (!e->capture)
		return NULL;
	c = capture_open(&l->result->diags, e->capture_where, e->capture, &options);
	if (!c)
		return NULL;
	if (capture_next(&l->result->diags, c, &f) == 1) {
		copy = arena_memdup(&l->result->arena, f.data, f.len);
		*len = f.len;
		if (capture_next(&l->result->diags, c, &f) == 1)
			diag(&l->result->diags, DIAG_ERROR, e->capture_where,
			     "the capture holds more than the one frame that a send gives");
	}
	capture_close(c);
	return copy;
}

static void keep_observation(struct life *l, struct step_result *r, const struct observation *o)
{
	struct arena *a = &l->result->arena;

	r->observed = *o;
	r->observed.in = arena_memdup(a, o->in, o->in_len);
	if (o->out)
		r->observed.out = arena_memdup(a, o->out, o->out_len);
	r->ran = true;
	r->frames = 1;
	if (!o->error)
		step_count_verdict(l, r, o->verdict);
}

/* A refused run that nobody expected: say in words what this kernel does not take. */
static void explain_refusal(struct life *l, struct step_result *r, struct test_run *run)
{
	const char *why = run->error ? test_run_refusal(run, &l->result->arena) : NULL;

	if (why)
		step_note(l, r, "%s", why);
}

/* Run the frame with what goes with it. Returns 0, or -1 (reported): it was not run as it should.
 */
static int send_frame(struct life *l, const struct step *step, const struct packet *frame,
		      struct test_run *run, struct observation *o)
{
	size_t len = frame->len;
	const uint8_t *data;
	int err;

	context_warn(l, step);
	context_warn_tag(l, step, frame->data, len);
	data = context_frame(l, step, run, frame->data, &len);
	run_frame(run, data, len, o);
	err = context_check(l, step);
	context_end(l);
	return err;
}

void step_send(struct life *l, const struct step *step, struct step_result *r)
{
	struct scenario_result *result = l->result;
	struct packet frame = step->packet;
	struct step arrived = *step;
	struct artifacts artifacts;
	struct map_states before;
	struct test_run run;
	struct observation o;
	const uint8_t *expected;
	size_t expected_len = 0;
	bool ok;

	if (step->send_last && last_take(l, step, &arrived, &frame, r))
		return;
	if (run_prepare(l, &arrived, &run))
		return;
	last_hand_over(l, step, &run);
	expected = expected_frame(l, &step->expect, &expected_len);
	if (result->diags.errors || context_begin(l, &arrived, &run))
		return;
	map_states_take(l, step, &step->expect, &before);
	if (send_frame(l, &arrived, &frame, &run, &o))
		return;
	observe(l, &arrived, &run, &o, &result->arena);
	life_tell(l, step, &o, 0);
	last_keep(l, &arrived, &o);
	keep_observation(l, r, &o);
	ok = judge_run(&step->expect, &r->observed, expected, expected_len, &result->arena,
		       &r->mismatches);
	map_states_judge(l, step, &step->expect, &before, 0, &r->mismatches);
	step_judge_events(&step->expect, &r->observed, &result->arena, &r->mismatches);
	if (!step->expect.events)
		step_note_lost_events(l, r, o.events_lost);
	if (r->mismatches.n == 0)
		return;
	r->mismatched_frames = !ok;
	explain_refusal(l, r, &run);
	artifacts_begin(&artifacts, l, step);
	artifacts_add(&artifacts, l, 0, &r->observed);
	artifacts_end(&artifacts, l, r);
}
