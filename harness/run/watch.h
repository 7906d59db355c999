/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Somebody who looks on while scenarios run: what programs did, and what maps hold in the end. */
#pragma once

#include "judge/observation.h"
#include "scenario/scenario.h"

struct map;
struct object_map;

/* A map of a node, and what its object says of it. */
struct node_map {
	struct map *map; /* kernel/map.h */
	const struct object_map *type;
};

/* What is given lives until the call returns. Calls come from the thread that runs the scenario. */
struct watcher {
	void *arg;
	/* A frame of @step was run: o has all its details. @time: of the capture, ns; 0: none. */
	void (*ran)(void *arg, const struct scenario *s, const struct step *step,
		    const struct observation *o, uint64_t time);
	/* After step @after_step, or the last that ran, for each node: its @n maps. */
	void (*maps)(void *arg, const struct scenario *s, const struct scenario_node *node,
		     const struct node_map *maps, size_t n);
	size_t after_step; /* number; 0: the last */
};
