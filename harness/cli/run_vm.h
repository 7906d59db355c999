/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict run --vm: the same run in a guest, without privileges here. */
#pragma once

#include "cli/options.h"
#include "run/result.h"
#include "scenario/suite.h"

/*
 * Run @suite in a guest as @o says; what it prints, its reports and its captures appear here as if
 * it had run here. Where the guest ends badly, reports are made here, of what came (@info says
 * what was begun), and @suite keeps the scenarios of --shard. Returns an enum exit_status, or
 * 128 + signal.
 */
int run_in_guest(struct suite *suite, const struct run_options *o, struct run_info *info);
