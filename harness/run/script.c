/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `helpers:`, `wait:` and `clock:`: what the scenario has helpers answer, onto the tapes. */
#include "run/internal.h"

#include "kernel/coverage.h"
#include "kernel/interpose.h"
#include "scenario/helper_script.h"

#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>

_Static_assert(HELPER_ANSWERS == TAPE_VALUES, "what is read must fit");
_Static_assert(HELPER_FIB_ANSWERS == TAPE_FIB_ANSWERS, "what is read must fit");

static bool has_item(const struct helper_script *s, const struct helper *h)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->items[i].helper == h)
			return true;
	return false;
}

/* Call @each for the clocks that follow @s->clock. */
static void each_clock(struct tape *t, const struct helper_script *s, uint64_t start, uint64_t step)
{
	size_t n;
	const struct helper *h = helper_table(&n);

	for (size_t i = 0; i < n; i++)
		if (h[i].clock && !has_item(s, &h[i]))
			tape_set_clock(t, &h[i], start, step);
}

static void set_item(struct tape *t, const struct value_script *v)
{
	struct tape_script *to = tape_script(t, v->helper->id);

	*to = (struct tape_script){ .mode = v->step ? TAPE_CLOCK : TAPE_SEQUENCE,
				    .n = v->n,
				    .add = v->step };
	memcpy(to->values, v->values, sizeof(to->values));
}

/* The index of device @name in its place, which was not known when the scenario was read. */
static void put_ifindex(const struct life_node *n, const char *name, uint8_t *data, uint8_t *mask)
{
	const struct device *d = name ? sandbox_device(n->sandbox, name) : NULL;
	uint32_t ifindex = d ? d->ifindex : 0;

	if (!name)
		return;
	memcpy(data + offsetof(struct bpf_fib_lookup, ifindex), &ifindex, sizeof(ifindex));
	memset(mask + offsetof(struct bpf_fib_lookup, ifindex), 0xff, sizeof(ifindex));
}

static void set_fib(const struct life_node *n, struct tape *t, const struct fib_script *f)
{
	struct tape_fib_answer a = { .result = f->result };

	if (f->question.where.src) {
		memcpy(a.question, f->question.data, f->question.size);
		memcpy(a.mask, f->question.mask, f->question.size);
		put_ifindex(n, f->question.device, a.question, a.mask);
	}
	if (f->answer.where.src) {
		memcpy(a.reply, f->answer.data, f->answer.size);
		memcpy(a.set, f->answer.mask, f->answer.size);
		put_ifindex(n, f->answer.device, a.reply, a.set);
	}
	tape_add_fib_answer(t, &a);
}

static void set_fibs(const struct life_node *n, struct tape *t, const struct helper_script *s)
{
	tape_clear_fib_answers(t);
	for (size_t i = 0; i < s->n_fib; i++)
		set_fib(n, t, &s->fib[i]);
}

static void apply(const struct life_node *n, struct tape *t, const struct helper_script *s)
{
	if (s->clock.where.src && !s->clock.capture)
		each_clock(t, s, s->clock.start, s->clock.step);
	for (size_t i = 0; i < s->n; i++)
		set_item(t, &s->items[i]);
	if (s->n_fib)
		set_fibs(n, t, s);
}

/* Whether @h is one whose answers the scenario gives or moves. */
static bool touches(const struct helper_script *s, const struct helper *h)
{
	return has_item(s, h) || (s->clock.where.src && h->clock) ||
	       (s->n_fib && h->id == BPF_FUNC_fib_lookup);
}

static const char *why_not(const struct life_node *n, const char *program, bool *seen)
{
	const char *why = NULL;

	for (size_t i = 0; i < n->node->n_objects && !why; i++)
		*seen = instance_interposition(n->instance, i, program, &why) != INTERPOSED_NOT;
	return why ? why : "the kernel refused it";
}

/* That calls in @program answer as ever would make the scenario mean something else. */
static int not_obeyed(struct life *l, const struct life_node *n, struct span where,
		      const char *program)
{
	bool unused;

	diag(&l->result->diags, DIAG_ERROR, where,
	     "helpers called by %s cannot be given answers: %s", program,
	     why_not(n, program, &unused));
	return -1;
}

/* @script: what helpers are given; NULL: only clocks are moved. */
static bool matters(const struct helper_script *script, const struct helper *h)
{
	return script ? touches(script, h) : h->clock;
}

static bool is_obeyed(const struct call_site *site, const struct helper_script *s)
{
	bool by_question = s && s->n_fib && site->helper->id == BPF_FUNC_fib_lookup;

	return site->scripted && !(site->inlined && by_question);
}

/* Every call that matters has to obey. */
static int check_obeyed(struct life *l, const struct life_node *n, struct span where,
			const struct helper_script *script)
{
	const struct call_site *site;

	if (l->session->options.no_interpose) {
		diag(&l->result->diags, DIAG_ERROR, where,
		     "helpers can be given answers only where programs are interposed, and "
		     "--no-interpose says not to");
		return -1;
	}
	for (uint32_t i = 0; (site = instance_call_site(n->instance, i)); i++)
		if (matters(script, site->helper) && !is_obeyed(site, script))
			return not_obeyed(l, n, where, site->program);
	return 0;
}

