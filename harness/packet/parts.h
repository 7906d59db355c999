/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The layers of a frame that is not put together yet: read from an expression, or taken from
 * a frame that was sent and changed.
 */
#pragma once

#include "base/diag.h"
#include "packet/derive.h"

struct part {
	const struct proto *proto;
	uint8_t *data; /* header with its options, or bytes; shared until part_own() */
	uint32_t len;
	uint32_t room;	    /* bytes that data was made for, where the part owns it */
	uint64_t named;	    /* bit n: field n was given and is not derived */
	uint64_t any;	    /* bit n: field n is not compared */
	unsigned int index; /* which of its protocol it has to be, from 1; 0: not said */
	int origin;	    /* its layer in the frame that was sent, or -1 */
	struct span where;
};

struct parts {
	struct part items[LAYERS_MAX];
	unsigned int n;
	bool open; /* ended in "/ ..." */
	bool sent; /* ended in "/ sent" */
};

/* A header of @proto with every field at its default. */
struct part part_header(struct arena *arena, const struct proto *proto, const uint8_t *eth_dst);
/* Bytes as payload or padding; @data is not copied. */
struct part part_bytes(const struct proto *proto, uint8_t *data, uint32_t len);
/* Give the part bytes of its own, so that they can be changed. */
void part_own(struct part *p, struct arena *arena);
/* Make the part as long as its header says itself, where fields say what is there. */
void part_fit(struct part *p);
/* Replace the options of a header, and fill them up as their format asks. */
void part_set_options(struct part *p, struct arena *arena, const uint8_t *data, uint32_t len);
/* Copy field @n from a header of the same protocol, @len bytes with its options. */
void part_copy_field(struct part *p, struct arena *arena, int n, const uint8_t *from, uint32_t len);
/* Put more bytes after those of a payload. */
void part_append(struct part *p, struct arena *arena, const uint8_t *data, uint32_t len);

uint32_t parts_len(const struct parts *ps);
/* Make room for @p at @at; false if there are LAYERS_MAX already. */
bool parts_insert(struct parts *ps, unsigned int at, struct part p);
void parts_remove(struct parts *ps, unsigned int at);
/* Put the parts together in memory of the arena; nothing is derived. @carry: origin is filled, or
 * NULL. */
void parts_join(const struct parts *ps, struct arena *arena, struct packet *p, struct carry *carry);
