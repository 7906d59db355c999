/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the programs of scenarios cost the verifier: each object once for each set of globals that
 * it is loaded with, whatever else the scenarios differ in.
 */
#pragma once

#include "run/result.h"
#include "scenario/scenario.h"

/*
 * Load what the @n scenarios load, but for those that need what this kernel lacks, as it is
 * shipped: from the calling thread, one after the other. *programs, ordered by object, globals and
 * as the object has them, is from @arena. What could not be opened is in @d.
 */
void cost_of_scenarios(struct diags *d, struct scenario *const *scenarios, size_t n,
		       struct arena *arena, struct run_program **programs, size_t *n_programs);
