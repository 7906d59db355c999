/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `-p OBJECT:PROGRAM` and `-s SCENARIO` make of a capture: a scenario of one step. */
#pragma once

#include "scenario/suite.h"

struct streaming {
	/* As given; NULL: not. */
	const char *program; /* OBJECT:PROGRAM */
	const char *scenario_path;
	const char *node; /* of the scenario */
	const char *capture, *filter;

	struct suite suite;	    /* of the scenario; its object_dirs are the caller's */
	struct object_file *object; /* of the program, without a scenario */
	struct scenario scenario;
	struct step step;
};

/* Fill scenario and step. Returns 0, or -1 (reported). streaming_free() is due either way. */
int streaming_prepare(struct streaming *s, struct diags *d);
void streaming_free(struct streaming *s);
