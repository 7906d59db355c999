/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/vars.h"

#include "base/text.h"

const struct var *vars_find(const struct vars *vars, const char *name, size_t len)
{
	for (size_t i = 0; vars && i < vars->n; i++)
		if (text_is(name, len, vars->items[i].name))
			return &vars->items[i];
	return NULL;
}
