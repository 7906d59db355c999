/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every frame of a capture through a program, judged and forgotten one by one: memory does not
 * grow with the file, and what a frame costs besides the system call is kept small.
 */
#include "run/context.h"

#include "packet/offload.h"

#include <inttypes.h>
#include <string.h>

/* One entry of `expect:` while its frames go by. */
struct entry_state {
	const struct replay_expectation *entry;
	uint64_t end;	 /* last frame it names; UINT64_MAX: until the end of the file */
	uint64_t frames; /* judged by it */
	bool maps_judged;
	struct map_states before;
	struct events_judge *events; /* NULL: nothing is expected of them */
	struct capture *expected;    /* of `capture:` */
	bool expected_ended;
};

struct replay {
	struct life *life;
	const struct step *step;
	struct step_result *result;
	struct capture *capture;
	struct test_run run;
	struct observation last; /* of the frame run last */
	struct entry_state *entries;
	size_t current; /* the entry that judged the frame before: most likely this one's too */
	struct artifacts artifacts;
	struct offloads offloads;
	struct arena details; /* of the frame run last */

	uint64_t last_number, unjudged, first_unjudged;
	uint64_t skipped, events_lost;
};

static struct diags *diags_of(struct replay *r)
{
	return &r->life->result->diags;
}

static bool names_frame(const struct replay_expectation *e, uint64_t number)
{
	for (size_t i = 0; i < e->n_ranges; i++)
		if (number >= e->ranges[i].first && number <= e->ranges[i].last)
			return true;
	return false;
}

static struct entry_state *entry_for(struct replay *r, uint64_t number)
{
	struct entry_state *rest = NULL;

	if (names_frame(r->entries[r->current].entry, number))
		return &r->entries[r->current];
	for (size_t i = 0; i < r->step->n_replay; i++) {
		if (names_frame(r->entries[i].entry, number)) {
			r->current = i;
			return &r->entries[i];
		}
		if (r->entries[i].entry->rest)
			rest = &r->entries[i];
	}
	return rest;
}

static int begin_entries(struct replay *r)
{
	struct arena *a = &r->life->result->arena;
	const struct step *step = r->step;

	r->entries = arena_alloc(a, step->n_replay * sizeof(*r->entries));
	for (size_t i = 0; i < step->n_replay; i++) {
		struct entry_state *e = &r->entries[i];
		struct capture_options options = {};

		e->entry = &step->replay[i];
		e->end = e->entry->rest ? UINT64_MAX : 0;
		for (size_t j = 0; j < e->entry->n_ranges; j++)
			if (e->entry->ranges[j].last > e->end)
				e->end = e->entry->ranges[j].last;
		map_states_take(r->life, step, &e->entry->expect, &e->before);
		if (e->entry->expect.events)
			e->events = events_judge_begin(e->entry->expect.events);
		if (!e->entry->expect.capture)
			continue;
		e->expected = capture_open(diags_of(r), e->entry->expect.capture_where,
					   e->entry->expect.capture, &options);
		if (!e->expected)
			return -1;
	}
	return 0;
}

static void judge_maps(struct replay *r, struct entry_state *e)
{
	uint64_t frame = e->end == UINT64_MAX ? r->last_number : e->end;

	if (e->maps_judged)
		return;
	e->maps_judged = true;
	map_states_judge(r->life, r->step, &e->entry->expect, &e->before, frame,
			 &r->result->mismatches);
}

/* Maps are judged when the last frame of their entry has gone by, before the next one runs. */
static void judge_maps_before(struct replay *r, uint64_t number)
{
	for (size_t i = 0; i < r->step->n_replay; i++)
		if (r->entries[i].end < number)
			judge_maps(r, &r->entries[i]);
}

static const uint8_t *complete_checksum(struct replay *r, const struct capture_frame *f)
{
	uint8_t *copy = r->life->session->frame;

	if (!r->step->fix_checksums || !frame_checksum_is_partial(f->data, f->len) ||
	    f->len > TEST_RUN_ROOM)
		return f->data;
	memcpy(copy, f->data, f->len);
	frame_checksum_complete(copy, f->len);
	return copy;
}

/* The next frame of `capture:`; NULL at its end. */
static const uint8_t *next_expected(struct replay *r, struct entry_state *e, size_t *len)
{
	struct capture_frame f;

	if (!e->expected || e->expected_ended)
		return NULL;
	if (capture_next(diags_of(r), e->expected, &f) != 1) {
		e->expected_ended = true;
		return NULL;
	}
	*len = f.len;
	return f.data;
}

/* Whether more is asked for than the kernel says by itself. */
static bool expects_way(const struct expectation *e)
{
	return e->redirect || e->calls || e->tail_calls || e->tunnel || e->context || e->events;
}

