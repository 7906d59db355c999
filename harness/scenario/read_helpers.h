/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside scenario/: answers of helpers, and time that passes. */
#pragma once

#include "scenario/reader.h"

/* Mapping @n, over what *out says already; made where it is NULL. */
void read_helper_script(struct reader *r, const struct node *n, bool in_replay,
			struct helper_script **out);
void read_wait(struct reader *r, const struct node *n, uint64_t *ns);
