/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The files that a suite was read from, and those it will read when it runs. */
#include "scenario/inputs.h"

#include "scenario/reader.h"

#include <string.h>
#include <unistd.h>

static void add(struct arena *a, struct input_list *list, const char *path)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->paths[i], path))
			return;
	*ARENA_PUSH(a, list->paths, list->n) = path;
}

struct input_list suite_inputs(const struct suite *s, struct arena *a)
{
	struct input_list list = {};

	for (size_t i = 0; i < s->n_sources; i++)
		add(a, &list, s->files[i]->src.path);
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->objects[i].file)
			add(a, &list, s->objects[i].path);
	for (size_t i = 0; i < s->n_types; i++)
		if (s->types[i].set)
			add(a, &list, s->types[i].path);
	for (size_t i = 0; i < s->n_captures; i++)
		if (!access(s->captures[i], F_OK))
			add(a, &list, s->captures[i]);
	return list;
}
