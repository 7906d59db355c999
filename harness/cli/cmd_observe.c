/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict observe: events of scenarios or of a replay, as flows. */
#include "base/json.h"
#include "cli/command.h"
#include "cli/look_on.h"
#include "cli/streaming.h"
#include "kernel/descriptors.h"
#include "run/crash.h"
#include "run/interrupt.h"
#include "run/stream.h"
#include "view/flow_counts.h"

#include <stdlib.h>
#include <unistd.h>

static const struct span nowhere;

struct observer {
	const struct observe_options *options;
	struct diags *d;
	struct diags seen; /* of the thread that runs: moved to @d in the end */
	struct suite *suite;
	struct view_file views;
	struct flow_counts *counts; /* --summary */
	bool several;		    /* scenarios: say whose flows follow */

	/* Of the node whose events were read last. */
	const struct scenario_node *node;
	struct flow_reader *reader;
	struct arena arena; /* the reader's */

	const struct scenario *told; /* whose name was printed */
	bool knows;		     /* an event was of a type that the views speak of */
	bool broken;		     /* the views do not fit the types: reported once */
};

/* The reader for @node's events; NULL: the views do not fit. */
static const struct flow_reader *reader_for(struct observer *o, const struct scenario_node *node)
{
	if (o->node != node && !o->broken) {
		arena_free(&o->arena);
		o->node = node;
		o->reader = flow_reader_make(&o->seen, &o->views, &node->values, &o->arena);
		o->broken = !o->reader;
		o->knows |= o->reader && flow_reader_knows(o->reader);
	}
	return o->broken ? NULL : o->reader;
}

static void print_json(const struct scenario *s, const struct step *step,
		       const struct observation *o, uint64_t time, const struct flow *f)
{
	struct json j;

	jsonw_open(&j, stdout, JSON_LINE);
	jsonw_object(&j, NULL);
	jsonw_string(&j, "scenario", s->id);
	jsonw_uint(&j, "step", step->number);
	if (s->nodes[step->node].name)
		jsonw_string(&j, "node", s->nodes[step->node].name);
	if (step->program.program)
		jsonw_string(&j, "program", step->program.program->name);
	if (o->frame) {
		jsonw_uint(&j, "frame", o->frame);
		jsonw_printf(&j, "time", "%llu.%09llu", (unsigned long long)(time / 1000000000),
			     (unsigned long long)(time % 1000000000));
	}
	flow_print_json(&j, f);
	jsonw_end(&j);
	jsonw_close(&j);
}

static void show(struct observer *o, const struct scenario *s, const struct step *step,
		 const struct observation *seen, uint64_t time, const struct flow *f)
{
	if (o->counts) {
		flow_counts_add(o->counts, f);
		return;
	}
	if (o->options->format == VIEW_JSON) {
		print_json(s, step, seen, time, f);
		return;
	}
	if (o->several && o->told != s)
		printf("%s# %s: %s\n", o->told ? "\n" : "", s->id, s->name);
	o->told = s;
	flow_print_text(stdout, f);
}

static void observe_run(void *arg, const struct scenario *s, const struct step *step,
			const struct observation *seen, uint64_t time)
{
	struct observer *o = arg;
	struct arena scratch = {};
	struct flow f;

	for (size_t i = 0; i < seen->n_events; i++) {
		const struct flow_reader *reader;

		if (!flow_is_told_in(&o->views, seen->events[i].map))
			continue;
		reader = reader_for(o, &s->nodes[step->node]);
		if (reader &&
		    flow_read(reader, &seen->events[i], s->hosts, s->n_hosts, &scratch, &f))
			show(o, s, step, seen, time, &f);
	}
	if (seen->events_lost)
		diag(&o->seen, DIAG_WARNING, nowhere, "%s: %llu events of step %zu were lost",
		     s->id, (unsigned long long)seen->events_lost, step->number);
	arena_free(&scratch);
}

