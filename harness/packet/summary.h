/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the protocols' own parts of packet_summary() share. */
#pragma once

#include "packet/packet.h"

/*
 * "SRC > DST: ", with the ports of the layer after @i where it has some: "10.0.0.1.80 > ..".
 */
void summary_endpoints(FILE *out, const struct packet *p, unsigned int i, const struct field *src,
		       const struct field *dst);
