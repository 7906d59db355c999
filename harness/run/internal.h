/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside run/: what the parts of a scenario's life share. */
#pragma once

#include "judge/events.h"
#include "kernel/events.h"
#include "kernel/interpose.h"
#include "run/kernel_log.h"
#include "run/session.h"
#include "run/vlan_tag.h"

/* Where a frame is after a run. */
enum last_way {
	LAST_STAYS,   /* where it was: the program let it pass */
	LAST_LEAVES,  /* by device `to`: redirected to it, or XDP_TX */
	LAST_ARRIVES, /* at device `to` of the same node: BPF_F_INGRESS */
	LAST_PEER,    /* behind device `to`, past its programs: bpf_redirect_peer() */
	LAST_UNKNOWN  /* redirected, but nobody saw where to */
};

/* Longer metadata in front of an XDP frame the kernel does not take: bytes. */
#define META_MAX 252

/* A frame on its way from one step to the next: `send: last`. */
struct last_frame {
	uint8_t *data; /* TEST_RUN_ROOM bytes */
	size_t len;
	bool valid;
	const char *why_not; /* when not valid */
	const char *verdict; /* that the program returned, or NULL */

	size_t node; /* where it ran */
	enum last_way way;
	bool has_device, has_to; /* where not: lo; a device that the scenario does not name */
	size_t device, to;	 /* of that node: where it was, where it goes */
	const char *by; /* "redirect_neigh", "XDP_TX", ..; NULL: LAST_STAYS, or not known */
	struct ip_address nexthop; /* that bpf_redirect_neigh() was given */

	/* What a frame has besides its bytes, within a node. */
	struct observed_context context;
	struct vlan_tag tag;
	bool tag_unknown;
	uint8_t meta[META_MAX];
	size_t meta_len;
};

/* An instance that was loaded, and from what: found again by the bytes of its key. */
struct loaded {
	uint8_t *key;
	size_t key_len;
	bool open; /* the key has no values of globals: each scenario sets its own */
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
	uint64_t *closed; /* loads whose globals the verifier has to know, by number */
	size_t n_closed;
	uint64_t clock; /* counts uses of instances */
	uint8_t *out;	/* TEST_RUN_ROOM bytes: what a run gives back */
	uint8_t *frame; /* TEST_RUN_ROOM bytes: a frame that is changed before it is sent */
	struct kernel_log kernel_log;
	struct last_frame last;
	struct __sk_buff given, skb; /* what a tc program is given besides the frame, and leaves */
	struct vlan_tag tag;	     /* .. in its skb, when the program is entered */
	struct prelude **preludes;   /* what sets the rest of it: loaded when first needed */
	size_t n_preludes;
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
	struct prelude *prelude; /* that runs before the program of the step at hand; or NULL */
	size_t watched_step;	 /* number of one whose changes of maps are noted; 0: none */
	const char *xfail;	 /* why it fails here, as is known; or NULL */
	const char *unmet;	 /* it runs although it needs what this kernel lacks: what */
	const char **unmet_names;
	size_t n_unmet;
	const char *skip; /* set by what finds that this kernel cannot do it: why */
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

/* step_time.c */
/* What @step may take, and what comes before the first: ns. */
uint64_t step_time_limit(const struct session *s, const struct scenario *scenario,
			 const struct step *step);
uint64_t setup_time_limit(const struct session *s, const struct scenario *scenario);
/* "30s", from @a. */
const char *duration_text(struct arena *a, uint64_t ns);
/* Said besides of a worker that is left behind. */
#define TIME_LIMIT_NOT_ENDED \
	"it did not end when told to: the kernel has a BPF program run until it returns"
/* That what @t was about took too long or was cut short, instead of all other errors: calls that
 * were ended make some. */
void time_limit_report(const struct scenario *s, struct time_limit *t, enum time_limit_end end,
		       struct scenario_result *result);

/* session.c: tell who looks on, if anybody does, of a run of @step. */
bool life_is_watched(const struct life *l);
void life_tell(const struct life *l, const struct step *step, const struct observation *o,
	       uint64_t time);

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
bool observe_calls(const struct life_node *n, const struct program_ref *program, uint32_t prog_type,
		   struct observation *o, struct arena *arena);

/* observe_redirect.c: where the frame of a run goes, from its calls; @ifindex: where it arrived. */
void observe_redirect(struct life_node *n, uint32_t ifindex, struct observation *o,
		      struct arena *arena);

/* observe.c: what came back of a context. */
void observe_context(const struct __sk_buff *skb, struct observed_context *c);
/* The rest of *@o, from what the run of @step left: calls, redirect, events, context.
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

/* script.c: `helpers:` and `wait:` */
struct saved_script {
	uint32_t helper;
	struct tape_script script;
};
/* What helpers answered before a step that has them answer something else. */
struct step_script {
	struct saved_script *items;
	size_t n;
};
/* Have helpers answer as @n's `helpers:` say. Returns 0, or -1: they cannot (reported). */
int node_script(struct life *l, struct life_node *n);
/* The same for @step, until its end. */
int step_script_begin(struct life *l, const struct step *step, struct step_script *saved);
void step_script_end(struct life *l, const struct step *step, const struct step_script *saved);
/* `clock: capture`: before the frame with this time stamp, in ns. */
void step_script_at_frame(struct life *l, const struct step *step, uint64_t time);
void step_wait(struct life *l, const struct step *step);
/* Of programs that steps run: say where less is seen of their calls than was tried. */
void life_warn_interposition(struct life *l);

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
/* Run one frame and say what came of it. What *o points to are buffers of the session. */
void run_frame(struct test_run *run, const uint8_t *frame, size_t len, struct observation *o);

/* last.c */
/* Keep what came of the run of @step for `send: last`. */
void last_keep(struct life *l, const struct step *step, const struct observation *o);
/*
 * The last frame as it arrives at @step, in the session's second buffer: the first will hold what
 * comes out. *arrived is @step with the device it arrives at. Reports; 0 or -1.
 */
int last_take(struct life *l, const struct step *step, struct step *arrived, struct packet *frame,
	      struct step_result *r);
/*
 * What a frame of `send: last` has besides its bytes, into @run; for a tc program whose frame goes
 * on later, that it is given back. What the step's `ctx:` says comes after this, and wins.
 */
void last_hand_over(struct life *l, const struct step *step, struct test_run *run);

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
void artifacts_end(struct artifacts *a, struct life *l, struct step_result *r);

void step_note(struct life *l, struct step_result *r, const char *fmt, ...) printf_like(3, 4);
void step_count_verdict(struct life *l, struct step_result *r, int32_t verdict);
