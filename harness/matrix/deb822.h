/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Paragraphs of fields, as Debian's package lists and sources have them: deb822(5). And the order
 * of versions: deb-version(7).
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>

struct paragraph {
	struct arena arena;
	struct paragraph_field {
		const char *name, *value; /* lines of a value that goes on are parted by '\n' */
	} * fields;
	size_t n;
};

/*
 * Read the next paragraph into *p, which is emptied first. Comments are skipped, lines that are no
 * fields too. Returns false at the end of the file.
 */
bool paragraph_read(FILE *in, struct paragraph *p);
void paragraph_free(struct paragraph *p);
/* Names count in any case. NULL where there is none. */
const char *paragraph_get(const struct paragraph *p, const char *name);

/* Less than, equal to or greater than 0, as dpkg --compare-versions. Any text has its place. */
int deb_version_compare(const char *a, const char *b);