/* Where the frame went, which costs more than most replays want to pay for each. */
static void observe_way(struct replay *r, struct observation *o, struct arena *arena)
{
	struct life_node *n = step_node(r->life, r->step);

	if (o->error)
		return;
	observe_calls(n, &r->step->program, r->run.type, o, arena);
	observe_redirect(n, r->run.ifindex, o, arena);
}

static void frame_failed(struct replay *r, const struct entry_state *e,
			 const struct capture_frame *f, const struct observation *o,
			 const uint8_t *expected, size_t expected_len)
{
	struct scenario_result *result = r->life->result;
	struct step_result *sr = r->result;
	size_t first = sr->mismatches.n;

	if (sr->mismatched_frames++ >= FAILURES_SHOWN)
		return;
	/* What is added keeps the frames: the buffers are used again for the next one. */
	if (expected)
		expected = arena_memdup(&result->arena, expected, expected_len);
	sr->observed = *o;
	sr->observed.in = arena_memdup(&result->arena, o->in, o->in_len);
	if (o->out)
		sr->observed.out = arena_memdup(&result->arena, o->out, o->out_len);
	if (o->meta_len)
		sr->observed.meta = arena_memdup(&result->arena, o->meta, o->meta_len);
	observe_way(r, &sr->observed, &result->arena);
	judge_run(&e->entry->expect, &sr->observed, expected, expected_len, &result->arena,
		  &sr->mismatches);
	for (size_t i = first; i < sr->mismatches.n; i++)
		sr->mismatches.items[i].frame = f->number;
	if (o->error) {
		const char *why = test_run_refusal(&r->run, &result->arena);

		if (why)
			step_note(r->life, sr, "frame %" PRIu64 ": %s", f->number, why);
	}
	artifacts_add(&r->artifacts, r->life, f->time, &sr->observed);
}

/* Records are judged as they come: those of a whole capture are never kept. After the calls. */
static void take_events(struct replay *r, struct entry_state *e, struct observation *o,
			uint64_t time)
{
	if (!e->events && !life_is_watched(r->life)) {
		r->events_lost += events_discard(step_node(r->life, r->step)->events);
		return;
	}
	observe_events(r->life, r->step, o, &r->details);
	if (e->events)
		events_judge_run(e->events, o);
	life_tell(r->life, r->step, o, time);
	o->events = NULL;
	o->n_events = 0;
}

static void run_one(struct replay *r, struct entry_state *e, const struct capture_frame *f)
{
	const uint8_t *data = complete_checksum(r, f), *expected;
	struct observation *o = &r->last;
	size_t expected_len = 0, len = f->len;

	context_warn_tag(r->life, r->step, data, len);
	data = context_frame(r->life, r->step, &r->run, data, &len);
	step_script_at_frame(r->life, r->step, f->time);
	run_frame(&r->run, data, len, o);
	o->frame = f->number;
	r->result->frames++;
	e->frames++;
	if (!o->error)
		step_count_verdict(r->life, r->result, o->verdict);
	expected = next_expected(r, e, &expected_len);
	arena_free(&r->details);
	if (expects_way(&e->entry->expect) || life_is_watched(r->life))
		observe_way(r, o, &r->details);
	take_events(r, e, o, f->time);
	if (!judge_run(&e->entry->expect, o, expected, expected_len, &r->life->result->arena, NULL))
		frame_failed(r, e, f, o, expected, expected_len);
}

/* Returns false where the replay cannot go on. */
static bool take_frame(struct replay *r, const struct capture_frame *f)
{
	struct entry_state *e;

	time_limit_at_frame(r->life->session->options.limit, f->number);
	judge_maps_before(r, f->number);
	r->last_number = f->number;
	if (f->len < f->wire_len) {
		if (r->step->truncated == TRUNCATED_SKIP) {
			r->skipped++;
			return true;
		}
		diag(diags_of(r), DIAG_ERROR, r->step->capture_where,
		     "frame %" PRIu64 " was cut by the snap length: %u of %u bytes; record with "
		     "'tcpdump -s 0', or say 'truncated: skip'",
		     f->number, f->len, f->wire_len);
		return false;
	}
	offloads_look(&r->offloads, f);
	e = entry_for(r, f->number);
	if (e)
		run_one(r, e, f);
	if (context_check(r->life, r->step))
		return false;
	if (!e && !r->unjudged++)
		r->first_unjudged = f->number;
	return true;
}

