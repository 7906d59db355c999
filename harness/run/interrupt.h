/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * SIGINT, SIGTERM and SIGHUP while something runs: the first is noted, for a run to end in good
 * order; the second ends the process at once. Those that were ignored (nohup, a shell's background
 * jobs) still are.
 */
#pragma once

/* In the main thread, before others are started; workers block these signals. */
void interrupts_catch(void);
/* The signal that came, or 0. */
int interrupt_seen(void);
/* "SIGINT" of one of them. */
const char *interrupt_name(int sig);
/*
 * As before interrupts_catch(). If a signal came, the process ends by it, so that a shell knows
 * what ended it (its status is 128 + signal) and ends its loop, too. Does nothing where none are
 * caught.
 */
void interrupts_release(void);
