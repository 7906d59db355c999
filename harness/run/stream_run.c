/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/errno_names.h"
#include "run/crew.h"
#include "run/internal.h"
#include "run/interrupt.h"
#include "run/stream.h"

#include <inttypes.h>
#include <stdlib.h>

/* What the worker does, and all it may still use when it is left behind. */
struct job {
	struct session_options session;
	const struct scenario *scenario;
	const struct step *step;
	const struct stream_options *options;
	struct diags diags;
	struct stream_end end;
	struct diags *d; /* of the other thread */
};

static void work(struct worker *w)
{
	struct job *job = w->job;
	struct scenario_result result = {};
	struct session *session;

	job->session.limit = &w->limit;
	job->end.status = -1;
	session = session_new(&job->diags, &job->session);
	if (!session)
		return;
	job->end.status = session_stream(session, job->scenario, job->step, job->options, &result);
	diags_move(&job->diags, &result.diags);
	if (result.load_log)
		job->end.load_log = xstrdup(result.load_log);
	scenario_result_free(&result);
	session_free(session);
}

static void left_behind(struct worker *w)
{
	struct job *job = w->job;
	const struct span nowhere = {};
	struct arena words = {};
	uint64_t frame = w->limit.frame;

	if (frame)
		diag(job->d, DIAG_ERROR, nowhere, "frame %" PRIu64 " took longer than %s", frame,
		     duration_text(&words, w->limit.limit));
	else
		diag(job->d, DIAG_ERROR, nowhere, "making ready took longer than %s",
		     duration_text(&words, w->limit.limit));
	diag(job->d, DIAG_NOTE, (struct span){}, TIME_LIMIT_NOT_ENDED);
	arena_free(&words);
}

void stream_run(struct diags *d, const struct session_options *session,
		const struct scenario *scenario, const struct step *step,
		const struct stream_options *options, struct stream_end *end)
{
	struct crew *crew = xcalloc(1, sizeof(*crew));
	struct job *job = xcalloc(1, sizeof(*job));
	int err;

	*job = (struct job){
		.session = *session, .scenario = scenario, .step = step, .options = options, .d = d
	};
	*end = (struct stream_end){ .status = -1 };
	crew_init(crew, work, left_behind);
	err = crew_add(crew, job);
	if (err)
		diag(d, DIAG_ERROR, (struct span){}, "cannot start a thread: %s (%s)",
		     errno_text(err), errno_name(err));
	crew_wait(crew);
	end->left_behind = crew_end(crew) > 0;
	end->interrupted = interrupt_seen();
	if (end->left_behind)
		return;
	if (!err)
		end->status = job->end.status;
	end->load_log = job->end.load_log;
	diags_move(d, &job->diags);
	free(job);
	free(crew);
}
