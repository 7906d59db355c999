/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Command line options by table: one row per option. The parser, `--help` and the man page read
 * the same rows.
 *
 * A command's options go into its own plain struct, which starts with struct common_options.
 * Texts point into argv; only the lists are allocated, and options_free() frees them.
 */
#pragma once

#include "base/diag.h"

#include <stddef.h>
#include <stdint.h>

/* A list in the order given. */
struct strings {
	const char **items;
	size_t n;
};

/* A number that may not have been given at all. */
struct given_uint {
	uint64_t value;
	bool given;
};

enum option_kind {
	OPTION_FLAG,   /* bool */
	OPTION_STRING, /* const char *, NULL if not given; the last one counts */
	OPTION_LIST,   /* struct strings, one more each time it is given */
	OPTION_UINT,   /* struct given_uint; the last one counts */
	OPTION_TIME,   /* uint64_t, ns; 0 if not given; the last one counts */
	OPTION_MAYBE,  /* const char *, NULL if not given, "" without =VALUE; the last one counts */
	OPTION_CHOICE  /* unsigned int: which of the words of `argument`, "auto|always|never" */
};

struct option_row {
	const char *name;     /* without "--"; first: text_nearest() looks here */
	const char *argument; /* "DIR"; NULL for flags */
	const char *help;     /* part of a sentence, without full stop; lines end in '\n' */
	size_t offset;	      /* of the member in the command's struct */
	uint64_t min, max;    /* of OPTION_UINT, both inclusive; max 0: no limit */
	enum option_kind kind;
	char letter;  /* the short form, or 0 */
	bool again;   /* what a scenario does depends on it: said when it is run again */
	bool chooses; /* which scenarios are run, and in which order */
};

struct option_table {
	const struct option_row *rows;
	size_t n;
};

/* What every command has, at the start of its struct. */
struct common_options {
	struct strings args; /* what is no option: paths, a capture, an expression */
	const char *program; /* verdict, as it was called */
	char *const *words;  /* as typed, those after the command's name */
	size_t n_words;
	const char *command_line; /* as typed, quoted for a shell */
	bool help;		  /* --help: nothing else was checked */
};

enum color_mode {
	COLOR_AUTO, /* as terminal.h says */
	COLOR_ALWAYS,
	COLOR_NEVER
};

struct run_options {
	struct common_options common; /* args: files and folders; none: the current folder */
	const char *keyword;
	struct strings tags; /* "!TAG" excludes */
	struct given_uint jobs;
	struct given_uint shuffle; /* the seed */
	struct given_uint repeat;
	struct given_uint durations;
	const char *results;
	struct strings formats; /* FORMAT or FORMAT:FILE */
	struct strings objects; /* folders */
	const char *coverage;	/* file */
	const char *baseline;	/* a result to compare what programs cost with */
	const char *budget;	/* what may not be exceeded, as cli/cost.h reads it */
	const char *column;	/* name of the kernel among others */
	const char *shard;	/* "I/N" */
	const char *times;	/* file of results */
	uint64_t time_limit;	/* ns; 0: not given */
	const char *vm;		/* run in a guest: NULL: no; "": the kernel that runs here */
	const char *modules;	/* folder, of the guest's kernel */
	uint64_t vm_limit;	/* ns; 0: not given */
	unsigned int color;	/* enum color_mode */
	bool exitfirst;
	bool rerun_failed;
	bool list;
	bool no_skip;
	bool check_needs;
	bool verbose;
	bool no_interpose;
	bool kernel_log; /* look at what the kernel says of itself */
	bool cost;	 /* what programs cost the verifier */
	bool features;	 /* probe all, for the result */
	bool no_progress;
};

struct merge_options {
	struct common_options common; /* args: files of results */
	const char *output;
};

struct check_options {
	struct common_options common; /* args: files and folders */
	struct strings objects;
};

struct show_options {
	struct common_options common; /* args: a capture, an expression or an object */
	const char *filter;
	struct given_uint count;
	struct strings objects;
};

