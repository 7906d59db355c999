/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict replay: a capture through a program, one line per frame. */
#include "base/errno_names.h"
#include "base/text.h"
#include "base/verdict_names.h"
#include "cli/command.h"
#include "kernel/descriptors.h"
#include "packet/capture.h"
#include "packet/expect.h"
#include "report/details.h"
#include "report/trace.h"
#include "run/crash.h"
#include "run/interrupt.h"
#include "run/stream.h"
#include "scenario/suite.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct span nowhere;

struct replayer {
	const struct replay_options *options;
	struct suite suite;	    /* of -s */
	struct object_file *object; /* of -p, without -s */
	struct scenario scenario;
	struct step step;
	struct capture_writer *writer;
	int write_error;
	char *load_log; /* of a program that did not load: shown after the diagnostics */
	uint64_t frames, first_time, refused;
};

/* "lxc.bpf.o" for an object given by alias, path or the last part of its path */
static bool object_is(const struct scenario_object *o, const char *name, size_t len)
{
	const char *slash = strrchr(o->file->path, '/');

	return text_is(name, len, o->alias) || text_is(name, len, o->file->path) ||
	       (slash && text_is(name, len, slash + 1));
}

static const struct scenario_node *node_of(const struct replayer *r)
{
	return &r->scenario.nodes[r->step.node];
}

static int find_object(struct replayer *r, struct diags *d, const char *name, size_t len)
{
	const struct scenario_node *node = node_of(r);

	for (size_t i = 0; i < node->n_objects; i++)
		if (object_is(&node->objects[i], name, len)) {
			r->step.program.object = i;
			return 0;
		}
	diag(d, DIAG_ERROR, nowhere, "%s does not use an object '%.*s'; it uses:", r->scenario.path,
	     (int)len, name);
	for (size_t i = 0; i < node->n_objects; i++)
		diag(d, DIAG_NOTE, nowhere, "%s%s%s", node->objects[i].alias,
		     *node->objects[i].alias ? ": " : "", node->objects[i].file->path);
	return -1;
}

/* What libbpf guessed, or what the scenario's `programs:` says. */
static uint32_t type_of(const struct scenario_node *node, const struct program_ref *ref)
{
	for (size_t i = 0; i < node->n_types; i++)
		if (node->types[i].object == ref->object && node->types[i].program == ref->program)
			return node->types[i].type;
	return ref->program->type;
}

/* The first step in the chosen node, or NULL. */
static const struct step *first_step(const struct replayer *r)
{
	for (size_t i = 0; i < r->scenario.n_steps; i++)
		if (r->scenario.steps[i].node == r->step.node)
			return &r->scenario.steps[i];
	return NULL;
}

static int choose_program(struct replayer *r, struct diags *d)
{
	const char *text = r->options->program, *colon = text ? strrchr(text, ':') : NULL;
	struct program_ref *ref = &r->step.program;

	if (!text) {
		if (first_step(r))
			*ref = first_step(r)->program;
		if (ref->program)
			return 0;
		diag(d, DIAG_ERROR, nowhere,
		     "the first step of %s%s%s runs no program: name one, -p OBJECT:PROGRAM",
		     r->scenario.path, r->options->node ? " in node " : "",
		     r->options->node ? r->options->node : "");
		return -1;
	}
	if (r->options->scenario && find_object(r, d, text, (size_t)(colon - text)))
		return -1;
	ref->program =
		object_file_program(d, nowhere, node_of(r)->objects[ref->object].file, colon + 1);
	if (!ref->program)
		return -1;
	ref->type = type_of(node_of(r), ref);
	return 0;
}

/* Of several nodes one has to be named, unless the first step says which. */
static int choose_node(struct replayer *r, struct diags *d)
{
	const struct scenario *s = &r->scenario;
	const char *name = r->options->node;

	if (!name && (s->n_nodes == 1 || !r->options->program)) {
		r->step.node = s->steps[0].node;
		return 0;
	}
	for (size_t i = 0; name && i < s->n_nodes; i++)
		if (s->nodes[i].name && !strcmp(s->nodes[i].name, name)) {
			r->step.node = i;
			return 0;
		}
	if (!s->nodes[0].name)
		diag(d, DIAG_ERROR, nowhere, "%s has no nodes: leave out --node", s->path);
	else if (!name)
		diag(d, DIAG_ERROR, nowhere,
		     "%s has several nodes: say which, --node NAME; it has:", s->path);
	else
		diag(d, DIAG_ERROR, nowhere, "%s has no node '%s'; it has:", s->path, name);
	for (size_t i = 0; s->nodes[0].name && i < s->n_nodes; i++)
		diag(d, DIAG_NOTE, nowhere, "%s", s->nodes[i].name);
	return -1;
}

