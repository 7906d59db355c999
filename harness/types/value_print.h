/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Printing places of a value. Internal to types/; what is printed is described in type.h. */
#pragma once

#include "types/place.h"

void place_print(FILE *out, const struct value_context *c, const struct place *p,
		 const uint8_t *data);
/*
 * The member of union @p through which to look at @data: one that can say all its bits and covers
 * the bits of @covered (a mask, or @data again); of these the one with the fewest parts. NULL if
 * none can.
 */
const struct type_member *union_view(const struct place *p, const uint8_t *data,
				     const uint8_t *covered);
/* Whether naming members of struct or union @p can say every bit of it in @data. */
bool members_say_all(const struct place *p, const uint8_t *data);