struct replay_options {
	struct common_options common; /* args: the capture */
	const char *program;	      /* OBJECT:PROGRAM */
	const char *scenario;
	const char *node; /* of the scenario */
	const char *write;
	const char *filter;
	bool verbose;
	bool no_interpose;
	uint64_t time_limit; /* ns; 0: not given */
	struct strings objects;
};

enum view_format {
	VIEW_TEXT,
	VIEW_JSON
};

struct maps_options {
	struct common_options common; /* args: the view, a scenario */
	const char *pinned;	      /* folder */
	const char *types;	      /* object */
	const char *node;
	struct given_uint step;
	const char *views;
	unsigned int format; /* enum view_format */
	uint64_t time_limit; /* ns; 0: not given */
	struct strings objects;
};

struct observe_options {
	struct common_options common; /* args: scenarios, or with -s or -p a capture */
	const char *program;	      /* OBJECT:PROGRAM */
	const char *scenario;
	const char *node; /* of the scenario */
	const char *filter;
	const char *views;
	bool summary;
	unsigned int format; /* enum view_format */
	uint64_t time_limit; /* ns; 0: not given */
	struct strings objects;
};

struct matrix_options {
	struct common_options common; /* args: the file of kernels, scenarios */
	struct strings scenarios;     /* of args: files and folders */
	struct strings kernels;	      /* names of those that run; none: all */
	bool no_running;
	bool list;
	const char *keyword;
	struct strings tags;	/* "!TAG" excludes */
	struct strings objects; /* folders */
	struct given_uint jobs; /* kernels at once */
	struct given_uint repeat;
	bool rerun_failed;
	const char *shard; /* "I/N" */
	const char *times; /* file of results */
	bool exitfirst;
	bool no_skip;
	bool no_interpose;
	uint64_t time_limit; /* ns, of a step; 0: not given */
	const char *results;
	struct strings formats; /* FORMAT or FORMAT:FILE */
	const char *baseline;	/* file of results */
	const char *budget;	/* INSNS=N,.. */
	bool cost;
	bool features;
	bool check_needs;
	bool verbose;
	unsigned int color; /* enum color_mode */
};

struct matrix_fetch_options {
	struct common_options common; /* args: the file of kernels, names of kernels */
	bool update;
};

struct features_options {
	struct common_options common; /* args: names, or first words of names; none: all */
	unsigned int format;	      /* enum view_format */
};

enum report_format {
	REPORT_HTML,
	REPORT_MARKDOWN
};

struct report_options {
	struct common_options common; /* args: result files */
	const char *output;	      /* NULL: standard output */
	unsigned int format;	      /* enum report_format */
	const char *coverage;	      /* an lcov tracefile */
	const char *baseline;	      /* results to compare what programs cost with */
	const char *title;
	bool all;
};

struct help_options {
	struct common_options common; /* args: a topic or a command */
	bool man, pages;
	const char *completion; /* the shell */
};

struct version_options {
	struct common_options common;
};

/*
 * Read the @n words at @argv (after the command's name) into @into, a zeroed struct that starts
 * with struct common_options. Accepts --name=value, --name value, -nvalue, -n value, flags in one
 * word (-vx), and `--`, after which all is arguments. Every error is reported, without a source;
 * returns 0 or -1. options_free() is due either way. `-h` and `--help` are understood for every
 * command.
 */
int options_parse(struct diags *d, const struct option_table *t, size_t n, char *const *argv,
		  void *into);
void options_free(const struct option_table *t, void *into);

/* The options of --help: names on the left, what they do on the right. */
void options_help(FILE *out, const struct option_table *t);
/* Those of @from marked `again` that were given, each behind a blank, quoted for a shell. */
void options_again(FILE *out, const struct option_table *t, const void *from);
/* The same of those marked `chooses`. */
void options_choosing(FILE *out, const struct option_table *t, const void *from);
/* Words as a shell reads them back: quoted where needed. The caller frees. */
returns_memory char *words_quote(size_t n, char *const *words);
