/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A capture through a program without expectations: each frame and what came of it, as it goes by.
 */
#pragma once

#include "packet/capture.h"
#include "run/session.h"

struct streamed_frame {
	const struct capture_frame *frame;
	const struct observation *observed;
	const char *refusal;		   /* the run was refused: why, in words, or NULL */
	const struct map_changes *changes; /* NULL: nobody asked */
};

struct stream_options {
	bool details;	  /* frames are given with calls, events and all else that is observed */
	bool map_changes; /* look over all maps after each frame: slow where they are large */
	/* Called for each frame; what it is given lives until it returns. Stops at anything but 0.
	 */
	int (*frame)(void *arg, const struct streamed_frame *f);
	void *arg;
};

/*
 * Set @scenario up (devices, objects, maps, and the writes of its `maps:`), then run every frame of
 * @step, a replay. Frames cut by the snap length are passed over, with a warning. What went wrong
 * and what should be known is in result->diags. Returns 0, -1 after errors, or what frame()
 * returned.
 */
int session_stream(struct session *s, const struct scenario *scenario, const struct step *step,
		   const struct stream_options *options, struct scenario_result *result);

/* How a stream ended. */
struct stream_end {
	int status;	 /* 0, -1 after errors, or what frame() returned */
	int interrupted; /* the signal that ended it early (interrupt.h), or 0 */
	/* The worker runs a program that does not return: the process has to _exit(). */
	bool left_behind;
	char *load_log; /* end of the verifier's log of a program that did not load; the caller
			   frees; or NULL */
};

/*
 * session_stream() in a worker, looked on: a frame that takes longer than a step may is an error,
 * and an interruption of the process ends it between frames. All there is to say comes into @d.
 */
void stream_run(struct diags *d, const struct session_options *session,
		const struct scenario *scenario, const struct step *step,
		const struct stream_options *options, struct stream_end *end);
