/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict replay: a capture through a program, one line per frame. */
#include "base/errno_names.h"
#include "base/text.h"
#include "base/verdict_names.h"
#include "cli/command.h"
#include "cli/streaming.h"
#include "kernel/descriptors.h"
#include "packet/capture.h"
#include "packet/expect.h"
#include "report/details.h"
#include "report/trace.h"
#include "run/crash.h"
#include "run/interrupt.h"
#include "run/stream.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct span nowhere;

struct replayer {
	const struct replay_options *options;
	struct streaming what;
	struct capture_writer *writer;
	int write_error;
	char *load_log; /* of a program that did not load: shown after the diagnostics */
	uint64_t frames, first_time, refused;
};

static void print_changes(const struct packet_diff *diff)
{
	const char *separator = "  ";

	for (size_t i = 0; i < diff->n; i++) {
		const struct packet_difference *x = &diff->items[i];

		if (x->derived)
			continue;
		printf("%s%s ", separator, x->field);
		if (x->expected && x->actual)
			printf("%s -> %s", x->expected, x->actual);
		else
			fputs(x->actual ? "added" : "removed", stdout);
		separator = ", ";
	}
}

static void print_frame_changes(const struct observation *o)
{
	struct arena arena = {};
	struct packet_diff diff = {};

	if (!frame_compare(o->in, o->in_len, o->out, o->out_len, &arena, &diff))
		print_changes(&diff);
	arena_free(&arena);
}

static void print_verbose(const struct replayer *r, const struct streamed_frame *f)
{
	trace_print(stdout, "      ", r->what.step.program.program->name, f->observed,
		    &r->what.scenario.values);
	if (f->changes)
		details_changes(stdout, f->changes, "      ", SIZE_MAX);
}

static int print_frame(void *arg, const struct streamed_frame *f)
{
	struct replayer *r = arg;
	const struct observation *o = f->observed;
	uint64_t since;
	struct packet p;

	if (!r->frames++)
		r->first_time = f->frame->time;
	since = f->frame->time - r->first_time;
	printf("%5" PRIu64 "  %" PRIu64 ".%06" PRIu64 "  ", f->frame->number, since / 1000000000,
	       since % 1000000000 / 1000);
	packet_dissect((uint8_t *)(uintptr_t)o->in, o->in_len, &p);
	packet_summary(stdout, &p);
	fputs("  ", stdout);
	if (o->error) {
		r->refused++;
		printf("refused: %s\n", f->refusal ? f->refusal : strerror(-o->error));
		return 0;
	}
	verdict_print(stdout, o->prog_type, o->verdict);
	print_frame_changes(o);
	putchar('\n');
	if (r->options->verbose)
		print_verbose(r, f);
	if (r->writer)
		r->write_error = capture_write(r->writer, f->frame->time, o->out, o->out_len);
	return r->write_error;
}

static int finish_writing(struct replayer *r, struct diags *d, int status)
{
	int err = r->write_error;

	if (!r->writer)
		return status;
	if (err || status)
		capture_abandon(r->writer);
	else
		err = capture_finish(r->writer);
	r->writer = NULL;
	if (!err)
		return status;
	diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", r->options->write, errno_text(err));
	return -1;
}

/* Standard output has what came before. The suite is still used: nothing is freed. */
static void leave_behind(struct replayer *r, struct diags *d)
{
	capture_abandon(r->writer);
	fflush(stdout);
	diags_print(stderr, d);
	fputs("verdict: a BPF program still runs: this process stays until it returns, as nothing "
	      "can end it\n",
	      stderr);
	_exit(EXIT_NOT_JUDGED);
}

static int run_frames(struct replayer *r, struct diags *d)
{
	struct session_options session = { .no_interpose = r->options->no_interpose,
					   .time_limit = r->options->time_limit,
					   .traced = r->options->verbose };
	struct stream_options stream = { .details = r->options->verbose,
					 .map_changes = r->options->verbose,
					 .frame = print_frame,
					 .arg = r };
	struct stream_end end;

	stream_run(d, &session, &r->what.scenario, &r->what.step, &stream, &end);
	if (end.left_behind)
		leave_behind(r, d);
	if (end.interrupted)
		diag(d, DIAG_ERROR, nowhere, "interrupted by %s after %" PRIu64 " frame%s",
		     interrupt_name(end.interrupted), r->frames, r->frames == 1 ? "" : "s");
	r->load_log = end.load_log;
	/* Of what was interrupted, what came out so far is worth keeping. */
	return finish_writing(r, d, end.status);
}

static int replay(struct replayer *r, struct diags *d)
{
	int err = 0;

	if (sandbox_check(d) || sandbox_enter_process(d))
		return -1;
	if (r->options->write)
		r->writer = capture_create(r->options->write, &err);
	if (!err)
		return run_frames(r, d);
	diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", r->options->write, errno_text(err));
	return -1;
}

int cmd_replay(const void *options)
{
	const struct replay_options *o = options;
	struct replayer r = { .options = o,
			      .what = { .program = o->program,
					.scenario_path = o->scenario,
					.node = o->node,
					.capture = o->common.args.items[0],
					.filter = o->filter,
					.suite = { .object_dirs = o->objects.items,
						   .n_object_dirs = o->objects.n } } };
	struct diags d = {};
	int err;

	interrupts_catch();
	crash_reports_begin();
	descriptors_raise();
	err = streaming_prepare(&r.what, &d) || replay(&r, &d);
	if (!err && !r.frames && !interrupt_seen())
		diag(&d, DIAG_ERROR, nowhere, "%s: no frame was run", o->common.args.items[0]);
	fflush(stdout);
	diags_print(stderr, &d);
	if (r.load_log)
		fputs(r.load_log, stderr);
	free(r.load_log);
	err = err || d.errors;
	diags_free(&d);
	streaming_free(&r.what);
	return err ? EXIT_NOT_JUDGED : EXIT_PASSED;
}
