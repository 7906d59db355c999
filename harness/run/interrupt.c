/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/interrupt.h"

#include "base/mem.h"
#include "base/status_line.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

static struct {
	int sig;
	const char *name;
	struct sigaction before;
} caught[] = {
	{ .sig = SIGINT, .name = "SIGINT" },
	{ .sig = SIGTERM, .name = "SIGTERM" },
	{ .sig = SIGHUP, .name = "SIGHUP" },
};

static atomic_int seen;
static bool catching;

static void note(int sig)
{
	int none = 0;

	if (atomic_compare_exchange_strong(&seen, &none, sig))
		return;
	status_line_erase_now();
	signal(sig, SIG_DFL);
	raise(sig); /* delivered when this returns */
}

void interrupts_catch(void)
{
	/* Calls that wait go on: whoever has to end looks at interrupt_seen(). */
	struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };

	catching = true;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++) {
		sigaction(caught[i].sig, NULL, &caught[i].before);
		if (caught[i].before.sa_handler != SIG_IGN)
			sigaction(caught[i].sig, &action, NULL);
	}
}

int interrupt_seen(void)
{
	return seen;
}

const char *interrupt_name(int sig)
{
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		if (caught[i].sig == sig)
			return caught[i].name;
	return "a signal";
}

void interrupts_release(void)
{
	if (!catching)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		sigaction(caught[i].sig, &caught[i].before, NULL);
	if (!seen)
		return;
	signal(seen, SIG_DFL);
	raise(seen);
	exit(128 + seen); /* the first process of a container is not ended by it */
}
