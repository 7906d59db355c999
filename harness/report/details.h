/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a person reads about one scenario: what text prints, and what JUnit and others quote. */
#pragma once

#include "run/result.h"

struct details_style {
	bool color;
	bool verbose; /* nothing is cut short; hexdumps; steps that passed */
	bool outline; /* only the messages, no source lines and no tables */
};

/* Where a mismatch is shown: its own place, else its step's, else the scenario's. */
struct span mismatch_place(const struct scenario_result *r, const struct step_result *step,
			   const struct mismatch *m);
/* "verdict: frame 3: expected XDP_DROP, got XDP_PASS (2)", escaped, without line end. */
void mismatch_headline(FILE *out, const struct mismatch *m);
/*
 * What went wrong in one line: the first mismatch, else the first error, else the reason; before
 * that, how often, where it did not always. The
 * text is made in @arena and is as the user wrote it: not escaped. *where is its place.
 */
const char *scenario_headline(const struct scenario_result *r, struct arena *arena,
			      struct span *where);

/* "scenarios/x.yaml:3:7", escaped; nothing for no place. */
void position_print(FILE *out, struct span where);
/* "error", "warning", "note" */
const char *details_severity(enum severity s);
/* As span_print() and diags_print(), with everything escaped. */
void details_span(FILE *out, struct span where, const char *label, const char *message);
void details_diags(FILE *out, const struct diags *d);
/*
 * Messages from @from on that belong to one file, notes included, as a part of @d: what formats
 * that count tests show as one. part->n is 0 at the end.
 */
void details_file_diags(const struct diags *d, size_t from, struct diags *part);
/* The first error of @d, or NULL. */
const struct diag *details_first_error(const struct diags *d);
/* One line on what a step did, without line end: "step 2 (send): cil_from_container: TC_ACT_OK". */
void details_step(FILE *out, const struct step_result *s);
/* What a step changed in maps, where that is known and anything. */
void details_step_changes(FILE *out, const struct step_result *s, bool verbose);
/* Everything to know about a scenario that did not pass. */
void details_print(FILE *out, const struct scenario_result *r, const struct details_style *style);

/* "1.2 ms" */
void duration_print(FILE *out, uint64_t ns);

/* details_frame.c: how frames differ; details_map.c: how a map differs. */
void details_frame(FILE *out, const struct mismatch *m, const struct details_style *style);
void details_map(FILE *out, const struct mismatch *m, const struct details_style *style);

/* Entries that changed, a line each behind @indent; values at most @most bytes long. */
void details_changes(FILE *out, const struct map_changes *c, const char *indent, size_t most);

/* The way of the step's frame through programs, calls and maps, where it was recorded. */
void details_trace(FILE *out, const struct step_result *s);
/* details_seen.c: the records that came, where others were expected. */
void details_seen(FILE *out, const struct mismatch *m);

/* Rows of a table: a name, what was expected and what was there. */
struct details_row {
	const char *name, *expected, *actual; /* never NULL */
	const char *remark;		      /* or NULL */
};
void details_table(FILE *out, const char *title, const struct details_row *rows, size_t n,
		   const struct details_style *style);
