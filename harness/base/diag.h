/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Source text and the messages about it.
 *
 * A source is a text read whole. Everything parsed from it remembers a span, its place in
 * that text, so that any later stage can point at it: an unknown key, a map the object does
 * not have, an expectation that did not hold. Line and column are computed when printing.
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>

struct source {
	char *path; /* as the user named it, relative to where verdict runs */
	char *text; /* NUL-terminated */
	size_t len;
};

struct span {
	const struct source *src; /* NULL: nowhere; the message stands alone */
	size_t off, len;	  /* bytes of src->text */
};

struct position {
	unsigned int line, col; /* from 1; columns count characters (UTF-8), as editors do */
};

enum severity {
	DIAG_NOTE,
	DIAG_WARNING,
	DIAG_ERROR
};

struct diag {
	enum severity severity;
	struct span where;
	char *message;
};

/* Messages in the order reported; a note belongs to the error or warning before it. */
struct diags {
	struct diag *items;
	size_t n;
	unsigned int errors, warnings;
};

/* Largest file read whole as text. Larger ones are refused with -EFBIG. */
#define SOURCE_MAX (16u << 20)

/*
 * Read @path whole. Returns 0 or -errno (-EFBIG beyond SOURCE_MAX, -EISDIR for a folder);
 * on failure *src is unchanged. The caller frees with source_free().
 */
int source_read(const char *path, struct source *src);
/* The same of what may be larger than a person writes: -EFBIG beyond @max bytes. */
int source_read_most(const char *path, size_t max, struct source *src);
/* A source made of @text, as if read from @path ("<expression>"). */
void source_from_text(const char *path, const char *text, size_t len, struct source *src);
void source_free(struct source *src);

struct position span_position(struct span where);
/* A part of @where: @len bytes from its byte @off. Cut to what @where covers. */
struct span span_part(struct span where, size_t off, size_t len);
/* The whole text of @src. */
struct span span_all(const struct source *src);

/* Report a message about @where; counts errors and warnings, never exits. */
void diag(struct diags *d, enum severity sev, struct span where, const char *fmt, ...)
	printf_like(4, 5);
/*
 * Print one message as compilers do: path:line:col: severity: message, the source line and
 * a marker under the span. Without a source: "verdict: severity: message".
 */
void diag_print(FILE *out, const struct diag *m);
/* The same for any label in place of the severity's name ("failed"). */
void span_print(FILE *out, struct span where, const char *label, const char *message);
/* Print messages in order, at most DIAGS_SHOWN: then how many more there are. */
#define DIAGS_SHOWN 500
void diags_print(FILE *out, const struct diags *d);
/* Drop what was reported after the first @n messages (a trial parse that did not matter). */
void diags_rewind(struct diags *d, size_t n);
/* Move every message of @from to the end of @to; @from is empty afterwards. */
void diags_move(struct diags *to, struct diags *from);
void diags_free(struct diags *d);
