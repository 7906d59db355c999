/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/result.h"

static const char *const outcome_names[] = {
	[OUTCOME_PASS] = "pass",   [OUTCOME_FAIL] = "fail",   [OUTCOME_SKIP] = "skip",
	[OUTCOME_XFAIL] = "xfail", [OUTCOME_ERROR] = "error",
};

const char *outcome_name(enum outcome o)
{
	return outcome_names[o];
}
