/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/cost.h"

#include "kernel/cost.h"
#include "kernel/features.h"
#include "run/interrupt.h"
#include "run/node_object.h"

#include <stdlib.h>
#include <string.h>

/* An object as a scenario loads it. */
struct cost_set {
	const struct scenario_node *node;
	size_t object;
	const char *path;
	const char *globals; /* "name=value, .." in the order of the names */
};

/* `a=1` of each global that is set for object @i of @node. */
static size_t globals_of(const struct scenario_node *node, size_t i, struct arena *arena,
			 const char ***texts)
{
	size_t n = 0;

	*texts = NULL;
	for (size_t k = 0; k < node->n_globals; k++) {
		const struct global_setting *g = &node->globals[k];
		char *text;
		size_t len;
		FILE *out;

		/* The verifier knows just what is read-only. */
		if (g->object != i || !g->global->read_only)
			continue;
		out = xmemstream(&text, &len);
		fprintf(out, "%s=", g->global->name);
		value_print(out, &node->values, g->global->type, g->data);
		fclose(out);
		/* An array of texts. NOLINTNEXTLINE(bugprone-sizeof-expression) */
		*ARENA_PUSH(arena, *texts, n) = arena_strdup(arena, text);
		free(text);
	}
	return n;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *describe_globals(const struct scenario_node *node, size_t i, struct arena *arena)
{
	const char **texts, *all = "";
	size_t n = globals_of(node, i, arena, &texts);

	if (n)
		qsort(texts, n, sizeof(*texts), by_text);
	for (size_t k = 0; k < n; k++)
		all = arena_printf(arena, "%s%s%s", all, k ? ", " : "", texts[k]);
	return all;
}

struct sets {
	struct cost_set *items;
	size_t n;
};

static void add_set(struct sets *sets, const struct scenario_node *node, size_t i,
		    struct arena *arena)
{
	struct cost_set set = { node, i, node->objects[i].file->path,
				describe_globals(node, i, arena) };

	for (size_t k = 0; k < sets->n; k++)
		if (!strcmp(sets->items[k].path, set.path) &&
		    !strcmp(sets->items[k].globals, set.globals))
			return;
	*ARRAY_PUSH(sets->items, sets->n) = set;
}

static bool is_skipped(const struct scenario *s)
{
	for (size_t i = 0; i < s->n_needs; i++)
		if (feature_probe(s->needs[i].feature).support != FEATURE_YES)
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct cost_set *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : strcmp(x->globals, y->globals);
}

static void find_sets(struct scenario *const *scenarios, size_t n, struct arena *arena,
		      struct sets *sets)
{
	for (size_t i = 0; i < n; i++) {
		const struct scenario *s = scenarios[i];

		if (is_skipped(s))
			continue;
		for (size_t k = 0; k < s->n_nodes; k++)
			for (size_t j = 0; j < s->nodes[k].n_objects; j++)
				add_set(sets, &s->nodes[k], j, arena);
	}
	if (sets->n)
		qsort(sets->items, sets->n, sizeof(*sets->items), by_name);
}

static struct run_program program_of(const struct cost_set *set, const struct program_cost *c)
{
	return (struct run_program){ .object = set->path,
				     .globals = set->globals,
				     .program = c->program,
				     .type = prog_type_name(c->type),
				     .insns = c->insns,
				     .has_verified_insns = c->has_verified_insns,
				     .verified_insns = c->verified_insns,
				     .states = c->states,
				     .peak_states = c->peak_states,
				     .stack = c->stack,
				     .load = c->load,
				     .error = c->error };
}

void cost_of_scenarios(struct diags *d, struct scenario *const *scenarios, size_t n,
		       struct arena *arena, struct run_program **programs, size_t *n_programs)
{
	struct sets sets = {};

	*programs = NULL;
	*n_programs = 0;
	find_sets(scenarios, n, arena, &sets);
	for (size_t i = 0; i < sets.n && !interrupt_seen(); i++) {
		const struct instance_object o =
			node_object(arena, sets.items[i].node, sets.items[i].object);
		struct program_cost *costs;
		size_t n_costs;

		if (cost_measure(d, &o, arena, &costs, &n_costs))
			continue;
		for (size_t k = 0; k < n_costs; k++)
			*ARENA_PUSH(arena, *programs, *n_programs) =
				program_of(&sets.items[i], &costs[k]);
	}
	free(sets.items);
}
