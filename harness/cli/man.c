/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The man pages, from the tables and what `verdict help` prints: roff(7) with the man(7) macros. */
#include "cli/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* How roff writes characters that it would take for itself, or print as another one. */
static const char *const escapes[128] = {
	['\\'] = "\\e",	 ['-'] = "\\-",	  ['\''] = "\\(aq",
	['^'] = "\\(ha", ['~'] = "\\(ti", ['.'] = "\\&.",
};

/* Text with `bold` words; an empty line starts a paragraph. Ends at a line's end. */
static void print_text(FILE *out, const char *text)
{
	bool bold = false;
	char before = '\n';

	for (const char *p = text; *p; before = *p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '`') {
			bold = !bold;
			fputs(bold ? "\\fB" : "\\fR", out);
		} else if (c == '\n' && before == '\n') {
			fputs(".PP\n", out);
		} else if (c < ARRAY_SIZE(escapes) && escapes[c]) {
			fputs(escapes[c], out);
		} else {
			fputc(c, out);
		}
	}
	if (bold)
		fputs("\\fR", out);
	if (before != '\n')
		fputc('\n', out);
}

static void print_title(FILE *out, const char *macro, const char *title)
{
	fprintf(out, "%s ", macro);
	for (const char *p = title; *p; p++)
		fputc(macro[2] == 'H' ? toupper((unsigned char)*p) : *p, out);
	fputc('\n', out);
}

static void print_lines_as_they_are(FILE *out, const char *text)
{
	fputs(".PP\n.EX\n", out);
	print_text(out, text);
	fputs(".EE\n", out);
}

static void print_dashes(FILE *out, const char *s)
{
	for (; *s; s++)
		fputs(*s == '-' ? "\\-" : (char[]){ *s, '\0' }, out);
}

static void print_option(FILE *out, const struct option_row *row)
{
	fputs(".TP\n", out);
	if (row->letter)
		fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
	fputs("\\fB\\-\\-", out);
	print_dashes(out, row->name);
	fputs("\\fR", out);
	if (row->argument)
		fprintf(out, " \\fI%s\\fR", row->argument);
	fputc('\n', out);
	print_text(out, row->help);
}

static void print_rows(FILE *out, const struct help_rows *section)
{
	print_title(out, ".SH", section->title);
	for (size_t i = 0; i < section->n; i++) {
		fputs(".TP\n.B ", out);
		print_text(out, section->rows[i].name);
		print_text(out, section->rows[i].text);
	}
}

static void print_head(FILE *out, const char *page, unsigned int section, const char *help)
{
	fputs(".\\\" Made by `verdict help --man` from what it knows of itself.\n.TH ", out);
	for (const char *p = page; *p; p++)
		fputc(toupper((unsigned char)*p), out);
	fprintf(out, " %u \"\" \"verdict %s\" \"%s\"\n.SH NAME\n", section, VERSION,
		section == 1   ? "User Commands"
		: section == 5 ? "File Formats"
			       : "Miscellaneous Information");
	print_dashes(out, page);
	fprintf(out, " \\- %s\n", help);
}

/* "matrix fetch" is described in verdict-matrix-fetch(1). The caller frees. */
static char *page_name(const char *name)
{
	char *page = xasprintf("verdict%s%s", *name ? "-" : "", name);

	for (char *p = strchr(page, ' '); p; p = strchr(p, ' '))
		*p = '-';
	return page;
}

/* ".BR verdict\-run (1),": a page in a list that ends with @end. */
static void print_reference(FILE *out, const char *name, unsigned int section, const char *end)
{
	char *page = page_name(name);

	fputs(".BR ", out);
	print_dashes(out, page);
	fprintf(out, " (%u)%s\n", section, end);
	free(page);
}

/* All pages but that of @name. */
static void print_see_also(FILE *out, const char *name)
{
	fputs(".SH SEE ALSO\n", out);
	if (*name)
		print_reference(out, "", 1, ",");
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i].name, name))
			print_reference(out, commands[i].name, 1, ",");
	for (size_t i = 0; i < n_topics; i++)
		if (strcmp(topics[i].name, name))
			print_reference(out, topics[i].name, topics[i].section, ",");
	fputs(".BR tcpdump (8),\n.BR pcap\\-filter (7),\n.BR bpftool (8),\n.BR bpf (2)\n", out);
}

