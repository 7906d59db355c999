/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What results say of a run besides what came of it: where, of what, from which command. */
#pragma once

#include "cli/options.h"
#include "run/result.h"
#include "scenario/suite.h"

/*
 * Fill @info, whose texts are in @arena, for the scenarios of @suite that are to run. Object files
 * that cannot be read any more are errors in @d.
 */
void run_info_make(struct run_info *info, const struct suite *suite, const struct run_options *o,
		   struct arena *arena, struct diags *d);
