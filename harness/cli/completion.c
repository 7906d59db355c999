/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What completes command lines in bash and zsh, from the tables. What an option or argument takes
 * is told by the words that help shows for it: "DIR", "auto|always|never", "[PATH...]".
 */
#include "cli/command.h"
#include "report/report.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* What a word of help stands for. Words in small letters stand for themselves; others are files. */
struct meaning {
	const char *word;
	const char *bash; /* what _verdict_complete below takes */
	const char *zsh;  /* an action of _arguments */
};

static const struct meaning meanings[] = {
	{ "DIR", "dirs", "_files -/" },
	{ "PATH", "files yaml yml", "_files -g \"*.(yaml|yml)\"" },
	{ "SCENARIO", "files yaml yml", "_files -g \"*.(yaml|yml)\"" },
	{ "OBJECT", "files o", "_files -g \"*.o\"" },
	{ "OBJECT:PROGRAM", "files o", "_files -g \"*.o\"" },
	{ "CAPTURE", "files pcap pcapng", "_files -g \"*.(pcap|pcapng)\"" },
	{ "OUT.pcap", "files pcap", "_files -g \"*.pcap\"" },
	{ "RESULTS", "files json jsonl", "_files -g \"*.(json|jsonl)\"" },
	{ "FORMAT[:FILE]", "formats", "_verdict_formats" },
	{ "TAG", "tags", "_verdict_tags" },
	{ "KERNEL", "files; kernels", "_verdict_kernels" },
	{ "COMMAND", "commands", "_verdict_commands" },
	{ "EXPRESSION", "", " " },
	{ "FILTER", "", " " },
	{ "I/N", "", " " },
	{ "N", "", " " },
	{ "NAME", "", " " },
	{ "PATTERN", "", " " },
	{ "SEED", "", " " },
	{ "TIME", "", " " },
	{ "VIEW", "", " " },
};
static const struct meaning files = { NULL, "files", "_files" };

static const struct meaning *meaning_of(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (strlen(meanings[i].word) == len && !memcmp(meanings[i].word, word, len))
			return &meanings[i];
	return &files;
}

static bool is_itself(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isupper((unsigned char)word[i]))
			return false;
	return true;
}

/*
 * The next word of @s, which is a text of help: "[scenario|COMMAND]" has two. A word that is in
 * the table is not taken apart. Returns its bytes, 0 at the end; *s is where it begins.
 */
static size_t next_word(const char **s)
{
	size_t len;

	*s += strspn(*s, "[]| .");
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (!strcmp(*s, meanings[i].word))
			return strlen(*s);
	len = strcspn(*s, "[]| ");
	while (len > 3 && !strncmp(*s + len - 3, "...", 3))
		len -= 3;
	return len;
}

/* The first word alone: "matrix fetch" is a command of a command. */
static bool is_one_word(const struct command *c)
{
	return !strchr(c->name, ' ');
}

/* The word that makes @other of @c ("fetch"), or NULL. */
static const char *word_after(const struct command *c, const struct command *other)
{
	size_t len = strlen(c->name);

	return !strncmp(other->name, c->name, len) && other->name[len] == ' '
		       ? other->name + len + 1
		       : NULL;
}

static void print_command_names(FILE *out)
{
	const char *blank = "";

	for (size_t i = 0; i < n_commands; i++) {
		if (!is_one_word(&commands[i]))
			continue;
		fprintf(out, "%s%s", blank, commands[i].name);
		blank = " ";
	}
}

static void print_options(FILE *out, const struct command *c)
{
	for (size_t i = 0; i < c->options.n; i++) {
		const struct option_row *row = &c->options.rows[i];

		fprintf(out, " --%s", row->name);
		if (row->letter)
			fprintf(out, " -%c", row->letter);
	}
}

/* What is completed for @text, in words of _verdict_complete: "words a b; files yaml". */
static void bash_actions(FILE *out, const char *text)
{
	bool words = false;
	size_t len;

	for (const char *s = text; (len = next_word(&s)); s += len) {
		if (!is_itself(s, len))
			continue;
		fprintf(out, "%s %.*s", words ? "" : "words", (int)len, s);
		words = true;
	}
	for (const char *s = text; (len = next_word(&s)); s += len) {
		const char *action = is_itself(s, len) ? "" : meaning_of(s, len)->bash;

		if (!*action)
			continue;
		fprintf(out, "%s%s", words ? "; " : "", action);
		words = true;
	}
}

