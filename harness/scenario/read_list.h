/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside scenario/: what is expected of things that come in an order. */
#pragma once

#include "judge/expectation.h"
#include "scenario/reader.h"

/*
 * `events:` and `calls:` (@what): a list, {only: [..]}, {any_order: [..]} or `none`, which is
 * LIST_ONLY of nothing. Returns the list; NULL: nothing is listed, or it was wrong and reported.
 */
const struct node *read_list(struct reader *r, const struct node *n, const char *what,
			     enum list_condition *condition);
