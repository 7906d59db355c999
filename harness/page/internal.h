/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The parts of a page. */
#pragma once

#include "page/page.h"

/* template.c: the files of page/template, which are part of this program. */
struct page_file {
	const char *from, *to; /* the text, without NUL */
};

extern const struct page_file page_html, page_css;
extern const struct page_file page_scripts[]; /* in the order they have to run */
extern const size_t n_page_scripts;

/* plain.c: what a page shows without JavaScript. */
void page_print_summary(FILE *out, const struct page *p);
void page_print_failures(FILE *out, const struct page *p);
void page_print_title(FILE *out, const struct page *p);

/* data.c: all data, as page.h describes them. Returns what page_write() does. */
size_t page_print_data(FILE *out, const struct page *p);

/*
 * embed.c: a stream for what stands in <script>: each '<' that is written becomes \u003c, and what
 * is not ASCII an escape, too. Only for JSON. @out stays the caller's, and has it all after
 * fclose().
 */
returns_memory FILE *script_data_open(FILE *out);

/*
 * links.c: the address of capture @path, as it is named in a document that was read from file
 * @document, for a page in @folder; NULL where there is no such file. In @arena.
 */
const char *capture_address(struct arena *arena, const char *folder, const char *document,
			    const char *path);