static void check_ranges(struct replay *r, const struct entry_state *e)
{
	uint64_t last = capture_frames(r->capture);
	bool beyond = false;

	for (size_t i = 0; i < e->entry->n_ranges && last; i++) {
		const struct frame_range *range = &e->entry->ranges[i];

		if (range->last == UINT64_MAX || range->last <= last)
			continue;
		beyond = true;
		diag(diags_of(r), DIAG_ERROR, range->where,
		     "the last frame is number %" PRIu64 ": there is no frame %" PRIu64, last,
		     range->last);
	}
	if (e->frames || beyond)
		return;
	if (r->last_number)
		diag(diags_of(r), DIAG_ERROR, e->entry->expect.where,
		     "this judges no frame: those it names %s",
		     r->skipped	       ? "were cut by the snap length, or not in the capture"
		     : r->step->filter ? "do not pass the filter"
				       : "are judged by other entries");
	else
		diag(diags_of(r), DIAG_ERROR, e->entry->expect.where, "this judges no frame: %s",
		     r->step->filter ? "the filter lets none pass" : "the capture is empty");
}

static void check_capture_used_up(struct replay *r, struct entry_state *e)
{
	struct arena *a = &r->life->result->arena;
	uint64_t left = 0;
	size_t len;

	while (next_expected(r, e, &len))
		left++;
	if (!left)
		return;
	*ARENA_PUSH(a, r->result->mismatches.items, r->result->mismatches.n) = (struct mismatch){
		.kind = MISMATCH_CAPTURE,
		.where = e->entry->expect.capture_where,
		.message = arena_printf(a,
					"the capture holds %" PRIu64 " frame%s more than came out "
					"(%" PRIu64 ")",
					left, left == 1 ? "" : "s", e->frames),
		.expected = arena_printf(a, "%" PRIu64 " frames", e->frames + left),
		.actual = arena_printf(a, "%" PRIu64 " frames", e->frames),
	};
}

static void judge_events(struct replay *r, struct entry_state *e)
{
	if (e->events)
		events_judge_end(e->events, &r->life->result->arena,
				 e->frames ? &r->result->mismatches : NULL);
	e->events = NULL;
}

static void end_entries(struct replay *r)
{
	for (size_t i = 0; i < r->step->n_replay; i++) {
		struct entry_state *e = &r->entries[i];

		judge_maps(r, e);
		judge_events(r, e);
		check_ranges(r, e);
		check_capture_used_up(r, e);
	}
	if (r->unjudged)
		diag(diags_of(r), DIAG_ERROR, r->step->where,
		     "%" PRIu64 " frame%s judged by no entry, the first is %" PRIu64
		     ": add one, or 'frames: rest'",
		     r->unjudged, r->unjudged == 1 ? " is" : "s are", r->first_unjudged);
}

static void say_what_was_met(struct replay *r)
{
	struct life *l = r->life;
	struct step_result *sr = r->result;

	if (capture_default_ethernet(r->capture))
		step_note(l, sr, "%s", capture_default_ethernet(r->capture));
	offloads_note(&r->offloads, l, sr, r->step->fix_checksums);
	if (r->skipped)
		step_note(l, sr, "%" PRIu64 " frame%s cut by the snap length, left out", r->skipped,
			  r->skipped == 1 ? "" : "s");
	step_note_lost_events(l, sr, r->events_lost);
}

struct capture *step_open_capture(struct life *l, const struct step *step)
{
	struct capture_options options = { .filter = step->filter,
					   .filter_span = step->filter_where };

	/* Frames without an Ethernet header arrive at their device, as those of `send` do. */
	if (step->has_device)
		options.eth_dst = step_node(l, step)->node->devices[step->device].mac;
	if (step->has_ethernet) {
		options.eth_src = step->eth_src;
		options.eth_dst = step->eth_dst;
	}
	return capture_open(&l->result->diags, step->capture_where, step->capture, &options);
}

static int prepare_context(struct replay *r)
{
	last_hand_over(r->life, r->step, &r->run);
	context_warn(r->life, r->step);
	return context_begin(r->life, r->step, &r->run);
}

void step_replay(struct life *l, const struct step *step, struct step_result *sr)
{
	struct replay r = { .life = l, .step = step, .result = sr };
	struct capture_frame f;
	int more = -1;

	offloads_begin(&r.offloads, l, step);
	r.capture = step_open_capture(l, step);
	if (r.capture && !run_prepare(l, step, &r.run) && !prepare_context(&r) &&
	    !begin_entries(&r)) {
		artifacts_begin(&r.artifacts, l, step);
		sr->ran = true;
		while ((more = capture_next(diags_of(&r), r.capture, &f)) == 1 &&
		       take_frame(&r, &f) && !time_limit_is_over(l->session->options.limit))
			;
	}
	if (more == 0) {
		end_entries(&r);
		say_what_was_met(&r);
	}
	artifacts_end(&r.artifacts, l, sr);
	context_end(l);
	if (sr->frames)
		last_keep(l, step, &r.last);
	for (size_t i = 0; r.entries && i < step->n_replay; i++) {
		capture_close(r.entries[i].expected);
		if (r.entries[i].events)
			events_judge_end(r.entries[i].events, NULL, NULL);
	}
	arena_free(&r.details);
	capture_close(r.capture);
}
