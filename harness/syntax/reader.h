/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Between the files of this module: what node_parse() is made of. */
#pragma once

#include "syntax/node.h"

/*
 * Check that @src is text YAML and editors see alike: UTF-8, LF or CRLF, no control characters.
 * Returns 0, or -1 after diags (each place, up to a limit).
 */
int text_check(struct diags *d, const struct source *src);

/* The state that checks of what was read share. */
struct reading {
	struct diags *d;
	const struct source *src;
	unsigned int flow; /* how many {} and [] are around */
	size_t property;   /* where an anchor or tag was reported last; SIZE_MAX if nowhere */
	size_t cut_until;  /* up to here are pieces of a value that was reported as cut */
};

/* A plain value cut at ',' inside {} or []; it is made broken, its other pieces are left out. */
void check_cut(struct reading *r, struct node *n);
/* A list item that became a line of the value above. */
void check_lines(struct reading *r, struct node *n);
/* An anchor or tag in front of @n. */
void check_property(struct reading *r, const struct node *n);
/* Whether @key is the name of something; false after a diag. */
bool check_key(struct reading *r, const struct node *key);
/* Report keys given again, and take them out. */
void drop_duplicates(struct reading *r, struct node *mapping);

/* What libyaml says is wrong. Offsets are bytes of the source. */
struct yaml_problem {
	const char *problem, *context; /* its words; context may be NULL */
	size_t at, context_at;
	struct span last_scalar; /* the value read before; src NULL if none */
	size_t last_mapping;	 /* where the mapping closed last starts; SIZE_MAX if none */
};

/* Report @p in words for people who do not know YAML's. */
void yaml_problem_report(struct diags *d, const struct source *src, const struct yaml_problem *p);

/*
 * Whether text leaves a parenthesis or a "quote" open, as an expression cut in two does. A quote
 * opens only where a payload could start, so that 5" in a text does not count.
 * Returns the offset after which it is closed again, 0 if nothing is open, SIZE_MAX if open to the
 * end.
 * @from is where to start looking for it: what is open in the first @from bytes.
 */
size_t text_closes(const char *s, size_t len, size_t from);
/* What follows the last of the value at @where on its line, blanks skipped; the offset in the
 * source. */
size_t after_blanks(struct span where);
