/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/color.h"
#include "report/details.h"
#include "report/escape.h"

#include <stdlib.h>
#include <string.h>

/* A layer's line, unless -v: a payload can be 64 KiB of text. */
#define LAYER_SHOWN 160

/*
 * End of the layer at @s: the " / " that stands outside parentheses and quoted text, or the end.
 * What is printed is our own expression syntax: backslashes only escape inside quotes.
 */
static const char *layer_end(const char *s)
{
	unsigned int depth = 0;
	bool quoted = false;

	for (; *s; s++) {
		if (quoted && *s == '\\' && s[1])
			s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (!quoted && *s == '(')
			depth++;
		else if (!quoted && *s == ')' && depth)
			depth--;
		else if (!quoted && !depth && !strncmp(s, " / ", 3))
			return s;
	}
	return s;
}

static void print_expression(FILE *out, const char *label, const char *text,
			     const struct details_style *style)
{
	while (text) {
		const char *end = layer_end(text);
		char *layer = xstrndup(text, (size_t)(end - text));

		fprintf(out, "    %-9s ", label);
		escape_plain_cut(out, layer, style->verbose ? SIZE_MAX : LAYER_SHOWN);
		fputc('\n', out);
		free(layer);
		text = *end ? end + 1 : NULL;
		label = "";
	}
}

static const char *or_absent(const char *text)
{
	return text ? text : "absent";
}

static void print_fields(FILE *out, const struct packet_diff *diff,
			 const struct details_style *style)
{
	struct details_row *rows = xcalloc(diff->n, sizeof(*rows));

	for (size_t i = 0; i < diff->n; i++)
		rows[i] = (struct details_row){
			.name = diff->items[i].field,
			.expected = or_absent(diff->items[i].expected),
			.actual = or_absent(diff->items[i].actual),
			.remark = diff->items[i].derived ? "(follows)" : NULL,
		};
	details_table(out, "field", rows, diff->n, style);
	free(rows);
}

#define DUMP_LINE 16

struct dump {
	const uint8_t *data, *other;
	size_t len, other_len;
};

static bool differs_at(const struct dump *d, size_t i)
{
	return i >= d->len || i >= d->other_len || d->data[i] != d->other[i];
}

static void dump_line(FILE *out, char sign, const struct dump *d, size_t off)
{
	size_t end = d->len - off < DUMP_LINE ? d->len : off + DUMP_LINE;

	if (off >= d->len)
		return;
	fprintf(out, "    %c %04zx ", sign, off);
	for (size_t i = off; i < off + DUMP_LINE; i++) {
		if (i < end)
			fprintf(out, " %02x", d->data[i]);
		else
			fputs("   ", out);
	}
	fputs("  ", out);
	for (size_t i = off; i < end; i++)
		fputc(d->data[i] >= ' ' && d->data[i] < 0x7f ? d->data[i] : '.', out);
	fputc('\n', out);
}

static void dump_marks(FILE *out, const struct dump *d, size_t off)
{
	size_t longest = d->len > d->other_len ? d->len : d->other_len, last = off;

	for (size_t i = off; i < off + DUMP_LINE && i < longest; i++)
		if (differs_at(d, i))
			last = i;
	fputs("           ", out);
	for (size_t i = off; i <= last; i++)
		fputs(differs_at(d, i) ? " ^^" : "   ", out);
	fputc('\n', out);
}

/* Lines that are the same are printed once; of others both, and a mark under each byte. */
static void print_dumps(FILE *out, const struct dump *expected, const struct dump *actual)
{
	size_t longest = expected->len > actual->len ? expected->len : actual->len;

	for (size_t off = 0; off < longest; off += DUMP_LINE) {
		bool same = true;

		for (size_t i = off; i < off + DUMP_LINE && i < longest; i++)
			same &= !differs_at(expected, i);
		if (same) {
			dump_line(out, ' ', actual, off);
			continue;
		}
		dump_line(out, '-', expected, off);
		dump_line(out, '+', actual, off);
		dump_marks(out, expected, off);
	}
}

static void print_hexdump(FILE *out, const struct mismatch *m)
{
	const struct packet_diff *diff = m->packet;
	struct dump actual = { .data = m->out, .len = m->out_len };
	struct dump expected;

	if (!diff || !diff->expected_data) {
		fputs("    what came out:\n", out);
		for (size_t off = 0; off < actual.len; off += DUMP_LINE)
			dump_line(out, ' ', &actual, off);
		return;
	}
	expected = (struct dump){ diff->expected_data, m->out, diff->expected_len, m->out_len };
	actual.other = diff->expected_data;
	actual.other_len = diff->expected_len;
	fputs("    expected (-) and what came out (+):\n", out);
	print_dumps(out, &expected, &actual);
}

void details_frame(FILE *out, const struct mismatch *m, const struct details_style *style)
{
	const struct packet_diff *diff = m->packet;

	if (diff) {
		print_expression(out, "expected", diff->expected, style);
		print_expression(out, "actual", diff->actual, style);
		if (diff->n)
			print_fields(out, diff, style);
		if (diff->note) {
			fputs("    note: ", out);
			escape_plain(out, diff->note);
			fputc('\n', out);
		}
	}
	if (m->out && style->verbose)
		print_hexdump(out, m);
}
