/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/cost.h"

#include "base/text.h"
#include "results/results.h"
#include "types/helper_values.h"

#include <inttypes.h>
#include <string.h>

static const struct span nowhere;

/* The numbers of a program, of which the first four have budgets. */
static const struct cost_number {
	const char *name;
	const char *unit;
	size_t offset; /* in struct run_program */
	size_t limit;  /* in struct budget */
	bool is_time;
} numbers[] = {
	{ "insns", " instructions", offsetof(struct run_program, insns),
	  offsetof(struct budget, insns), false },
	{ "states", " states", offsetof(struct run_program, states),
	  offsetof(struct budget, states), false },
	{ "stack", " bytes of stack", offsetof(struct run_program, stack),
	  offsetof(struct budget, stack), false },
	{ "load", " ns to verify", offsetof(struct run_program, load),
	  offsetof(struct budget, load), true },
};

static uint64_t member(const void *of, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)of + offset, sizeof(value));
	return value;
}

static int parse_one(struct diags *d, const char *text, size_t len, struct budget *b)
{
	const char *equals = memchr(text, '=', len);
	size_t name = equals ? (size_t)(equals - text) : len;
	uint64_t value = 0;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const char *given = equals ? equals + 1 : "";
		size_t n = equals ? len - name - 1 : 0;
		int err;

		if (!text_is(text, name, numbers[i].name))
			continue;
		err = numbers[i].is_time ? duration_parse(given, n, &value)
					 : number_parse(given, n, &value);
		if (!err && value) {
			memcpy((char *)b + numbers[i].limit, &value, sizeof(value));
			return 0;
		}
		diag(d, DIAG_ERROR, nowhere, "--budget: '%.*s' is no %s: %s=%s", (int)len, text,
		     numbers[i].is_time ? "time" : "number above 0", numbers[i].name,
		     numbers[i].is_time ? "2s" : "NUMBER");
		return -1;
	}
	diag(d, DIAG_ERROR, nowhere,
	     "--budget: '%.*s' is none of insns=N, states=N, stack=BYTES, load=TIME", (int)len,
	     text);
	return -1;
}

int budget_parse(struct diags *d, const char *text, struct budget *b)
{
	int ret = 0;

	do {
		size_t len = strcspn(text, ",");

		ret |= parse_one(d, text, len, b);
		text += len;
	} while (*text++);
	return ret;
}

/* "lxc.bpf.o: tail_x (a=1, b=2)" */
static const char *label(struct arena *a, const char *object, const char *program,
			 const char *globals)
{
	const char *slash = strrchr(object, '/');

	return arena_printf(a, "%s: %s%s%s%s", slash ? slash + 1 : object, program,
			    *globals ? " (" : "", globals, *globals ? ")" : "");
}

size_t budget_judge(const struct budget *b, const struct run_program programs[], size_t n,
		    struct arena *arena, const struct run_overrun **overruns)
{
	struct run_overrun *over = NULL;
	size_t n_over = 0;

	for (size_t i = 0; i < n; i++) {
		const struct run_program *p = &programs[i];

		for (size_t k = 0; k < ARRAY_SIZE(numbers); k++) {
			uint64_t limit = member(b, numbers[k].limit);
			uint64_t value = member(p, numbers[k].offset);

			const char *what;

			if (!limit || value <= limit)
				continue;
			what = label(arena, p->object, p->program, p->globals);
			*ARENA_PUSH(arena, over, n_over) =
				(struct run_overrun){ what, numbers[k].name,
						      arena_printf(arena,
								   "over budget: %s: %" PRIu64
								   "%s, %" PRIu64 " are allowed",
								   what, value, numbers[k].unit,
								   limit) };
		}
	}
	*overruns = over;
	return n_over;
}

/* The run of @r that is like this one, or NULL. */
static const struct document *find_run(const struct results *r, const struct run_info *info)
{
	const char *name = info->column ? info->column : info->kernel;

	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(document_column(&r->items[i]), name))
			return &r->items[i];
	return r->n == 1 ? r->items : NULL;
}

static bool is_same(const struct run_program *p, const struct doc_program *q)
{
	const char *x = strrchr(p->object, '/'), *y = strrchr(q->object, '/');

	/* Objects by their names: where they were built may differ. */
	return !strcmp(x ? x + 1 : p->object, y ? y + 1 : q->object) &&
	       !strcmp(p->program, q->program) && !strcmp(p->globals, q->globals);
}

