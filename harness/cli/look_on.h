/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Scenarios run for what they show, not for whether they pass: `verdict maps`, `verdict observe`.
 */
#pragma once

#include "run/session.h"
#include "scenario/suite.h"
#include "view/view.h"

/*
 * Run the suite's scenarios one after the other. Those that fail or cannot be run are told of on
 * standard error. Returns an enum exit_status, or 128 + signal.
 */
int look_on(struct diags *d, const struct suite *suite, const struct session_options *options);

/*
 * Read the views from @path, or where it is NULL from views.yaml as objects are found. Returns 0,
 * or -1 (reported).
 */
int views_read(struct diags *d, struct suite *suite, const char *path, struct view_file *f);
