/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The commands of verdict by table: dispatch, help and the man page read the same rows. */
#pragma once

#include "cli/options.h"

/* Exit status of every command. */
enum exit_status {
	EXIT_PASSED = 0,    /* all held, or did what was asked */
	EXIT_FAILED = 1,    /* an expectation did not hold */
	EXIT_NOT_JUDGED = 2 /* bad input, missing privilege, nothing judged: 2 wins over 1 */
};

struct command {
	/* First: text_nearest() looks here. Of two words where it is a command of a command. */
	const char *name;
	/* Returns an enum exit_status. @options is the struct that the options were read into. */
	int (*run)(const void *options);
	const char *args; /* "[PATH...]", "" */
	size_t min_args, max_args;
	const char *help;	 /* one line, without full stop */
	const char *description; /* lines filled by hand; an empty one between paragraphs */
	const char *examples;	 /* command lines, or NULL */
	struct option_table options;
	size_t options_size; /* bytes of the struct */
};

extern const struct command commands[];
extern const size_t n_commands;

/* A name and what is behind it, for help and the man page. */
struct help_row {
	const char *name, *text; /* lines filled by hand */
};

struct help_rows {
	const char *title;
	const struct help_row *rows;
	size_t n;
};

/* What is the same for all commands: exit status, files, environment. */
extern const struct help_rows help_sections[];
extern const size_t n_help_sections;

/* `verdict help TOPIC`: what is explained and is no command. */
struct topic {
	const char *name; /* first: text_nearest() looks here */
	void (*print)(FILE *out);
	const char *help;     /* one line, without full stop */
	unsigned int section; /* of its man page, verdict-NAME(SECTION) */
};

extern const struct topic topics[];
extern const size_t n_topics;

/* NULL if there is none of that name. */
const struct topic *topic_find(const char *name);
/* NULL if there is none of that name. */
const struct command *command_find(const char *name);
/* What `verdict NAME --help` prints. */
void command_help(FILE *out, const struct command *c);
/* What `verdict --help` prints: the commands. */
void usage_print(FILE *out);
/* What `verdict help scenario` prints: the language, with an example. */
void scenario_help(FILE *out);
/* What `verdict help helpers` prints: those that are recorded. */
void helpers_help(FILE *out);
/* What `verdict help needs` prints: those that `needs:` can name. */
void needs_help(FILE *out);
/*
 * Man pages, in roff with the man macros: verdict(1), that of a command, verdict-NAME(1), and that
 * of a topic.
 */
void man_print(FILE *out);
void man_command(FILE *out, const struct command *c);
void man_topic(FILE *out, const struct topic *t);
/* The names of all of them as files, a line each. */
void man_pages(FILE *out);
/* What completes command lines in @shell. Returns 0, or -EINVAL: it is neither bash nor zsh. */
int completion_print(FILE *out, const char *shell);
/*
 * Run a command with the @n words that follow its name; @program is verdict's own name. Returns an
 * enum exit_status.
 */
int command_run(const struct command *c, const char *program, size_t n, char *const *argv);
/* Find the command among @argc words, which start with verdict's own name, and run it. */
int verdict_main(int argc, char *const *argv);

int cmd_run(const void *options);	   /* struct run_options */
int cmd_merge(const void *options);	   /* struct merge_options */
int cmd_check(const void *options);	   /* struct check_options */
int cmd_show(const void *options);	   /* struct show_options */
int cmd_replay(const void *options);	   /* struct replay_options */
int cmd_maps(const void *options);	   /* struct maps_options */
int cmd_observe(const void *options);	   /* struct observe_options */
int cmd_matrix(const void *options);	   /* struct matrix_options */
int cmd_matrix_fetch(const void *options); /* struct matrix_fetch_options */
int cmd_features(const void *options);	   /* struct features_options */
int cmd_report(const void *options);	   /* struct report_options */
int cmd_help(const void *options);	   /* struct help_options */
int cmd_version(const void *options);
