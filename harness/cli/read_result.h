/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A scenario of a result that was read, as sinks take it: for reports of a run that went on
 * elsewhere. Outcomes, places, messages and differences are those of the result, and captures where
 * they are here; the way of frames through calls and events is not taken over.
 */
#pragma once

#include "results/document.h"
#include "run/result.h"

/* Texts that places point into, read when one is first asked for. Empty is all zero. */
struct place_sources {
	struct source **items; /* of a file that cannot be read: its path, and no text */
	size_t n;
};

/*
 * Fill @r, which is to be freed with scenario_result_free(); texts are @s's, places point into
 * @sources: both must live as long.
 */
void result_of_document(const struct doc_scenario *s, struct place_sources *sources,
			struct scenario_result *r);
/* @list as diags, added to @d. */
void diags_of_document(const struct doc_diags *list, struct place_sources *sources,
		       struct diags *d);
void place_sources_free(struct place_sources *sources);
