/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The machine and the kernel a run is on, as results tell them. */
#pragma once

#include "run/result.h"

/* Texts are in @arena. What cannot be found out is NULL or -1. */
void environment_read(struct run_environment *e, struct arena *arena);
