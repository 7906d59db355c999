/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/internal.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

struct session *session_new(struct diags *d, const struct session_options *options)
{
	struct sandbox *sandbox = sandbox_new(d);
	struct session *s;

	if (!sandbox)
		return NULL;
	test_run_block_signals();
	s = xcalloc(1, sizeof(*s));
	s->options = *options;
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

static void describe_step(const struct step *step, struct step_result *r)
{
	r->number = step->number;
	r->where = step->where;
	r->kind = step_kind_name(step->kind);
	r->name = step->name;
	r->capture = step->capture;
	if (step->program.program && (step->kind == STEP_SEND || step->kind == STEP_REPLAY)) {
		r->program = step->program.program->name;
		r->prog_type = step->program.type;
	}
}

static void run_step(struct life *l, const struct step *step, struct step_result *r)
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
		r->ran = true;
		break;
	}
}

/* A step after one that failed would fail for that reason, or pass for none. */
static bool run_steps(struct life *l)
{
	const struct scenario *s = l->scenario;
	struct scenario_result *r = l->result;
	bool ok = true;

	r->steps = arena_alloc(&r->arena, s->n_steps * sizeof(*r->steps));
	r->n_steps = s->n_steps;
	for (size_t i = 0; i < s->n_steps; i++) {
		describe_step(&s->steps[i], &r->steps[i]);
		if (!ok || r->diags.errors)
			continue;
		run_step(l, &s->steps[i], &r->steps[i]);
		ok = !r->steps[i].mismatches.n;
	}
	return ok;
}

static void describe_scenario(const struct scenario *s, struct scenario_result *r)
{
	r->id = s->id;
	r->path = s->path;
	r->name = s->name;
	r->case_name = s->case_name;
	r->tags = s->tags;
	r->n_tags = s->n_tags;
	r->where = s->where;
}

static enum outcome outcome_of(const struct scenario *s, struct scenario_result *r,
			       const char *skip, bool ok)
{
	if (r->diags.errors)
		return OUTCOME_ERROR;
	if (skip) {
		r->reason = skip;
		return OUTCOME_SKIP;
	}
	if (!s->xfail)
		return ok ? OUTCOME_PASS : OUTCOME_FAIL;
	r->reason = s->xfail;
	if (!ok)
		return OUTCOME_XFAIL;
	/* Known failures that pass are news: the mark has to go. */
	r->where = s->xfail_where;
	r->reason = arena_printf(&r->arena, "passes, though it is marked: xfail: %s", s->xfail);
	return OUTCOME_FAIL;
}

/* A node's namespace, its objects loaded there, and what its maps hold at first. */
static int node_begin(struct life *l, struct life_node *n)
{
	if (node_network(l, n) || node_instance(l, n))
		return -1;
	return node_write(l, n, n->node->writes, n->node->n_writes);
}

int life_begin(struct session *s, const struct scenario *scenario, struct scenario_result *result,
	       struct life *l)
{
	*result = (struct scenario_result){};
	*l = (struct life){ .session = s, .scenario = scenario, .result = result };
	describe_scenario(scenario, result);
	s->last.valid = false;
	s->last.why_not = "no step before this one ran a frame";
	s->last.verdict = NULL;
	l->nodes = arena_alloc(&result->arena, scenario->n_nodes * sizeof(*l->nodes));
	session_release_instances(s);
	for (size_t i = 0; i < scenario->n_nodes; i++) {
		l->nodes[i].node = &scenario->nodes[i];
		if (node_begin(l, &l->nodes[i]))
			return -1;
	}
	return 0;
}

void session_run(struct session *s, const struct scenario *scenario, struct scenario_result *result)
{
	uint64_t start = clock_now();
	struct life l;
	bool ok = false;

	if (!life_begin(s, scenario, result, &l))
		ok = run_steps(&l);
	result->outcome = outcome_of(scenario, result, l.skip, ok);
	result->duration = clock_now() - start;
}

void scenario_result_free(struct scenario_result *r)
{
	diags_free(&r->diags);
	arena_free(&r->arena);
	*r = (struct scenario_result){};
}
