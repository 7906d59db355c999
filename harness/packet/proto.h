/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Protocol headers as tables. One row describes a field once; building, printing, dissecting,
 * comparing and the help text all read the same row, so a new protocol is a new file with a
 * table and, where a length or checksum follows from the rest, a finish function.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The packet module's author completes this header: see harness/packet/README in the task. */
struct proto;