void man_command(FILE *out, const struct command *c)
{
	char *page = page_name(c->name);

	print_head(out, page, 1, c->help);
	fprintf(out, ".SH SYNOPSIS\n\\fBverdict %s\\fR [\\fIOPTION\\fR...] ", c->name);
	print_text(out, c->args);
	fputs(".SH DESCRIPTION\n", out);
	print_text(out, c->description);
	fputs(".SH OPTIONS\n", out);
	for (size_t i = 0; i < c->options.n; i++)
		print_option(out, &c->options.rows[i]);
	for (size_t i = 0; i < n_help_sections; i++)
		print_rows(out, &help_sections[i]);
	if (c->examples) {
		print_title(out, ".SH", "Examples");
		print_lines_as_they_are(out, c->examples);
	}
	print_see_also(out, c->name);
	free(page);
}

/* Bytes of the lines at @s up to an empty one. */
static size_t block_length(const char *s)
{
	const char *end = strstr(s, "\n\n");

	return end ? (size_t)(end - s) + 1 : strlen(s);
}

static bool is_filled(const char *block)
{
	return *block != ' ' && !strstr(block, "\n ");
}

/* Lines without indentation are filled; one of them before others is a heading of what follows. */
static void print_block(FILE *out, char *block)
{
	char *rest = strchr(block, '\n');

	if (is_filled(block)) {
		fputs(".PP\n", out);
		print_text(out, block);
	} else if (*block != ' ' && rest && rest[1] == ' ') {
		*rest = '\0';
		fputs(".SS ", out);
		print_text(out, block);
		print_lines_as_they_are(out, rest + 1);
	} else {
		print_lines_as_they_are(out, block);
	}
}

void man_topic(FILE *out, const struct topic *t)
{
	char *page = page_name(t->name), *text;
	size_t len;
	FILE *mem = xmemstream(&text, &len);

	t->print(mem);
	fclose(mem);
	print_head(out, page, t->section, t->help);
	fputs(".SH DESCRIPTION\n", out);
	for (char *p = text; *p;) {
		size_t n = block_length(p);
		bool last = !p[n];

		if (!last)
			p[n] = '\0'; /* of the empty line */
		print_block(out, p);
		p += n + !last;
		p += strspn(p, "\n");
	}
	print_see_also(out, t->name);
	free(text);
	free(page);
}

void man_pages(FILE *out)
{
	fputs("verdict.1\n", out);
	for (size_t i = 0; i < n_commands; i++) {
		char *page = page_name(commands[i].name);

		fprintf(out, "%s.1\n", page);
		free(page);
	}
	for (size_t i = 0; i < n_topics; i++)
		fprintf(out, "verdict-%s.%u\n", topics[i].name, topics[i].section);
}

void man_print(FILE *out)
{
	print_head(out, "verdict", 1, "a test harness for XDP and tc programs");
	fputs(".SH SYNOPSIS\n\\fBverdict\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...] "
	      "[\\fIARGUMENT\\fR...]\n.SH DESCRIPTION\n",
	      out);
	print_text(out,
		   "Feeds recorded and made-up frames through BPF_PROG_TEST_RUN into compiled BPF\n"
		   "objects, as they are, on the running kernel, and compares what comes out\n"
		   "(verdict, frame, maps) with what a scenario expects.\n");
	fputs(".SH COMMANDS\n", out);
	for (size_t i = 0; i < n_commands; i++) {
		fputs(".TP\n", out);
		print_reference(out, commands[i].name, 1, "");
		print_text(out, commands[i].help);
	}
	print_title(out, ".SH", "Formats");
	for (size_t i = 0; i < n_topics; i++) {
		fputs(".TP\n", out);
		print_reference(out, topics[i].name, topics[i].section, "");
		print_text(out, topics[i].help);
	}
	for (size_t i = 0; i < n_help_sections; i++)
		print_rows(out, &help_sections[i]);
	print_title(out, ".SH", "Examples");
	for (size_t i = 0; i < n_commands; i++)
		if (commands[i].examples)
			print_lines_as_they_are(out, commands[i].examples);
	print_see_also(out, "");
}
