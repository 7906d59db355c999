/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Results for people to look at: one HTML page that needs nothing else, or a summary in Markdown.
 *
 * The page is page/template/page.html with its marks filled in. It says what came of it and lists
 * what failed without JavaScript; the scripts show the rest, of data that stand in the page as
 *
 *	<script type="application/json" id="overview">	one object:
 *
 * columns: [{name, runs, features, programs, baseline}], a kernel each. `runs` are documents, of
 * shards several: {file, run, summary, diagnostics, objects}. `baseline`: null, or the programs as
 * they were before.
 *
 * rows: [{id, name, tags, cells}], as in the suite; a cell for each column, null: did not run
 * there; else {outcome, duration_ns}, and where there is one `flaky` (true), `reason`, `message`
 * (what went wrong, in a line) with its place `at`, and `links`, the addresses of captures by their
 * names in the result.
 *
 * left_out_text: why there are results that are not in the page.
 *
 * coverage: null, or {file, files: [{path, lines: [[line, count]..], source}]}.
 *
 *	<script type="application/json" id="result-ROW-COLUMN">	a scenario, as its document has it
 *
 * Members of documents (docs/results.md) are copied as they are. Everything is ASCII, and without
 * any '<': no text of a result can end its element. Besides, the page's policy lets nothing run but
 * the scripts whose digests it names, and nothing be fetched from anywhere.
 */
#pragma once

#include "page/tracefile.h"
#include "report/step_summary.h"
#include "results/grid.h"

struct page {
	const struct grid *grid;
	const struct step_summary *summary;
	const struct tracefile *coverage; /* or NULL */
	const struct results *baseline;	  /* to compare what programs cost with; or NULL */
	const char *title;		  /* or NULL */
	const char *folder;		  /* that the page is in: what links start from */
	bool all;			  /* also the results of what passed everywhere */
};

/*
 * Of results that are in a page, in bytes: those that failed come first, then the same scenarios on
 * kernels where they passed, then, if asked for, the others.
 */
#define PAGE_RESULTS_MAX (64u << 20)

/* Of how many columns the baseline has costs: of the same kernel, or both have only one. */
size_t page_baselines(const struct page *p);
/* Returns how many results that were asked for are left out, as they would be too much. */
size_t page_write(FILE *out, const struct page *p);

/* What failed, is flaky or was skipped, of a grid: @s is empty, and its texts are the grid's. */
void grid_summary(const struct grid *g, struct step_summary *s);
