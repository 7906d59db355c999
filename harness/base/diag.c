/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/diag.h"

#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Bytes of a source line: longer ones are shown around the place in question only. */
#define LINE_MAX_SHOWN	  400
#define LINE_SHOWN_BEFORE 60
#define LINE_SHOWN_AFTER  100

static const char *const severity_names[] = {
	[DIAG_NOTE] = "note",
	[DIAG_WARNING] = "warning",
	[DIAG_ERROR] = "error",
};

int source_read_most(const char *path, size_t max, struct source *src)
{
	FILE *f = fopen(path, "rbe"), *mem;
	char *text = NULL, buf[16384];
	struct stat st;
	size_t n, len = 0;
	int err = 0;

	if (!f)
		return -errno;
	if (!fstat(fileno(f), &st) && S_ISDIR(st.st_mode)) {
		fclose(f);
		return -EISDIR;
	}
	mem = xmemstream(&text, &len);
	while (!err && (n = fread(buf, 1, sizeof(buf), f)) > 0) {
		fwrite(buf, 1, n, mem);
		if ((size_t)ftello(mem) > max)
			err = -EFBIG;
	}
	if (ferror(f))
		err = errno ? -errno : -EIO;
	fclose(f);
	fclose(mem);
	if (err)
		free(text);
	else
		*src = (struct source){ xstrdup(path), text, len };
	return err;
}

int source_read(const char *path, struct source *src)
{
	return source_read_most(path, SOURCE_MAX, src);
}

void source_from_text(const char *path, const char *text, size_t len, struct source *src)
{
	char *copy = xcalloc(len + 1, 1);

	if (len)
		memcpy(copy, text, len);
	*src = (struct source){ xstrdup(path), copy, len };
}

void source_free(struct source *src)
{
	free(src->path);
	free(src->text);
	*src = (struct source){};
}

static bool continues_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Spans are our own data: one outside its text is a bug, but must not read astray. */
static struct span clamp(struct span where)
{
	if (where.src && where.off > where.src->len)
		where.off = where.src->len;
	if (where.src && where.len > where.src->len - where.off)
		where.len = where.src->len - where.off;
	return where;
}

/* Bytes of the byte order mark at the start of @src: editors do not show it. */
static size_t mark_len(const struct source *src)
{
	return src->len >= 3 && !memcmp(src->text, "\xef\xbb\xbf", 3) ? 3 : 0;
}

struct position span_position(struct span where)
{
	struct position pos = { 1, 1 };

	where = clamp(where);
	for (size_t i = where.src ? mark_len(where.src) : 0; where.src && i < where.off; i++) {
		if (where.src->text[i] == '\n') {
			pos.line++;
			pos.col = 1;
		} else if (!continues_character(where.src->text[i])) {
			pos.col++;
		}
	}
	return pos;
}

struct span span_part(struct span where, size_t off, size_t len)
{
	if (off > where.len)
		off = where.len;
	if (len > where.len - off)
		len = where.len - off;
	return (struct span){ where.src, where.off + off, len };
}

struct span span_all(const struct source *src)
{
	return (struct span){ src, 0, src->len };
}

void diag(struct diags *d, enum severity sev, struct span where, const char *fmt, ...)
{
	struct diag *m = ARRAY_PUSH(d->items, d->n);
	va_list ap;
	int len;

	m->severity = sev;
	m->where = where;
	va_start(ap, fmt);
	len = vasprintf(&m->message, fmt, ap);
	va_end(ap);
	if (len < 0)
		m->message = xstrdup("out of memory");
	d->errors += sev == DIAG_ERROR;
	d->warnings += sev == DIAG_WARNING;
}

/* Control characters would move the cursor and spoil the marker, and terminals show what is not
 * UTF-8 as they like: '?' for either. */
