/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* tape.h for user space: with the kernel's integer types. */
#pragma once

#include <linux/types.h>

#include "shim/tape.h"
