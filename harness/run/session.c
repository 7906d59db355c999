/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/context.h"
#include "run/map_changes.h"
#include "run/needs.h"

#include "base/clock.h"
#include "run/coverage.h"
#include "run/crash.h"

#include <stdlib.h>
#include <string.h>

/* A scenario that took longer is not run again only to see more: ns. */
#define RUN_AGAIN_MAX 1000000000ull

struct session *session_new(struct diags *d, const struct session_options *options)
{
	struct kernel_log log = { .fd = -1 };
	struct sandbox *sandbox;
	struct session *s;

	if (options->kernel_log && kernel_log_open(d, &log))
		return NULL;
	sandbox = sandbox_new(d);
	if (!sandbox) {
		kernel_log_close(&log);
		return NULL;
	}
	test_run_block_signals();
	s = xcalloc(1, sizeof(*s));
	s->options = *options;
	s->kernel_log = log;
	*ARRAY_PUSH(s->sandboxes, s->n_sandboxes) = sandbox;
	s->out = xcalloc(1, TEST_RUN_ROOM);
	s->frame = xcalloc(1, TEST_RUN_ROOM);
	s->last.data = xcalloc(1, TEST_RUN_ROOM);
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	session_forget_instances(s);
	session_forget_networks(s);
	session_forget_preludes(s);
	kernel_log_close(&s->kernel_log);
	free(s->out);
	free(s->frame);
	free(s->last.data);
	free(s);
}

void step_note(struct life *l, struct step_result *r, const char *fmt, ...)
{
	struct arena *a = &l->result->arena;
	va_list ap;

	va_start(ap, fmt);
	*ARENA_PUSH(a, r->notes, r->n_notes) = arena_vprintf(a, fmt, ap);
	va_end(ap);
}

void step_count_verdict(struct life *l, struct step_result *r, int32_t verdict)
{
	size_t i = 0;

	while (i < r->n_verdicts && r->verdicts[i].verdict != verdict)
		i++;
	if (i == r->n_verdicts)
		*ARENA_PUSH(&l->result->arena, r->verdicts, r->n_verdicts) =
			(struct verdict_count){ verdict, 0 };
	r->verdicts[i].frames++;
}

static const char *step_kind_name(enum step_kind kind)
{
	switch (kind) {
	case STEP_SEND:
		return "send";
	case STEP_REPLAY:
		return "replay";
	case STEP_MAPS:
		return "maps";
	case STEP_WAIT:
		return "wait";
	}
	return "";
}

static void describe_step(const struct scenario *s, const struct step *step, struct step_result *r)
{
	r->number = step->number;
	r->where = step->where;
	r->kind = step_kind_name(step->kind);
	r->name = step->name;
	r->node = s->nodes[step->node].name;
	r->capture = step->capture;
	if (step->program.program && (step->kind == STEP_SEND || step->kind == STEP_REPLAY)) {
		r->program = step->program.program->name;
		r->prog_type = step->program.type;
	}
}

static void run_kind(struct life *l, const struct step *step, struct step_result *r)
{
	switch (step->kind) {
	case STEP_SEND:
		step_send(l, step, r);
		break;
	case STEP_REPLAY:
		step_replay(l, step, r);
		break;
	case STEP_MAPS:
		node_write(l, step_node(l, step), step->writes, step->n_writes);
		r->ran = true;
		break;
	case STEP_WAIT:
		step_wait(l, step);
		r->ran = true;
		break;
	}
}

static bool is_watched(const struct life *l, const struct step *step)
{
	if (step->kind != STEP_SEND && step->kind != STEP_REPLAY)
		return false;
	return l->session->options.map_changes || l->watched_step == step->number;
}

static void run_scripted(struct life *l, const struct step *step, struct step_result *r)
{
	struct step_script before;

	if (step_script_begin(l, step, &before))
		return;
	run_kind(l, step, r);
	step_script_end(l, step, &before);
}

static void run_step(struct life *l, const struct step *step, struct step_result *r)
{
	struct arena *a = &l->result->arena;
	struct map_watch watch;

	if (!is_watched(l, step)) {
		run_scripted(l, step, r);
		return;
	}
	map_watch_begin(&watch, l, step_node(l, step), a);
	run_scripted(l, step, r);
	map_watch_look(&watch, CHANGES_SHOWN, a, &r->map_changes);
	map_watch_end(&watch);
}

