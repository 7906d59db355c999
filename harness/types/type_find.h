/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Types and members by the names people give them. */
#pragma once

#include "types/object_file.h"

/* As type_set_find(), and also structs and unions without their keyword. */
const struct type *type_find(const struct type_set *s, const char *name);
/*
 * The struct, union, enum or typedef whose name is nearest to @word (with or without keyword), from
 * @arena with its keyword; NULL where none is near.
 */
const char *type_nearest(const struct type_set *s, const char *word, struct arena *arena);
/* A name without "struct " or "union ". */
const char *type_bare_name(const char *name);

/* The member of struct or union @t called @name, also through anonymous ones; false: none. */
struct member_place {
	const struct type *type;
	uint32_t bit_off;  /* from the start of @t, as BTF counts */
	uint32_t bit_size; /* of a bit-field; 0 for others */
};
bool member_find(const struct type *t, const char *name, struct member_place *out);
/* The name nearest to @name among the members of @t, or NULL. */
const char *member_nearest(const struct type *t, const char *name);
