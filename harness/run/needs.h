/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside run/: what a scenario needs of the kernel. */
#pragma once

#include "run/internal.h"

/*
 * Ask for everything that the scenario names. Returns 0; -1 with l->skip set where something is
 * missing, unless options.check_needs says to run it all the same: then l->unmet says what; -1 with
 * errors where it could not be found out. l->xfail is what counts of the scenario's `xfail:` here.
 */
int life_check_needs(struct life *l);
/* After the outcome of a scenario that was run although it needs more: it passed, and `needs:` is
 * stale, which is a failure; or it is a skip. */
void life_judge_needs(struct life *l);
