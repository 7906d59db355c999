/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a frame that comes out is expected to be, and how it differs.
 *
 *	packet: <expression>             the whole frame
 *	packet: like <expression>        only the layers and fields named
 *	packet: same                     what was sent, byte for byte
 *	packet: sent with <fields>       what was sent, these fields changed
 *	packet: sent without <layer>     what was sent, that header removed
 *	packet: <expression> / sent      headers put in front of what was sent
 *
 * "sent" may be followed by several: sent without vlan with ipv4(ttl=63), and so may "/ sent":
 * eth(..) / ipv4(..) / sent without eth. A header named finds the next of its kind; ipv4[2] is
 * the second of the frame.
 *
 * `any` as a value skips a field; "/ ..." at the end ignores what follows: both take what came out
 * there, so that what depends on it is still checked. Lengths and checksums
 * follow the change; a checksum that was bad or partial when sent is carried on incrementally
 * (RFC 1624), as a datapath does.
 */
#pragma once

#include "packet/expression.h"

struct packet_expect;

/* Read an expectation in place. Returns it (in @arena), or NULL after diags. */
struct packet_expect *packet_expect_read(struct diags *d, const struct expression *e,
					 struct arena *arena);

/* One field that differs. Texts are values as expressions write them ("63", "any", "absent"). */
struct packet_difference {
	const char *field;    /* "ipv4.ttl", "eth", "ipv4[2].dst", "payload" */
	const char *expected; /* NULL: a layer that should not be there */
	const char *actual;   /* NULL: a layer that is missing */
	bool derived;	      /* length, checksum: follows from other fields */
	uint32_t off, len;    /* its bytes in the actual frame; len 0 if not there */
};

struct packet_diff {
	const char *expected, *actual;	 /* both as expressions, one line each */
	struct packet_difference *items; /* derived ones last */
	size_t n;
	const uint8_t *expected_data; /* the frame expected, where it is a whole one; else NULL */
	size_t expected_len;
	const char *note;   /* e.g. that a checksum was bad when sent and carried on; or NULL */
	const char *unmade; /* what the frame sent has not, but was to be changed; or NULL */
};

/*
 * Compare what came out (@out, @out_len bytes) with @e. @sent is the frame that went in; it is
 * needed for same/with/without/sent and must not be NULL then.
 * Returns true if it matches; cheap (no allocation) where both are whole frames. Otherwise, if
 * @diff is not NULL, fills it from @arena.
 */
bool packet_expect_check(const struct packet_expect *e, const uint8_t *sent, size_t sent_len,
			 const uint8_t *out, size_t out_len, struct arena *arena,
			 struct packet_diff *diff);
/* True if @e speaks of what was sent. */
bool packet_expect_needs_sent(const struct packet_expect *e);
/* Compare two plain frames field by field, as `capture:` and `same` do. False where they differ. */
bool frame_compare(const uint8_t *expected, size_t expected_len, const uint8_t *actual,
		   size_t actual_len, struct arena *arena, struct packet_diff *diff);
