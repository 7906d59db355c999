/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text.h"
#include "cli/command.h"
#include "packet/expression.h"

#include <stdlib.h>
#include <string.h>

/* Print lines with @indent blanks in front, all but the first, which has @col characters already.
 */
static void print_lines(FILE *out, const char *text, int indent, int col)
{
	while (*text) {
		int len = (int)strcspn(text, "\n");

		fprintf(out, "%*s%.*s\n", len && indent > col ? indent - col : 0, "", len, text);
		text += len + (text[len] == '\n');
		col = 0;
	}
}

static void print_row(FILE *out, const struct help_row *row, int indent)
{
	int col = fprintf(out, "  %s  ", row->name);

	print_lines(out, row->text, indent, col);
}

void command_help(FILE *out, const struct command *c)
{
	fprintf(out, "Usage: verdict %s [OPTION...]%s%s\n\n", c->name, *c->args ? " " : "",
		c->args);
	fputs(c->description, out);
	fputs("\nOptions:\n", out);
	options_help(out, &c->options);
	if (!c->examples)
		return;
	fputs("\nExamples:\n", out);
	print_lines(out, c->examples, 2, 0);
}

void usage_print(FILE *out)
{
	fputs("verdict: a test harness for XDP and tc programs\n"
	      "\n"
	      "Usage: verdict COMMAND [OPTION...] [ARGUMENT...]\n"
	      "\n"
	      "Commands:\n",
	      out);
	for (size_t i = 0; i < n_commands; i++)
		print_row(out, &(struct help_row){ commands[i].name, commands[i].help }, 16);
	for (size_t i = 0; i < n_help_sections; i++) {
		fprintf(out, "\n%s:\n", help_sections[i].title);
		for (size_t j = 0; j < help_sections[i].n; j++)
			print_row(out, &help_sections[i].rows[j], 16);
	}
	fputs("\nverdict COMMAND --help explains a command and its options.\n", out);
}

const struct topic topics[] = {
	{ "scenario", scenario_help, "the language of scenario files", 5 },
	{ "packets", packet_help, "expressions for packets, and the fields of each protocol", 7 },
	{ "helpers", helpers_help, "helpers whose calls are seen, expected and answered", 7 },
	{ "needs", needs_help, "what a scenario can need of a kernel", 7 },
};
const size_t n_topics = ARRAY_SIZE(topics);

const struct topic *topic_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		if (!strcmp(topics[i].name, name))
			return &topics[i];
	return NULL;
}

static int unknown_topic(const char *word)
{
	struct {
		const char *name;
	} *names = xcalloc(ARRAY_SIZE(topics) + n_commands, sizeof(*names));
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		names[n++].name = topics[i].name;
	for (size_t i = 0; i < n_commands; i++)
		names[n++].name = commands[i].name;
	near = text_nearest(word, strlen(word), names, n, sizeof(*names));
	fprintf(stderr, "verdict: error: there is no help on '%s'", word);
	if (near)
		fprintf(stderr, "; did you mean '%s'?\n", near);
	for (size_t i = 0; i < ARRAY_SIZE(topics) && !near; i++)
		fprintf(stderr, "%s %s", i ? "," : ":", topics[i].name);
	if (!near)
		fputs(", or a command\n", stderr);
	free(names);
	return EXIT_NOT_JUDGED;
}

static int print_completion(const char *shell)
{
	if (!completion_print(stdout, shell))
		return EXIT_PASSED;
	fprintf(stderr, "verdict: error: --completion: '%s' is none of bash|zsh\n", shell);
	return EXIT_NOT_JUDGED;
}

/* A command, also as its man page is named: "matrix-fetch" is "matrix fetch". */
static const struct command *find_page(const char *word)
{
	char *name = xstrdup(word);
	const struct command *c;

	for (char *p = strchr(name, '-'); p; p = strchr(p, '-'))
		*p = ' ';
	c = command_find(word);
	c = c ? c : command_find(name);
	free(name);
	return c;
}

/* @word is a topic or a command. */
static int print_help_on(const char *word, bool man)
{
	const struct topic *t = topic_find(word);
	const struct command *c = find_page(word);

	if (t && man)
		man_topic(stdout, t);
	else if (t)
		t->print(stdout);
	else if (c && man)
		man_command(stdout, c);
	else if (c)
		command_help(stdout, c);
	else
		return unknown_topic(word);
	return EXIT_PASSED;
}

/* `help matrix fetch`, as it is typed without `help`. */
static int print_help_on_words(const struct strings *words, bool man)
{
	char *name = words->n > 1 ? xasprintf("%s %s", words->items[0], words->items[1])
				  : xstrdup(words->items[0]);
	int status = print_help_on(name, man);

	free(name);
	return status;
}

int cmd_help(const void *options)
{
	const struct help_options *o = options;

	if (o->completion)
		return print_completion(o->completion);
	if (o->common.args.n)
		return print_help_on_words(&o->common.args, o->man);
	if (o->pages)
		man_pages(stdout);
	else if (o->man)
		man_print(stdout);
	else
		usage_print(stdout);
	return EXIT_PASSED;
}

int cmd_version(const void *options)
{
	(void)options;
	puts("verdict " VERSION);
	return EXIT_PASSED;
}
