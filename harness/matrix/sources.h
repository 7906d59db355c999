/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The sources of the machine's own apt: sources.list(5), in both of its forms. Which mirror a suite
 * may be had from is read here, so that no file of ours has to name one.
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>

struct apt_source {
	const char *uri;   /* without a slash at its end */
	const char *suite; /* one: a source of several is several of these */
	const char *components;
	const char *options; /* fields of deb822 with their lines' ends: "Signed-By: FILE\n" */
};

struct apt_sources {
	struct arena arena;
	struct apt_source *items;
	size_t n;
};

/*
 * Add the sources of packages in @in; deb822 is the form of *.sources, else it is that of *.list.
 * Those that are switched off, or are no URI of a mirror (cdrom:), are left out.
 */
void apt_sources_read(struct apt_sources *sources, FILE *in, bool deb822);
/* Those of this machine, as apt-config says where they are. Returns 0 or -errno: no apt here. */
int apt_sources_of_machine(struct apt_sources *sources);
void apt_sources_free(struct apt_sources *sources);

/*
 * Where @suite may be had, the likeliest first: sources that have it; then, as a mirror has more
 * suites than a machine names, all others, with -security at their end for BOOK-security, which
 * Debian keeps beside the rest. *list is in @arena.
 */
size_t apt_sources_for(const struct apt_sources *sources, const char *suite, struct arena *arena,
		       struct apt_source **list);
/* As apt reads it: one paragraph. */
void apt_source_write(const struct apt_source *s, FILE *out);
