/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Objects of JSON by table: which members there are, what each is, where it goes. What is read
 * and what is refused is said by these rows and nowhere else.
 */
#pragma once

#include "base/diag.h"

#include <jansson.h>

enum member_kind {
	MEMBER_TEXT,	/* const char * */
	MEMBER_UINT,	/* uint64_t */
	MEMBER_INT,	/* int64_t; nullable: struct doc_number */
	MEMBER_BOOL,	/* bool; nullable: struct doc_bool */
	MEMBER_WORD,	/* unsigned int: which of `words` */
	MEMBER_OBJECT,	/* the struct of `table`; nullable: a pointer to it */
	MEMBER_LIST,	/* { struct of `table` *items; size_t n }; nullable: a pointer to that */
	MEMBER_STRINGS, /* struct doc_strings */
	MEMBER_PAIRS,	/* struct doc_pairs; nullable: a pointer to that */
};

enum {
	MEMBER_NULLABLE = 1 << 0,
	MEMBER_NEWER = 1 << 1, /* not written by every verdict of this version */
};

struct member {
	const char *name;
	enum member_kind kind;
	unsigned int flags;
	size_t offset;
	const struct member_table *table;
	const char *const *words; /* NULL at the end */
};

struct member_table {
	const struct member *rows;
	size_t n;
	size_t size; /* of the struct */
};

/* Where in the text the value lies that is being read: a member or an element of its parent. */
struct member_path {
	const struct member_path *parent; /* NULL: the whole value */
	const char *name;		  /* or NULL: an element */
	size_t index;
};

struct member_reader {
	struct diags *d;
	struct span text; /* of the whole value, valid JSON */
	struct arena *arena;
};

/* "run", "scenario", "diagnostic", .. and the document as a whole. */
extern const struct member_table run_members, scenario_members, diagnostic_members, summary_members,
	features_members, objects_members, programs_members, document_members;

/*
 * Read @object into @into, a zeroed struct. Every member that is missing or of another type is
 * reported. Returns 0 or -1.
 */
int members_read(struct member_reader *r, const struct member_path *at, json_t *object,
		 const struct member_table *table, void *into);
/* Report what is wrong with the value at @at. */
void member_error(struct member_reader *r, const struct member_path *at, const char *fmt, ...)
	printf_like(3, 4);

/* place.c: the value at @path in @text, which is JSON: its span; what is not there: its parent. */
struct span json_place(struct span text, const struct member_path *path);