static int read_scenario(struct replayer *r, struct diags *d)
{
	int err = suite_read(&r->suite, r->options->scenario);

	diags_move(d, &r->suite.diags);
	if (err)
		return -1;
	r->scenario = *r->suite.scenarios[0];
	if (r->suite.n > 1)
		diag(d, DIAG_NOTE, nowhere, "%s has %zu cases; this is the first, '%s'",
		     r->scenario.path, r->suite.n, r->scenario.case_name);
	if (choose_node(r, d))
		return -1;
	for (size_t i = 0; i < r->scenario.n_steps; i++)
		if (r->scenario.steps[i].has_device && r->scenario.steps[i].node == r->step.node) {
			r->step.has_device = true;
			r->step.device = r->scenario.steps[i].device;
			break;
		}
	return 0;
}

static int read_object(struct replayer *r, struct diags *d)
{
	const char *text = r->options->program, *colon = strrchr(text, ':');
	char *path = xstrndup(text, (size_t)(colon - text));

	r->object = object_file_read(d, nowhere, suite_object_path(&r->suite, path, path));
	if (r->object) {
		struct arena *a = &r->suite.arena;
		struct scenario_node *node = arena_alloc(a, sizeof(*node));

		node->objects = arena_alloc(a, sizeof(*node->objects));
		node->objects[0] = (struct scenario_object){ "", nowhere, r->object };
		node->n_objects = 1;
		r->scenario.nodes = node;
		r->scenario.n_nodes = 1;
		r->scenario.id = r->scenario.path = r->scenario.name = r->object->path;
	}
	free(path);
	return r->object ? 0 : -1;
}

static int prepare(struct replayer *r, struct diags *d)
{
	const struct replay_options *o = r->options;
	const char *colon = o->program ? strrchr(o->program, ':') : NULL;

	if (!o->program && !o->scenario) {
		diag(d, DIAG_ERROR, nowhere,
		     "which program? -p OBJECT:PROGRAM, or -s SCENARIO that names one");
		return -1;
	}
	if (o->node && !o->scenario) {
		diag(d, DIAG_ERROR, nowhere, "--node is for a scenario with nodes, -s SCENARIO");
		return -1;
	}
	if (o->program && (!colon || colon == o->program || !colon[1])) {
		diag(d, DIAG_ERROR, nowhere,
		     "-p takes OBJECT:PROGRAM, as in lxc.bpf.o:cil_from_container; this is '%s'",
		     o->program);
		return -1;
	}
	if (o->scenario ? read_scenario(r, d) : read_object(r, d))
		return -1;
	r->step.kind = STEP_REPLAY;
	r->step.number = 1;
	r->step.capture = o->common.args.items[0];
	r->step.filter = o->filter;
	return choose_program(r, d);
}

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
	trace_print(stdout, "      ", r->step.program.program->name, f->observed,
		    &r->scenario.values);
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
	struct stream_options stream = { .map_changes = r->options->verbose,
					 .frame = print_frame,
					 .arg = r };
	struct stream_end end;

	stream_run(d, &session, &r->scenario, &r->step, &stream, &end);
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
			      .suite = { .object_dirs = o->objects.items,
					 .n_object_dirs = o->objects.n } };
	struct diags d = {};
	int err;

	interrupts_catch();
	crash_reports_begin();
	descriptors_raise();
	err = prepare(&r, &d) || replay(&r, &d);
	if (!err && !r.frames && !interrupt_seen())
		diag(&d, DIAG_ERROR, nowhere, "%s: no frame was run", o->common.args.items[0]);
	fflush(stdout);
	diags_print(stderr, &d);
	if (r.load_log)
		fputs(r.load_log, stderr);
	free(r.load_log);
	err = err || d.errors;
	diags_free(&d);
	object_file_free(r.object);
	suite_free(&r.suite);
	return err ? EXIT_NOT_JUDGED : EXIT_PASSED;
}
