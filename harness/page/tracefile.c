/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "page/tracefile.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

struct reader {
	struct diags *d;
	struct tracefile *t;
	struct traced_file *file; /* of the record that is open, or NULL */
};

static struct traced_file *file_of(struct tracefile *t, const char *path, size_t len)
{
	struct traced_file *f;

	for (size_t i = 0; i < t->n; i++)
		if (text_is(path, len, t->files[i].path))
			return &t->files[i];
	f = ARENA_PUSH(&t->arena, t->files, t->n);
	f->path = arena_strndup(&t->arena, path, len);
	return f;
}

/* "LINE,COUNT" or "LINE,COUNT,CHECKSUM". Returns 0 or -1. */
static int read_line_data(struct reader *r, struct span value)
{
	const char *text = value.src->text + value.off;
	const char *comma = memchr(text, ',', value.len);
	size_t line_len = comma ? (size_t)(comma - text) : value.len, count_len;
	struct traced_line line;

	if (!r->file) {
		diag(r->d, DIAG_ERROR, value, "a line without a file: SF: has to come before DA:");
		return -1;
	}
	if (!comma || number_parse(text, line_len, &line.line) || !line.line)
		goto bad;
	count_len = value.len - line_len - 1;
	comma = memchr(comma + 1, ',', count_len);
	if (comma)
		count_len = (size_t)(comma - text) - line_len - 1;
	if (number_parse(text + line_len + 1, count_len, &line.count))
		goto bad;
	*ARENA_PUSH(&r->t->arena, r->file->lines, r->file->n) = line;
	return 0;
bad:
	diag(r->d, DIAG_ERROR, value,
	     "the number of a line and how often it ran is expected here, as in 12,3");
	return -1;
}

static bool is_record(const char *text, size_t len)
{
	size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n && n < len && text[n] == ':';
}

/* One line without its end. Returns 0 or -1. */
static int read_record(struct reader *r, struct span line)
{
	const char *text = line.src->text + line.off;

	if (text_is(text, line.len, "end_of_record")) {
		r->file = NULL;
	} else if (line.len > 3 && !strncmp(text, "SF:", 3)) {
		r->file = file_of(r->t, text + 3, line.len - 3);
	} else if (line.len >= 3 && !strncmp(text, "DA:", 3)) {
		return read_line_data(r, span_part(line, 3, line.len - 3));
	} else if (line.len && *text != '#' && !is_record(text, line.len)) {
		diag(r->d, DIAG_ERROR, line, "this is no line of an lcov tracefile");
		return -1;
	}
	return 0;
}

static int by_line(const void *a, const void *b)
{
	const struct traced_line *x = a, *y = b;

	return x->line < y->line ? -1 : x->line > y->line;
}

/* A file may have several records: what ran in any of them ran. */
static void sum_lines(struct traced_file *f)
{
	size_t n = 0;

	if (f->n)
		qsort(f->lines, f->n, sizeof(*f->lines), by_line);
	for (size_t i = 0; i < f->n; i++)
		if (n && f->lines[n - 1].line == f->lines[i].line)
			f->lines[n - 1].count += f->lines[i].count;
		else
			f->lines[n++] = f->lines[i];
	f->n = n;
}

/* What is not there, too large or no text is left out: the numbers of lines say enough. */
static void read_source(struct tracefile *t, struct traced_file *f)
{
	struct source src;

	if (path_is_stream(f->path) || source_read(f->path, &src))
		return;
	if (src.len < 1u << 20 && !memchr(src.text, '\0', src.len))
		f->source = arena_strdup(&t->arena, src.text);
	source_free(&src);
}

static int read_records(struct reader *r)
{
	struct span all = span_all(&r->t->text);

	for (size_t off = 0; off < all.len;) {
		const char *text = all.src->text + off;
		size_t len = strcspn(text, "\r\n");

		if (read_record(r, span_part(all, off, len)))
			return -1;
		off += len + 1;
	}
	if (r->t->n)
		return 0;
	diag(r->d, DIAG_ERROR, nowhere, "%s names no source file: it is no lcov tracefile",
	     r->t->path);
	return -1;
}

int tracefile_read(struct diags *d, const char *path, struct tracefile *t)
{
	struct reader r = { .d = d, .t = t };
	int err;

	*t = (struct tracefile){ .path = path };
	err = source_read(path, &t->text);
	if (err) {
		diag(d, DIAG_ERROR, nowhere, "cannot read %s: %s", path, errno_text(err));
		return -1;
	}
	if (memchr(t->text.text, '\0', t->text.len)) {
		diag(d, DIAG_ERROR, nowhere, "%s is no text: it is no lcov tracefile", path);
		return -1;
	}
	if (read_records(&r))
		return -1;
	for (size_t i = 0; i < t->n; i++) {
		sum_lines(&t->files[i]);
		read_source(t, &t->files[i]);
	}
	return 0;
}

void tracefile_free(struct tracefile *t)
{
	source_free(&t->text);
	arena_free(&t->arena);
	*t = (struct tracefile){};
}