static int observe_scenarios(struct observer *o)
{
	const struct observe_options *options = o->options;
	struct watcher watcher = { .arg = o, .ran = observe_run };
	struct session_options session = { .watcher = &watcher, .time_limit = options->time_limit };

	for (size_t i = 0; i < options->common.args.n; i++)
		suite_read(o->suite, options->common.args.items[i]);
	diags_move(o->d, &o->suite->diags);
	if (o->d->errors)
		return EXIT_NOT_JUDGED;
	if (!o->suite->n) {
		diag(o->d, DIAG_ERROR, nowhere, "there is no scenario to run");
		return EXIT_NOT_JUDGED;
	}
	o->several = o->suite->n > 1;
	return look_on(o->d, o->suite, &session);
}

struct observed_stream {
	struct observer *observer;
	struct streaming *what;
};

static int observe_frame(void *arg, const struct streamed_frame *f)
{
	struct observed_stream *s = arg;

	if (!f->observed->error)
		observe_run(s->observer, &s->what->scenario, &s->what->step, f->observed,
			    f->frame->time);
	return s->observer->broken ? -1 : 0;
}

static int observe_capture(struct observer *o, struct streaming *what)
{
	struct session_options session = { .time_limit = o->options->time_limit };
	struct observed_stream arg = { o, what };
	struct stream_options stream = { .details = true, .frame = observe_frame, .arg = &arg };
	struct stream_end end;

	interrupts_catch();
	crash_reports_begin();
	descriptors_raise();
	if (streaming_prepare(what, o->d) || sandbox_check(o->d) || sandbox_enter_process(o->d))
		return EXIT_NOT_JUDGED;
	stream_run(o->d, &session, &what->scenario, &what->step, &stream, &end);
	fflush(stdout);
	if (end.left_behind) {
		diags_print(stderr, o->d);
		_exit(EXIT_NOT_JUDGED);
	}
	if (end.interrupted)
		diag(o->d, DIAG_ERROR, nowhere, "interrupted by %s",
		     interrupt_name(end.interrupted));
	if (end.load_log)
		fputs(end.load_log, stderr);
	free(end.load_log);
	return end.status ? EXIT_NOT_JUDGED : EXIT_PASSED;
}

static int run(struct observer *o, struct streaming *what)
{
	const struct observe_options *options = o->options;
	bool capture = options->scenario || options->program;

	if (capture && options->common.args.n > 1) {
		diag(o->d, DIAG_ERROR, nowhere, "with -s or -p comes one capture, not %zu",
		     options->common.args.n);
		return EXIT_NOT_JUDGED;
	}
	if (!capture && (options->node || options->filter)) {
		diag(o->d, DIAG_ERROR, nowhere, "--node and --filter are for a capture, with -s");
		return EXIT_NOT_JUDGED;
	}
	if (views_read(o->d, o->suite, options->views, &o->views))
		return EXIT_NOT_JUDGED;
	return capture ? observe_capture(o, what) : observe_scenarios(o);
}

static void print_counts(const struct observer *o)
{
	if (o->options->format == VIEW_JSON)
		flow_counts_print_json(stdout, o->counts);
	else
		flow_counts_print_text(stdout, o->counts);
}

int cmd_observe(const void *options)
{
	const struct observe_options *o = options;
	struct streaming what = { .program = o->program,
				  .scenario_path = o->scenario,
				  .node = o->node,
				  .capture = o->common.args.items[0],
				  .filter = o->filter,
				  .suite = { .object_dirs = o->objects.items,
					     .n_object_dirs = o->objects.n } };
	struct diags d = {};
	struct observer observer = { .options = o, .d = &d, .suite = &what.suite };
	int status;

	if (o->summary)
		observer.counts = flow_counts_new();
	status = run(&observer, &what);
	diags_move(&d, &observer.seen);
	if (observer.counts && !d.errors)
		print_counts(&observer);
	if (status == EXIT_PASSED && !observer.knows && !d.errors)
		diag(&d, DIAG_WARNING, nowhere,
		     "no program told of a packet in one of the maps "
		     "that the views name");
	fflush(stdout);
	diags_print(stderr, &d);
	if (d.errors)
		status = EXIT_NOT_JUDGED;
	diags_free(&d);
	flow_counts_free(observer.counts);
	arena_free(&observer.arena);
	view_file_free(&observer.views);
	streaming_free(&what);
	return status;
}
