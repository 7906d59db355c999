/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Packet expressions: eth(dst=..) / ipv4(src=.., dst=$vip) / tcp(flags=S) / "payload".
 *
 * An expression is read in place, inside the file's own text, so every message carries the
 * exact line and column whatever the surrounding syntax. In `send` fields that are not named
 * take defaults, and lengths, checksums and next-protocol numbers follow from the rest unless
 * given, so that wrong ones can be built on purpose.
 */
#pragma once

#include "base/vars.h"
#include "packet/packet.h"

struct expression {
	struct span where;	 /* the text to read: node->raw */
	const struct vars *vars; /* may be NULL */
	const uint8_t *eth_dst;	 /* default of eth.dst (6 bytes), or NULL for zeros */
};

/*
 * Build the frame that @e describes. Everything in @p is made from @arena.
 * Returns 0, or -1 after one or more diags (every error is reported, not only the first).
 */
int expression_build(struct diags *d, const struct expression *e, struct arena *arena,
		     struct packet *p);

/* Print a packet as an expression that expression_build() reads back to the same bytes. */
void packet_print(FILE *out, const struct packet *p);
/* One line for people: "172.16.0.251.37352 > 10.10.249.114.80: tcp S, 0 bytes", as tcpdump -q. */
void packet_summary(FILE *out, const struct packet *p);
/* `verdict help packets`: every protocol with its fields, defaults and names, from the tables. */
void packet_help(FILE *out);
