/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* init.c, built as a static program and embedded: what a guest's process 1 is. */
#pragma once

extern const char guest_init[], guest_init_end[];
