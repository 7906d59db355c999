/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a suite came to on several kernels: a column for each kernel, a row for each scenario. Made
 * from documents that were read (results.h) and what became of each guest; pure functions, no
 * kernel.
 */
#pragma once

#include "results/results.h"

/* Of a kernel, from the best to the worst. */
enum column_verdict {
	COLUMN_PASS,
	COLUMN_FAIL,	    /* an expectation did not hold */
	COLUMN_SPLAT,	    /* the kernel warned, or found a bug in itself */
	COLUMN_ERROR,	    /* something could not be judged */
	COLUMN_TRUNCATED,   /* results are missing */
	COLUMN_CRASH,	    /* the kernel, or verdict on it */
	COLUMN_HANG,	    /* its time was over */
	COLUMN_BOOT_FAIL,   /* nothing began */
	COLUMN_EMPTY,	    /* it judged nothing */
	COLUMN_UNAVAILABLE, /* there is no such kernel here */
	N_COLUMN_VERDICTS
};

/* "boot-fail" */
const char *column_verdict_name(enum column_verdict v);

struct matrix_column {
	const char *name;
	bool required; /* unavailable is not judged */
	enum column_verdict verdict;
	const char *reason;		 /* a line for people, or NULL */
	const char *running;		 /* the scenario that ran when it ended badly, or NULL */
	const char *console;		 /* file, or NULL */
	const char *console_tail;	 /* or NULL */
	const struct document *doc;	 /* NULL: it left none */
	const struct document *baseline; /* what programs cost before, or NULL */
	uint64_t wall_ns;
	bool kvm;
};

enum cell_state {
	CELL_RAN,    /* `outcome` counts */
	CELL_BROKEN, /* the kernel ended badly while it ran */
	CELL_NOT_RUN
};

struct matrix_cell {
	enum cell_state state;
	unsigned int outcome;		     /* enum outcome */
	const char *reason;		     /* a line, or NULL */
	const struct doc_place *at;	     /* what it speaks of, or NULL */
	const struct doc_scenario *scenario; /* or NULL */
};

struct matrix_row {
	const char *id, *name;
	struct matrix_cell *cells; /* of each column */
	bool differs;		   /* not alike on all kernels that ran it */
	bool bad;		   /* fail, error or broken on one */
};

/* A feature that not all kernels have. */
struct matrix_feature {
	const char *name;
	const struct doc_feature **cells; /* NULL: not probed there */
};

/* What a program costs the verifiers: of all its ways to be loaded the dearest. */
struct matrix_program {
	const char *object, *program;
	struct program_cost {
		const struct doc_program *is, *was; /* NULL: not known */
	} * cells;
	int64_t most; /* verified instructions, the most of all kernels */
};

/* What a program may cost at most: 0: as much as it likes. */
struct matrix_budget {
	uint64_t insns, states, stack, load_ns;
};

struct matrix {
	struct arena arena;
	struct matrix_column *columns; /* the caller's */
	size_t n;
	struct matrix_row *rows; /* in the order of the suite */
	size_t n_rows;
	struct matrix_feature *features; /* those that differ, sorted by name */
	size_t n_features;
	struct matrix_program *programs; /* the dearest first */
	size_t n_programs;
	struct matrix_budget budget;
	const char **over_budget; /* a line each */
	size_t n_over_budget;
};

/*
 * Fill @m from its @n @columns, whose verdicts are known, and its budget. A column that judged
 * nothing becomes COLUMN_EMPTY. matrix_free() is due; documents are the caller's.
 */
void matrix_build(struct matrix *m);
void matrix_free(struct matrix *m);

/* 0, 1 or 2, as of a run: 2 where a kernel was not judged that had to be, or none was at all. */
int matrix_status(const struct matrix *m);

/* Rows that are alike on all kernels, by their outcome. */
struct matrix_alike {
	size_t n[5]; /* by enum outcome */
	size_t all;
};
struct matrix_alike matrix_alike(const struct matrix *m);
/* Columns of which a cell is like that of column @of: same state, outcome and reason; itself among
 * them. *first: it is the first of these. Names, joined, in @a. */
const char *row_columns_like(const struct matrix *m, const struct matrix_row *row, size_t of,
			     struct arena *a, bool *first);
/* "pass", .. "crash" (broken), "-" (not run) */
const char *cell_name(const struct matrix_cell *cell);
/* It was run more than once, and did not always end alike. */
bool cell_is_flaky(const struct matrix_cell *cell);

/* The table in each of its formats. */
struct table_options {
	bool color;
	unsigned int width; /* columns of the terminal; 0: 80 */
	bool verbose;	    /* all rows, all programs */
};

void matrix_print_text(const struct matrix *m, const struct table_options *o, FILE *out);
void matrix_print_markdown(const struct matrix *m, FILE *out);
void matrix_print_json(const struct matrix *m, FILE *out);
void matrix_print_junit(const struct matrix *m, FILE *out);
void matrix_print_github(const struct matrix *m, FILE *out);
