/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Scenario files to scenarios: finds the files, reads them, checks everything that can be known
 * without the kernel. A suite owns all it read; objects and type files are read once each.
 */
#pragma once

#include "base/sha256.h"
#include "scenario/scenario.h"

struct suite_file;
struct object_entry;
struct type_entry;

struct suite {
	struct scenario **scenarios; /* in the order of paths and cases */
	size_t n;
	struct diags diags; /* of all files, in that order */
	size_t n_files;

	const char *const *object_dirs; /* -O DIR, searched after the naming file's own folder */
	size_t n_object_dirs;

	struct arena arena;
	struct suite_file **files;
	size_t n_sources;
	struct object_entry *objects;
	size_t n_objects;
	struct type_entry *types;
	size_t n_types;
	const char **captures; /* paths, each once */
	size_t n_captures;
	struct capture_filter **filters; /* `matches:`; closed with the suite */
	size_t n_filters;
};

/*
 * Read @path: a file, one case of a file (FILE[CASE], the id that reports name; a file of that name
 * goes before), or a folder whose .yaml and .yml files are taken in sorted order, subfolders
 * too; in a folder, files without `steps:` are parts for `use:` and passed over. Scenarios without
 * error are added to @s->scenarios; everything wrong is in @s->diags. Returns 0, or -1 if anything
 * was.
 */
int suite_read(struct suite *s, const char *path);
/*
 * Where the object @name is: @own, its path seen from the file (or the command line) that names it,
 * or one of the folders objects are looked for in. @own where it is in none of them.
 */
const char *suite_object_path(struct suite *s, const char *own, const char *name);
/*
 * What tells this suite from another: SHA-256 of the texts of all files that were read, and of the
 * ids of its scenarios, in order.
 */
void suite_fingerprint(const struct suite *s, char hex[static SHA256_HEX]);
void suite_free(struct suite *s);