static void run_step_in_time(struct life *l, const struct step *step, struct step_result *r)
{
	struct session *s = l->session;
	enum time_limit_end end;

	crash_at_step(step);
	time_limit_begin(s->options.limit, step, step_time_limit(s, l->scenario, step));
	run_step(l, step, r);
	end = time_limit_end(s->options.limit);
	if (end == TIME_LIMIT_KEPT)
		return;
	/* What it found is not worth anything, nor are the errors of calls that were ended. */
	*r = (struct step_result){};
	describe_step(l->scenario, step, r);
	time_limit_report(l->scenario, s->options.limit, end, l->result);
}

bool life_is_watched(const struct life *l)
{
	const struct watcher *w = l->session->options.watcher;

	return w && w->ran;
}

void life_tell(const struct life *l, const struct step *step, const struct observation *o,
	       uint64_t time)
{
	if (life_is_watched(l))
		l->session->options.watcher->ran(l->session->options.watcher->arg, l->scenario,
						 step, o, time);
}

/* Show who looks on what maps hold. */
static void show_maps(const struct life *l)
{
	const struct watcher *w = l->session->options.watcher;

	for (size_t i = 0; i < l->scenario->n_nodes; i++) {
		struct node_map *maps;
		size_t n = node_maps(&l->nodes[i], &l->result->arena, &maps);

		w->maps(w->arg, l->scenario, l->nodes[i].node, maps, n);
	}
}

/* A step after one that failed would fail for that reason, or pass for none. */
static bool run_steps(struct life *l)
{
	const struct watcher *w = l->session->options.watcher;
	const struct scenario *s = l->scenario;
	struct scenario_result *r = l->result;
	bool ok = true, shown = !w || !w->maps;

	r->steps = arena_alloc(&r->arena, s->n_steps * sizeof(*r->steps));
	r->n_steps = s->n_steps;
	for (size_t i = 0; i < s->n_steps; i++) {
		describe_step(s, &s->steps[i], &r->steps[i]);
		if (!ok || r->diags.errors)
			continue;
		run_step_in_time(l, &s->steps[i], &r->steps[i]);
		ok = !r->steps[i].mismatches.n;
		if (shown || (w->after_step != s->steps[i].number && ok))
			continue;
		shown = true;
		show_maps(l);
	}
	if (!shown && !r->diags.errors)
		show_maps(l);
	return ok;
}

static void describe_scenario(const struct scenario *s, struct scenario_result *r)
{
	r->id = s->id;
	r->number = s->number;
	r->path = s->path;
	r->name = s->name;
	r->case_name = s->case_name;
	r->tags = s->tags;
	r->n_tags = s->n_tags;
	r->where = s->where;
}

static enum outcome outcome_of(const struct life *l, bool ok)
{
	struct scenario_result *r = l->result;

	if (r->diags.errors)
		return OUTCOME_ERROR;
	if (l->skip) {
		r->reason = l->skip;
		return OUTCOME_SKIP;
	}
	if (!l->xfail)
		return ok ? OUTCOME_PASS : OUTCOME_FAIL;
	r->reason = l->xfail;
	if (!ok)
		return OUTCOME_XFAIL;
	/* Known failures that pass are news: the mark has to go. */
	r->where = l->scenario->xfail_where;
	r->reason = arena_printf(&r->arena, "passes, though it is marked: xfail: %s", l->xfail);
	return OUTCOME_FAIL;
}

/* A node's namespace, its objects loaded there, and what its maps hold at first. */
static int node_begin(struct life *l, struct life_node *n)
{
	if (node_network(l, n) || node_instance(l, n))
		return -1;
	if (node_write(l, n, n->node->writes, n->node->n_writes))
		return -1;
	return node_script(l, n);
}

static int make_ready(struct session *s, const struct scenario *scenario,
		      struct scenario_result *result, struct life *l)
{
	s->last.valid = false;
	s->last.why_not = "no step before this one ran a frame";
	s->last.verdict = NULL;
	if (life_check_needs(l) || life_check_contexts(l))
		return -1;
	l->nodes = arena_alloc(&result->arena, scenario->n_nodes * sizeof(*l->nodes));
	session_release_instances(s);
	for (size_t i = 0; i < scenario->n_nodes; i++) {
		l->nodes[i].node = &scenario->nodes[i];
		if (node_begin(l, &l->nodes[i]))
			return -1;
	}
	if (life_check_programs(l))
		return -1;
	life_warn_interposition(l);
	return 0;
}

