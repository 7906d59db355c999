/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside run/: what the parts of a scenario's life share. */
#pragma once

#include "judge/events.h"
#include "kernel/events.h"
#include "run/session.h"

/* A frame on its way from one step to the next: `send: last`. */
struct last_frame {
	uint8_t *data; /* TEST_RUN_ROOM bytes */
	size_t len;
	bool valid;
	const char *why_not; /* when not valid */
	const char *verdict; /* that dropped it, or NULL */
};

/* An instance that was loaded, and from what: found again by the bytes of its key. */
struct loaded {
	uint8_t *key;
	size_t key_len;
	struct instance *instance;
	struct events *events; /* readers of what its programs emit; NULL: they cannot */
	bool dirty;	       /* a scenario used it: put back before the next */
	bool taken; /* by a node of the scenario that runs now: others get one of their own */
	uint64_t used;
};

struct session {
	struct session_options options;
	struct sandbox **sandboxes; /* one for each node of a scenario; made when first needed */
	size_t n_sandboxes;
	struct loaded *loaded;
	size_t n_loaded;
	uint64_t clock; /* counts uses of instances */
	uint8_t *out;	/* TEST_RUN_ROOM bytes: what a run gives back */
	uint8_t *frame; /* TEST_RUN_ROOM bytes: a frame that is changed before it is sent */
	struct last_frame last;
};

/* A node of the scenario while it runs. */
struct life_node {
	const struct scenario_node *node;
	struct sandbox *sandbox;
	struct instance *instance;
	struct events *events; /* or NULL */
};

/* One scenario in one session. */
struct life {
	struct session *session;
	const struct scenario *scenario;
	struct life_node *nodes; /* as many as the scenario has */
	struct scenario_result *result;
	size_t watched_step; /* number of one whose changes of maps are noted; 0: none */
	const char *skip;    /* set by what finds that this kernel cannot do it: why */
};

static inline struct life_node *step_node(const struct life *l, const struct step *step)
{
	return &l->nodes[step->node];
}

/*
 * session.c: set @scenario up in @s, from devices to the writes of its `maps:`. Fills what is known
 * of *result from the start. Returns 0, or -1 with errors in result->diags.
 */
int life_begin(struct session *s, const struct scenario *scenario, struct scenario_result *result,
	       struct life *l);
/* replay.c: the capture of a replay as its step wants it. Reports; NULL then. */
struct capture *step_open_capture(struct life *l, const struct step *step);

/* instances.c: load node @n's instance, or take a loaded one that was put back, and its events.
 * Returns 0, or -1 (reported). */
int node_instance(struct life *l, struct life_node *n);
/* All instances are free for the next scenario. */
void session_release_instances(struct session *s);
void session_forget_instances(struct session *s);

/* network.c: the devices and all else of @n's own namespace, which the thread is then in. Returns
 * 0, or -1 (reported, or l->skip is set). */
int node_network(struct life *l, struct life_node *n);
/* The thread goes to where @n's programs run. Returns 0, or -1 (reported). */
int node_enter(struct life *l, const struct life_node *n);
void session_forget_networks(struct session *s);

/* observe_calls.c: the helper calls of a run, from the tape; false where they are not recorded. */
bool observe_calls(const struct life_node *n, uint32_t prog_type, struct observation *o,
		   struct arena *arena);

/* observe.c: the rest of *@o, from what the run of @step left: calls, redirect, events, context.
 * Texts and bytes from @arena. */
void observe(struct life *l, const struct step *step, const struct test_run *run,
	     struct observation *o, struct arena *arena);

/* events.c */
/* What the run of @step emitted, after its calls were observed: they say how long records are. */
void observe_events(struct life *l, const struct step *step, struct observation *o,
		    struct arena *arena);
/* `events:` of one run. */
void step_judge_events(const struct expectation *e, const struct observation *o,
		       struct arena *arena, struct mismatches *out);
/* Say that events were lost where nothing is expected of them. */
void step_note_lost_events(struct life *l, struct step_result *r, uint64_t lost);

/* map_state.c */
struct map *life_map(struct life *l, size_t map_ref);
/* Set and delete entries of @n's maps. */
int node_write(struct life *l, struct life_node *n, const struct map_write *writes,
	       size_t n_writes);
/* For values of PROG_ARRAYs: the name of the program with this id; @instance is the node's. */
const char *life_program_name(void *instance, uint32_t id);
/* What maps held before a step that expects something of them. */
struct map_states {
	struct map_view *views; /* of those the expectation names */
	size_t n;
	struct node_map *others; /* `other_maps: unchanged`: the rest of its node's */
	struct map_view *other_views;
	size_t n_others;
};
void map_states_take(struct life *l, const struct step *step, const struct expectation *e,
		     struct map_states *before);
void map_states_judge(struct life *l, const struct step *step, const struct expectation *e,
		      const struct map_states *before, uint64_t frame, struct mismatches *out);

/* one_run.c */
/* Make ready to run @program frame after frame. Returns 0, or -1 after a diag. */
int run_prepare(struct life *l, const struct step *step, struct test_run *run);
/* Run one frame and say what came of it. */
void run_frame(struct test_run *run, const uint8_t *frame, size_t len, struct observation *o);
/* Keep what came out for `send: last`. */
void run_keep_last(struct session *s, const struct observation *o);

void step_send(struct life *l, const struct step *step, struct step_result *r);
void step_replay(struct life *l, const struct step *step, struct step_result *r);

/* offloads.c: what a capture taken with offloads on holds, and what is said of it. */
struct offloads {
	uint32_t mtu; /* bytes: longer packets did not come off a wire */
	uint64_t oversized, first_oversized, partial, first_partial; /* counts; frame numbers */
};
void offloads_begin(struct offloads *o, const struct life *l, const struct step *step);
void offloads_look(struct offloads *o, const struct capture_frame *f);
void offloads_note(const struct offloads *o, struct life *l, struct step_result *r, bool fixed);

/* artifacts.c */
/* Writers for the frames of a step that failed; nothing is made unless something is written. */
struct artifacts {
	const char *dir; /* of the scenario, in the session's results; NULL: nothing is kept */
	size_t step;
	struct capture_writer *in, *out;
	const char *in_path, *out_path;
};
void artifacts_begin(struct artifacts *a, struct life *l, const struct step *step);
/* One frame that failed, and what came of it; @time in ns. */
void artifacts_add(struct artifacts *a, struct life *l, uint64_t time, const struct observation *o);
void artifacts_end(struct artifacts *a, struct step_result *r);

void step_note(struct life *l, struct step_result *r, const char *fmt, ...) printf_like(3, 4);
void step_count_verdict(struct life *l, struct step_result *r, int32_t verdict);
