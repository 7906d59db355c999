/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * apt with a root of its own in the cache folder: lists of suites that the machine does not use,
 * and files from its mirrors, with nothing of the machine's own state touched. Takes the machine's
 * configuration (proxy, credentials, keys) as it is, and no privileges.
 *
 * Each suite and architecture has its own root: one that cannot be had takes no other with it.
 */
#pragma once

#include "matrix/packages.h"
#include "matrix/sources.h"

/* Attempts at what may come right by itself: a mirror in the middle of an update, a lost packet. */
#define APT_ATTEMPTS 3

struct apt_suite {
	const char *name, *arch;
	const char *root;	       /* folder */
	struct apt_source *candidates; /* where it may be had; what answered comes first */
	size_t n_candidates;
	bool updated; /* its list was asked for; what there is of it is in `list` */
	bool stale;   /* it could not be had now: this is what was kept of the last time */
	struct package_list list;
	const char *why; /* it is stale, or there is none; NULL */
};

struct apt {
	struct arena arena;
	const char *store; /* folder */
	struct apt_sources sources;
	struct apt_suite **suites;
	size_t n;
	void (*note)(void *arg, const char *text); /* told what goes on, or NULL */
	void *arg;
};

/* Returns 0, or -ENOENT where there is no apt. apt_close() is due after 0. */
int apt_open(struct apt *apt, const char *store);
void apt_close(struct apt *apt);

/* The suite @name for @arch; nothing is asked for yet. */
struct apt_suite *apt_suite(struct apt *apt, const char *name, const char *arch);
/*
 * Ask for its list, once; `list` is empty where none could be had, and `why` then says why. apt has
 * checked the signature of what is taken.
 */
void apt_suite_update(struct apt *apt, struct apt_suite *s);

/*
 * Fetch @p to @path from where its suite may be had. apt checks its digest; so is it here. Returns
 * 0, or -1 with the reason in *why; *gone, where every mirror says that there is no such file.
 */
int apt_fetch(struct apt *apt, struct apt_suite *s, const struct package *p, const char *path,
	      const char **why, bool *gone);
