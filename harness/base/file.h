/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Paths, folders, and files that appear whole or not at all. */
#pragma once

#include "base/mem.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * A file being written in the folder of @path, without a name where the file system can do that
 * (O_TMPFILE), else as PATH.verdict-N. It takes the place of @path at replace_commit(); a reader
 * never sees half a file. What is not committed leaves nothing behind, also of a process that is
 * killed; a PATH.verdict-N that one left is used by the next. Where @path is no ordinary file
 * (/dev/stdout, a pipe), it is written directly. An empty struct is all zero, and abandoning it
 * does nothing.
 */
struct replacement {
	FILE *out; /* write here */
	char *path;
	char *temporary; /* NULL: it has no name yet */
	int fd;
	bool direct;
};

/* Returns 0 or -errno; *r is untouched on failure. */
int replace_begin(struct replacement *r, const char *path);
/* Returns 0, or -errno of the first write that failed: then @path is as it was. Empties *r. */
int replace_commit(struct replacement *r);
/* Removes the temporary file; empties *r. */
void replace_abandon(struct replacement *r);

/* @to, in a folder that is made where it is missing, becomes what @from is. Returns 0 or -errno. */
int file_copy(const char *from, const char *to);

/* A pipe, a socket or a device: it can be read once only, and opening it may wait for ever. */
bool path_is_stream(const char *path);
/* Make folder @path and those above it, as mkdir -p. Returns 0 (also if it is there) or -errno. */
int folder_make(const char *path);
/* Remove folder @path and all that is in it, as far as that can be done. */
void folder_remove(const char *path);
/* Call @each with every file below folder @path, in the order of their names. */
void folder_each_file(const char *path, void (*each)(void *arg, const char *file), void *arg);
/* "verdict" in the user's cache folder (XDG), in @a; NULL where the environment names none. */
char *cache_folder(struct arena *a);

/*
 * The parts of a path, by its text only (nothing is looked up). All results are in @arena.
 * path_folder: "a/b.yaml" -> "a", "b.yaml" -> ".", "/b" -> "/".
 * path_base: what follows the last '/'; points into @path.
 * path_join: @path below @folder; an absolute @path stays as it is; "." leaves no trace.
 * path_clean: "a/./b//../c" -> "a/c", "" -> ".", "/.." -> "/"; leading ".." stay. (With symbolic
 * links "a/.." may be elsewhere to the kernel; as in make and compilers, the text counts.)
 * path_relative_to: @path as named in @file: relative to its folder, cleaned.
 */
char *path_folder(struct arena *a, const char *path);
const char *path_base(const char *path);
char *path_join(struct arena *a, const char *folder, const char *path);
char *path_clean(struct arena *a, const char *path);
char *path_relative_to(struct arena *a, const char *file, const char *path);
/* @path as it is named from folder @from, both relative to one place: ("a/b", "a/c/d") -> "../c/d".
 */
char *path_from_folder(struct arena *a, const char *from, const char *path);
/* Whether the name ends so (".pcap"). */
bool path_ends_with(const char *path, const char *end);
