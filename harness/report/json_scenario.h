/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A scenario's result as JSON: what is in a document, and on a line of its own. */
#pragma once

#include "base/json.h"
#include "run/result.h"

/* All members of @r, into the object that is open. */
void json_scenario(struct json *j, const struct scenario_result *r);
/* A place; null where @file is NULL. */
void json_position(struct json *j, const char *key, const char *file, struct position pos);
