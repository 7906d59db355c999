/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The grammar of packet expressions. */
#pragma once

#include "packet/cursor.h"
#include "packet/options.h"
#include "packet/parts.h"

enum read_mode {
	READ_BUILD,  /* a frame to send: every field has a value */
	READ_WHOLE,  /* a whole frame that is expected: also any, "...", "sent" */
	READ_FIELDS, /* only what is named: like, sent with */
	READ_NAMES   /* headers without fields: sent without */
};

/*
 * Read layers joined by '/' up to the end of the text or, in READ_FIELDS and READ_NAMES, a word
 * "with" or "without". Returns 0, or -1 after diags.
 */
int read_layers(struct cursor *c, enum read_mode mode, const uint8_t *eth_dst, struct parts *ps);
/* Report what follows where the expression should end. */
int read_end(struct cursor *c);
/* A frame starts with eth(..) or with bytes. Returns 0, or -1 after a diag. */
int read_check_start(struct diags *d, const struct parts *ps);

/*
 * The fields of a header after its '(', up to the ')', into @part. What is wrong is reported, and
 * reading goes on.
 */
void read_arguments(struct cursor *c, enum read_mode mode, struct part *part);
/* A list of options [..] or hex(..) into @out. Returns 0, or -1 after a diag. */
int read_options(struct cursor *c, const struct field *f, uint8_t out[static OPTIONS_MAX],
		 uint32_t *len);
/*
 * "cut(@len)" at @at: give the packet that an ICMP error among @ps holds the lengths and checksums
 * that it had as a whole, and leave its first @len bytes. Returns 0, or -1 after a diag.
 */
int quote_cut(struct cursor *c, struct piece at, struct parts *ps, uint32_t len);
/* Skip to one of the characters @stops, past what is in brackets and quotes. */
void read_skip_to(struct cursor *c, const char *stops);
