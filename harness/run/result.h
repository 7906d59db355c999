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

/* A scenario run once. */
struct attempt {
	enum outcome outcome;
	uint64_t duration; /* ns */
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
	const char **needs; /* names of the features it asks for, see kernel/features.h */
	size_t n_needs;
	const char **stale_needs; /* of these, that the kernel lacks and it passed without */
	size_t n_stale_needs;
	struct diags diags; /* errors and warnings met while it ran */
	const char
		*load_log; /* end of the verifier's log of a program that did not load, or NULL */
	struct step_result *steps;
	size_t n_steps;
	uint64_t duration; /* ns */
	size_t number;	   /* in the suite, all shards of it, from 1 */

	/*
	 * Every time it was run, in order, where that was more than once; none: once. All else is
	 * of the first of the worst of them.
	 */
	struct attempt *attempts;
	size_t n_attempts;
	bool flaky; /* not all outcomes are the same */
};

/* Of the JSON results: grows only when a reader of this version could misread one. */
#define RESULT_VERSION 1

#define FAILURES_SHOWN 5 /* frames of one replay step described in full */

/* Where it ran: run/environment.h finds out. */
struct run_environment {
	const char *os;	      /* PRETTY_NAME of os-release, or NULL */
	const char *libbpf;   /* version of the library */
	unsigned int cpus;    /* online */
	int jit, jit_harden;  /* net.core.bpf_jit_*; -1: not known */
	const char *lockdown; /* "none", "integrity", "confidentiality"; NULL: not known */
};

/* What all shards of a suite have alike. */
struct run_suite {
	size_t n_scenarios;  /* of all shards */
	const char *sha256;  /* of the scenarios' texts, in their order; NULL: not known */
	const char *command; /* as typed, without what does not matter to outcomes */
};

/* A part of the suite: number @index, from 1, of @count; {0, 0}: all of it. */
#define SHARDS_MAX 10000 /* as many machines as anybody has */
struct run_shard {
	unsigned int index, count;
};

/* An object file that scenarios load. */
struct run_object {
	const char *path;
	const char *sha256;
	uint64_t size; /* bytes */
};

/* A feature of the kernel that was probed. */
struct run_feature {
	const char *name;
	bool supported;
	const char *reason; /* what the probe says, where it is not; or NULL */
};

/* What a program cost the verifier, loaded with one set of globals. */
struct run_program {
	const char *object, *globals, *program, *type;
	uint64_t insns;		 /* of the program */
	bool has_verified_insns; /* the kernel tells */
	uint64_t verified_insns;
	uint64_t states, peak_states;
	uint64_t stack;	   /* bytes */
	uint64_t load;	   /* ns */
	const char *error; /* why it did not load, or NULL */
};

/* A number of a program that is beyond what it may be. */
struct run_overrun {
	const char *program; /* with its object and globals: "lxc.bpf.o: tail_x (a=1)" */
	const char *number;  /* "insns" */
	const char *message; /* all of it, in words */
};

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
	struct run_environment environment;
	const char *column; /* of kernels.yaml, or NULL */
	struct run_suite suite;
	struct run_shard shard;
	unsigned int repeat; /* times each scenario is run; 0: once, as 1 */
	const struct run_object *objects;
	size_t n_objects;
};

struct run_summary {
	size_t passed, failed, skipped, xfailed, errors;
	size_t flaky;		 /* of those that failed or are errors */
	uint64_t duration;	 /* ns */
	bool stopped;		 /* some were not run: -x, or what follows */
	bool gave_up;		 /* too many programs do not return, which was reported */
	const char *interrupted; /* "SIGINT": the signal that ended it early; or NULL; reported */
	size_t left_behind;	 /* workers whose program does not return */
	int status;		 /* exit status: 0, 1 or 2; 128 + signal */

	/* What was found out on the way; empty where nobody asked. Whoever fills them owns them. */
	const struct run_feature *features;
	size_t n_features;
	const struct run_program *programs;
	size_t n_programs;
	const struct run_overrun *overruns;
	size_t n_overruns;
};

/* Outcome's name in reports: "pass", "fail", "skip", "xfail", "error". */
const char *outcome_name(enum outcome o);
