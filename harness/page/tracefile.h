/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An lcov tracefile (geninfo(1), "FILES"), as `verdict run --coverage` and others write it: which
 * lines of which sources were run. Records other than SF and DA are passed over.
 */
#pragma once

#include "base/diag.h"

#include <stdint.h>

struct traced_line {
	uint64_t line, count;
};

struct traced_file {
	const char *path;
	struct traced_line *lines; /* sorted, each once */
	size_t n;
	const char *source; /* its text, where it could be read from here; or NULL */
};

struct tracefile {
	const char *path;
	struct traced_file *files;
	size_t n;
	struct arena arena;
	struct source text; /* what diags point into */
};

/* Report what is wrong with file @path. Returns 0, or -1 after a diag; free it either way. */
int tracefile_read(struct diags *d, const char *path, struct tracefile *t);
/* Accepts an empty one; leaves it empty. */
void tracefile_free(struct tracefile *t);
