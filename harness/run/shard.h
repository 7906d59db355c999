/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A suite in parts of about the same length, for machines that know nothing of each other. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Deal @n items to @count shards: the one that takes longest first, each to the shard that has
 * least to do. @weights: how long each takes, in any unit; what is 0 is not known, and taken to be
 * as long as the median of those that are. The same items in the same order are dealt alike
 * anywhere; without weights, in turn. @shards receives a number from 0 for each.
 */
void shards_deal(const uint64_t *weights, size_t n, unsigned int count, unsigned int *shards);
