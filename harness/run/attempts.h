/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A scenario that is run more than once: its results become one, which says how often it failed. */
#pragma once

#include "run/result.h"

/*
 * Add another attempt to @r, the result of those before. What is kept of steps and messages is of
 * the last of the worst attempts: its captures are those that lie in the results folder. Where
 * outcomes differ the scenario is flaky, which is a failure, and an error where one attempt was.
 * @next is taken over, and empty afterwards.
 */
void attempts_add(struct scenario_result *r, struct scenario_result *next);