static void bash_arguments(FILE *out, const struct command *c)
{
	for (size_t i = 0; i < n_commands; i++)
		if (word_after(c, &commands[i]))
			fprintf(out, "words %s; ", word_after(c, &commands[i]));
	bash_actions(out, c->args);
}

static void bash_values(FILE *out, const struct command *c)
{
	for (size_t i = 0; i < c->options.n; i++) {
		const struct option_row *row = &c->options.rows[i];

		if (row->kind == OPTION_FLAG)
			continue;
		/* A value that may be left out is only ever in the same word. */
		fprintf(out, "\t'%s:--%s%s'", c->name, row->name,
			row->kind == OPTION_MAYBE ? "=" : "");
		if (row->letter)
			fprintf(out, " | '%s:-%c'", c->name, row->letter);
		fputs(") echo '", out);
		bash_actions(out, row->argument);
		fputs("' ;;\n", out);
	}
}

static const char bash_functions[] =
	"# Words that begin with $cur.\n"
	"_verdict_words() {\n"
	"\tlocal IFS=$' \\t\\n'\n"
	"\tCOMPREPLY+=($(compgen -W \"$*\" -- \"$cur\"))\n"
	"}\n"
	"\n"
	"# Folders, and files whose name ends so; all where nothing is said.\n"
	"_verdict_files() {\n"
	"\tlocal IFS=$'\\n' end\n"
	"\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\tif [ $# -eq 0 ]; then\n"
	"\t\tCOMPREPLY+=($(compgen -f -- \"$cur\"))\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tCOMPREPLY+=($(compgen -d -- \"$cur\"))\n"
	"\tfor end; do\n"
	"\t\tCOMPREPLY+=($(compgen -f -X \"!*.$end\" -- \"$cur\"))\n"
	"\tdone\n"
	"}\n"
	"\n"
	"# Tags of the scenarios that are named on the line.\n"
	"_verdict_tags() {\n"
	"\tlocal word paths=()\n"
	"\n"
	"\tfor word in \"${COMP_WORDS[@]:2}\"; do\n"
	"\t\tcase $word in\n"
	"\t\t-*) ;;\n"
	"\t\t*) [ -e \"$word\" ] && paths+=(\"$word\") ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\t[ ${#paths[@]} -gt 0 ] || return\n"
	"\t_verdict_words \"$(\"${COMP_WORDS[0]}\" run --list -- \"${paths[@]}\" 2>/dev/null |\n"
	"\t\tsed -n 's/.*  \\[\\(.*\\)\\]$/\\1/p' | tr -d , | tr ' ' '\\n' | sort -u)\"\n"
	"}\n"
	"\n"
	"# Kernels of the file that is here.\n"
	"_verdict_kernels() {\n"
	"\t_verdict_words \"$(\"${COMP_WORDS[0]}\" matrix --list 2>/dev/null | sed 's/ .*//')\"\n"
	"}\n"
	"\n"
	"# Actions of the tables above, with ';' between them.\n"
	"_verdict_complete() {\n"
	"\tlocal action rest=$1\n"
	"\n"
	"\twhile [ -n \"$rest\" ]; do\n"
	"\t\taction=${rest%%; *}\n"
	"\t\trest=${rest#\"$action\"}\n"
	"\t\trest=${rest#; }\n"
	"\t\tcase $action in\n"
	"\t\twords*) _verdict_words \"${action#words}\" ;;\n"
	"\t\tdirs) compopt -o filenames 2>/dev/null\n"
	"\t\t\tlocal IFS=$'\\n'; COMPREPLY+=($(compgen -d -- \"$cur\")) ;;\n"
	"\t\tfiles) _verdict_files ;;\n"
	"\t\tfiles*) _verdict_files ${action#files} ;;\n"
	"\t\tformats) _verdict_words \"$_verdict_formats\" ;;\n"
	"\t\tcommands) _verdict_words \"$_verdict_commands\" ;;\n"
	"\t\ttags) _verdict_tags ;;\n"
	"\t\tkernels) _verdict_kernels ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"}\n"
	"\n"
	"_verdict() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal command=${COMP_WORDS[1]} value equals=\n"
	"\n"
	"\tCOMPREPLY=()\n"
	"\t[ \"$COMP_CWORD\" -gt 2 ] && [ -n \"$(_verdict_options \"$command ${COMP_WORDS[2]}\")\" ] &&\n"
	"\t\tcommand=\"$command ${COMP_WORDS[2]}\"\n"
	"\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	"\t\t_verdict_words \"$_verdict_commands --help --version\"\n"
	"\t\treturn\n"
	"\tfi\n"
	"\t# Where '=' ends a word for bash: --option = value\n"
	"\tif [ \"$cur\" = = ]; then\n"
	"\t\tcur= equals==\n"
	"\telif [ \"$before\" = = ] && [ \"$COMP_CWORD\" -gt 3 ]; then\n"
	"\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]} equals==\n"
	"\telif [ \"$before\" = : ] || [ \"$cur\" = : ]; then # FORMAT:FILE\n"
	"\t\t[ \"$cur\" = : ] && cur=\n"
	"\t\t_verdict_files\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tif value=$(_verdict_value \"$command\" \"$before\") ||\n"
	"\t\tvalue=$(_verdict_value \"$command\" \"$before$equals\"); then\n"
	"\t\t_verdict_complete \"$value\"\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tcase $cur in\n"
	"\t-*) _verdict_words \"$(_verdict_options \"$command\")\" ;;\n"
	"\t*) _verdict_complete \"$(_verdict_arguments \"$command\")\" ;;\n"
	"\tesac\n"
	"}\n"
	"complete -F _verdict verdict\n";

