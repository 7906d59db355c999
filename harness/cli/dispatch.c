/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text.h"
#include "cli/command.h"
#include "run/interrupt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct span nowhere;

static void check_args(struct diags *d, const struct command *c, const struct common_options *o)
{
	if (o->args.n < c->min_args)
		diag(d, DIAG_ERROR, nowhere, "%s is missing", c->args);
	else if (o->args.n > c->max_args)
		diag(d, DIAG_ERROR, nowhere, "one argument too many: '%s'",
		     o->args.items[c->max_args]);
	for (size_t i = 0; i < o->args.n; i++)
		if (!*o->args.items[i])
			diag(d, DIAG_ERROR, nowhere, "an argument is empty");
}

/* A report cut short by a full disk must not look like a whole one. */
static int finish_output(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "verdict: error: cannot write to standard output: %s\n", strerror(errno));
	return EXIT_NOT_JUDGED;
}

int command_run(const struct command *c, const char *program, size_t n, char *const *argv)
{
	struct common_options *options = xcalloc(1, c->options_size);
	int status = EXIT_NOT_JUDGED;
	struct diags d = {};
	char *words, *line;

	words = words_quote(n, argv);
	line = xasprintf("verdict %s%s%s", c->name, n ? " " : "", words);
	options->command_line = line;
	options->words = argv;
	options->n_words = n;
	options->program = program;
	options_parse(&d, &c->options, n, argv, options);
	if (!options->help)
		check_args(&d, c, options);
	diags_print(stderr, &d);
	if (d.errors) {
		fprintf(stderr,
			"Usage: verdict %s [OPTION...] %s\n"
			"verdict %s --help explains them.\n",
			c->name, c->args, c->name);
	} else if (options->help) {
		command_help(stdout, c);
		status = EXIT_PASSED;
	} else {
		status = c->run(options);
	}
	options_free(&c->options, options);
	free(options);
	free(words);
	free(line);
	diags_free(&d);
	status = finish_output(status);
	interrupts_release();
	return status;
}

static int unknown_command(const char *word)
{
	const char *near =
		text_nearest(word, strlen(word), commands, n_commands, sizeof(*commands));

	fprintf(stderr, "verdict: error: unknown command '%s'", word);
	if (near)
		fprintf(stderr, "; did you mean '%s'?", near);
	else if (!access(word, F_OK))
		fprintf(stderr, "; to run a scenario: verdict run %s", word);
	fputs("\nverdict --help lists the commands.\n", stderr);
	return EXIT_NOT_JUDGED;
}

/* The command that the first two words name, or NULL. */
static const struct command *find_two_words(int argc, char *const *argv)
{
	const struct command *c;
	char *name;

	if (argc < 3)
		return NULL;
	name = xasprintf("%s %s", argv[1], argv[2]);
	c = command_find(name);
	free(name);
	return c;
}

int verdict_main(int argc, char *const *argv)
{
	const struct command *c;

	if (argc < 2) {
		usage_print(stderr);
		return EXIT_NOT_JUDGED;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		usage_print(stdout);
		return finish_output(EXIT_PASSED);
	}
	c = find_two_words(argc, argv);
	if (c)
		return command_run(c, argv[0], (size_t)argc - 3, argv + 3);
	c = command_find(strcmp(argv[1], "--version") ? argv[1] : "version");
	return c ? command_run(c, argv[0], (size_t)argc - 2, argv + 2) : unknown_command(argv[1]);
}
