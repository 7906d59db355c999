/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What has to be there to run a suite elsewhere. */
#pragma once

#include "scenario/suite.h"

struct input_list {
	const char **paths; /* as named from where verdict runs, each once */
	size_t n;
};

/*
 * Scenario files and those they use, objects, files of types, captures; of files with errors too,
 * so that they are found again there. What could not be read at all is left out. In @a; the paths
 * are the suite's.
 */
struct input_list suite_inputs(const struct suite *s, struct arena *a);
