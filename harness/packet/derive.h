/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What follows from the rest of a frame: lengths, checksums, numbers of the next header.
 *
 * The same finish functions of the protocols serve to fill them in, to find which of them a
 * frame has otherwise (they must be named when it is printed), and to carry wrong ones on
 * through a change. Layers are finished from the last to the first, so each sees only final
 * bytes; that is what makes a printed frame build back to the same bytes.
 */
#pragma once

#include "packet/packet.h"

/* What is known of the frame from which layers were taken over. */
struct carry {
	int origin[LAYERS_MAX];	      /* by layer of the new frame: its layer then, or -1 */
	uint64_t wrong[LAYERS_MAX];   /* by layer then, bit n: derived field n was wrong */
	uint64_t unknown[LAYERS_MAX]; /* by layer then, bit n: what is right cannot be known */
	bool cut[LAYERS_MAX];	      /* by layer then: it was quoted, and cut short */
	uint32_t right[LAYERS_MAX][FIELDS_MAX]; /* by layer then: what would have been right */
};

struct derivation {
	struct packet *p;
	bool check;		   /* change no byte; set layer.named for what differs */
	struct carry *carry;	   /* check: filled; else read; or NULL */
	uint32_t ends[LAYERS_MAX]; /* where the contents of a layer end: see derive_ends() */
};

/* Fill in every derived field that is not named. @carry: keep wrong ones as wrong; or NULL. */
void derive_fill(struct packet *p, struct carry *carry);
/*
 * Set named of each layer to the fields that a print has to give: those that are not at their
 * default and not what would be derived. @carry, where not NULL, gets wrong and right.
 */
void derive_check(struct packet *p, struct carry *carry);
/*
 * Where the contents of each layer end. Padding ends those of the innermost frame around it
 * that has no padding yet, and of no header further out.
 */
void derive_ends(const struct packet *p, uint32_t ends[static LAYERS_MAX]);

/* For finish functions. */
uint8_t *derive_header(const struct derivation *dv, unsigned int i);
/* Bytes of the layer and all its contents. */
uint32_t derive_covered(const struct derivation *dv, unsigned int i);
/* A length that does not fit becomes 0, as Linux writes that of packets beyond 64 KiB. */
void derive_length(struct derivation *dv, unsigned int i, int field, uint64_t value);
/*
 * A checksum over the layer and its contents, and the pseudo header of number @proto in front
 * where that is not 0. Left alone where it cannot be known: in a fragment, in a packet
 * that an ICMP error holds only the start of, or without an IP header.
 */
void derive_checksum(struct derivation *dv, unsigned int i, int field, unsigned int proto);
/* A checksum over the header alone. */
void derive_header_checksum(struct derivation *dv, unsigned int i, int field);
/* UDP: 0 says that there is none (RFC 768), so one that comes out as 0 is sent as 0xffff. */
void derive_udp_checksum(struct derivation *dv, unsigned int i, int field);
/* SCTP's CRC-32C over the layer and its contents; not known where a checksum is not. */
void derive_crc32c(struct derivation *dv, unsigned int i, int field);
/* The folded sum of the pseudo header before layer @i; false if there is none. */
bool derive_pseudo(const struct derivation *dv, unsigned int i, unsigned int proto, uint16_t *sum);
