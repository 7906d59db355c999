/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a kernel can do, by name: helpers, map and program types, what BPF_PROG_TEST_RUN does,
 * devices. Asked of the running kernel, never inferred from its version: stable kernels take over
 * what later ones do. Where an errno proves nothing (a flag that is taken and ignored), what is
 * done is looked at.
 *
 * Names need no kernel: scenarios are checked against them anywhere. A feature is probed when it is
 * first asked for, in a network namespace made for it, and never again by this process.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum feature_support {
	FEATURE_UNKNOWN, /* could not be found out: no descriptors, no privilege, a signal */
	FEATURE_NO,
	FEATURE_YES
};

struct feature_answer {
	enum feature_support support;
	const char *reason; /* why not, in words with the errno; lives as long as the process. NULL:
			       it is supported */
};

/* One question to the kernel: inside kernel/. */
struct feature_probing;

struct feature {
	const char *name;  /* "helper.redirect_neigh"; first: text_nearest() looks here */
	const char *group; /* "helper": the name's first word */
	const char *help;  /* what a kernel that has it does, in half a line */
	/* Asks the kernel. Inside kernel/. */
	enum feature_support (*probe)(const struct feature *f, struct feature_probing *p);
	uint32_t id;	    /* of the helper, map type, program type, .. */
	uint32_t variant;   /* the probe's own */
	const char *object; /* what is looked for, where a number does not say it */
};

/* All, group by group; *n of them. */
const struct feature *feature_table(size_t *n);
/* By name (@len bytes), or NULL. */
const struct feature *feature_find(const char *name, size_t len);
/* What a name that is none was meant to be: misspelt, or without what stands before the dot; or
 * NULL. */
const struct feature *feature_nearest(const char *name, size_t len);
/* "yes", "no", "unknown". */
const char *feature_support_name(enum feature_support support);

/* For any thread that may run programs; where it was, it is afterwards. */
struct feature_answer feature_probe(const struct feature *f);
/* What feature_probe() has been asked for by now, as it was answered, in the order of the table: an
 * array of @n that the caller frees. */
const struct feature **features_asked(size_t *n);
