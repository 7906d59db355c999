/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading the tape, and writing scripts on it. */
#include "kernel/interpose.h"

#include <string.h>
#include <time.h>

void tape_rewind(struct tape *t)
{
	t->n = 0;
}

size_t tape_count(const struct tape *t, uint64_t *lost)
{
	uint64_t n = t->n;

	if (lost)
		*lost = n > TAPE_RECORDS ? n - TAPE_RECORDS : 0;
	return n > TAPE_RECORDS ? TAPE_RECORDS : (size_t)n;
}

const struct tape_record *tape_record(const struct tape *t, size_t i)
{
	uint64_t first = t->n > TAPE_RECORDS ? t->n : 0;

	return &t->records[(first + i) % TAPE_RECORDS];
}

void tape_clear_scripts(struct tape *t)
{
	memset(t->scripts, 0, sizeof(t->scripts));
	t->moved = 0;
	t->n_fib = 0;
}

struct tape_script *tape_script(struct tape *t, uint32_t helper)
{
	return helper < TAPE_HELPERS ? &t->scripts[helper] : NULL;
}

/* Length of a jiffy, which is what coarse clocks advance by: include/linux/jiffies.h. */
static uint64_t ns_per_tick(void)
{
	struct timespec ts;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &ts) || ts.tv_sec || !ts.tv_nsec)
		return 4000000;
	return (uint64_t)ts.tv_nsec;
}

static void move_script(struct tape_script *s, uint64_t by)
{
	switch ((enum tape_mode)s->mode) {
	case TAPE_REAL:
		s->add += by;
		return;
	case TAPE_SEQUENCE:
	case TAPE_CLOCK:
		for (uint32_t i = 0; i < s->n && i < TAPE_VALUES; i++)
			s->values[i] += by;
		return;
	}
}

void tape_move_clocks(struct tape *t, uint64_t ns)
{
	uint64_t tick = ns_per_tick();
	/* Of the sum: what one wait leaves over counts for the next. */
	uint64_t ticks = (t->moved + ns) / tick - t->moved / tick;
	const struct helper *h;
	size_t n;

	h = helper_table(&n);
	for (size_t i = 0; i < n && i < TAPE_HELPERS; i++) {
		if (h[i].clock)
			move_script(&t->scripts[i], h[i].result == HELPER_NS ? ns : ticks);
	}
	t->moved += ns;
}

void tape_set_clock(struct tape *t, const struct helper *h, uint64_t start, uint64_t step)
{
	uint64_t unit = h->result == HELPER_NS ? 1 : ns_per_tick();

	*tape_script(t, h->id) = (struct tape_script){
		.mode = TAPE_CLOCK, .n = 1, .add = step / unit, .values = { start / unit }
	};
}

void tape_clear_fib_answers(struct tape *t)
{
	t->n_fib = 0;
}

bool tape_add_fib_answer(struct tape *t, const struct tape_fib_answer *a)
{
	struct tape_fib_answer *to;

	if (t->n_fib >= TAPE_FIB_ANSWERS)
		return false;
	to = &t->fib[t->n_fib++];
	*to = *a;
	/* The stub compares and replaces without masking these. */
	for (size_t i = 0; i < TAPE_BYTES; i++) {
		to->question[i] &= a->mask[i];
		to->reply[i] &= a->set[i];
	}
	return true;
}
