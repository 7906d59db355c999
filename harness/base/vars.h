/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The values of `let:` and `cases:`, as packet expressions and scalars see them: $name. */
#pragma once

#include "base/diag.h"

struct node;

struct var {
	const char *name;
	const char *text;	  /* the value of a scalar; NULL for a list or mapping */
	struct span where;	  /* where the value stands */
	const struct node *value; /* the whole value; base and packet only use text */
};

struct vars {
	struct var *items;
	size_t n;
};

/* The variable named @name (@len bytes, without '$'), or NULL. */
const struct var *vars_find(const struct vars *vars, const char *name, size_t len);
