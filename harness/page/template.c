/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The files the page is made of, embedded as they are. */
#include "page/internal.h"

/* harness/page/template/FILE, found along the compiler's -I. */
#define EMBED(name, file)                                                    \
	extern const char page_##name##_start[], page_##name##_end[];        \
	__asm__(".pushsection .rodata\n"                                     \
		".global page_" #name "_start, page_" #name "_end\n"         \
		"page_" #name "_start: .incbin \"page/template/" file "\"\n" \
		"page_" #name "_end:\n"                                      \
		".popsection\n")

EMBED(html, "page.html");
EMBED(css, "page.css");
EMBED(dom, "dom.js");
EMBED(format, "format.js");
EMBED(data, "data.js");
EMBED(packet, "packet.js");
EMBED(hexdump, "hexdump.js");
EMBED(step, "step.js");
EMBED(scenario, "scenario.js");
EMBED(failures, "failures.js");
EMBED(matrix, "matrix.js");
EMBED(costs, "costs.js");
EMBED(coverage, "coverage.js");
EMBED(environment, "environment.js");
EMBED(main, "main.js");

#define FILE_OF(name)                                  \
	{                                              \
		page_##name##_start, page_##name##_end \
	}

const struct page_file page_html = FILE_OF(html), page_css = FILE_OF(css);

/* In the order they have to run: main.js calls what the others define. */
const struct page_file page_scripts[] = {
	FILE_OF(dom),	  FILE_OF(format), FILE_OF(data),     FILE_OF(packet),
	FILE_OF(hexdump), FILE_OF(step),   FILE_OF(scenario), FILE_OF(failures),
	FILE_OF(matrix),  FILE_OF(costs),  FILE_OF(coverage), FILE_OF(environment),
	FILE_OF(main),
};
const size_t n_page_scripts = ARRAY_SIZE(page_scripts);
