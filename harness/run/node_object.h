/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside run/: what a scenario says of an object, as kernel/ takes it. */
#pragma once

#include "kernel/instance.h"
#include "scenario/scenario.h"

/* Object @i of @node, with its globals, sizes of maps and types of programs; from @arena. */
struct instance_object node_object(struct arena *arena, const struct scenario_node *node, size_t i);