/* A program that is run, and was loaded as it is because the kernel took it in no other way. */
static int check_program(struct life *l, const struct step *step, struct span where)
{
	const struct program_ref *ref = &step->program;
	const struct life_node *n = step_node(l, step);
	const char *why;

	if (!ref->program ||
	    instance_interposition(n->instance, ref->object, ref->program->name, &why) !=
		    INTERPOSED_NOT ||
	    !why)
		return 0;
	return not_obeyed(l, n, where, ref->program->name);
}

int node_script(struct life *l, struct life_node *n)
{
	const struct helper_script *s = n->node->helpers;
	struct tape *t = instance_tape(n->instance);

	if (!s)
		return 0;
	if (check_obeyed(l, n, s->where, s))
		return -1;
	if (t)
		apply(n, t, s);
	return 0;
}

/* Scripts that step's take the place of, to be put back. */
static void save(struct tape *t, const struct helper_script *s, struct step_script *saved,
		 struct arena *a)
{
	size_t n;
	const struct helper *h = helper_table(&n);

	for (size_t i = 0; i < n; i++) {
		struct saved_script *to;

		if (!touches(s, &h[i]))
			continue;
		to = ARENA_PUSH(a, saved->items, saved->n);
		to->helper = h[i].id;
		to->script = *tape_script(t, h[i].id);
	}
}

int step_script_begin(struct life *l, const struct step *step, struct step_script *saved)
{
	const struct life_node *n = step_node(l, step);
	const struct helper_script *s = step->helpers;
	struct tape *t = instance_tape(n->instance);

	*saved = (struct step_script){};
	if (n->node->helpers && check_program(l, step, n->node->helpers->where))
		return -1;
	if (!s)
		return 0;
	if (check_program(l, step, s->where) || check_obeyed(l, n, s->where, s))
		return -1;
	if (!t)
		return 0;
	save(t, s, saved, &l->result->arena);
	apply(n, t, s);
	return 0;
}

void step_script_end(struct life *l, const struct step *step, const struct step_script *saved)
{
	const struct life_node *n = step_node(l, step);
	struct tape *t = instance_tape(n->instance);

	for (size_t i = 0; i < saved->n; i++)
		*tape_script(t, saved->items[i].helper) = saved->items[i].script;
	if (!t || !step->helpers || !step->helpers->n_fib)
		return;
	if (n->node->helpers)
		set_fibs(n, t, n->node->helpers);
	else
		tape_clear_fib_answers(t);
}

void step_script_at_frame(struct life *l, const struct step *step, uint64_t time)
{
	struct tape *t = instance_tape(step_node(l, step)->instance);

	if (t && step->helpers && step->helpers->clock.capture)
		each_clock(t, step->helpers, time, 0);
}

void step_wait(struct life *l, const struct step *step)
{
	for (size_t i = 0; i < l->scenario->n_nodes; i++) {
		struct tape *t = instance_tape(l->nodes[i].instance);

		if (check_obeyed(l, &l->nodes[i], step->where, NULL))
			return;
		if (t)
			tape_move_clocks(t, step->wait);
	}
}

/* In how far the calls of @ref's program are seen, where that is less than was tried. */
static void warn_interposition(struct life *l, const struct life_node *n,
			       const struct program_ref *ref)
{
	struct diags *d = &l->result->diags;
	const char *name = ref->program->name, *why;
	enum interposition how = instance_interposition(n->instance, ref->object, name, &why);

	if (!why)
		return;
	if (how == INTERPOSED_NOT)
		diag(d, DIAG_WARNING, ref->where, "helper calls of %s are not seen: %s", name, why);
	else
		diag(d, DIAG_WARNING, ref->where,
		     "of helper calls of %s only numbers are seen, no structs and keys: %s", name,
		     why);
}

/* Programs whose lines are not known, although they were asked for. */
static void warn_coverage(struct life *l, const struct life_node *n)
{
	const char *name, *why;

	for (size_t i = 0; (name = instance_not_covered(n->instance, i, &why)); i++)
		diag(&l->result->diags, DIAG_WARNING, n->node->objects[0].where,
		     "lines that %s runs are not counted: %s", name, why);
}

void life_warn_interposition(struct life *l)
{
	const struct scenario *s = l->scenario;

	for (size_t i = 0; l->session->options.coverage && i < s->n_nodes; i++)
		warn_coverage(l, &l->nodes[i]);

	for (size_t i = 0; i < s->n_steps; i++) {
		const struct step *step = &s->steps[i];
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before |= s->steps[k].program.program == step->program.program &&
				  s->steps[k].node == step->node;
		if (step->program.program && !before)
			warn_interposition(l, step_node(l, step), &step->program);
	}
}
