/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How shards are joined, once it is known that they belong together. Private to results/. */
#pragma once

#include "results/document.h"

#include <jansson.h>

/*
 * The run that @n shards, in their order, are all parts of: a new reference, or NULL after diags,
 * where they contradict each other.
 */
json_t *shards_join(struct diags *d, const struct document *const *shards, uint64_t n);
