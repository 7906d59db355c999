/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/options.h"

#include "base/shell.h"
#include "base/text.h"
#include "types/helper_values.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

/* The words still to be read. */
struct words {
	char *const *items;
	size_t n, next;
};

/* An option as the user wrote it, for messages: "--jobs" or "-j". */
struct typed_name {
	char text[64];
};

static struct typed_name long_name(const char *name, size_t len)
{
	struct typed_name typed;

	snprintf(typed.text, sizeof(typed.text), "--%.*s", (int)(len < 50 ? len : 50), name);
	return typed;
}

static struct typed_name short_name(char letter)
{
	return (struct typed_name){ { '-', letter } };
}

static void *member(const struct option_row *row, void *into)
{
	return (char *)into + row->offset;
}

static const struct option_row *row_by_name(const struct option_table *t, const char *name,
					    size_t len)
{
	for (size_t i = 0; i < t->n; i++)
		if (text_is(name, len, t->rows[i].name))
			return &t->rows[i];
	return NULL;
}

static const struct option_row *row_by_letter(const struct option_table *t, char letter)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].letter && t->rows[i].letter == letter)
			return &t->rows[i];
	return NULL;
}

static int read_uint(struct diags *d, const struct option_row *row, const char *typed,
		     const char *text, struct given_uint *out)
{
	uint64_t max = row->max ? row->max : UINT64_MAX, value;
	int err = number_parse(text, strlen(text), &value);

	if (err == -EINVAL) {
		diag(d, DIAG_ERROR, nowhere,
		     "%s: '%s' is not a number: decimal or 0x hexadecimal, without sign", typed,
		     text);
		return -1;
	}
	if (err || value < row->min || value > max) {
		diag(d, DIAG_ERROR, nowhere,
		     "%s: %s is out of range: %" PRIu64 " to %" PRIu64 " is accepted", typed, text,
		     row->min, max);
		return -1;
	}
	*out = (struct given_uint){ value, true };
	return 0;
}

static int read_time(struct diags *d, const char *typed, const char *text, uint64_t *out)
{
	uint64_t ns;

	if (!duration_parse(text, strlen(text), &ns) && ns) {
		*out = ns;
		return 0;
	}
	diag(d, DIAG_ERROR, nowhere, "%s: '%s' is not a time, such as 500ms, 30s or 5m", typed,
	     text);
	return -1;
}

static int read_choice(struct diags *d, const struct option_row *row, const char *typed,
		       const char *text, unsigned int *out)
{
	unsigned int nr = 0;

	for (const char *word = row->argument; *word; nr++) {
		size_t len = strcspn(word, "|");

		if (text_is(word, len, text)) {
			*out = nr;
			return 0;
		}
		word += len + (word[len] == '|');
	}
	diag(d, DIAG_ERROR, nowhere, "%s: '%s' is none of %s", typed, text, row->argument);
	return -1;
}

/* A value that was given: flags take none. */
static int read_value(struct diags *d, const struct option_row *row, const char *typed,
		      const char *text, void *into)
{
	struct strings *list;

	if (!*text) {
		diag(d, DIAG_ERROR, nowhere, "%s: an empty value; it takes %s", typed,
		     row->argument);
		return -1;
	}
	switch (row->kind) {
	case OPTION_FLAG:
		break;
	case OPTION_STRING:
	case OPTION_MAYBE:
		*(const char **)member(row, into) = text;
		break;
	case OPTION_LIST:
		list = member(row, into);
		*ARRAY_PUSH(list->items, list->n) = text;
		break;
	case OPTION_UINT:
		return read_uint(d, row, typed, text, member(row, into));
	case OPTION_TIME:
		return read_time(d, typed, text, member(row, into));
	case OPTION_CHOICE:
		return read_choice(d, row, typed, text, member(row, into));
	}
	return 0;
}

/* @attached is what followed in the same word, or NULL: then the next word is the value. */
static int read_option(struct diags *d, const struct option_row *row, const char *typed,
		       const char *attached, struct words *w, void *into)
{
	if (row->kind == OPTION_FLAG) {
		*(bool *)member(row, into) = true;
		if (!attached)
			return 0;
		diag(d, DIAG_ERROR, nowhere, "%s takes no value, but '%s' is given", typed,
		     attached);
		return -1;
	}
	if (row->kind == OPTION_MAYBE && !attached) {
		*(const char **)member(row, into) = "";
		return 0;
	}
	if (!attached && w->next == w->n) {
		diag(d, DIAG_ERROR, nowhere, "%s needs a value: %s %s", typed, typed,
		     row->argument);
		return -1;
	}
	return read_value(d, row, typed, attached ? attached : w->items[w->next++], into);
}

/* @word is what follows "--". */
static int read_long(struct diags *d, const struct option_table *t, const char *word,
		     struct words *w, void *into)
{
	size_t len = strcspn(word, "=");
	const struct option_row *row = row_by_name(t, word, len);
	const char *near;

	if (row)
		return read_option(d, row, long_name(word, len).text,
				   word[len] ? word + len + 1 : NULL, w, into);
	near = text_nearest(word, len, t->rows, t->n, sizeof(*t->rows));
	if (near)
		diag(d, DIAG_ERROR, nowhere, "unknown option '--%.*s'; did you mean '--%s'?",
		     (int)len, word, near);
	else
		diag(d, DIAG_ERROR, nowhere, "unknown option '--%.*s'", (int)len, word);
	return -1;
}

/* @word is what follows "-": flags, the last of which may take a value, here or in the next word.
 */
