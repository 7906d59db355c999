/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The inside of an expectation, and the frame it makes of what was sent and what came out. */
#pragma once

#include "packet/expect.h"
#include "packet/parts.h"

enum expect_kind {
	EXPECT_SAME,  /* what was sent */
	EXPECT_FRAME, /* a frame known beforehand */
	EXPECT_LIKE,  /* the fields named */
	EXPECT_MADE   /* a frame that depends on what was sent or what came out */
};

/* One "with" or "without". */
struct edit {
	bool without;
	struct parts fields;
};

struct packet_expect {
	enum expect_kind kind;
	bool needs_sent;
	struct parts parts; /* layers given: the frame, those to compare, or those in front of what
			       was sent */
	struct edit *edits; /* of what was sent */
	size_t n_edits;
	struct packet frame; /* EXPECT_FRAME: the frame; EXPECT_LIKE: headers with what is named */
	const char *text;    /* the expectation as written, in one line */
};

/* The frame that is expected of one run. Large: lives on the stack of the check. */
struct made {
	const struct packet_expect *e;
	struct arena *arena;
	struct packet sent, out;
	struct carry carry;
	struct parts parts;
	struct packet frame;
	unsigned int shown;  /* layers of frame that the expectation speaks of */
	const char *missing; /* field or header that what was sent does not have; or NULL */
};

/* Make m->frame. Returns 0, or -1 with m->missing set where what was sent does not have what is
 * named. */
int made_build(struct made *m, const struct packet_expect *e, const uint8_t *sent, size_t sent_len,
	       const uint8_t *out, size_t out_len, struct arena *arena);
/* What has to be said about checksums that were not right when sent; or NULL. */
const char *made_note(const struct made *m);