static void print_line(FILE *out, const char *bol, const char *eol)
{
	size_t n;

	fputs("  ", out);
	for (const char *p = bol; p < eol; p += n) {
		n = utf8_character(p, (size_t)(eol - p), NULL);
		if (n > 1 || *p == '\t' || (n && (unsigned char)*p >= ' ' && *p != 0x7f))
			fwrite(p, 1, n, out);
		else if (n || !continues_character(*p)) /* as columns are counted */
			fputc('?', out);
		n += !n;
	}
	fputc('\n', out);
}

/*
 * Lines that no person writes (JSON on one line) are shown around @at only: *bol and *eol move
 * there, to where characters begin.
 */
static void cut_line(const char **bol, const char **eol, const char *at)
{
	if (*eol - *bol <= LINE_MAX_SHOWN)
		return;
	if (at - *bol > LINE_SHOWN_BEFORE)
		*bol = at - LINE_SHOWN_BEFORE;
	if (*eol - at > LINE_SHOWN_AFTER)
		*eol = at + LINE_SHOWN_AFTER;
	while (*bol < at && continues_character(**bol))
		(*bol)++;
	while (*eol > at && continues_character(**eol))
		(*eol)--;
}

static void print_marker(FILE *out, const char *bol, const char *at, const char *end)
{
	fputs("  ", out);
	for (const char *p = bol; p < at; p++)
		if (!continues_character(*p))
			fputc(*p == '\t' ? '\t' : ' ', out);
	fputc('^', out);
	for (const char *p = at + 1; p < end; p++)
		if (!continues_character(*p))
			fputc('~', out);
	fputc('\n', out);
}

void span_print(FILE *out, struct span where, const char *label, const char *message)
{
	const char *text, *at, *bol, *eol, *end;
	struct position pos;

	if (!where.src) {
		fprintf(out, "verdict: %s: %s\n", label, message);
		return;
	}
	where = clamp(where);
	text = where.src->text;
	bol = eol = at = text + where.off;
	while (bol > text && bol[-1] != '\n')
		bol--;
	if (bol == text) {
		bol += mark_len(where.src);
		at = eol = at > bol ? at : bol;
	}
	while (eol < text + where.src->len && *eol != '\n' && *eol != '\r')
		eol++;
	cut_line(&bol, &eol, at);
	end = text + where.off + where.len < eol ? text + where.off + where.len : eol;
	pos = span_position(where);
	fprintf(out, "%s:%u:%u: %s: %s\n", where.src->path, pos.line, pos.col, label, message);
	print_line(out, bol, eol);
	print_marker(out, bol, at, end);
}

void diag_print(FILE *out, const struct diag *m)
{
	span_print(out, m->where, severity_names[m->severity], m->message);
}

void diags_print(FILE *out, const struct diags *d)
{
	for (size_t i = 0; i < d->n && i < DIAGS_SHOWN; i++)
		diag_print(out, &d->items[i]);
	if (d->n > DIAGS_SHOWN)
		fprintf(out, "verdict: note: %zu more messages are not shown\n",
			d->n - DIAGS_SHOWN);
}

void diags_rewind(struct diags *d, size_t n)
{
	assert(n <= d->n);
	while (d->n > n) {
		struct diag *m = &d->items[--d->n];

		d->errors -= m->severity == DIAG_ERROR;
		d->warnings -= m->severity == DIAG_WARNING;
		free(m->message);
	}
	/* ARRAY_PUSH grows at powers of two: shrink to the room that this count implies. */
	for (size_t room = 1; d->n; room *= 2)
		if (room >= d->n) {
			d->items = xreallocarray(d->items, room, sizeof(*d->items));
			break;
		}
}

void diags_move(struct diags *to, struct diags *from)
{
	for (size_t i = 0; i < from->n; i++)
		*ARRAY_PUSH(to->items, to->n) = from->items[i];
	to->errors += from->errors;
	to->warnings += from->warnings;
	free(from->items);
	*from = (struct diags){};
}

void diags_free(struct diags *d)
{
	diags_rewind(d, 0);
	free(d->items);
	*d = (struct diags){};
}
