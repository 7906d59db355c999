/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A frame and the layers found in it. */
#pragma once

#include "base/mem.h"
#include "packet/proto.h"

/* More layers than any real frame; what lies deeper is kept as payload bytes. */
#define LAYERS_MAX 32
/* Longest frame built or replayed: what BPF_PROG_TEST_RUN can take and give, rounded up. */
#define FRAME_MAX (128u << 10)

/* Layers hold offsets, not pointers: a packet can be copied like any value. */
struct layer {
	const struct proto *proto; /* &proto_payload for bytes that no header claims */
	uint32_t off, len;	   /* bytes: the header with its options, not what follows */
	uint64_t named;		   /* bit n: the expression named field n itself */
	uint64_t any;		   /* bit n: field n must not be compared */
};

struct packet {
	uint8_t *data;
	size_t len; /* bytes */
	struct layer layers[LAYERS_MAX];
	unsigned int n_layers;
	bool open; /* the expression ended in "/ ...": what follows is not compared */
};

/*
 * Find the layers of an Ethernet frame of @len bytes. Never fails: what does not parse (cut
 * short, bad lengths, unknown protocol) becomes the payload layer. Bytes after the end that the
 * headers of a frame give it are its padding (&proto_pad), last in the packet. p->data points at
 * @data.
 */
void packet_dissect(uint8_t *data, size_t len, struct packet *p);
