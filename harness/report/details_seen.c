/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What came or was done instead: events and calls. */
#include "report/details.h"
#include "report/escape.h"

#include <inttypes.h>

void details_seen(FILE *out, const struct mismatch *m)
{
	bool events = m->kind == MISMATCH_EVENTS;

	if (!m->total_seen) {
		fputs(events ? "    no events came\n" : "    no calls were made\n", out);
		return;
	}
	fprintf(out, "    %" PRIu64 " %s%s %s\n", m->total_seen, events ? "event" : "call",
		m->total_seen == 1 ? "" : "s",
		events		     ? "came"
		: m->total_seen == 1 ? "was made"
				     : "were made");
	for (size_t i = 0; i < m->n_seen; i++) {
		fputs("      ", out);
		escape_plain(out, m->seen[i]);
		fputc('\n', out);
	}
	if (m->total_seen > m->n_seen)
		fprintf(out, "      .. and %" PRIu64 " more\n", m->total_seen - m->n_seen);
}
