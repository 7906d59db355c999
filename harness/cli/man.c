/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The man page verdict(1), from the tables: roff(7) with the man(7) macros. */
#include "cli/command.h"

#include <ctype.h>

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

static void print_option(FILE *out, const struct option_row *row)
{
	fputs(".TP\n", out);
	if (row->letter)
		fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
	fputs("\\fB\\-\\-", out);
	for (const char *p = row->name; *p; p++)
		fputs(*p == '-' ? "\\-" : (char[]){ *p, '\0' }, out);
	fputs("\\fR", out);
	if (row->argument)
		fprintf(out, " \\fI%s\\fR", row->argument);
	fputc('\n', out);
	print_text(out, row->help);
}

static void print_command(FILE *out, const struct command *c)
{
	print_title(out, ".SS", c->name);
	fprintf(out, "\\fBverdict %s\\fR [\\fIOPTION\\fR...] %s\n.PP\n", c->name, c->args);
	print_text(out, c->description);
	for (size_t i = 0; i < c->options.n; i++)
		print_option(out, &c->options.rows[i]);
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

void man_print(FILE *out)
{
	fputs(".\\\" Made by `verdict help --man` from the tables of its commands.\n", out);
	fprintf(out, ".TH VERDICT 1 \"\" \"verdict %s\" \"User Commands\"\n", VERSION);
	fputs(".SH NAME\nverdict \\- a test harness for XDP and tc programs\n"
	      ".SH SYNOPSIS\n\\fBverdict\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...] "
	      "[\\fIARGUMENT\\fR...]\n.SH DESCRIPTION\n",
	      out);
	print_text(
		out,
		"Feeds recorded and made-up frames through BPF_PROG_TEST_RUN into compiled BPF\n"
		"objects, as they are, on the running kernel, and compares what comes out\n"
		"(verdict, frame, maps) with what a scenario expects. `verdict help scenario`\n"
		"explains scenarios, `verdict help packets` packet expressions, `verdict help helpers`\n"
		"the helpers whose calls are seen.\n");
	fputs(".SH COMMANDS\n", out);
	for (size_t i = 0; i < n_commands; i++)
		print_command(out, &commands[i]);
	for (size_t i = 0; i < n_help_sections; i++)
		print_rows(out, &help_sections[i]);
	print_title(out, ".SH", "Examples");
	for (size_t i = 0; i < n_commands; i++)
		if (commands[i].examples)
			print_lines_as_they_are(out, commands[i].examples);
	fputs(".SH SEE ALSO\n.BR tcpdump (8),\n.BR pcap\\-filter (7),\n.BR bpftool (8),\n"
	      ".BR bpf (2)\n",
	      out);
}