static void bash_print(FILE *out)
{
	fputs("# Completes verdict's command lines in bash: made by `verdict help --completion "
	      "bash`.\n# shellcheck shell=bash disable=SC2207,SC2086\n\n_verdict_commands='",
	      out);
	print_command_names(out);
	fputs("'\n_verdict_formats='", out);
	for (size_t i = 0; report_formats[i]; i++)
		fprintf(out, "%s%s", i ? " " : "", report_formats[i]->name);
	fputs("'\n\n_verdict_options() {\n\tcase $1 in\n", out);
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\t'%s') echo '", commands[i].name);
		print_options(out, &commands[i]);
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n}\n\n# COMMAND OPTION: how its value is completed; status 1 if it takes none\n"
	      "_verdict_value() {\n\tcase $1:$2 in\n",
	      out);
	for (size_t i = 0; i < n_commands; i++)
		bash_values(out, &commands[i]);
	fputs("\t*) return 1 ;;\n\tesac\n}\n\n_verdict_arguments() {\n\tcase $1 in\n", out);
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, "\t'%s') echo '", commands[i].name);
		bash_arguments(out, &commands[i]);
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n}\n\n", out);
	fputs(bash_functions, out);
}

/* In a message of _arguments within '..': no ':', no brackets, lines joined. */
static void zsh_text(FILE *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\n')
			fputc(' ', out);
		else if (*p == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:\\", *p))
			fprintf(out, "\\%c", *p);
		else
			fputc(*p, out);
	}
}

/* ":message:action", once for all that @text may be; of arguments of @c (or NULL) its words, too.
 */
static void zsh_action(FILE *out, const struct command *c, const char *text)
{
	const char *action = "";
	size_t n = 0, len;

	fputc(':', out);
	zsh_text(out, text);
	fputc(':', out);
	for (size_t i = 0; c && i < n_commands; i++)
		if (word_after(c, &commands[i]))
			fprintf(out, "%s%s", n++ ? " " : "(", word_after(c, &commands[i]));
	for (const char *s = text; (len = next_word(&s)); s += len) {
		if (is_itself(s, len))
			fprintf(out, "%s%.*s", n++ ? " " : "(", (int)len, s);
		else if (!*action || *action == ' ')
			action = meaning_of(s, len)->zsh;
	}
	if (!n)
		fputs(*action ? action : " ", out);
	/* _arguments takes one action: of words and others together, the words and commands. */
	else if (!strcmp(action, "_verdict_commands")) {
		fputc(' ', out);
		print_command_names(out);
	}
	if (n)
		fputc(')', out);
}

static void zsh_option(FILE *out, const struct option_row *row)
{
	bool many = row->kind == OPTION_LIST, takes = row->kind != OPTION_FLAG;
	bool maybe = row->kind == OPTION_MAYBE;

	fputs("\t\t'", out);
	if (many)
		fputc('*', out);
	else if (row->letter)
		fprintf(out, "(-%c --%s)", row->letter, row->name);
	if (row->letter)
		fprintf(out, "'{-%c%s,--%s%s}'", row->letter, takes ? "+" : "", row->name,
			takes ? "=" : "");
	else
		fprintf(out, "--%s%s", row->name, maybe ? "=-" : takes ? "=" : "");
	fputc('[', out);
	zsh_text(out, row->help);
	fputc(']', out);
	if (maybe)
		fputc(':', out);
	if (takes)
		zsh_action(out, NULL, row->argument);
	fputs("' \\\n", out);
}