static int read_short(struct diags *d, const struct option_table *t, const char *word,
		      struct words *w, void *into)
{
	for (const char *p = word; *p; p++) {
		const struct option_row *row = row_by_letter(t, *p);
		int err;

		if (!row) {
			diag(d, DIAG_ERROR, nowhere, "unknown option '-%c'%s%s%s", *p,
			     word[1] ? " in '-" : "", word[1] ? word : "", word[1] ? "'" : "");
			return -1;
		}
		if (row->kind != OPTION_FLAG)
			return read_option(d, row, short_name(*p).text, p[1] ? p + 1 : NULL, w,
					   into);
		err = read_option(d, row, short_name(*p).text, NULL, w, into);
		if (err)
			return err;
	}
	return 0;
}

int options_parse(struct diags *d, const struct option_table *t, size_t n, char *const *argv,
		  void *into)
{
	struct common_options *common = into;
	struct words w = { argv, n, 0 };
	size_t reported = d->n;
	bool only_args = false;
	int err = 0;

	while (w.next < w.n) {
		const char *word = w.items[w.next++];

		if (only_args || word[0] != '-' || !word[1])
			*ARRAY_PUSH(common->args.items, common->args.n) = word;
		else if (!strcmp(word, "--"))
			only_args = true;
		else if (word[1] == '-')
			err |= read_long(d, t, word + 2, &w, into);
		else
			err |= read_short(d, t, word + 1, &w, into);
	}
	if (common->help) {
		diags_rewind(d, reported);
		return 0;
	}
	return err;
}

void options_free(const struct option_table *t, void *into)
{
	struct common_options *common = into;

	for (size_t i = 0; i < t->n; i++) {
		struct strings *list = member(&t->rows[i], into);

		if (t->rows[i].kind != OPTION_LIST)
			continue;
		free(list->items);
		*list = (struct strings){};
	}
	free(common->args.items);
	common->args = (struct strings){};
}

#define HELP_COLUMN 28

void options_help(FILE *out, const struct option_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct option_row *row = &t->rows[i];
		int col = fprintf(out, "  ");

		col += row->letter ? fprintf(out, "-%c, ", row->letter) : fprintf(out, "    ");
		col += fprintf(out, "--%s", row->name);
		if (row->argument)
			col += fprintf(out, row->kind == OPTION_MAYBE ? "[=%s]" : " %s",
				       row->argument);
		if (col + 2 > HELP_COLUMN) {
			fputc('\n', out);
			col = 0;
		}
		for (const char *p = row->help; *p;) {
			size_t len = strcspn(p, "\n");

			fprintf(out, "%*s%.*s\n", HELP_COLUMN - col, "", (int)len, p);
			p += len + (p[len] == '\n');
			col = 0;
		}
	}
}

/* In the largest unit that divides it. */
static void print_time(FILE *out, uint64_t ns)
{
	static const struct {
		uint64_t ns;
		const char *unit;
	} units[] = {
		{ 60000000000, "m" }, { 1000000000, "s" }, { 1000000, "ms" },
		{ 1000, "us" },	      { 1, "ns" },
	};
	size_t i = 0;

	while (ns % units[i].ns)
		i++;
	fprintf(out, "%" PRIu64 "%s", ns / units[i].ns, units[i].unit);
}

static void print_name(FILE *out, const struct option_row *row)
{
	if (row->letter)
		fprintf(out, " -%c", row->letter);
	else
		fprintf(out, " --%s", row->name);
}

static void print_word(FILE *out, const struct option_row *row, const char *word)
{
	if (!word)
		return;
	print_name(out, row);
	fputc(' ', out);
	shell_word(out, word);
}

static void print_maybe(FILE *out, const struct option_row *row, const char *word)
{
	if (!word)
		return;
	fprintf(out, " --%s", row->name);
	if (!*word)
		return;
	fputc('=', out);
	shell_word(out, word);
}

static void print_nth_word(FILE *out, const struct option_row *row, unsigned int nr)
{
	const char *word = row->argument;

	if (!nr) /* the first one is what it is if nothing is said */
		return;
	for (; nr; nr--)
		word += strcspn(word, "|") + 1;
	print_name(out, row);
	fprintf(out, " %.*s", (int)strcspn(word, "|"), word);
}

static void print_given(FILE *out, const struct option_row *row, const void *value)
{
	const struct given_uint *number = value;
	const struct strings *list = value;

	switch (row->kind) {
	case OPTION_FLAG:
		if (*(const bool *)value)
			print_name(out, row);
		break;
	case OPTION_STRING:
		print_word(out, row, *(const char *const *)value);
		break;
	case OPTION_MAYBE:
		print_maybe(out, row, *(const char *const *)value);
		break;
	case OPTION_LIST:
		for (size_t i = 0; i < list->n; i++)
			print_word(out, row, list->items[i]);
		break;
	case OPTION_UINT:
		if (!number->given)
			break;
		print_name(out, row);
		fprintf(out, " %" PRIu64, number->value);
		break;
	case OPTION_TIME:
		if (!*(const uint64_t *)value)
			break;
		print_name(out, row);
		fputc(' ', out);
		print_time(out, *(const uint64_t *)value);
		break;
	case OPTION_CHOICE:
		print_nth_word(out, row, *(const unsigned int *)value);
		break;
	}
}

void options_again(FILE *out, const struct option_table *t, const void *from)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].again)
			print_given(out, &t->rows[i], (const char *)from + t->rows[i].offset);
}

void options_choosing(FILE *out, const struct option_table *t, const void *from)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].chooses)
			print_given(out, &t->rows[i], (const char *)from + t->rows[i].offset);
}

char *words_quote(size_t n, char *const *words)
{
	char *text;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	for (size_t i = 0; i < n; i++) {
		if (i)
			fputc(' ', f);
		shell_word(f, words[i]);
	}
	fclose(f);
	return text;
}
