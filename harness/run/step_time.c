/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How long the steps of a scenario may take, and what is said of one that takes longer. */
#include "run/internal.h"

#include "types/helper_values.h"

#include <inttypes.h>
#include <stdlib.h>

uint64_t step_time_limit(const struct session *s, const struct scenario *scenario,
			 const struct step *step)
{
	if (step && step->time_limit)
		return step->time_limit;
	if (scenario->time_limit)
		return scenario->time_limit;
	return s->options.time_limit ? s->options.time_limit : TIME_LIMIT_DEFAULT;
}

uint64_t setup_time_limit(const struct session *s, const struct scenario *scenario)
{
	uint64_t limit = step_time_limit(s, scenario, NULL);

	return limit < TIME_LIMIT_SETUP ? TIME_LIMIT_SETUP : limit;
}

const char *duration_text(struct arena *a, uint64_t ns)
{
	char *text, *copy;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	duration_write(out, ns);
	fclose(out);
	copy = arena_strdup(a, text);
	free(text);
	return copy;
}

static const char *what_ran(struct arena *a, const struct step *step)
{
	return step ? arena_printf(a, "step %zu", step->number)
		    : "loading the objects and making the devices";
}

static const char *at_frame(struct arena *a, uint64_t frame)
{
	return frame ? arena_printf(a, ", at frame %" PRIu64, frame) : "";
}

void time_limit_report(const struct scenario *s, struct time_limit *t, enum time_limit_end end,
		       struct scenario_result *result)
{
	struct diags *d = &result->diags;
	struct arena *a = &result->arena;
	const struct step *step;
	uint64_t limit, frame;
	struct span where;

	pthread_mutex_lock(&t->lock);
	step = t->step;
	limit = t->limit;
	frame = t->frame;
	pthread_mutex_unlock(&t->lock);
	where = step ? step->where : s->where;
	diags_free(d);
	if (end == TIME_LIMIT_CUT) {
		diag(d, DIAG_ERROR, where, "%s was interrupted%s", what_ran(a, step),
		     at_frame(a, frame));
		return;
	}
	diag(d, DIAG_ERROR, where, "%s took longer than %s%s", what_ran(a, step),
	     duration_text(a, limit), at_frame(a, frame));
	diag(d, DIAG_NOTE, (struct span){},
	     "'time_limit: TIME' of the step or the scenario gives it longer, or --time-limit");
}
