/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text.h"
#include "cli/command.h"
#include "packet/expression.h"

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
		print_row(out, &(struct help_row){ commands[i].name, commands[i].help }, 12);
	for (size_t i = 0; i < n_help_sections; i++) {
		fprintf(out, "\n%s:\n", help_sections[i].title);
		for (size_t j = 0; j < help_sections[i].n; j++)
			print_row(out, &help_sections[i].rows[j], 12);
	}
	fputs("\nverdict COMMAND --help explains a command and its options.\n", out);
}

/* `verdict help TOPIC`: what is no command is one of these. */
struct topic {
	const char *name; /* first: text_nearest() looks here */
	void (*print)(FILE *out);
};

static const struct topic topics[] = {
	{ "scenario", scenario_help },
	{ "packets", packet_help },
	{ "helpers", helpers_help },
};

static int unknown_topic(const char *word)
{
	struct {
		const char *name;
	} names[16];
	size_t n = 0;
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		names[n++].name = topics[i].name;
	for (size_t i = 0; i < n_commands && n < ARRAY_SIZE(names); i++)
		names[n++].name = commands[i].name;
	near = text_nearest(word, strlen(word), names, n, sizeof(*names));
	fprintf(stderr, "verdict: error: there is no help on '%s'", word);
	if (near)
		fprintf(stderr, "; did you mean '%s'?\n", near);
	else
		fputs(": scenario, packets, helpers, or a command\n", stderr);
	return EXIT_NOT_JUDGED;
}

int cmd_help(const void *options)
{
	const struct help_options *o = options;
	const struct command *c;

	if (o->man) {
		man_print(stdout);
		return EXIT_PASSED;
	}
	if (!o->common.args.n) {
		usage_print(stdout);
		return EXIT_PASSED;
	}
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++) {
		if (!strcmp(o->common.args.items[0], topics[i].name)) {
			topics[i].print(stdout);
			return EXIT_PASSED;
		}
	}
	c = command_find(o->common.args.items[0]);
	if (!c)
		return unknown_topic(o->common.args.items[0]);
	command_help(stdout, c);
	return EXIT_PASSED;
}

int cmd_version(const void *options)
{
	(void)options;
	puts("verdict " VERSION);
	return EXIT_PASSED;
}
