/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/details.h"
#include "report/escape.h"

#include <inttypes.h>

void details_events(FILE *out, const struct mismatch *m)
{
	if (!m->total_seen) {
		fputs("    no events came\n", out);
		return;
	}
	fprintf(out, "    %" PRIu64 " event%s came\n", m->total_seen,
		m->total_seen == 1 ? "" : "s");
	for (size_t i = 0; i < m->n_seen; i++) {
		fputs("      ", out);
		escape_plain(out, m->seen[i]);
		fputc('\n', out);
	}
	if (m->total_seen > m->n_seen)
		fprintf(out, "      .. and %" PRIu64 " more\n", m->total_seen - m->n_seen);
}
