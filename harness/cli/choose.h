/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which scenarios are run, and in which order. */
#pragma once

#include "cli/options.h"
#include "run/result.h"
#include "scenario/suite.h"

/*
 * Keep the scenarios that -k and -t ask for, in the order of --shuffle, and number them. That none
 * is left is an error.
 */
void suite_choose(struct suite *suite, const struct run_options *o, struct diags *d);
/*
 * Keep those of --shard, and tell which that is; without it, all, and @shard stays as it is. That
 * none is left of a suite that has some is only noted.
 */
void suite_take_shard(struct suite *suite, const struct run_options *o, struct diags *d,
		      struct run_shard *shard);
/* "2/5" of --shard. Returns 0, or -1 after a diag. */
int shard_parse(struct diags *d, const char *text, struct run_shard *shard);
/* --times without --shard is an error. */
void shard_check_times(struct diags *d, const char *times, const char *shard);
