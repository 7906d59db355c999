/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * If the harness itself crashes (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT), standard error says
 * which scenario was running; then the signal does what it always does, a core file included. What
 * the kernel has of the process dies with it: nothing is pinned, and no namespace has a name.
 */
#pragma once

struct scenario;
struct step;

void crash_reports_begin(void);
/* For a thread that runs scenarios: both, in it. */
void crash_thread_begin(void);
void crash_thread_end(void);
/* The calling thread runs @scenario from now on; NULL: none. Does nothing in other threads. */
void crash_running(const struct scenario *scenario);
/* .. and is at @step of it. */
void crash_at_step(const struct step *step);
