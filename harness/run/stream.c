/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/stream.h"

#include "run/context.h"
#include "run/map_changes.h"

#include <inttypes.h>

static const struct span nowhere;

/* The one step of a stream has a result only for what should be known of its capture. */
static void say_what_was_met(struct life *l, const struct capture *c, const struct offloads *o)
{
	struct step_result met = {};

	if (capture_default_ethernet(c))
		step_note(l, &met, "%s", capture_default_ethernet(c));
	offloads_note(o, l, &met, false);
	for (size_t i = 0; i < met.n_notes; i++)
		diag(&l->result->diags, DIAG_NOTE, nowhere, "%s", met.notes[i]);
}

/* Changes in these would go unnoticed. */
static void say_what_was_not_seen(struct life *l, const struct map_watch *w)
{
	for (size_t i = 0; i < w->n_too_large; i++)
		diag(&l->result->diags, DIAG_NOTE, nowhere,
		     "map '%s' is too large to be looked over after each frame", w->too_large[i]);
}

/* The next frame, for which it waits as long as nobody interrupts it. As capture_next(). */
static int next_frame(struct life *l, const struct step *step, struct capture *c,
		      struct capture_frame *f)
{
	struct time_limit *limit = l->session->options.limit;
	struct diags own = {};
	int more;

	time_limit_begin(limit, step, TIME_LIMIT_NONE);
	more = capture_next(&own, c, f);
	time_limit_end(limit);
	if (time_limit_is_interrupted(limit)) {
		diags_free(&own); /* of a call that was ended */
		return 0;
	}
	diags_move(&l->result->diags, &own);
	return more;
}

/* Returns 0, or -1 (reported): it took too long. */
static int run_in_time(struct life *l, const struct step *step, struct test_run *run,
		       const struct capture_frame *f, struct observation *o)
{
	struct time_limit *limit = l->session->options.limit;
	uint64_t ns = step_time_limit(l->session, l->scenario, step);

	time_limit_begin(limit, step, ns);
	time_limit_at_frame(limit, f->number);
	run_frame(run, f->data, f->len, o);
	if (time_limit_end(limit) != TIME_LIMIT_EXCEEDED)
		return 0;
	diag(&l->result->diags, DIAG_ERROR, nowhere, "frame %" PRIu64 " took longer than %s",
	     f->number, duration_text(&l->result->arena, ns));
	return -1;
}

static int stream_frames(struct life *l, const struct step *step, struct capture *c,
			 struct test_run *run, const struct stream_options *options)
{
	struct diags *d = &l->result->diags;
	struct map_watch watch = {};
	struct arena words = {};
	struct capture_frame f;
	struct offloads offloads;
	uint64_t cut = 0;
	int status = 0, more = 1;

	offloads_begin(&offloads, l, step);
	if (options->map_changes)
		map_watch_begin(&watch, l, step_node(l, step), &l->result->arena);
	while (!status && (more = next_frame(l, step, c, &f)) == 1) {
		struct streamed_frame out = { .frame = &f };
		struct map_changes changes;
		struct observation o;

		if (f.len < f.wire_len) {
			cut++;
			continue;
		}
		offloads_look(&offloads, &f);
		context_warn_tag(l, step, f.data, f.len);
		status = run_in_time(l, step, run, &f, &o);
		if (status)
			break;
		o.frame = f.number;
		if (options->details)
			observe(l, step, run, &o, &words);
		out.observed = &o;
		if (o.error)
			out.refusal = test_run_refusal(run, &words);
		if (options->map_changes) {
			map_watch_look(&watch, SIZE_MAX, &words, &changes);
			out.changes = &changes;
		}
		status = options->frame(options->arg, &out);
		arena_free(&words);
	}
	if (cut)
		diag(d, DIAG_WARNING, nowhere,
		     "%" PRIu64 " frame%s of %s cut by the snap length and not run", cut,
		     cut == 1 ? "" : "s", step->capture);
	say_what_was_met(l, c, &offloads);
	say_what_was_not_seen(l, &watch);
	map_watch_end(&watch);
	return more < 0 ? -1 : status;
}

int session_stream(struct session *s, const struct scenario *scenario, const struct step *step,
		   const struct stream_options *options, struct scenario_result *result)
{
	struct life l;
	struct capture *c = NULL;
	struct test_run run;
	int status = -1;

	if (!life_begin(s, scenario, result, &l)) {
		c = step_open_capture(&l, step);
		if (c && !run_prepare(&l, step, &run) && !context_begin(&l, step, &run)) {
			context_warn(&l, step);
			status = stream_frames(&l, step, c, &run, options);
			context_end(&l);
		}
	}
	if (l.skip)
		diag(&result->diags, DIAG_ERROR, scenario->where,
		     "this kernel cannot do what the scenario needs: %s", l.skip);
	capture_close(c);
	return result->diags.errors ? -1 : status;
}