static void zsh_command(FILE *out, const struct command *c)
{
	fprintf(out, "\t'%s') _arguments -s -S : \\\n", c->name);
	for (size_t i = 0; i < c->options.n; i++)
		zsh_option(out, &c->options.rows[i]);
	if (*c->args) {
		fputs("\t\t'*", out);
		zsh_action(out, c, c->args);
		fputs("' ;;\n", out);
	} else {
		fputs("\t\t;;\n", out);
	}
}

static const char zsh_functions[] =
	"# Tags of the scenarios that are named on the line.\n"
	"_verdict_tags() {\n"
	"\tlocal -a paths tags\n"
	"\n"
	"\tpaths=(${^words[2,-1]}(N))\n"
	"\t(( $#paths )) || return 1\n"
	"\ttags=(${(f)\"$(_call_program tags $verdict run --list -- ${(q)paths} 2>/dev/null |\n"
	"\t\tsed -n 's/.*  \\[\\(.*\\)\\]$/\\1/p' | tr -d , | tr ' ' '\\n' | sort -u)\"})\n"
	"\t_wanted tags expl tag compadd -a tags\n"
	"}\n"
	"\n"
	"# Images, and kernels of the file that is here.\n"
	"_verdict_kernels() {\n"
	"\tlocal -a kernels\n"
	"\n"
	"\tkernels=(${(f)\"$(_call_program kernels $verdict matrix --list 2>/dev/null | sed 's/ .*//')\"})\n"
	"\t_alternative 'kernels:kernel:compadd -a kernels' 'files:image:_files'\n"
	"}\n"
	"\n"
	"_verdict_formats() {\n"
	"\tif compset -P '*:'; then\n"
	"\t\t_files\n"
	"\telse\n"
	"\t\t_wanted formats expl format compadd -S '' $verdict_formats\n"
	"\tfi\n"
	"}\n"
	"\n"
	"_verdict \"$@\"\n";

static void zsh_print(FILE *out)
{
	fputs("#compdef verdict\n"
	      "# Completes verdict's command lines in zsh: made by `verdict help --completion "
	      "zsh`.\n\n"
	      "_verdict() {\n\tlocal curcontext=$curcontext state line verdict=$words[1]\n"
	      "\tlocal -A opt_args\n\tlocal -a verdict_commands verdict_formats verdict_pairs\n\n"
	      "\tverdict_formats=(",
	      out);
	for (size_t i = 0; report_formats[i]; i++)
		fprintf(out, "%s%s", i ? " " : "", report_formats[i]->name);
	fputs(")\n\tverdict_commands=(\n", out);
	for (size_t i = 0; i < n_commands; i++) {
		if (!is_one_word(&commands[i]))
			continue;
		fprintf(out, "\t\t'%s:", commands[i].name);
		zsh_text(out, commands[i].help);
		fputs("'\n", out);
	}
	fputs("\t)\n\tverdict_pairs=(", out);
	for (size_t i = 0; i < n_commands; i++)
		if (!is_one_word(&commands[i]))
			fprintf(out, " '%s'", commands[i].name);
	fputs(" )\n"
	      "\t_arguments -C '(- *)'{-h,--help}'[explain verdict]' \\\n"
	      "\t\t'(- *)--version[print the version]' '1: :->command' '*:: :->arguments'\n"
	      "\tcase $state in\n"
	      "\tcommand) _describe -t commands command verdict_commands; return ;;\n"
	      "\targuments) ;;\n"
	      "\t*) return ;;\n"
	      "\tesac\n"
	      "\tif [[ $CURRENT -gt 2 ]] && (( $verdict_pairs[(Ie)$words[1] $words[2]] )); then\n"
	      "\t\twords=(\"$words[1] $words[2]\" \"${(@)words[3,-1]}\")\n"
	      "\t\t(( CURRENT-- ))\n"
	      "\tfi\n"
	      "\tcase $words[1] in\n",
	      out);
	for (size_t i = 0; i < n_commands; i++)
		zsh_command(out, &commands[i]);
	fputs("\tesac\n}\n\n", out);
	fputs(zsh_functions, out);
}

int completion_print(FILE *out, const char *shell)
{
	if (!strcmp(shell, "bash"))
		bash_print(out);
	else if (!strcmp(shell, "zsh"))
		zsh_print(out);
	else
		return -EINVAL;
	return 0;
}