static void say_change(struct diags *d, const char *what, const struct run_program *p,
		       const struct doc_program *q)
{
	double change =
		q->insns ? 100.0 * ((double)p->insns - (double)q->insns) / (double)q->insns : 0;

	diag(d, DIAG_NOTE, nowhere,
	     "cost: %s: %" PRIu64 " instructions, before %" PRIu64 " (%+.1f %%); states %" PRIu64
	     ", before %" PRIu64 "; stack %" PRIu64 ", before %" PRIu64,
	     what, p->insns, q->insns, change, p->states, q->states, p->stack, q->stack);
}

struct counts {
	size_t changed, fresh, gone, same;
};

static void compare_one(struct diags *d, struct arena *a, const struct run_program *p,
			const struct document *doc, struct counts *c)
{
	const struct doc_program *q = NULL;
	const char *what = label(a, p->object, p->program, p->globals);

	for (size_t i = 0; i < doc->programs.n && !q; i++)
		if (is_same(p, &doc->programs.items[i]))
			q = &doc->programs.items[i];
	if (!q) {
		c->fresh++;
		diag(d, DIAG_NOTE, nowhere, "cost: %s is new: %" PRIu64 " instructions", what,
		     p->insns);
	} else if (!p->error != !q->error) {
		c->changed++;
		diag(d, DIAG_NOTE, nowhere, "cost: %s %s", what,
		     p->error ? "does not load any more" : "loads now");
	} else if (p->insns != q->insns || p->states != q->states || p->stack != q->stack) {
		c->changed++;
		say_change(d, what, p, q);
	} else {
		c->same++;
	}
}

static void find_gone(struct diags *d, struct arena *a, const struct run_program *programs,
		      size_t n, const struct document *doc, struct counts *c)
{
	for (size_t i = 0; i < doc->programs.n; i++) {
		const struct doc_program *q = &doc->programs.items[i];
		bool found = false;

		for (size_t k = 0; k < n; k++)
			found |= is_same(&programs[k], q);
		if (found)
			continue;
		c->gone++;
		diag(d, DIAG_NOTE, nowhere, "cost: %s is gone: %" PRIu64 " instructions before",
		     label(a, q->object, q->program, q->globals), q->insns);
	}
}

/* What is wrong with it is told with its places as text: they go with @r. */
static int read_baseline(struct diags *d, const char *path, struct results *r)
{
	struct diags own = {};
	int err = results_read(&own, path, r);

	for (size_t i = 0; i < own.n; i++) {
		struct position at = span_position(own.items[i].where);

		if (own.items[i].where.src)
			diag(d, own.items[i].severity, nowhere, "--baseline: %s:%u:%u: %s", path,
			     at.line, at.col, own.items[i].message);
		else
			diag(d, own.items[i].severity, nowhere, "--baseline: %s",
			     own.items[i].message);
	}
	diags_free(&own);
	return err;
}

int baseline_compare(struct diags *d, const char *path, const struct run_info *info,
		     const struct run_program *programs, size_t n)
{
	struct results r = {};
	const struct document *doc;
	struct counts c = {};
	struct arena a = {};
	int err = read_baseline(d, path, &r);

	doc = err ? NULL : find_run(&r, info);
	if (!err && (!doc || !doc->programs.n)) {
		diag(d, DIAG_ERROR, nowhere,
		     "--baseline: %s has no costs of programs for %s: make it with 'verdict run "
		     "--cost --format json:FILE'",
		     path, info->column ? info->column : info->kernel);
		err = -1;
	}
	for (size_t i = 0; i < n && !err; i++)
		compare_one(d, &a, &programs[i], doc, &c);
	if (!err) {
		find_gone(d, &a, programs, n, doc, &c);
		diag(d, DIAG_NOTE, nowhere,
		     "cost: of %zu programs %zu have changed since %s, %zu are new, %zu as before; "
		     "%zu are gone",
		     n, c.changed, path, c.fresh, c.same, c.gone);
	}
	arena_free(&a);
	results_free(&r);
	return err ? -1 : 0;
}
