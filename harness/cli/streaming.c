/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/streaming.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

/* "lxc.bpf.o" for an object given by alias, path or the last part of its path */
static bool object_is(const struct scenario_object *o, const char *name, size_t len)
{
	const char *slash = strrchr(o->file->path, '/');

	return text_is(name, len, o->alias) || text_is(name, len, o->file->path) ||
	       (slash && text_is(name, len, slash + 1));
}

static const struct scenario_node *node_of(const struct streaming *s)
{
	return &s->scenario.nodes[s->step.node];
}

static int find_object(struct streaming *s, struct diags *d, const char *name, size_t len)
{
	const struct scenario_node *node = node_of(s);

	for (size_t i = 0; i < node->n_objects; i++)
		if (object_is(&node->objects[i], name, len)) {
			s->step.program.object = i;
			return 0;
		}
	diag(d, DIAG_ERROR, nowhere, "%s does not use an object '%.*s'; it uses:", s->scenario.path,
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
static const struct step *first_step(const struct streaming *s)
{
	for (size_t i = 0; i < s->scenario.n_steps; i++)
		if (s->scenario.steps[i].node == s->step.node)
			return &s->scenario.steps[i];
	return NULL;
}

static int choose_program(struct streaming *s, struct diags *d)
{
	const char *text = s->program, *colon = text ? strrchr(text, ':') : NULL;
	struct program_ref *ref = &s->step.program;

	if (!text) {
		if (first_step(s))
			*ref = first_step(s)->program;
		if (ref->program)
			return 0;
		diag(d, DIAG_ERROR, nowhere,
		     "the first step of %s%s%s runs no program: name one, -p OBJECT:PROGRAM",
		     s->scenario.path, s->node ? " in node " : "", s->node ? s->node : "");
		return -1;
	}
	if (s->scenario_path && find_object(s, d, text, (size_t)(colon - text)))
		return -1;
	ref->program =
		object_file_program(d, nowhere, node_of(s)->objects[ref->object].file, colon + 1);
	if (!ref->program)
		return -1;
	ref->type = type_of(node_of(s), ref);
	return 0;
}

/* Of several nodes one has to be named, unless the first step says which. */
static int choose_node(struct streaming *s, struct diags *d)
{
	const struct scenario *scenario = &s->scenario;
	const char *name = s->node;

	if (!name && (scenario->n_nodes == 1 || !s->program)) {
		s->step.node = scenario->steps[0].node;
		return 0;
	}
	for (size_t i = 0; name && i < scenario->n_nodes; i++)
		if (scenario->nodes[i].name && !strcmp(scenario->nodes[i].name, name)) {
			s->step.node = i;
			return 0;
		}
	if (!scenario->nodes[0].name)
		diag(d, DIAG_ERROR, nowhere, "%s has no nodes: leave out --node", scenario->path);
	else if (!name)
		diag(d, DIAG_ERROR, nowhere,
		     "%s has several nodes: say which, --node NAME; it has:", scenario->path);
	else
		diag(d, DIAG_ERROR, nowhere, "%s has no node '%s'; it has:", scenario->path, name);
	for (size_t i = 0; scenario->nodes[0].name && i < scenario->n_nodes; i++)
		diag(d, DIAG_NOTE, nowhere, "%s", scenario->nodes[i].name);
	return -1;
}

static int read_scenario(struct streaming *s, struct diags *d)
{
	int err = suite_read(&s->suite, s->scenario_path);

	diags_move(d, &s->suite.diags);
	if (err)
		return -1;
	s->scenario = *s->suite.scenarios[0];
	if (s->suite.n > 1)
		diag(d, DIAG_NOTE, nowhere, "%s has %zu cases; this is the first, '%s'",
		     s->scenario.path, s->suite.n, s->scenario.case_name);
	if (choose_node(s, d))
		return -1;
	for (size_t i = 0; i < s->scenario.n_steps; i++)
		if (s->scenario.steps[i].has_device && s->scenario.steps[i].node == s->step.node) {
			s->step.has_device = true;
			s->step.device = s->scenario.steps[i].device;
			break;
		}
	return 0;
}

static int read_object(struct streaming *s, struct diags *d)
{
	const char *text = s->program, *colon = strrchr(text, ':');
	char *path = xstrndup(text, (size_t)(colon - text));

	s->object = object_file_read(d, nowhere, suite_object_path(&s->suite, path, path));
	if (s->object) {
		struct arena *a = &s->suite.arena;
		struct scenario_node *node = arena_alloc(a, sizeof(*node));

		node->objects = arena_alloc(a, sizeof(*node->objects));
		node->objects[0] = (struct scenario_object){ "", nowhere, s->object };
		node->n_objects = 1;
		node->values.sets = arena_memdup(a, &(const struct type_set *){ s->object->types },
						 sizeof(s->object->types));
		node->values.n_sets = s->object->types ? 1 : 0;
		s->scenario.nodes = node;
		s->scenario.n_nodes = 1;
		s->scenario.id = s->scenario.path = s->scenario.name = s->object->path;
	}
	free(path);
	return s->object ? 0 : -1;
}

int streaming_prepare(struct streaming *s, struct diags *d)
{
	const char *colon = s->program ? strrchr(s->program, ':') : NULL;

	if (!s->program && !s->scenario_path) {
		diag(d, DIAG_ERROR, nowhere,
		     "which program? -p OBJECT:PROGRAM, or -s SCENARIO that names one");
		return -1;
	}
	if (s->node && !s->scenario_path) {
		diag(d, DIAG_ERROR, nowhere, "--node is for a scenario with nodes, -s SCENARIO");
		return -1;
	}
	if (s->program && (!colon || colon == s->program || !colon[1])) {
		diag(d, DIAG_ERROR, nowhere,
		     "-p takes OBJECT:PROGRAM, as in lxc.bpf.o:cil_from_container; this is '%s'",
		     s->program);
		return -1;
	}
	if (s->scenario_path ? read_scenario(s, d) : read_object(s, d))
		return -1;
	s->step.kind = STEP_REPLAY;
	s->step.number = 1;
	s->step.capture = s->capture;
	s->step.filter = s->filter;
	return choose_program(s, d);
}

void streaming_free(struct streaming *s)
{
	object_file_free(s->object);
	suite_free(&s->suite);
}
