/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How two frames differ, field by field. */
#pragma once

#include "base/text_stream.h"
#include "packet/expect.h"

/* packet_dissect() of a frame that is only read. */
void frame_dissect(const uint8_t *data, size_t len, struct packet *p);
/* The layer of @p that is number @index of @proto, from 1; -1 if there is none. */
int packet_find(const struct packet *p, const struct proto *proto, unsigned int index);

/*
 * The functions below take packets whose layers name what a print has to give: derive_check().
 *
 * Layer @i of the expected frame is missing from the actual one.
 */
void diff_missing(struct packet_diff *diff, struct arena *arena, const struct packet *expected,
		  unsigned int i);
/* Layer @i of the actual frame has no business there. */
void diff_extra(struct packet_diff *diff, struct arena *arena, const struct packet *actual,
		unsigned int i);
/* Compare the fields of two layers of one protocol, those in @mask. */
void diff_fields(struct packet_diff *diff, struct arena *arena, const struct packet *e,
		 unsigned int ei, const struct packet *a, unsigned int ai, uint64_t mask);
/* The first byte where two payloads differ, and what follows it. */
void diff_bytes(struct packet_diff *diff, struct arena *arena, const struct packet *e,
		unsigned int ei, const struct packet *a, unsigned int ai);
/* Fill diff->items with all differences of two frames. */
void diff_packets(struct packet_diff *diff, struct arena *arena, const struct packet *e,
		  const struct packet *a);
/* Derived fields last, else in order. */
void diff_sort(struct packet_diff *diff, struct arena *arena);
/* The frame as an expression, its first @n layers and "/ ..." where @open. */
char *frame_text(struct arena *arena, const struct packet *p, unsigned int n, bool open);
