/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The reports that a guest was to write and did not, because it ended badly: made here, of the
 * records that came. The scenario that was running is an error, with the reason; those that were
 * to come are skipped, and say why.
 */
#pragma once

#include "cli/options.h"
#include "guest/guest.h"
#include "run/result.h"
#include "scenario/suite.h"

/* What is known of the run. */
struct guest_reports {
	const struct suite *suite; /* the scenarios that were to run, in their order */
	const struct run_options *options;
	const struct run_info *info; /* of the run as it was begun here */
	const struct guest_outcome *outcome;
	const char *kernel;	 /* its image */
	const char *files;	 /* folder: what the guest sent, below the path it has here */
	int status;		 /* that the run ends with */
	const char *interrupted; /* "SIGINT", or NULL */
};

/* Whether standard output is given a document: it is printed whole, here. */
bool output_is_document(const struct run_options *o);
/*
 * Write what the guest did not: where it ended badly, each report of the options that is not among
 * @g->files, or all, where records are missing. What it printed as a document is printed. Returns
 * 0, or -1 after diags; that records are damaged is a warning.
 */
int guest_reports_write(struct diags *d, const struct guest_reports *g);
