/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The result of a scenario, of its steps and of a run, as plain data for the sinks. */
#pragma once

#include "base/diag.h"
#include "judge/judge.h"

enum outcome {
	OUTCOME_PASS,
	OUTCOME_FAIL,  /* an expectation did not hold, or xfail passed */
	OUTCOME_SKIP,  /* this kernel cannot do what the scenario needs */
	OUTCOME_XFAIL, /* failed, as `xfail:` says it would */
	OUTCOME_ERROR  /* could not judge: bad input, load failure, missing privilege */
};

/* A verdict and how many frames of a replay got it. */
struct verdict_count {
	int32_t verdict;
	uint64_t frames;
};

/* One entry of a map that changed, as text. */
struct map_change {
	const char *map;
	const char *key;
	const char *before, *after; /* the value, per-CPU: the sum; NULL: no such entry */
	const char *difference;	    /* where both are: "packets 1 -> 2, bytes 42 -> 84" */
};

/* Changes listed of one step at most. */
#define CHANGES_SHOWN 16

/* What a step changed in the maps of its node. */
struct map_changes {
	bool known; /* somebody looked: always with -v, for a step that failed by running again */
	struct map_change *items;
	size_t n;
	uint64_t total;		/* with those not listed */
	const char **too_large; /* names of maps that hold too much to be looked over unasked */
	size_t n_too_large;
};

struct step_result {
	size_t number;		     /* from 1 */
	struct span where;	     /* the step's `send`, `replay` or `maps` key and value */
	const char *kind;	     /* "send", "replay", "maps" */
	const char *name;	     /* the step's own name, or NULL */
	const char *node;	     /* of several: where it ran; else NULL */
	const char *program;	     /* that ran, or NULL */
	uint32_t prog_type;	     /* enum bpf_prog_type */
	const char *capture;	     /* replay: the file's path; else NULL */
	bool ran;		     /* send: false if an earlier failure kept it from running */
	struct observation observed; /* send: the run */
	uint64_t frames;	     /* frames run: 1 for send */
	struct verdict_count *verdicts;
	size_t n_verdicts;
	struct mismatches mismatches;
	struct map_changes map_changes;
	uint64_t mismatched_frames; /* frames of a replay that failed; at most FAILURES_SHOWN are in
				       mismatches */
	const char *
		*notes; /* what the user should know: a default taken, offloads in the capture */
	size_t n_notes;
	const char *frames_in, *frames_out; /* captures left under results/, or NULL */
};

struct scenario_result {
	struct arena arena; /* owns what steps and texts below point to */
	const char *id; /* "scenarios/arp/reply.yaml" or "..yaml[case]": what -k and reruns name */
	const char *path;
	const char *name;      /* with the case's name appended */
	const char *case_name; /* or NULL */
	const char **tags;
	size_t n_tags;
	struct span where; /* of the name, or the file's start */
	enum outcome outcome;
	const char *reason; /* skip, xfail; NULL otherwise */
	struct diags diags; /* errors and warnings met while it ran */
	const char
		*load_log; /* end of the verifier's log of a program that did not load, or NULL */
	struct step_result *steps;
	size_t n_steps;
	uint64_t duration; /* ns */
};

#define FAILURES_SHOWN 5 /* frames of one replay step described in full */

struct run_info {
	const char *version;	      /* of verdict */
	const char *kernel, *machine; /* uname -r, -m */
	const char *command;	      /* as typed */
	uint64_t started;	      /* ns since 1970 */
	size_t n_scenarios;
	unsigned int jobs;
	bool shuffled;
	uint64_t seed;
	/* What to type before the ids of scenarios to run them again in the same way; or NULL. */
	const char *again;
};

struct run_summary {
	size_t passed, failed, skipped, xfailed, errors;
	uint64_t duration;	 /* ns */
	bool stopped;		 /* some were not run: -x, or what follows */
	bool gave_up;		 /* too many programs do not return, which was reported */
	const char *interrupted; /* "SIGINT": the signal that ended it early; or NULL; reported */
	size_t left_behind;	 /* workers whose program does not return */
	int status;		 /* exit status: 0, 1 or 2; 128 + signal */
};

/* Outcome's name in reports: "pass", "fail", "skip", "xfail", "error". */
const char *outcome_name(enum outcome o);
