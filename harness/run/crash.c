/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/crash.h"

#include "base/mem.h"
#include "base/status_line.h"
#include "scenario/scenario.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX    512
#define RUNNING_MAX 1024 /* as many as there can be workers */

/* What a thread runs, written down beforehand: a handler cannot look for it. */
struct running {
	atomic_bool is_set;
	char text[TEXT_MAX]; /* "a.yaml:2: name" */
	atomic_size_t step;
	char stack[65536]; /* the handler's own: the thread's may be what overflowed */
};

static _Thread_local struct running *own;
static _Atomic(struct running *) all[RUNNING_MAX];

static struct {
	int sig;
	const char *name;
	struct sigaction before;
} crashes[] = {
	{ .sig = SIGSEGV, .name = "SIGSEGV" }, { .sig = SIGBUS, .name = "SIGBUS" },
	{ .sig = SIGFPE, .name = "SIGFPE" },   { .sig = SIGILL, .name = "SIGILL" },
	{ .sig = SIGABRT, .name = "SIGABRT" },
};

/* Only what signal-safety(7) permits from here on. */
static void say(const char *text)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t n = write(STDERR_FILENO, text, len);

		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

static void say_number(size_t n)
{
	char digits[24], *p = digits + sizeof(digits) - 1;

	*p = '\0';
	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	say(p);
}

static void say_running(struct running *r)
{
	say("verdict: while running ");
	say(r->text);
	if (r->step) {
		say(", step ");
		say_number(r->step);
	}
	say("\n");
}

/* Not of this thread's doing (kill -ABRT): whatever runs may be what was meant. */
static void say_all_running(void)
{
	for (size_t i = 0; i < RUNNING_MAX; i++) {
		struct running *r = all[i];

		if (r && r->is_set)
			say_running(r);
	}
}

static void crashed(int sig)
{
	status_line_erase_now();
	for (size_t i = 0; i < ARRAY_SIZE(crashes); i++) {
		if (crashes[i].sig != sig)
			continue;
		say("verdict: crashed: ");
		say(crashes[i].name);
		say("; please report this\n");
		sigaction(sig, &crashes[i].before, NULL);
	}
	if (own && own->is_set)
		say_running(own);
	else
		say_all_running();
	raise(sig); /* delivered when this returns */
}

void crash_reports_begin(void)
{
	struct sigaction action = { .sa_handler = crashed, .sa_flags = SA_ONSTACK };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(crashes); i++)
		sigaction(crashes[i].sig, &action, &crashes[i].before);
}

void crash_thread_begin(void)
{
	struct running *none;
	stack_t stack = {};

	own = xcalloc(1, sizeof(*own));
	stack.ss_sp = own->stack;
	stack.ss_size = sizeof(own->stack);
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < RUNNING_MAX; i++) {
		none = NULL;
		if (atomic_compare_exchange_strong(&all[i], &none, own))
			return;
	}
}

void crash_thread_end(void)
{
	struct running *mine = own;
	stack_t stack = { .ss_flags = SS_DISABLE };

	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < RUNNING_MAX; i++) {
		struct running *expected = own;

		atomic_compare_exchange_strong(&all[i], &expected, NULL);
	}
	own = NULL;
	free(mine);
}

void crash_running(const struct scenario *s)
{
	if (!own)
		return;
	own->is_set = false;
	own->step = 0;
	if (!s)
		return;
	if (s->where.src)
		snprintf(own->text, sizeof(own->text), "%s:%u: %s", s->path,
			 span_position(s->where).line, s->name);
	else
		snprintf(own->text, sizeof(own->text), "%s", s->name);
	own->is_set = true;
}

void crash_at_step(const struct step *step)
{
	if (own)
		own->step = step ? step->number : 0;
}