int life_begin(struct session *s, const struct scenario *scenario, struct scenario_result *result,
	       struct life *l)
{
	enum time_limit_end end;
	int err;

	*result = (struct scenario_result){};
	*l = (struct life){ .session = s, .scenario = scenario, .result = result };
	describe_scenario(scenario, result);
	crash_running(scenario);
	time_limit_begin(s->options.limit, NULL, setup_time_limit(s, scenario));
	err = make_ready(s, scenario, result, l);
	end = time_limit_end(s->options.limit);
	if (end == TIME_LIMIT_KEPT)
		return err;
	time_limit_report(scenario, s->options.limit, end, result);
	return -1;
}

/* Run @scenario once, and fill *result. */
static void run_once(struct session *s, const struct scenario *scenario, size_t watched_step,
		     struct scenario_result *result)
{
	uint64_t start = clock_now();
	struct life l;
	bool ok = false;

	kernel_log_begins(&s->kernel_log, scenario->id);
	if (!life_begin(s, scenario, result, &l)) {
		l.watched_step = watched_step;
		ok = run_steps(&l);
	}
	for (size_t i = 0; s->options.coverage && l.nodes && i < scenario->n_nodes; i++)
		if (l.nodes[i].instance)
			coverage_counts_add(s->options.coverage, l.nodes[i].instance);
	result->outcome = outcome_of(&l, ok);
	life_judge_needs(&l);
	if (kernel_log_ended(&s->kernel_log, scenario->id, result) &&
	    result->outcome != OUTCOME_ERROR)
		result->outcome = OUTCOME_FAIL;
	result->duration = clock_now() - start;
	crash_running(NULL);
}

/* The step of @r that failed, or NULL. */
static struct step_result *failed_step(const struct scenario_result *r)
{
	for (size_t i = 0; i < r->n_steps; i++)
		if (r->steps[i].mismatches.n)
			return &r->steps[i];
	return NULL;
}

/* The same expectations do not hold: what was got instead may be a time or a random number. */
static bool fails_alike(const struct step_result *a, const struct step_result *b)
{
	if (!b || a->number != b->number || a->mismatches.n != b->mismatches.n)
		return false;
	for (size_t i = 0; i < a->mismatches.n; i++) {
		const struct mismatch *x = &a->mismatches.items[i], *y = &b->mismatches.items[i];

		if (x->kind != y->kind || x->where.off != y->where.off || x->frame != y->frame)
			return false;
	}
	return true;
}

/*
 * What the step that failed changes in maps, found by running the scenario again: nobody looked
 * over them the first time. Nothing else of the second run is kept.
 */
static void find_map_changes(struct session *s, const struct scenario *scenario,
			     struct scenario_result *result)
{
	struct life l = { .session = s, .scenario = scenario, .result = result };
	struct step_result *failed = failed_step(result);
	struct session_options options = s->options;
	struct scenario_result again;
	const struct step_result *second;

	if (!failed || failed->map_changes.known || result->duration > RUN_AGAIN_MAX)
		return;
	s->options.results = NULL;
	s->options.watcher = NULL;
	s->options.coverage = NULL;
	run_once(s, scenario, failed->number, &again);
	s->options = options;
	second = failed_step(&again);
	if (fails_alike(failed, second))
		map_changes_copy(&failed->map_changes, &second->map_changes, &result->arena);
	else
		step_note(
			&l, failed,
			"run again to see what it changes in maps, the scenario %s: it depends on "
			"something else than what the file says",
			second ? "failed in another way" : "did not fail");
	scenario_result_free(&again);
}

void session_run(struct session *s, const struct scenario *scenario, struct scenario_result *result)
{
	run_once(s, scenario, 0, result);
	if (result->outcome == OUTCOME_FAIL)
		find_map_changes(s, scenario, result);
}

void session_give_up(const struct scenario *scenario, struct time_limit *limit,
		     struct scenario_result *result)
{
	*result = (struct scenario_result){ .outcome = OUTCOME_ERROR };
	describe_scenario(scenario, result);
	time_limit_report(scenario, limit, TIME_LIMIT_EXCEEDED, result);
	diag(&result->diags, DIAG_NOTE, (struct span){}, TIME_LIMIT_NOT_ENDED);
	result->duration = limit->limit;
}

void scenario_result_free(struct scenario_result *r)
{
	diags_free(&r->diags);
	arena_free(&r->arena);
	*r = (struct scenario_result){};
}
